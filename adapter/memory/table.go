package memory

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// A table holds its rows in a list, in the order of their creation.
type table struct {
	name     string
	head     *node
	tail     *node
	indexes  []*index
	required []string
	children []child
	serial   bool // the table counts ids
	lastID   int64
	nextNode uint64
}

// A child is a foreign key column that points to a table.
type child struct {
	table, column string
	parent        string // the column it points to
	action        string
}

// A node is one row. While a transaction changes it, pending is what the transaction sees and committed
// what everybody else sees; nil means that there is no such row.
type node struct {
	prev, next         *node
	number             uint64 // counts up in the order of creation
	committed, pending adapter.Record
	dirty              bool
}

// record returns the row as a transaction, or as everybody else, sees it.
func (n *node) record(inTx bool) adapter.Record {
	if inTx && n.dirty {
		return n.pending
	}
	return n.committed
}

func newTable(def *adapter.Table, ids adapter.IDStrategy) *table {
	t := &table{name: def.Physical, serial: ids == adapter.SerialIDs || ids == adapter.DatabaseIDs}
	t.addIndex(true, "id")
	for i := range def.Fields {
		f := &def.Fields[i]
		if f.Unique || f.Index || f.References != nil {
			t.addIndex(f.Unique, f.Column)
		}
		if !f.Optional {
			t.required = append(t.required, f.Column)
		}
	}
	for _, x := range def.Indexes {
		columns := make([]string, len(x.Fields))
		for i, name := range x.Fields {
			columns[i] = def.Column(name)
		}
		t.addIndex(x.Unique, columns...)
	}
	return t
}

func (t *table) addIndex(unique bool, columns ...string) {
	t.indexes = append(t.indexes, &index{columns: columns, unique: unique, nodes: map[any][]*node{}})
}

// adopt takes over the rows of a table of the same name.
func (t *table) adopt(old *table) error {
	t.lastID = old.lastID
	for n := old.head; n != nil; n = n.next {
		if err := t.conflict(nil, n.committed); err != nil {
			return err
		}
		t.append(&node{committed: n.committed})
		t.index(t.tail, nil, n.committed)
	}
	return nil
}

func (t *table) append(n *node) {
	t.nextNode++
	n.number, n.prev = t.nextNode, t.tail
	if t.tail == nil {
		t.head = n
	} else {
		t.tail.next = n
	}
	t.tail = n
}

func (t *table) unlink(n *node) {
	if n.prev == nil {
		t.head = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		t.tail = n.prev
	} else {
		n.next.prev = n.prev
	}
}

// An index finds rows by the values of columns. It may also list rows that had a value only before or
// only within a transaction: whoever uses it looks at the row again.
type index struct {
	columns []string
	unique  bool
	nodes   map[any][]*node
}

// key returns what r is listed under; false means that it is not listed, as a NULL is not.
func (x *index) key(r adapter.Record) (any, bool) {
	if len(x.columns) == 1 {
		return scalarKey(r[x.columns[0]])
	}
	var buf [128]byte
	b := buf[:0]
	for _, column := range x.columns {
		var ok bool
		if b, ok = appendKey(b, r[column]); !ok {
			return nil, false
		}
	}
	return string(b), true
}

// appendKey appends the key of one column so that no two lists of values give the same text.
func appendKey(b []byte, v any) ([]byte, bool) {
	key, ok := scalarKey(v)
	switch k := key.(type) {
	case string:
		b = append(strconv.AppendInt(append(b, 's'), int64(len(k)), 10), ':')
		b = append(b, k...)
	case int64:
		b = append(strconv.AppendInt(append(b, 'i'), k, 10), ':')
	case float64:
		b = append(strconv.AppendFloat(append(b, 'f'), k, 'g', -1, 64), ':')
	case bool:
		b = append(strconv.AppendBool(append(b, 'b'), k), ':')
	}
	return b, ok
}

