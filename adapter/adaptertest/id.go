package adaptertest

import (
	"context"
	"strconv"

	"github.com/betterauth-go/betterauth/adapter"
)

func (s *suite) testSerialIDs() {
	first, second := s.item("a"), s.item("b")
	n, err := strconv.Atoi(first)
	s.must(err)
	m, err := strconv.Atoi(second)
	s.must(err)
	if n < 1 || m <= n {
		s.Errorf("ids do not count up: %s, %s", first, second)
	}
	note := s.create("note", adapter.Record{"text": "t", "itemId": second})
	s.equal("reference", note["itemId"], second)
	s.equal("by id", s.names(adapter.Eq("id", second)), []string{"b"})
	s.equal("by ids", s.names(adapter.In("id", []any{first, second, "x"})), []string{"a", "b"})
	s.equal("by what is no id", s.names(adapter.Eq("id", "x1")), []string{})
	s.equal("by reference", s.count("note", adapter.Eq("itemId", second)), int64(1))

	row, related, err := adapter.FindJoined(s.ctx, s.store, notes, items, adapter.Join{From: "itemId", To: "id"}, adapter.Eq("itemId", second))
	s.must(err)
	if row.ItemID != second || len(related) != 1 || related[0].ID != second {
		s.Errorf("joined: %+v, %+v", row, related)
	}
	_, err = s.store.Delete(s.ctx, "item", adapter.Eq("id", second))
	s.must(err)
	s.equal("notes after the cascade", s.count("note"), int64(0))
	if third := s.item("c"); third == first {
		s.Errorf("the id %s was given out twice", third)
	}

	item, child := &itemRow{Name: "batch"}, &noteRow{Text: "batch"}
	s.must(s.store.Batch(s.ctx, func(b *adapter.Batch) {
		items.Add(b, item)
		notes.Add(b, child, func() { child.ItemID = item.ID })
	}))
	s.equal("reference within a batch", s.count("note", adapter.Eq("itemId", item.ID), adapter.Eq("id", child.ID)), int64(1))
	s.serialRollback()
}

func (s *suite) serialRollback() {
	before := s.count("item")
	err := s.store.Transaction(s.ctx, func(ctx context.Context) error {
		if _, err := s.store.Create(ctx, "item", adapter.Record{"name": "dropped"}); err != nil {
			return err
		}
		return errStop
	})
	s.wants(err, errStop)
	s.item("after a rollback")
	s.equal("items", s.count("item"), before+1)
}

func (s *suite) testUUIDs() {
	id := s.item("a")
	if len(id) != 36 {
		s.Errorf("%q is no UUID", id)
	}
	given := "0190a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b"
	s.create("item", adapter.Record{"id": given, "name": "b"})
	s.equal("by id", s.names(adapter.Eq("id", given)), []string{"b"})
	s.equal("by what is no UUID", s.names(adapter.Eq("id", "not a uuid")), []string{})
	s.equal("by some that are none", s.names(adapter.In("id", []any{id, "x"})), []string{"a"})
	note := s.create("note", adapter.Record{"text": "t", "itemId": id})
	s.equal("reference", note["itemId"], id)
}
