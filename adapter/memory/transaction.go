package memory

import (
	"fmt"
	"maps"

	"github.com/betterauth-go/betterauth/adapter"
)

// A transaction is the one writer of the database. Its methods need db.mu locked, but for finish.
type transaction struct {
	db   *database
	log  []change
	over bool
}

// A change is one step of a transaction, with what is needed to undo it.
type change struct {
	table    *table
	node     *node
	before   adapter.Record // what the transaction saw
	after    adapter.Record // what it sees now
	wasDirty bool
}

// finish ends the transaction.
func (tx *transaction) finish(commit bool) {
	tx.db.mu.Lock()
	defer tx.db.mu.Unlock()
	if commit {
		tx.commit()
	} else {
		tx.rollback(0)
	}
	tx.over = true
}

// set makes a row look like r to the transaction; nil removes it.
func (tx *transaction) set(t *table, n *node, r adapter.Record) {
	before := n.record(true)
	tx.log = append(tx.log, change{t, n, before, r, n.dirty})
	n.pending, n.dirty = r, true
	if r != nil {
		t.index(n, before, r)
	}
}

// commit shows the changes to everybody.
func (tx *transaction) commit() {
	for _, c := range tx.log {
		if c.node.dirty {
			c.node.committed, c.node.pending, c.node.dirty = c.node.pending, nil, false
		}
	}
	tx.tidy(tx.log)
	tx.log = nil
}

// rollback undoes the changes since the log had the length mark.
func (tx *transaction) rollback(mark int) {
	undone := tx.log[mark:]
	for i := len(undone) - 1; i >= 0; i-- {
		c := undone[i]
		c.node.dirty = c.wasDirty
		c.node.pending = nil
		if c.wasDirty {
			c.node.pending = c.before
		}
	}
	tx.tidy(undone)
	tx.log = tx.log[:mark]
}

// tidy drops index entries and rows that nobody sees any more.
func (tx *transaction) tidy(changes []change) {
	for _, c := range changes {
		for _, old := range [...]adapter.Record{c.before, c.after} {
			if old != nil {
				c.table.forget(c.node, old)
			}
		}
		if c.node.committed == nil && !c.node.dirty && c.node.number != 0 {
			c.table.unlink(c.node)
			c.node.number = 0
		}
	}
}

// forget drops the index entries of old, but for values that somebody still sees in the row.
func (t *table) forget(n *node, old adapter.Record) {
	for _, x := range t.indexes {
		key, ok := x.key(old)
		if ok && !x.lists(n.committed, key) && !(n.dirty && x.lists(n.pending, key)) {
			x.remove(key, n)
		}
	}
}

// insert adds a row. The table counts the id if the record has none.
func (tx *transaction) insert(name string, r adapter.Record) (adapter.Record, error) {
	t, err := tx.db.table(name)
	if err != nil {
		return nil, err
	}
	if r, err = t.withID(r); err != nil {
		return nil, err
	}
	if err := t.missing(r); err != nil {
		return nil, err
	}
	if err := t.conflict(nil, r); err != nil {
		return nil, err
	}
	n := &node{}
	t.append(n)
	tx.set(t, n, r)
	return r, nil
}

func (t *table) withID(r adapter.Record) (adapter.Record, error) {
	switch id := r["id"].(type) {
	case nil:
	case int64:
		t.lastID = max(t.lastID, id)
		return r, nil
	default:
		return r, nil
	}
	if !t.serial {
		return nil, fmt.Errorf("memory: a row of table %q needs an id", t.name)
	}
	t.lastID++
	r = maps.Clone(r)
	r["id"] = t.lastID
	return r, nil
}

func (tx *transaction) update(t *table, n *node, set adapter.Record) (adapter.Record, error) {
	r := maps.Clone(n.record(true))
	maps.Copy(r, set)
	if err := t.missing(r); err != nil {
		return nil, err
	}
	if err := t.conflict(n, r); err != nil {
		return nil, err
	}
	tx.set(t, n, r)
	return r, nil
}

// remove deletes a row and does to the rows that reference it what their foreign key says.
func (tx *transaction) remove(t *table, n *node) error {
	r := n.record(true)
	if r == nil {
		return nil // by a cascade of the same statement
	}
	tx.set(t, n, nil)
	for _, c := range t.children {
		if r[c.parent] == nil {
			continue
		}
		if err := tx.orphan(c, r[c.parent]); err != nil {
			return err
		}
	}
	return nil
}

func (tx *transaction) orphan(c child, parent any) error {
	t, err := tx.db.table(c.table)
	if err != nil {
		return err
	}
	var nodes []*node
	for n := range t.matches([]adapter.Where{adapter.Eq(c.column, parent)}, true) {
		nodes = append(nodes, n)
	}
	for _, n := range nodes {
		switch c.action {
		case "cascade":
			err = tx.remove(t, n)
		case "set null", "set default":
			_, err = tx.update(t, n, adapter.Record{c.column: nil})
		default:
			err = fmt.Errorf("memory: a row of table %q still references the row", c.table)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