// scalarKey brings equal values to equal keys.
func scalarKey(v any) (any, bool) {
	switch x := v.(type) {
	case nil:
		return nil, false
	case string, bool, int64:
		return v, true
	case float64:
		if whole := int64(x); float64(whole) == x {
			return whole, true
		}
		return v, true
	case time.Time:
		return x.UnixNano(), true
	}
	return fmt.Sprint(v), true
}

// index lists n, which looked like before (nil for a new row), under the values of r.
func (t *table) index(n *node, before, r adapter.Record) {
	for _, x := range t.indexes {
		key, ok := x.key(r)
		if !ok || x.lists(before, key) {
			continue
		}
		// A row may have had the value earlier in the transaction.
		if before == nil || !slices.Contains(x.nodes[key], n) {
			x.nodes[key] = append(x.nodes[key], n)
		}
	}
}

// lists reports whether the index lists r under key.
func (x *index) lists(r adapter.Record, key any) bool {
	if r == nil {
		return false
	}
	k, ok := x.key(r)
	return ok && k == key
}

func (x *index) remove(key any, n *node) {
	rest := slices.DeleteFunc(x.nodes[key], func(other *node) bool { return other == n })
	if len(rest) == 0 {
		delete(x.nodes, key)
	} else {
		x.nodes[key] = rest
	}
}

// conflict looks for another row than n with a unique value of r, as the writer sees the table.
func (t *table) conflict(n *node, r adapter.Record) error {
	for _, x := range t.indexes {
		if !x.unique {
			continue
		}
		key, ok := x.key(r)
		if !ok {
			continue
		}
		for _, other := range x.nodes[key] {
			if other == n {
				continue
			}
			if x.lists(other.record(true), key) {
				return fmt.Errorf("%w: %s(%s)", adapter.ErrUnique, t.name, strings.Join(x.columns, ", "))
			}
		}
	}
	return nil
}

// missing looks for a required column without a value.
func (t *table) missing(r adapter.Record) error {
	for _, column := range t.required {
		if r[column] == nil {
			return fmt.Errorf("memory: column %q of table %q cannot be NULL", column, t.name)
		}
	}
	return nil
}

// matches yields the rows that satisfy where, in the order of their creation.
func (t *table) matches(where []adapter.Where, inTx bool) iter.Seq[*node] {
	return func(yield func(*node) bool) {
		if nodes, ok := t.lookup(where); ok {
			for _, n := range nodes {
				if r := n.record(inTx); r != nil && match(r, where) && !yield(n) {
					return
				}
			}
			return
		}
		for n := t.head; n != nil; n = n.next {
			if r := n.record(inTx); r != nil && match(r, where) && !yield(n) {
				return
			}
		}
	}
}

// lookup returns a short list of rows with all those among them that can satisfy where; false means that
// no index helps.
func (t *table) lookup(where []adapter.Where) (nodes []*node, ok bool) {
	for _, x := range t.indexes {
		found, usable := x.lookup(where)
		if usable && (!ok || len(found) < len(nodes)) {
			nodes, ok = found, true
			if x.unique {
				break
			}
		}
	}
	if !slices.IsSortedFunc(nodes, byNumber) {
		nodes = slices.Clone(nodes)
		slices.SortFunc(nodes, byNumber)
	}
	return nodes, ok
}

func byNumber(a, b *node) int { return cmp.Compare(a.number, b.number) }

func (x *index) lookup(where []adapter.Where) ([]*node, bool) {
	if len(x.columns) > 1 {
		return x.lookupAll(where)
	}
	for i := range where {
		w := &where[i]
		if w.Field != x.columns[0] || w.Or || w.Insensitive {
			continue
		}
		switch w.Op {
		case adapter.OpEq:
			if key, ok := scalarKey(w.Value); ok {
				return x.nodes[key], true
			}
		case adapter.OpIn:
			return x.lookupIn(w.Value), true
		}
	}
	return nil, false
}

func (x *index) lookupIn(list any) (nodes []*node) {
	values, _ := list.([]any)
	for _, v := range values {
		if key, ok := scalarKey(v); ok {
			nodes = append(nodes, x.nodes[key]...)
		}
	}
	slices.SortFunc(nodes, byNumber)
	return slices.Compact(nodes)
}

