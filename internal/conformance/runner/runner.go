// Package runner plays scenarios on two sides and collects the differences.
package runner

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// Result is what playing one scenario showed.
type Result struct {
	Scenario scenario.Scenario
	Requests int
	Findings []Finding
	Err      error // the scenario could not be played to its end
	// Answers are the left side's statuses and bodies, step by step.
	Answers []string
}

// Finding is a difference at one step.
type Finding struct {
	Step string
	compare.Diff
	Exchange *Exchange // the request it was seen at
}

// Exchange is a request that both sides answered.
type Exchange struct {
	Config      scenario.Config
	Now         time.Time // of the servers
	Step        scenario.Step
	Request     pair.Request // as the right side got it
	Left, Right Turn
}

// Turn is the part of one side in an exchange: its answer, and what it held
// after the request before and after this one.
type Turn struct {
	*pair.Response
	Before, After pair.State
}

// Pair is two sides and the databases that they use.
type Pair struct {
	Left, Right pair.Side
	// Databases by side; empty means what the scenario asks for.
	LeftDatabase, RightDatabase string
	// Aliases says that the right side knows the routes that only we have.
	Aliases bool
	// Parts, when set, is asked about what a step showed: whether both sides go on with different data, so that
	// what follows would only show its consequences. The scenario then ends.
	Parts func(Result, []Finding) bool

	now time.Time
}

// epoch is when the first scenario of a pair plays. Each following one starts
// a day after the end of the one before, so that nothing that a server keeps in
// its process, such as rate-limit counters, reaches the next scenario. A run
// must end before 2038, when the reference's token times overflow.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)

// Play runs one scenario. The clock stands still but for one second before
// every step, so times are compared to the millisecond.
func (p *Pair) Play(ctx context.Context, s scenario.Scenario) Result {
	if p.now.IsZero() {
		p.now = epoch
	}
	g := &game{
		scenario: s, config: s.Config, now: p.now, aliases: p.Aliases, parts: p.Parts, result: Result{Scenario: s},
		pairing: compare.NewPairing(scenario.Secret),
		left:    newPlayer(p.Left, p.database(s, p.LeftDatabase)),
		right:   newPlayer(p.Right, p.database(s, p.RightDatabase)),
	}
	g.result.Err = g.play(ctx)
	p.now = g.now.Add(24 * time.Hour)
	return g.result
}

func (p *Pair) database(s scenario.Scenario, override string) string {
	switch {
	case override != "":
		return override
	case s.Database != "":
		return s.Database
	}
	return "sqlite"
}

// game is one scenario being played.
type game struct {
	scenario    scenario.Scenario
	config      scenario.Config
	now         time.Time
	aliases     bool
	parts       func(Result, []Finding) bool
	parted      bool
	pairing     *compare.Pairing
	left, right *player
	result      Result
}

func (g *game) play(ctx context.Context) error {
	if err := g.configure(ctx, false); err != nil {
		return err
	}
	for i, step := range g.scenario.Steps {
		if err := g.step(ctx, step); err != nil {
			return fmt.Errorf("step %d %s: %w", i+1, step.Label(), err)
		}
		if g.parted {
			break
		}
	}
	return nil
}

func (g *game) configure(ctx context.Context, keep bool) error {
	config := scenario.Config{"strictResponses": !g.scenario.Extended}
	for key, value := range g.config {
		config[key] = value
	}
	for _, side := range []*player{g.left, g.right} {
		setup := pair.Setup{Config: config, Database: side.database, Keep: keep, Now: g.now.UnixMilli()}
		if err := side.Configure(ctx, setup); err != nil {
			return fmt.Errorf("configure: %w", err)
		}
	}
	return nil
}

func (g *game) step(ctx context.Context, step scenario.Step) error {
	g.now = g.now.Add(time.Second + step.Advance)
	if step.Config != nil {
		g.config = step.Config
		if err := g.configure(ctx, true); err != nil {
			return err
		}
	}
	for _, side := range []*player{g.left, g.right} {
		if err := side.prepare(ctx, g.now, step); err != nil {
			return err
		}
	}
	if step.Method == "" {
		return nil
	}
	return g.request(ctx, step)
}

func (g *game) request(ctx context.Context, step scenario.Step) error {
	x := &Exchange{Config: g.config, Now: g.now, Step: step}
	host, origin := address(g.config)
	var err error
	if _, x.Left, err = g.left.play(ctx, step, host, origin); err != nil {
		return err
	}
	other := step
	if step.Ours != nil && g.aliases {
		other = *step.Ours
	}
	if x.Request, x.Right, err = g.right.play(ctx, other, host, origin); err != nil {
		return err
	}
	g.judge(x)
	return nil
}

// judge compares both sides of an exchange.
func (g *game) judge(x *Exchange) {
	g.result.Requests++
	g.result.Answers = append(g.result.Answers, fmt.Sprintf("%s %s -> %d %.300s", x.Step.Label(), x.Request.Body, x.Left.Status, x.Left.Body))
	diffs := g.pairing.Answer(x.Left.Response, x.Right.Response, x.Step.Page)
	if !x.Step.Loose {
		diffs = append(diffs, g.pairing.Left(x.Left.After, x.Right.After)...)
	}
	found := make([]Finding, 0, len(diffs))
	for _, d := range diffs {
		found = append(found, Finding{Step: x.Step.Label(), Diff: d, Exchange: x})
	}
	g.result.Findings = append(g.result.Findings, found...)
	g.parted = g.parts != nil && len(found) > 0 && g.parts(g.result, found)
}

// address is where a browser would believe the server is.
func address(c scenario.Config) (host, origin string) {
	text, ok := c["baseURL"].(string)
	if !ok {
		text = scenario.BaseURL
	}
	u, err := url.Parse(text)
	if err != nil {
		return text, text
	}
	return u.Host, u.Scheme + "://" + u.Host
}

// basePath is what comes before the path of a step.
func basePath(c scenario.Config) string {
	if path, ok := c["basePath"].(string); ok {
		return strings.TrimSuffix(path, "/")
	}
	return "/api/auth"
}
