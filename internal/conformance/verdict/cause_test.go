package verdict_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
	"github.com/betterauth-go/betterauth/internal/conformance/verdict"
)

func turn(status int, body string, headers ...string) runner.Turn {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Add(headers[i], headers[i+1])
	}
	return runner.Turn{Response: &pair.Response{Status: status, Header: h, Body: []byte(body)}}
}

func (s stored) in(table string) pair.State {
	rows := []json.RawMessage{}
	for _, text := range s {
		rows = append(rows, json.RawMessage(text))
	}
	return pair.State{Rows: map[string][]json.RawMessage{table: rows}}
}

type stored []string

// TestCauses: a rule with a cause holds for an exchange that has it, and for none that only looks like it.
func TestCauses(t *testing.T) {
	t.Parallel()
	const (
		age    = `{"code":"VALIDATION_ERROR","message":"[body.age] Invalid input: expected number, received string"}`
		cookie = "better-auth.session_token=tok.sig"
		old    = `{"token":"tok","expiresAt":"2026-01-08T00:00:00.000Z"}`
		later  = `{"token":"tok","expiresAt":"2026-01-09T00:00:00.000Z"}`
	)
	invalid := func(status int) runner.Turn { return turn(status, `{"code":"INVALID_TOKEN","message":"x"}`) }
	link := func(claims string) string {
		return "/verify-email?token=h." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s"
	}
	end := func(x runner.Exchange, before, after stored) runner.Exchange {
		x.Right.Before, x.Right.After = before.in("session"), after.in("session")
		return x
	}
	refresh := runner.Exchange{Step: scenario.Post("/update-user", `{}`), Left: turn(200, `{}`), Right: turn(200, `{}`, "Set-Cookie", cookie)}
	ended := runner.Exchange{
		Step: scenario.Post("/update-user", `{}`), Left: turn(200, `{}`), Right: turn(401, `{}`),
		Request: pair.Request{Headers: []scenario.Header{{Name: "Cookie", Value: cookie + "; better-auth.session_data=x"}}},
	}
	reset := func(left, right stored) runner.Exchange {
		x := runner.Exchange{
			Step: scenario.Post("/reset-password", ``), Request: pair.Request{Body: `{"token":"t1"}`},
			Left: turn(200, `{}`), Right: turn(200, `{}`),
		}
		x.Right.Before = stored{`{"identifier":"reset-password:t1","value":"u"}`, `{"identifier":"reset-password:t2","value":"u"}`, `{"identifier":"reset-password:t3","value":"v"}`}.in("verification")
		x.Left.After, x.Right.After = left.in("verification"), right.in("verification")
		return x
	}
	renames := func(bearer string, plugins ...any) runner.Exchange {
		return runner.Exchange{
			Config: scenario.Config{"plugins": plugins}, Step: scenario.Post("/update-user", ``), Left: turn(200, `{}`), Right: turn(401, `{}`),
			Request: pair.Request{Body: `{"username":"annie"}`, Headers: []scenario.Header{{Name: "Cookie", Value: cookie}, {Name: "Authorization", Value: bearer}}},
		}
	}
	bearer, username := any(map[string]any{"id": "bearer"}), any(map[string]any{"id": "username"})
	const t2, t3 = `{"identifier":"reset-password:t2","value":"u"}`, `{"identifier":"reset-password:t3","value":"v"}`
	tests := []struct {
		name string
		diff compare.Diff
		x    runner.Exchange
		want string // the rule that explains it
	}{
		{"a wrong type", compare.Diff{Where: "status"}, runner.Exchange{Request: pair.Request{Body: `{"age":"x"}`}, Left: turn(200, `{}`), Right: turn(400, age)}, "typed-fields"},
		{"its rows", compare.Diff{Where: "rows user"}, runner.Exchange{Request: pair.Request{Body: `{"age":"x"}`}, Left: turn(500, ``), Right: turn(400, age)}, "typed-fields"},
		{"the type is right", compare.Diff{Where: "status"}, runner.Exchange{Request: pair.Request{Body: `{"age":5}`}, Left: turn(200, `{}`), Right: turn(400, age)}, ""},
		{"another status", compare.Diff{Where: "status"}, runner.Exchange{Request: pair.Request{Body: `{"age":"x"}`}, Left: turn(200, `{}`), Right: turn(422, age)}, ""},
		{"the reference refuses otherwise", compare.Diff{Where: "status"}, runner.Exchange{Request: pair.Request{Body: `{"age":"x"}`}, Left: turn(403, `{"code":"INVALID_ORIGIN"}`), Right: turn(400, age)}, ""},
		{"a bare failure", compare.Diff{Where: "status"}, runner.Exchange{Left: turn(500, ``), Right: turn(422, `{"code":"A","message":"b"}`)}, "no-bare-500"},
		{"rows of a bare failure", compare.Diff{Where: "rows user"}, runner.Exchange{Left: turn(500, ``), Right: turn(422, `{"code":"A","message":"b"}`)}, ""},
		{"success instead of a bare failure", compare.Diff{Where: "status"}, runner.Exchange{Left: turn(500, ``), Right: turn(200, `{}`)}, ""},
		{"a refresh", compare.Diff{Where: "header set-auth-token", Left: "none"}, end(refresh, stored{old}, stored{later}), "refreshed-bearer"},
		{"a cookie without a refresh", compare.Diff{Where: "header set-auth-token", Left: "none"}, end(refresh, stored{old}, stored{old}), ""},
		{"a lost cookie", compare.Diff{Where: "set-cookie"}, runner.Exchange{Left: turn(200, ``, "Set-Cookie", "b=1"), Right: turn(200, ``, "Set-Cookie", cookie, "Set-Cookie", "b=1")}, "all-cookies"},
		{"another cookie", compare.Diff{Where: "set-cookie"}, runner.Exchange{Left: turn(200, ``, "Set-Cookie", "b=1"), Right: turn(200, ``, "Set-Cookie", "c=1", "Set-Cookie", "b=1")}, ""},
		{"no cookie of a success", compare.Diff{Where: "set-cookie"}, runner.Exchange{Left: turn(200, ``), Right: turn(200, ``, "Set-Cookie", cookie)}, ""},
		{
			"cookies of an ended session, and a hook that refuses",
			compare.Diff{Where: "set-cookie"},
			runner.Exchange{Left: turn(400, ``), Right: turn(400, ``, "Set-Cookie", "better-auth.session_token=; Max-Age=0; Path=/", "Set-Cookie", "better-auth.dont_remember=; Max-Age=0; Path=/")},
			"all-cookies",
		},
		{
			"another cookie set by a refusal",
			compare.Diff{Where: "set-cookie"},
			runner.Exchange{Left: turn(400, ``), Right: turn(400, ``, "Set-Cookie", "better-auth.session_token=; Max-Age=0; Path=/", "Set-Cookie", "better-auth.dont_remember=true; Path=/")},
			"",
		},
		{"a revoked session", compare.Diff{Where: "rows user[0].name"}, end(ended, stored{}, stored{}), "confirmed-session"},
		{"a session that is there", compare.Diff{Where: "rows user[0].name"}, end(ended, stored{old}, stored{old}), ""},
		{"two sessions", compare.Diff{Where: "status"}, renames("Bearer other", bearer, username), "bearer-first"},
		{"one session twice", compare.Diff{Where: "status"}, renames("Bearer tok", bearer, username), ""},
		{"two sessions, no plugin that looks first", compare.Diff{Where: "status"}, renames("Bearer other", bearer), ""},
		{"reset tokens of the person", compare.Diff{Where: "rows verification"}, reset(stored{t2, t3}, stored{t3}), "reset-others"},
		{"reset tokens of another", compare.Diff{Where: "rows verification"}, reset(stored{t2, t3}, stored{}), ""},
		{"a spent link", compare.Diff{Where: "status"}, runner.Exchange{Request: pair.Request{Target: link(`{"updateTo":"a"}`)}, Left: turn(200, `{}`), Right: invalid(401)}, "change-email-once"},
		{"a link of another kind", compare.Diff{Where: "status"}, runner.Exchange{Request: pair.Request{Target: link(`{"email":"a"}`)}, Left: turn(200, `{}`), Right: invalid(401)}, ""},
		{"a token in the body", compare.Diff{Where: "header pragma", Left: "none", Right: "no-cache"}, runner.Exchange{Left: turn(200, ``), Right: turn(200, `{"accessToken":"x"}`)}, "no-store"},
		{"nothing confidential", compare.Diff{Where: "header pragma", Left: "none", Right: "no-cache"}, runner.Exchange{Left: turn(200, ``), Right: turn(200, `{"ok":true}`)}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			judge := verdict.NewJudge(verdict.Documented())
			result := runner.Result{Findings: []runner.Finding{{Step: test.x.Step.Label(), Diff: test.diff, Exchange: &test.x}}}
			open := judge.Unexplained(result)
			if (test.want == "") != (len(open) == 1) || test.want != "" && judge.Used[test.want].Scenarios != 1 {
				t.Errorf("unexplained %v, used %v, want %q", open, judge.Used, test.want)
			}
		})
	}
}

// TestParts: a scenario of random requests ends where both sides hold different data.
func TestParts(t *testing.T) {
	t.Parallel()
	judge := verdict.NewJudge(verdict.Documented())
	x := &runner.Exchange{Left: turn(500, ``), Right: turn(422, `{"code":"A","message":"b"}`)}
	findings := func(wheres ...string) (list []runner.Finding) {
		for _, where := range wheres {
			list = append(list, runner.Finding{Diff: compare.Diff{Where: where}, Exchange: x})
		}
		return list
	}
	wheres := []string{"status", "body", "header content-type"}
	if judge.Parts(runner.Result{}, findings(wheres...)) {
		t.Error("another answer leaves the data alone")
	}
	if !judge.Parts(runner.Result{}, findings(slices.Concat(wheres, []string{"rows user"})...)) {
		t.Error("another row parts the sides")
	}
}
