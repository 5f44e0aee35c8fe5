// Package verdict turns differences into a judgement: a documented superset, a
// documented difference, or a failure; and writes the report.
package verdict

import (
	"regexp"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// Allowance is a difference that is meant. Everything that none of them
// explains is a failure; one that no scenario shows is a failure too.
type Allowance struct {
	ID  string
	Why string
	// Superset allowances hold only for scenarios without strict responses.
	Superset bool
	Scenario *regexp.Regexp // nil is any
	Step     *regexp.Regexp // nil is any
	Where    *regexp.Regexp // nil is any
	Left     *regexp.Regexp // nil is any
	Right    *regexp.Regexp // nil is any
	Cause    Cause          // nil is any
}

// Cause checks in an exchange that its differences really come from what an
// allowance is about.
type Cause func(*runner.Exchange) bool

// explains reports whether a finding is what the allowance is about.
func (a Allowance) explains(r runner.Result, f runner.Finding) bool {
	if a.Superset && !r.Scenario.Extended {
		return false
	}
	return match(a.Scenario, r.Scenario.Name) && match(a.Step, f.Step) && match(a.Where, f.Where) &&
		match(a.Left, f.Left) && match(a.Right, f.Right) && (a.Cause == nil || f.Exchange != nil && a.Cause(f.Exchange))
}

func match(pattern *regexp.Regexp, text string) bool {
	return pattern == nil || pattern.MatchString(text)
}

// Judge looks at findings with a list of allowances and counts their use.
type Judge struct {
	Allowances []Allowance
	Used       map[string]Use
}

// Use counts the findings that an allowance explained.
type Use struct{ Scenarios, Random int }

// NewJudge starts a run.
func NewJudge(allowances []Allowance) *Judge {
	return &Judge{Allowances: allowances, Used: map[string]Use{}}
}

// Unexplained returns the findings of a result that no allowance explains, and
// counts the others.
func (j *Judge) Unexplained(r runner.Result) []runner.Finding {
	var left []runner.Finding
	for _, f := range r.Findings {
		id := j.explanation(r, f)
		if id == "" {
			left = append(left, f)
			continue
		}
		use := j.Used[id]
		if r.Scenario.Endpoint == scenario.RandomEndpoint {
			use.Random++
		} else {
			use.Scenarios++
		}
		j.Used[id] = use
	}
	return left
}

// Parts reports whether findings say that both sides go on with different
// data: something that nothing explains, or something stored or mailed.
func (j *Judge) Parts(r runner.Result, findings []runner.Finding) bool {
	for _, f := range findings {
		id := j.explanation(r, f)
		if id == "" || stored(f) && !lasting[id] {
			return true
		}
	}
	return false
}

// lasting names the allowances whose differences leave both sides with the
// same data.
var lasting = map[string]bool{"cached-order": true}

func stored(f runner.Finding) bool {
	for _, prefix := range []string{"rows ", "secondary", "set-cookie", "callback"} {
		if strings.HasPrefix(f.Where, prefix) {
			return true
		}
	}
	return false
}

func (j *Judge) explanation(r runner.Result, f runner.Finding) string {
	for _, a := range j.Allowances {
		if a.explains(r, f) {
			return a.ID
		}
	}
	return ""
}

// Unseen lists the allowances that no scenario showed.
func (j *Judge) Unseen() []string {
	var ids []string
	for _, a := range j.Allowances {
		if j.Used[a.ID].Scenarios == 0 {
			ids = append(ids, a.ID)
		}
	}
	return ids
}
