package adaptertest

import (
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

func (s *suite) testUpdate() {
	id := s.item("a")
	s.item("b")
	at := time.Date(2030, 5, 6, 7, 8, 9, 10_000_000, time.UTC)
	r, err := s.store.Update(s.ctx, "item", adapter.Changes{"count": 5, "at": at, "active": true}, adapter.Eq("id", id))
	s.must(err)
	s.equal("name", r["name"], "a")
	s.equal("count", r["count"], float64(5))
	s.equal("at", r["at"], at)
	s.equal("other rows changed", s.count("item", adapter.Eq("count", 5)), int64(1))

	_, err = s.store.Update(s.ctx, "item", adapter.Changes{"count": 6}, adapter.Eq("id", "nobody"))
	s.wants(err, adapter.ErrNotFound)
	_, err = s.store.Update(s.ctx, "item", adapter.Changes{"count": 6}, adapter.Eq("id", id), adapter.Eq("count", 4))
	s.wants(err, adapter.ErrNotFound)
	_, err = s.store.Update(s.ctx, "item", adapter.Changes{"count": 6}, adapter.Eq("id", id), adapter.Eq("count", 5))
	s.must(err)

	// Of several rows one is changed.
	s.create("item", adapter.Record{"name": "twin", "big": 1})
	s.create("item", adapter.Record{"name": "twin", "big": 1})
	_, err = s.store.Update(s.ctx, "item", adapter.Changes{"big": 2}, adapter.Eq("name", "twin"))
	s.must(err)
	s.equal("twins changed", s.count("item", adapter.Eq("big", 2)), int64(1))
	// The condition may be about what changes.
	r, err = s.store.Update(s.ctx, "item", adapter.Changes{"name": "renamed"}, adapter.Eq("name", "b"))
	s.must(err)
	s.equal("name", r["name"], "renamed")
}

func (s *suite) testUpdateMany() {
	for _, name := range []string{"a", "b", "c"} {
		s.item(name)
	}
	n, err := s.store.UpdateMany(s.ctx, "item", adapter.Changes{"big": 7, "name": "x"}, adapter.In("name", []any{"a", "c"}))
	s.must(err)
	s.equal("updated", n, int64(2))
	s.equal("with the new value", s.count("item", adapter.Eq("big", 7), adapter.Eq("name", "x")), int64(2))
	n, err = s.store.UpdateMany(s.ctx, "item", adapter.Changes{"big": 8}, adapter.Eq("name", "nobody"))
	s.must(err)
	s.equal("updated", n, int64(0))
	n, err = s.store.UpdateMany(s.ctx, "item", adapter.Changes{"big": 9})
	s.must(err)
	s.equal("updated without a condition", n, int64(3))
}

func (s *suite) testDelete() {
	a, b := s.item("a"), s.item("b")
	note := s.create("note", adapter.Record{"text": "of a", "itemId": a})
	s.create("note", adapter.Record{"text": "of a too", "itemId": a})
	s.create("note", adapter.Record{"text": "of b", "itemId": b})
	s.create("link", adapter.Record{"label": "l", "noteId": note["id"]})

	n, err := s.store.Delete(s.ctx, "item", adapter.Eq("id", "nobody"))
	s.must(err)
	s.equal("deleted", n, int64(0))
	n, err = s.store.Delete(s.ctx, "item", adapter.Eq("id", a))
	s.must(err)
	s.equal("deleted", n, int64(1))
	s.equal("notes left by the cascade", column(s.find(adapter.Query{Table: "note"}), "text"), []string{"of b"})
	s.equal("links kept by set null", s.count("link", adapter.Eq("noteId", nil)), int64(1))

	s.item("c")
	n, err = s.store.Delete(s.ctx, "item", adapter.In("name", []any{"b", "c"}))
	s.must(err)
	s.equal("deleted", n, int64(2))
	s.equal("notes", s.count("note"), int64(0))
	for _, name := range []string{"x", "y"} {
		s.item(name)
	}
	n, err = s.store.Delete(s.ctx, "item")
	s.must(err)
	s.equal("deleted without a condition", n, int64(2))
}

func (s *suite) testConsume() {
	for i, name := range []string{"a", "a", "b"} {
		s.create("item", adapter.Record{"name": name, "count": i})
	}
	newest := adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("name", "a")}, SortBy: []adapter.Sort{{Field: "count", Desc: true}}}
	for _, want := range []float64{1, 0} {
		r, err := s.store.Consume(s.ctx, newest)
		s.must(err)
		s.equal("consumed", r["count"], want)
	}
	_, err := s.store.Consume(s.ctx, newest)
	s.wants(err, adapter.ErrNotFound)
	_, err = s.store.Consume(s.ctx, adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("name", "b"), adapter.Eq("count", 0)}})
	s.wants(err, adapter.ErrNotFound)
	s.equal("left", s.names(), []string{"b"})
}

