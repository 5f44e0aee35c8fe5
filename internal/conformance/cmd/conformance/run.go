package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
	"github.com/betterauth-go/betterauth/internal/conformance/verdict"
)

// tally is everything a run found out.
type tally struct {
	flags
	judge     *verdict.Judge
	log       io.Writer
	directory string // for what the run builds and stores
	sections  []verdict.Section
	table     []verdict.Row
	failures  int
	passes    int
}

// run does everything the flags ask for and counts the failures.
func run(ctx context.Context, f flags) (failed int, err error) {
	t := &tally{flags: f, judge: verdict.NewJudge(nil), log: io.Discard}
	if t.directory, err = os.MkdirTemp("", "conformance"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(t.directory)
	if f.left != f.right {
		t.judge = verdict.NewJudge(verdict.Documented())
	}
	if f.verbose {
		t.log = os.Stderr
	}
	for _, part := range []func(context.Context) error{t.build, t.prove, t.scenarios, t.shared, t.fuzzed} {
		if err := part(ctx); err != nil {
			return t.failures, err
		}
	}
	if err := t.written(); err != nil {
		return t.failures, err
	}
	fmt.Printf("%d passed, %d failed\n", t.passes, t.failures)
	return t.failures, nil
}

// written writes the report, or compares it with the one that is there. Runs
// with the same flags make the same report.
func (t *tally) written() error {
	report := verdict.Report(t.sections, t.table, t.judge)
	if t.report != "" {
		if err := os.WriteFile(t.report, report, 0o644); err != nil {
			return err
		}
	}
	if t.check == "" {
		return nil
	}
	committed, err := os.ReadFile(t.check)
	if err != nil {
		return err
	}
	if line := verdict.FirstChange(committed, report); line != "" {
		t.fail("%s is not the report of this run (make conformance-report writes it): %s", filepath.Base(t.check), line)
	}
	return nil
}

// scenarios plays everything on both sides, each with a database of its own.
func (t *tally) scenarios(ctx context.Context) error {
	list := t.chosen(func(scenario.Scenario) bool { return true })
	results, err := t.play(ctx, list, t.ownDatabases)
	if err != nil {
		return err
	}
	t.count("Scenarios", results)
	if t.run.String() != "" {
		return nil
	}
	return t.coverage(ctx, results)
}

// coverage fails endpoints that nobody tried and allowances that no scenario shows.
func (t *tally) coverage(ctx context.Context, results []runner.Result) error {
	served, err := t.served(ctx)
	if err != nil {
		return err
	}
	t.table = verdict.Table(results, t.failed, served)
	for _, row := range t.table {
		if row.Scenarios == 0 {
			t.fail("no scenario for %s", row.Endpoint)
		}
	}
	for _, id := range t.judge.Unseen() {
		t.fail("no scenario shows %s", id)
	}
	return nil
}

// served asks our server what it serves; the reference has its own table.
func (t *tally) served(ctx context.Context) ([]string, error) {
	if t.right != "go" {
		return scenario.Endpoints(), nil
	}
	server, err := pair.Start(ctx, t.command(t.right))
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	config := scenario.Options(`{"plugins":[{"id":"bearer"},{"id":"username"},{"id":"multi-session"}],"session":{"deferSessionRefresh":true}}`)
	if err := server.Configure(ctx, pair.Setup{Config: config, Database: "sqlite"}); err != nil {
		return nil, err
	}
	return server.Endpoints(ctx)
}

func (t *tally) chosen(want func(scenario.Scenario) bool) []scenario.Scenario {
	var list []scenario.Scenario
	for _, s := range scenario.All() {
		if want(s) && t.run.MatchString(s.Name) {
			list = append(list, s)
		}
	}
	return list
}

// count prints and adds up the results of a part of the run.
func (t *tally) count(title string, results []runner.Result) {
	section := verdict.Section{Title: title}
	for _, r := range results {
		section.Requests += r.Requests
		if t.print(r) {
			section.Passed++
		} else {
			section.Failed++
		}
	}
	t.passes += section.Passed
	t.failures += section.Failed
	t.sections = append(t.sections, section)
	fmt.Printf("%s: %d scenarios, %d requests compared, %d passed, %d failed\n", title, len(results), section.Requests, section.Passed, section.Failed)
}

func (t *tally) fail(format string, args ...any) {
	t.failures++
	fmt.Printf("FAIL "+format+"\n", args...)
}

func (t *tally) failed(r runner.Result) bool {
	quiet := verdict.NewJudge(t.judge.Allowances)
	return r.Err != nil || len(quiet.Unexplained(r)) > 0
}

// print reports one result and says whether it passed.
func (t *tally) print(r runner.Result) bool {
	open := t.judge.Unexplained(r)
	passed := r.Err == nil && len(open) == 0
	var b strings.Builder
	if !passed {
		fmt.Fprintf(&b, "FAIL %s\n", r.Scenario.Name)
	} else if t.verbose {
		fmt.Fprintf(&b, "ok   %s\n", r.Scenario.Name)
	}
	for i, finding := range open {
		if x := finding.Exchange; r.Scenario.Endpoint == scenario.RandomEndpoint && i == 0 {
			fmt.Fprintf(&b, "     request %d: %.1500v %s\n       %d %.300s\n       %d %.300s\n", r.Requests, x.Request.Headers, x.Request.Body, x.Left.Status, x.Left.Body, x.Right.Status, x.Right.Body)
		}
		fmt.Fprintf(&b, "     %s\n       %s\n", finding.Step, finding.Diff)
	}
	if r.Err != nil {
		fmt.Fprintf(&b, "     %v\n", r.Err)
	}
	if t.verbose {
		for _, a := range r.Answers {
			fmt.Fprintf(&b, "     = %s\n", a)
		}
	}
	fmt.Print(b.String())
	return passed
}
