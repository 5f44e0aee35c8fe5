package adapter

import "context"

// FindJoined returns the first row of t that matches together with its related rows of j, or ErrNotFound.
// It takes one statement if the adapter is a [Joiner], otherwise two. join.Table is ignored.
func FindJoined[T, J any](ctx context.Context, s *Store, t Rows[T], j Rows[J], join Join, where ...Where) (row *T, related []*J, err error) {
	main, mainPlan, err := t.resolve(s)
	if err != nil {
		return nil, nil, err
	}
	other, otherPlan, err := j.resolve(s)
	if err != nil {
		return nil, nil, err
	}
	if direct, ok := s.current(ctx).(DirectJoiner); ok && !s.options.NoJoins && !join.Many {
		pair := &struct { // row and list of related rows in one allocation
			row  T
			rows [1]*J
			j    J
		}{}
		joined, err := s.joinOne(ctx, direct, mainPlan.writer(&pair.row), otherPlan.writer(&pair.j), where, join)
		if err != nil || !joined {
			return orNil(&pair.row, err), nil, err
		}
		pair.rows[0] = &pair.j
		return &pair.row, pair.rows[:], nil
	}
	found, err := s.findJoined(ctx, main, other, Query{Where: where, Limit: 1}, join)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	if row, err = decodeOr[T](mainPlan, found[0].Record, nil); err != nil {
		return nil, nil, err
	}
	related, err = decodeAll[J](otherPlan, found[0].Related[0])
	return row, related, err
}

// orNil is row unless there is an error.
func orNil[T any](row *T, err error) *T {
	if err != nil {
		return nil
	}
	return row
}

// joinOne fills a row and the one related to it; joined is false if there is none.
func (s *Store) joinOne(ctx context.Context, direct DirectJoiner, row, related planWriter, where []Where, join Join) (joined bool, err error) {
	parts := struct { // of the call, in one allocation
		query        joinQuery
		row, related planWriter
	}{row: row, related: related}
	q, err := s.joinQuery(&parts.query, row.plan.table, related.plan.table, Query{Where: where, Limit: 1}, join)
	if err != nil {
		return false, err
	}
	found := false
	_, err = call(ctx, s, func(ctx context.Context, _ Adapter) (_ struct{}, err error) {
		found, joined, err = direct.JoinOne(ctx, q, &parts.row, &parts.related)
		return struct{}{}, err
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return joined, err
}

// A JoinedRow is a row with its related rows.
type JoinedRow[T, J any] struct {
	Row     *T
	Related []*J
}

// FindAllJoined returns the rows of t that match q, each with its related rows of j, in one statement if
// the adapter is a [Joiner], otherwise in two. q.Table, q.Joins and join.Table are ignored.
func FindAllJoined[T, J any](ctx context.Context, s *Store, t Rows[T], j Rows[J], join Join, q Query) ([]JoinedRow[T, J], error) {
	main, mainPlan, err := t.resolve(s)
	if err != nil {
		return nil, err
	}
	other, otherPlan, err := j.resolve(s)
	if err != nil {
		return nil, err
	}
	found, err := s.findJoined(ctx, main, other, q, join)
	if err != nil {
		return nil, err
	}
	rows := make([]JoinedRow[T, J], len(found))
	for i := range found {
		if rows[i].Row, err = decodeOr[T](mainPlan, found[i].Record, nil); err != nil {
			return nil, err
		}
		if rows[i].Related, err = decodeAll[J](otherPlan, found[i].Related[0]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// findJoined finds records of main with the related ones of other.
func (s *Store) findJoined(ctx context.Context, main, other *table, logical Query, join Join) ([]Joined, error) {
	var parts joinQuery
	q, err := s.joinQuery(&parts, main, other, logical, join)
	if err != nil {
		return nil, err
	}
	if joiner, ok := s.current(ctx).(Joiner); ok && !s.options.NoJoins {
		return call(ctx, s, func(ctx context.Context, _ Adapter) ([]Joined, error) {
			return joiner.FindJoined(ctx, q)
		})
	}
	q.Joins = nil
	recs, err := s.findPhysical(ctx, main, q)
	if err != nil || len(recs) == 0 {
		return nil, err
	}
	return s.relate(ctx, other, recs, parts.joins[0])
}

// joinQuery is room for the parts of a query.
type joinQuery struct {
	where [2]Where
	joins [1]Join
}

// joinQuery translates a query of main, joined to other, using the room of parts.
func (s *Store) joinQuery(parts *joinQuery, main, other *table, q Query, join Join) (Query, error) {
	from, err := main.column(join.From)
	if err != nil {
		return Query{}, err
	}
	to, err := other.column(join.To)
	if err != nil {
		return Query{}, err
	}
	join.Table, join.From, join.To = other.Physical, from.column, to.column
	q.Select = nil
	physical, err := main.fullQuery(parts.where[:0], q, s.options.DefaultLimit)
	parts.joins[0] = join
	physical.Joins = parts.joins[:]
	return physical, err
}

// relate fetches the related records of all recs in one query.
func (s *Store) relate(ctx context.Context, other *table, recs []Record, join Join) ([]Joined, error) {
	var keys []any
	seen := map[any]bool{}
	for _, rec := range recs {
		if key := rec[join.From]; key != nil && !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	byKey := map[any][]Record{}
	if len(keys) > 0 {
		related, err := s.findPhysical(ctx, other, Query{Table: join.Table, Where: []Where{In(join.To, keys)}})
		if err != nil {
			return nil, err
		}
		for _, rec := range related {
			byKey[rec[join.To]] = append(byKey[rec[join.To]], rec)
		}
	}
	joined := make([]Joined, len(recs))
	for i, rec := range recs {
		joined[i] = Joined{Record: rec, Related: [][]Record{join.cap(byKey[rec[join.From]])}}
	}
	return joined, nil
}

// cap applies Many and Limit to the related records of one row.
func (j Join) cap(recs []Record) []Record {
	limit := j.Limit
	if !j.Many {
		limit = 1
	}
	if limit > 0 && len(recs) > limit {
		return recs[:limit]
	}
	return recs
}
