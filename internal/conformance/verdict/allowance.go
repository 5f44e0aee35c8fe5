// Package verdict turns differences into a judgement: a documented superset, a
// documented difference, or a failure; and writes the report.
package verdict

import (
	"regexp"

	"github.com/betterauth-go/betterauth/internal/conformance/runner"
)

// Allowance is a difference that is meant. Everything that none of them
// explains is a failure.
type Allowance struct {
	ID  string
	Why string
	// Superset allowances hold only for scenarios without strict responses,
	// and each must be seen in every full run.
	Superset bool

	Scenario *regexp.Regexp // nil is any
	Step     *regexp.Regexp // nil is any
	Where    *regexp.Regexp
	Left     *regexp.Regexp // nil is any
	Right    *regexp.Regexp // nil is any
}

// explains reports whether a finding is what the allowance is about.
func (a Allowance) explains(r runner.Result, f runner.Finding) bool {
	if a.Superset != r.Scenario.Extended && a.Superset {
		return false
	}
	return match(a.Scenario, r.Scenario.Name) && match(a.Step, f.Step) && match(a.Where, f.Where) &&
		match(a.Left, f.Left) && match(a.Right, f.Right)
}

func match(pattern *regexp.Regexp, text string) bool {
	return pattern == nil || pattern.MatchString(text)
}

// Judge looks at findings with a list of allowances and counts their use.
type Judge struct {
	Allowances []Allowance
	Used       map[string]int
}

// NewJudge starts a run.
func NewJudge(allowances []Allowance) *Judge {
	return &Judge{Allowances: allowances, Used: map[string]int{}}
}

// Unexplained returns the findings of a result that no allowance explains.
func (j *Judge) Unexplained(r runner.Result) []runner.Finding {
	var left []runner.Finding
	for _, f := range r.Findings {
		if id := j.explanation(r, f); id != "" {
			j.Used[id]++
			continue
		}
		left = append(left, f)
	}
	return left
}

func (j *Judge) explanation(r runner.Result, f runner.Finding) string {
	for _, a := range j.Allowances {
		if a.explains(r, f) {
			return a.ID
		}
	}
	return ""
}

// Unseen lists supersets that no scenario showed.
func (j *Judge) Unseen() []string {
	var ids []string
	for _, a := range j.Allowances {
		if a.Superset && j.Used[a.ID] == 0 {
			ids = append(ids, a.ID)
		}
	}
	return ids
}
