package verdict_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
	"github.com/betterauth-go/betterauth/internal/conformance/verdict"
)

func finding(where, left, right string) runner.Result {
	return runner.Result{
		Scenario: scenario.Scenario{Name: "s", Endpoint: "POST /a"},
		Findings: []runner.Finding{{Step: "POST /a", Diff: compare.Diff{Where: where, Left: left, Right: right}}},
	}
}

func TestUnexplained(t *testing.T) {
	t.Parallel()
	judge := verdict.NewJudge(verdict.Documented())
	order := finding("body.data (member order)", "a,b", "b,a")
	if open := judge.Unexplained(order); len(open) != 0 {
		t.Errorf("profile-order is documented, got %v", open)
	}
	order.Scenario.Endpoint = scenario.RandomEndpoint
	judge.Unexplained(order)
	if use := judge.Used["profile-order"]; use != (verdict.Use{Scenarios: 1, Random: 1}) {
		t.Errorf("used %+v, want once each", use)
	}
	status := finding("body.status", "absent", "401")
	if open := judge.Unexplained(status); len(open) != 1 {
		t.Error("a superset must not excuse strict responses")
	}
	status.Scenario.Extended = true
	if open := judge.Unexplained(status); len(open) != 0 {
		t.Errorf("the superset is documented, got %v", open)
	}
	if open := judge.Unexplained(finding("status", "200", "500")); len(open) != 1 {
		t.Error("a different status must stay unexplained")
	}
	if unseen := judge.Unseen(); len(unseen) != len(verdict.Documented())-2 {
		t.Errorf("unseen %v, want all but the two", unseen)
	}
}

func TestTableAndReport(t *testing.T) {
	t.Parallel()
	results := []runner.Result{finding("status", "200", "500")}
	table := verdict.Table(results, func(runner.Result) bool { return true }, []string{"POST /a", "GET /never"})
	if len(table) != 2 || table[0].Verdict() != "differs" || table[1].Verdict() != "NOT COVERED" {
		t.Errorf("table %+v", table)
	}
	report := string(verdict.Report([]verdict.Section{{Title: "Scenarios", Requests: 5, Passed: 4, Failed: 1}}, table, verdict.NewJudge(verdict.Documented())))
	for _, want := range []string{"| Scenarios | 5 | 4 | 1 |", "| `POST /a` | 1 | differs |", "| `GET /never` | 0 | NOT COVERED |", "no-store"} {
		if !strings.Contains(report, want) {
			t.Errorf("report lacks %q", want)
		}
	}
}

func TestFirstChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\n", "a\nc\n", "line 2 was b, is c"},
		{"a", "a\nb", "line 2 is new: b"},
		{"a\nb", "a", "line 2 is gone: b"},
	} {
		if got := verdict.FirstChange([]byte(c.before), []byte(c.after)); got != c.want {
			t.Errorf("%q to %q: %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

// TestListed keeps the allowances and the document that people read together.
func TestListed(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../../docs/differences.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, comment := range regexp.MustCompile(`<!-- allowed: ([a-z0-9 -]+?) -->`).FindAllStringSubmatch(string(document), -1) {
		for id := range strings.FieldsSeq(comment[1]) {
			listed[id] = true
		}
	}
	for _, a := range verdict.Documented() {
		if !listed[a.ID] {
			t.Errorf("docs/differences.md has no line marked <!-- allowed: %s -->", a.ID)
		}
		delete(listed, a.ID)
	}
	for id := range listed {
		t.Errorf("docs/differences.md marks %s, which is no allowance", id)
	}
}
