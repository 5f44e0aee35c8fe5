package main

import (
	"context"
	"fmt"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// batch is how many random requests share one database.
const batch = 50

// fuzzed sends at least as many random requests as wanted to both sides. A
// batch ends early once its sides hold different data, so there may be more
// rounds of them; batch n of seed s alone is -fuzz 1 -seed s+n.
func (t *tally) fuzzed(ctx context.Context) error {
	if t.fuzz == 0 {
		return nil
	}
	var results []runner.Result
	seed := t.seed
	for rest := t.fuzz; rest > 0; {
		var list []scenario.Scenario
		for range (rest + batch - 1) / batch {
			list = append(list, scenario.Random(seed, batch))
			seed++
		}
		played, err := t.play(ctx, list, t.untilParted)
		if err != nil {
			return err
		}
		for _, r := range played {
			rest -= max(1, r.Requests)
		}
		results = append(results, played...)
	}
	t.count(fmt.Sprintf("Random requests from seed %d", t.seed), results)
	return nil
}

// untilParted gives every side a database of its own, and ends scenarios when
// those differ.
func (t *tally) untilParted(left, right pair.Side) *runner.Pair {
	p := t.ownDatabases(left, right)
	p.Parts = t.judge.Parts
	return p
}
