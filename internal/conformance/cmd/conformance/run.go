package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// run does everything the flags ask for and counts the failures.
func run(ctx context.Context, f flags) (failed int, err error) {
	list := chosen(f)
	results, err := playAll(ctx, f, list)
	if err != nil {
		return 0, err
	}
	passed := 0
	requests := 0
	for _, r := range results {
		requests += r.Requests
		if print(f, r) {
			passed++
		} else {
			failed++
		}
	}
	fmt.Printf("%d scenarios, %d requests compared\n%d passed, %d failed\n", len(results), requests, passed, failed)
	return failed, nil
}

func chosen(f flags) []scenario.Scenario {
	var list []scenario.Scenario
	for _, s := range scenario.All() {
		if f.run.MatchString(s.Name) {
			list = append(list, s)
		}
	}
	return list
}

// print reports one result and says whether it passed.
func print(f flags, r runner.Result) bool {
	passed := r.Err == nil && len(r.Findings) == 0
	if !passed {
		fmt.Printf("FAIL %s\n", r.Scenario.Name)
	} else if f.verbose {
		fmt.Printf("ok   %s\n", r.Scenario.Name)
	}
	for _, finding := range r.Findings {
		fmt.Printf("     %s\n       %s\n", finding.Step, finding.Diff)
	}
	if r.Err != nil {
		fmt.Printf("     %v\n", r.Err)
	}
	if f.verbose {
		for _, a := range r.Answers {
			fmt.Printf("     = %s\n", a)
		}
	}
	return passed
}

// playAll plays the scenarios on as many pairs of servers as there are workers.
func playAll(ctx context.Context, f flags, list []scenario.Scenario) ([]runner.Result, error) {
	results := make([]runner.Result, len(list))
	next := make(chan int)
	errs := make(chan error, f.workers)
	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range f.workers {
		group.Go(func() {
			if err := work(ctx, f, list, next, results); err != nil {
				errs <- err
				cancel()
			}
		})
	}
	feed(ctx, len(list), next)
	group.Wait()
	select {
	case err := <-errs:
		return nil, err
	default:
		return results, ctx.Err()
	}
}

func feed(ctx context.Context, n int, next chan<- int) {
	defer close(next)
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			return
		}
	}
}

func work(ctx context.Context, f flags, list []scenario.Scenario, next <-chan int, results []runner.Result) error {
	left, err := pair.Start(ctx, command(f.left))
	if err != nil {
		return err
	}
	defer left.Stop()
	right, err := pair.Start(ctx, command(f.right))
	if err != nil {
		return err
	}
	defer right.Stop()
	p := &runner.Pair{Left: left, Right: right}
	for i := range next {
		results[i] = p.Play(ctx, list[i])
	}
	return nil
}

// command says how a side is started; the working directory is this module.
func command(side string) pair.Command {
	if side == "reference" {
		return pair.Command{Name: side, Args: []string{"node", "reference/server.mjs"}, Env: []string{"NODE_ENV=production", "NODE_NO_WARNINGS=1"}}
	}
	return pair.Command{Name: side, Args: []string{"bin/goserver"}}
}
