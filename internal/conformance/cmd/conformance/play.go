package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// seating makes the two sides of one worker out of freshly started servers.
type seating func(left, right pair.Side) *runner.Pair

// ownDatabases gives every side the database that the scenario asks for.
func (t *tally) ownDatabases(left, right pair.Side) *runner.Pair {
	return &runner.Pair{Left: left, Right: right, Aliases: t.right == "go"}
}

// play plays scenarios on as many pairs of servers as there are workers.
func (t *tally) play(ctx context.Context, list []scenario.Scenario, seat seating) ([]runner.Result, error) {
	results := make([]runner.Result, len(list))
	next := make(chan int)
	errs := make(chan error, t.workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	for range t.workers {
		group.Go(func() {
			err := t.pair(ctx, func(left, right *pair.Process) {
				p := seat(left, right)
				for i := range next {
					results[i] = p.Play(ctx, list[i])
				}
			})
			if err != nil {
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

// pair starts both servers for the time that fn takes.
func (t *tally) pair(ctx context.Context, fn func(left, right *pair.Process)) error {
	left, err := pair.Start(ctx, t.command(t.left))
	if err != nil {
		return err
	}
	defer left.Stop()
	right, err := pair.Start(ctx, t.command(t.right))
	if err != nil {
		return err
	}
	defer right.Stop()
	fn(left, right)
	return nil
}

// command says how a side is started; the working directory is this module.
func (t *tally) command(side string) pair.Command {
	if side == "reference" {
		return pair.Command{
			Name: side, Args: []string{"node", "reference/server.mjs"}, Log: t.log,
			Env: []string{"NODE_ENV=production", "NODE_NO_WARNINGS=1"},
		}
	}
	return pair.Command{Name: side, Args: []string{t.server}, Log: t.log}
}

// build makes our server when a side needs it.
func (t *tally) build(ctx context.Context) error {
	if t.server != "" || t.left != "go" && t.right != "go" {
		return nil
	}
	t.server = filepath.Join(t.directory, "goserver")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", t.server, "./cmd/goserver").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build our server: %w\n%s", err, out)
	}
	return nil
}

// prove shows that the comparison notices altered answers: the reference
// against itself must be equal, and each alteration must be found.
func (t *tally) prove(ctx context.Context) error {
	proof := *t
	proof.flags.right = "reference"
	return proof.pair(ctx, func(left, right *pair.Process) {
		play := func(side pair.Side) runner.Result {
			return (&runner.Pair{Left: left, Right: side}).Play(ctx, scenario.Probe())
		}
		if r := play(right); r.Err != nil || len(r.Findings) > 0 {
			t.fail("the reference differs from itself: %v %v", r.Findings, r.Err)
		}
		for name, change := range runner.Alterations() {
			if r := play(runner.Altered{Side: right, Change: change}); r.Err != nil || len(r.Findings) == 0 {
				t.fail("nobody noticed %s (%v)", name, r.Err)
			} else if t.verbose {
				fmt.Printf("noticed %s: %s: %s\n", name, r.Findings[0].Step, r.Findings[0].Diff)
			}
		}
	})
}