func (s *suite) testIncrement() {
	s.create("item", adapter.Record{"name": "a", "count": 1})
	s.create("item", adapter.Record{"name": "b", "count": 1})
	r, err := s.store.Increment(s.ctx, "item", map[string]int64{"count": 2, "big": 5}, adapter.Changes{"active": true}, adapter.Eq("name", "a"))
	s.must(err)
	s.equal("count", r["count"], float64(3))
	s.equal("NULL plus five", r["big"], float64(5))
	s.equal("active", r["active"], true)
	r, err = s.store.Increment(s.ctx, "item", map[string]int64{"count": -3}, nil, adapter.Eq("name", "a"), adapter.Gt("count", 0))
	s.must(err)
	s.equal("count", r["count"], float64(0))
	_, err = s.store.Increment(s.ctx, "item", map[string]int64{"count": -3}, nil, adapter.Eq("name", "a"), adapter.Gt("count", 0))
	s.wants(err, adapter.ErrNotFound)
	// One of several rows.
	_, err = s.store.Increment(s.ctx, "item", map[string]int64{"big": 100}, nil)
	s.must(err)
	s.equal("rows incremented", s.count("item", adapter.Gte("big", 100)), int64(1))
}

func (s *suite) testBatch() {
	batcher, ok := s.adapter.(adapter.Batcher)
	if !ok {
		s.Log("the adapter is no Batcher")
		return
	}
	insert := func(id, name string) adapter.Insert {
		return adapter.Insert{Table: "test items", Record: adapter.Record{"id": id, "name": name}}
	}
	note := adapter.Insert{Table: "note", Record: adapter.Record{"id": "n1", "text": "t", "item_id": "i1"}}
	recs, err := batcher.CreateBatch(s.ctx, []adapter.Insert{insert("i1", "one"), note, insert("i2", "two")})
	s.must(err)
	if len(recs) != 3 {
		s.Fatalf("a batch of 3 returned %d records", len(recs))
	}
	s.equal("order of the answer", []any{recs[0]["id"], recs[1]["id"], recs[2]["id"]}, []any{"i1", "n1", "i2"})
	s.equal("second record", recs[1]["item_id"], "i1")

	_, err = batcher.CreateBatch(s.ctx, []adapter.Insert{insert("i3", "three"), insert("i4", "four"), insert("i1", "again")})
	s.wants(err, adapter.ErrUnique)
	s.equal("rows after a failed batch", s.count("item"), int64(2))

	failed := s.adapter.Transaction(s.ctx, func(tx adapter.Adapter) error {
		if inTx, ok := tx.(adapter.Batcher); ok {
			if _, err := inTx.CreateBatch(s.ctx, []adapter.Insert{insert("i5", "five")}); err != nil {
				return err
			}
		}
		return errStop
	})
	s.wants(failed, errStop)
	s.equal("rows after a rollback", s.count("item"), int64(2))
}
