package runner_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// fake is a side that gives one answer to everything and remembers requests.
type fake struct {
	status int
	seen   []pair.Request
	clocks []int64
}

func (f *fake) Configure(context.Context, pair.Setup) error { return nil }
func (f *fake) SQL(context.Context, string) error           { return nil }
func (f *fake) SetClock(_ context.Context, now int64) error {
	f.clocks = append(f.clocks, now)
	return nil
}
func (f *fake) State(context.Context) (pair.State, error) { return pair.State{}, nil }
func (f *fake) Do(_ context.Context, r pair.Request) (*pair.Response, error) {
	f.seen = append(f.seen, r)
	header := http.Header{"Set-Cookie": {"better-auth.session_token=abc.sig; Path=/"}}
	return &pair.Response{Status: f.status, Header: header, Body: []byte(`{"user":{"id":"u1"}}`)}, nil
}

func TestPlayNamesTheRequest(t *testing.T) {
	t.Parallel()
	p := &runner.Pair{Left: &fake{status: 200}, Right: &fake{status: 201}}
	r := p.Play(t.Context(), scenario.Scenario{
		Config: scenario.Options(), Steps: []scenario.Step{scenario.Get("/get-session")},
	})
	if r.Err != nil || len(r.Findings) != 1 {
		t.Fatalf("got %v, %v, want one finding", r.Findings, r.Err)
	}
	if f := r.Findings[0]; f.Step != "GET /get-session" || f.Where != "status" || f.Left != "200" || f.Right != "201" {
		t.Errorf("got %+v", f)
	}
}

func TestPlayFillsRequests(t *testing.T) {
	t.Parallel()
	side := &fake{status: 200}
	p := &runner.Pair{Left: side, Right: &fake{status: 200}}
	r := p.Play(t.Context(), scenario.Scenario{Config: scenario.Options(), Steps: []scenario.Step{
		scenario.Post("/a", `{}`, scenario.Jar("x"), scenario.As("first")),
		scenario.Get("/b/{{resp.first.user.id}}?t={{token.x}}", scenario.Jar("x"), scenario.Without("origin")),
	}})
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	second := side.seen[1]
	if second.Target != "/api/auth/b/u1?t=abc" {
		t.Errorf("target %q", second.Target)
	}
	headers := map[string]string{}
	for _, h := range second.Headers {
		headers[h.Name] = h.Value
	}
	if headers["cookie"] != "better-auth.session_token=abc.sig" || headers["host"] != "localhost:3000" {
		t.Errorf("headers %v", headers)
	}
	if _, sent := headers["origin"]; sent {
		t.Error("origin was sent although the step drops it")
	}
	if side.clocks[1]-side.clocks[0] != 1000 {
		t.Errorf("clock moved by %d ms between steps, want 1000", side.clocks[1]-side.clocks[0])
	}
}

func TestPlayFailsOnUnknownPlaceholder(t *testing.T) {
	t.Parallel()
	p := &runner.Pair{Left: &fake{}, Right: &fake{}}
	r := p.Play(t.Context(), scenario.Scenario{Config: scenario.Options(), Steps: []scenario.Step{scenario.Get("/{{resp.none.id}}")}})
	if r.Err == nil {
		t.Error("a placeholder without value must stop the scenario")
	}
}

func TestPlayEndsWhenTheSidesPart(t *testing.T) {
	t.Parallel()
	var asked int
	p := &runner.Pair{Left: &fake{status: 200}, Right: &fake{status: 201}, Parts: func(_ runner.Result, found []runner.Finding) bool {
		asked++
		return found[0].Exchange.Request.Target == "/api/auth/b"
	}}
	r := p.Play(t.Context(), scenario.Scenario{Config: scenario.Options(), Steps: []scenario.Step{scenario.Get("/a"), scenario.Get("/b"), scenario.Get("/c")}})
	if r.Err != nil || r.Requests != 2 || asked != 2 {
		t.Errorf("%d requests, asked %d times, %v; want two of each", r.Requests, asked, r.Err)
	}
}

func TestPlayFillsWhatIsThere(t *testing.T) {
	t.Parallel()
	side := &fake{status: 200}
	r := (&runner.Pair{Left: side, Right: &fake{status: 200}}).Play(t.Context(), scenario.Scenario{Config: scenario.Options(), Steps: []scenario.Step{
		scenario.Get("/{{token.x|none}}", scenario.Jar("x")), scenario.Get("/{{token.x|none}}"),
	}})
	if r.Err != nil || side.seen[0].Target != "/api/auth/none" || side.seen[1].Target != "/api/auth/abc" {
		t.Errorf("targets %q, %q, %v", side.seen[0].Target, side.seen[1].Target, r.Err)
	}
}
