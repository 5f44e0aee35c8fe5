package adaptertest

import (
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
)

type (
	itemRow struct {
		Name string `json:"name"`
		ID   string `json:"id"`
	}
	noteRow struct {
		Text   string `json:"text"`
		ItemID string `json:"itemId"`
		ID     string `json:"id"`
	}
	linkRow struct {
		NoteID *string `json:"noteId"`
		Label  string  `json:"label"`
		ID     string  `json:"id"`
	}
)

var (
	items = adapter.Rows[itemRow]{Table: "item"}
	notes = adapter.Rows[noteRow]{Table: "note"}
	links = adapter.Rows[linkRow]{Table: "link"}
)

// testJoins checks the adapter's own joins, if it has them, and the Store's replacement.
func (s *suite) testJoins() {
	a, b := s.item("a"), s.item("b")
	s.item("lonely")
	for _, text := range []string{"1", "2", "3"} {
		s.create("note", adapter.Record{"text": text, "itemId": a})
	}
	note := s.create("note", adapter.Record{"text": "4", "itemId": b})
	s.create("link", adapter.Record{"label": "with", "noteId": note["id"]})
	s.create("link", adapter.Record{"label": "without"})
	for _, store := range []*adapter.Store{s.store, s.newStore(adapter.Options{NoJoins: true})} {
		s.joinOne(store, b)
		s.joinMany(store)
	}
}

func (s *suite) joinOne(store *adapter.Store, b string) {
	toItem := adapter.Join{From: "itemId", To: "id"}
	row, related, err := adapter.FindJoined(s.ctx, store, notes, items, toItem, adapter.Eq("text", "4"))
	s.must(err)
	s.equal("note", row.ItemID, b)
	if len(related) != 1 || related[0].Name != "b" || related[0].ID != b {
		s.Errorf("related to one: %+v", related)
	}
	_, _, err = adapter.FindJoined(s.ctx, store, notes, items, toItem, adapter.Eq("text", "nothing"))
	s.wants(err, adapter.ErrNotFound)

	toNote := adapter.Join{From: "noteId", To: "id"}
	link, none, err := adapter.FindJoined(s.ctx, store, links, notes, toNote, adapter.Eq("label", "without"))
	s.must(err)
	if link.NoteID != nil || len(none) != 0 {
		s.Errorf("related by NULL: %+v", none)
	}
}

func (s *suite) joinMany(store *adapter.Store) {
	for _, test := range []struct {
		join adapter.Join
		q    adapter.Query
		want string
	}{
		{adapter.Join{Many: true}, adapter.Query{}, "a:3 b:1 lonely:0"},
		{adapter.Join{Many: true, Limit: 2}, adapter.Query{}, "a:2 b:1 lonely:0"},
		{adapter.Join{}, adapter.Query{}, "a:1 b:1 lonely:0"},
		{adapter.Join{Many: true}, adapter.Query{Limit: 1, Offset: 1}, "b:1"},
		{adapter.Join{Many: true}, adapter.Query{Limit: 2}, "a:3 b:1"},
		{adapter.Join{Many: true}, adapter.Query{Where: []adapter.Where{adapter.Ne("name", "a")}}, "b:1 lonely:0"},
		{adapter.Join{Many: true}, adapter.Query{Where: []adapter.Where{adapter.Eq("name", "z")}}, ""},
	} {
		test.join.From, test.join.To = "id", "itemId"
		test.q.SortBy = []adapter.Sort{{Field: "name"}}
		rows, err := adapter.FindAllJoined(s.ctx, store, items, notes, test.join, test.q)
		s.must(err)
		var got []string
		for _, r := range rows {
			for _, n := range r.Related {
				s.equal("related to", n.ItemID, r.Row.ID)
			}
			got = append(got, r.Row.Name+":"+string(rune('0'+len(r.Related))))
		}
		if strings.Join(got, " ") != test.want {
			s.Errorf("join %+v of %+v: got %q, want %q", test.join, test.q, strings.Join(got, " "), test.want)
		}
	}
}
