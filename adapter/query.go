package adapter

import "fmt"

// Changes are new values of fields by logical name. A nil value stores NULL.
type Changes map[string]any

// query translates conditions to physical names and values.
func (t *table) query(where []Where) (Query, error) { return t.queryIn(nil, where) }

// queryIn puts the conditions into space, which is empty, if they fit.
func (t *table) queryIn(space, where []Where) (Query, error) {
	for i := range where {
		w, err := t.condition(where[i])
		if err != nil {
			return Query{}, err
		}
		if space == nil {
			space = make([]Where, 0, len(where))
		}
		space = append(space, w)
	}
	return Query{Table: t.Physical, Where: space}, nil
}

// fullQuery translates a whole query but its joins.
func (t *table) fullQuery(space []Where, q Query, defaultLimit int) (Query, error) {
	out, err := t.queryIn(space, q.Where)
	if err != nil {
		return Query{}, err
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	out.Limit, out.Offset = max(q.Limit, 0), q.Offset
	for _, name := range q.Select {
		c, err := t.column(name)
		if err != nil {
			return Query{}, err
		}
		out.Select = append(out.Select, c.column)
	}
	for _, by := range q.SortBy {
		c, err := t.column(by.Field)
		if err != nil {
			return Query{}, err
		}
		out.SortBy = append(out.SortBy, Sort{Field: c.column, Desc: by.Desc})
	}
	return out, nil
}

func (t *table) condition(w Where) (Where, error) {
	c, err := t.column(w.Field)
	if err != nil {
		return w, err
	}
	if w.Op == "" {
		w.Op = OpEq
	}
	w.Field = c.column
	switch w.Op {
	case OpIn, OpNotIn:
		return c.listCondition(w)
	case OpContains, OpStartsWith, OpEndsWith:
		s, ok := plain(w.Value).(string)
		if !ok {
			return w, fmt.Errorf("adapter: field %q: %s needs a string", c.name, w.Op)
		}
		if _, err := c.encodeString(s); err != nil {
			return never(w), nil
		}
		return w, nil
	case OpEq, OpNe, OpLt, OpLte, OpGt, OpGte:
		v, err := c.encode(plain(w.Value))
		if err != nil {
			return c.unstorable(w), nil
		}
		w.Value = v
		return w, nil
	}
	return w, fmt.Errorf("adapter: field %q: unknown operator %q", c.name, w.Op)
}

// unstorable rewrites a comparison with a value that no row can hold, such as text with a NUL byte:
// nothing equals it, and everything but NULL differs from it.
func (c *column) unstorable(w Where) Where {
	if w.Op == OpNe {
		w.Value = nil
		return w
	}
	return never(w)
}

// never is a condition on the same field that no row satisfies.
func never(w Where) Where {
	return Where{Field: w.Field, Op: OpIn, Value: []any{}, Or: w.Or}
}

// listCondition encodes the values of OpIn and OpNotIn; NULL and values no row can hold drop out.
func (c *column) listCondition(w Where) (Where, error) {
	var in []any
	switch list := w.Value.(type) {
	case []any:
		in = list
	case []string:
		for _, s := range list {
			in = append(in, s)
		}
	default:
		return w, fmt.Errorf("adapter: field %q: %s needs a list", c.name, w.Op)
	}
	values := make([]any, 0, len(in))
	for _, v := range in {
		if v, err := c.encode(plain(v)); err == nil && v != nil {
			values = append(values, v)
		}
	}
	w.Value = values
	return w, nil
}
