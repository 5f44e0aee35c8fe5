package sqladapter

import (
	"fmt"
	"slices"

	"github.com/betterauth-go/betterauth/adapter"
)

// A shape collects what identifies a statement's text, and beside it the arguments in the order of
// the parameters in that text.
type shape struct {
	d    *Dialect
	key  []byte
	args []any
	err  error
}

// newShape starts the shape of a kind of statement with room for n arguments.
func (d *Dialect) newShape(key []byte, kind byte, table string, n int) shape {
	s := shape{d: d, key: append(key[:0], kind)}
	if n > 0 {
		s.args = make([]any, 0, n)
	}
	s.name(table)
	return s
}

// name adds an identifier. The byte after it cannot be part of one, so names cannot run together.
func (s *shape) name(n string) { s.key = append(append(s.key, n...), 0) }

func (s *shape) flag(f byte) { s.key = append(s.key, f) }

func (s *shape) arg(v any) { s.args = append(s.args, s.d.Arg(v)) }

// columns adds the columns of a record and their values.
func (s *shape) columns(names []string, r adapter.Record) {
	for _, n := range names {
		s.name(n)
		s.arg(r[n])
	}
	s.flag(1)
}

// where adds conditions: first those that must all hold, then the alternatives.
func (s *shape) where(ws []adapter.Where) {
	for _, or := range [...]bool{false, true} {
		for i := range ws {
			if ws[i].Or == or {
				s.condition(&ws[i])
			}
		}
		s.flag(1)
	}
}

func (s *shape) condition(w *adapter.Where) {
	c, err := classify(w)
	if err != nil {
		s.err = err
		return
	}
	s.name(w.Field)
	s.flag(byte(c) + 2)
	switch {
	case !c.takesArg():
	case c >= match:
		text, _ := w.Value.(string)
		s.args = append(s.args, s.d.Pattern(w.Op, text, c == matchFold))
	case c >= in:
		s.args = append(s.args, s.d.List(list(w.Value)))
	default:
		s.arg(w.Value)
	}
}

// query adds the rest of a SELECT.
func (s *shape) query(q *adapter.Query) {
	for _, c := range q.Select {
		s.name(c)
	}
	s.flag(1)
	s.where(q.Where)
	s.order(q.SortBy)
	s.limits(q)
}

func (s *shape) order(by []adapter.Sort) {
	for _, o := range by {
		s.name(o.Field)
		if o.Desc {
			s.flag(2)
		}
	}
	s.flag(1)
}

// limits adds LIMIT and OFFSET. A limit of one is worth a text of its own: databases plan it better.
func (s *shape) limits(q *adapter.Query) {
	switch {
	case q.Limit == 1:
		s.flag(2)
	case q.Limit > 1:
		s.flag(3)
		s.args = append(s.args, int64(q.Limit))
	default:
		s.flag(1)
	}
	if q.Offset > 0 {
		s.flag(2)
		s.args = append(s.args, int64(q.Offset))
	}
}

func (s *shape) joins(js []adapter.Join) {
	for _, j := range js {
		s.flag(2)
		s.name(j.Table)
		s.name(j.From)
		s.name(j.To)
		if j.Many {
			s.flag(2)
		}
	}
}

// classify finds how w compares.
func classify(w *adapter.Where) (condition, error) {
	_, text := w.Value.(string)
	fold := w.Insensitive && text
	switch w.Op {
	case adapter.OpEq, "":
		return pick(w.Value == nil, isNull, pick(fold, eqFold, eq)), nil
	case adapter.OpNe:
		return pick(w.Value == nil, isNotNull, pick(fold, neFold, ne)), nil
	case adapter.OpLt:
		return lt, nil
	case adapter.OpLte:
		return lte, nil
	case adapter.OpGt:
		return gt, nil
	case adapter.OpGte:
		return gte, nil
	case adapter.OpIn, adapter.OpNotIn:
		return classifyList(w), nil
	case adapter.OpContains, adapter.OpStartsWith, adapter.OpEndsWith:
		if !text {
			return never, nil
		}
		return pick(w.Insensitive, matchFold, match), nil
	}
	return 0, fmt.Errorf("sqladapter: unknown operator %q", w.Op)
}

func classifyList(w *adapter.Where) condition {
	values := list(w.Value)
	fold := w.Insensitive && !slices.ContainsFunc(values, func(v any) bool { _, ok := v.(string); return !ok })
	switch {
	case w.Op == adapter.OpIn && len(values) == 0:
		return never
	case w.Op == adapter.OpIn:
		return pick(fold, inFold, in)
	case len(values) == 0:
		return always
	}
	return pick(fold, notInFold, notIn)
}

func pick(first bool, a, b condition) condition {
	if first {
		return a
	}
	return b
}

// list is the value of In and NotIn; a single value counts as a list of one.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}
