package securitytest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
)

// Dump returns every row of every table as text, in an order that does not depend on the database. It
// reads past the gate of a Gated adapter.
func Dump(tb testing.TB, auth *betterauth.Auth) string {
	tb.Helper()
	db := auth.Store().Adapter()
	if g, ok := db.(*Gated); ok {
		db = g.inner
	}
	var lines []string
	for _, t := range auth.Store().Schema().Tables() {
		rows, err := db.Find(tb.Context(), adapter.Query{Table: t.Physical})
		if err != nil {
			tb.Fatal(err)
		}
		for _, row := range rows {
			text, err := json.Marshal(row)
			if err != nil {
				tb.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("%s %s", t.Physical, text))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Unchanged reports an error when the database differs from an earlier Dump.
func Unchanged(tb testing.TB, auth *betterauth.Auth, before, after string) {
	tb.Helper()
	now := Dump(tb, auth)
	if now == before {
		return
	}
	tb.Errorf("the database changed after %s\nlost:\n%s\nnew:\n%s", after, missing(before, now), missing(now, before))
}

// missing returns the lines of a that b does not have.
func missing(a, b string) string {
	have := strings.Split(b, "\n")
	lines := slices.DeleteFunc(strings.Split(a, "\n"), func(line string) bool { return slices.Contains(have, line) })
	return strings.Join(lines, "\n")
}
