package main

import (
	"context"
	"fmt"

	"github.com/betterauth-go/betterauth/internal/conformance/scenario"
)

// batch is how many random requests share one database.
const batch = 50

// fuzzed sends random requests to both sides.
func (t *tally) fuzzed(ctx context.Context) error {
	if t.fuzz == 0 {
		return nil
	}
	var list []scenario.Scenario
	for i := range (t.fuzz + batch - 1) / batch {
		list = append(list, scenario.Random(t.seed+uint64(i), batch))
	}
	results, err := t.play(ctx, list, t.ownDatabases)
	if err != nil {
		return err
	}
	t.count(fmt.Sprintf("Random requests from seed %d", t.seed), results)
	return nil
}
