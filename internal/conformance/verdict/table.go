package verdict

import (
	"maps"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/runner"
)

// Row is one endpoint of the table.
type Row struct {
	Endpoint                  string
	Scenarios, Passed, Failed int
}

// Verdict says in a word how an endpoint did.
func (r Row) Verdict() string {
	switch {
	case r.Scenarios == 0:
		return "NOT COVERED"
	case r.Failed > 0:
		return "differs"
	}
	return "equal"
}

// Table counts results per endpoint; served endpoints without a scenario get a
// row of zeros.
func Table(results []runner.Result, failed func(runner.Result) bool, served []string) []Row {
	rows := map[string]*Row{}
	for _, name := range served {
		rows[name] = &Row{Endpoint: name}
	}
	for _, r := range results {
		row := rows[r.Scenario.Endpoint]
		if row == nil {
			row = &Row{Endpoint: r.Scenario.Endpoint}
			rows[r.Scenario.Endpoint] = row
		}
		row.Scenarios++
		if failed(r) {
			row.Failed++
		} else {
			row.Passed++
		}
	}
	list := make([]Row, 0, len(rows))
	for _, name := range slices.SortedFunc(maps.Keys(rows), byPath) {
		list = append(list, *rows[name])
	}
	return list
}

// byPath sorts "POST /a" and "GET /b" by path, then method.
func byPath(a, b string) int {
	methodA, pathA, _ := strings.Cut(a, " ")
	methodB, pathB, _ := strings.Cut(b, " ")
	if c := strings.Compare(pathA, pathB); c != 0 {
		return c
	}
	return strings.Compare(methodA, methodB)
}