// lookupAll needs an equality for each of the columns.
func (x *index) lookupAll(where []adapter.Where) ([]*node, bool) {
	r := make(adapter.Record, len(x.columns))
	for i := range where {
		w := &where[i]
		if w.Op == adapter.OpEq && !w.Or && !w.Insensitive && slices.Contains(x.columns, w.Field) {
			r[w.Field] = w.Value
		}
	}
	if len(r) < len(x.columns) {
		return nil, false
	}
	key, ok := x.key(r)
	return x.nodes[key], ok
}

// find returns the rows of a query.
func (t *table) find(q *adapter.Query, inTx bool) []adapter.Record {
	var found []adapter.Record
	enough := 0
	if q.Limit > 0 && len(q.SortBy) == 0 {
		enough = q.Offset + q.Limit
	}
	for n := range t.matches(q.Where, inTx) {
		found = append(found, n.record(inTx))
		if enough > 0 && len(found) == enough {
			break
		}
	}
	if len(q.SortBy) > 0 {
		slices.SortStableFunc(found, func(a, b adapter.Record) int { return compareBy(q.SortBy, a, b) })
	}
	found = found[min(q.Offset, len(found)):]
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return found
}

// first returns the first row of a query, by its order.
func (t *table) first(q *adapter.Query, inTx bool) *node {
	var best *node
	for n := range t.matches(q.Where, inTx) {
		if len(q.SortBy) == 0 {
			return n
		}
		if best == nil || compareBy(q.SortBy, n.record(inTx), best.record(inTx)) < 0 {
			best = n
		}
	}
	return best
}

// findJoined returns the rows of a query with the related rows of each join.
func (db *database) findJoined(t *table, q *adapter.Query, inTx bool) ([]adapter.Joined, error) {
	if len(q.Joins) == 1 && q.Limit == 1 && q.Offset == 0 && !q.Joins[0].Many {
		return db.findPair(t, q, inTx)
	}
	found := t.find(q, inTx)
	joined := make([]adapter.Joined, len(found))
	lists := make([][]adapter.Record, len(found)*len(q.Joins))
	for i, r := range found {
		joined[i] = adapter.Joined{Record: r, Related: lists[:len(q.Joins):len(q.Joins)]}
		lists = lists[len(q.Joins):]
		for k := range q.Joins {
			other, err := db.table(q.Joins[k].Table)
			if err != nil {
				return nil, err
			}
			joined[i].Related[k] = other.related(&q.Joins[k], r, inTx)
		}
	}
	return joined, nil
}

// findPair finds one row and at most one related row: a session and its user. It allocates once.
func (db *database) findPair(t *table, q *adapter.Query, inTx bool) ([]adapter.Joined, error) {
	join := &q.Joins[0]
	other, err := db.table(join.Table)
	if err != nil {
		return nil, err
	}
	n := t.first(q, inTx)
	if n == nil {
		return nil, nil
	}
	var pair struct {
		joined  [1]adapter.Joined
		lists   [1][]adapter.Record
		related [1]adapter.Record
	}
	p := &pair
	p.joined[0] = adapter.Joined{Record: n.record(inTx), Related: p.lists[:]}
	if value := p.joined[0].Record[join.From]; value != nil {
		where := [1]adapter.Where{adapter.Eq(join.To, value)}
		if m := other.first(&adapter.Query{Where: where[:]}, inTx); m != nil {
			p.related[0] = m.record(inTx)
			p.lists[0] = p.related[:]
		}
	}
	return p.joined[:], nil
}

func (t *table) related(j *adapter.Join, r adapter.Record, inTx bool) []adapter.Record {
	value := r[j.From]
	if value == nil {
		return nil
	}
	limit := j.Limit
	if !j.Many {
		limit = 1
	}
	where := [1]adapter.Where{adapter.Eq(j.To, value)}
	return t.find(&adapter.Query{Where: where[:], Limit: limit}, inTx)
}
