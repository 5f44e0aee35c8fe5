package adaptertest

import (
	"encoding/json"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

func (s *suite) testCreate() {
	created := s.create("item", adapter.Record{"name": "one", "email": "one@example.com"})
	id, _ := created["id"].(string)
	if id == "" {
		s.Fatal("the created row has no id")
	}
	found, err := s.store.FindOne(s.ctx, adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("id", id)}})
	s.must(err)
	s.equal("the row found", found, created)

	// Below the Store names are physical, and the answer has them all.
	raw, err := s.adapter.Find(s.ctx, adapter.Query{Table: "test items", Where: []adapter.Where{adapter.Eq("e_mail", "one@example.com")}})
	s.must(err)
	if len(raw) != 1 {
		s.Fatalf("found %d rows by the physical column, want 1", len(raw))
	}
	s.equal("physical name", raw[0]["name"], "one")
	if _, ok := raw[0]["e_mail"]; !ok {
		s.Errorf("the record has no column e_mail: %v", raw[0])
	}

	_, err = s.adapter.Create(s.ctx, "test items", adapter.Record{"id": "without name"})
	if err == nil {
		s.Error("a required column took NULL")
	}
	s.equal("rows", s.count("item"), int64(1))
	if _, err := s.adapter.Create(s.ctx, "no such table", adapter.Record{"id": "x"}); err == nil {
		s.Error("a table that does not exist took a row")
	}
	if _, err := s.adapter.Find(s.ctx, adapter.Query{Table: "no such table"}); err == nil {
		s.Error("a table that does not exist was read")
	}
}

func (s *suite) testTypes() {
	at := time.Date(2024, 2, 29, 23, 59, 59, 7_000_000, time.FixedZone("", 3600))
	row := s.create("item", adapter.Record{
		"name": "all \"quoted\" 'types' \\ ünï\U0001F600\n", "active": true, "count": -3, "big": int64(1) << 52,
		"at": at, "meta": json.RawMessage(`{"b":[1,2.5,null,"<é>"],"a":{"x":true}}`),
		"tags": []string{"a", "", `q"`}, "scores": []float64{1, -2.5},
	})
	for what, r := range map[string]adapter.Record{"created": row, "found": s.find(adapter.Query{Table: "item"})[0]} {
		s.equal(what+" name", r["name"], "all \"quoted\" 'types' \\ ünï\U0001F600\n")
		s.equal(what+" active", r["active"], true)
		s.equal(what+" count", r["count"], float64(-3))
		s.equal(what+" big", r["big"], float64(1<<52))
		s.equal(what+" at", r["at"], time.Date(2024, 2, 29, 22, 59, 59, 7_000_000, time.UTC))
		s.sameJSON(what+" meta", r["meta"], `{"a":{"x":true},"b":[1,2.5,null,"<é>"]}`)
		s.equal(what+" tags", r["tags"], []any{"a", "", `q"`})
		s.equal(what+" scores", r["scores"], []any{float64(1), -2.5})
		s.equal(what+" email", r["email"], nil)
	}
	for _, text := range []string{`"text"`, `12`, `true`, `[]`, `{}`} {
		r := s.create("item", adapter.Record{"name": text, "meta": json.RawMessage(text), "tags": []string{}, "active": false})
		s.sameJSON("meta", r["meta"], text)
		s.equal("empty list", r["tags"], []any{})
		s.equal("active", r["active"], false)
	}
	s.testNulls()
}

func (s *suite) testNulls() {
	r := s.create("item", adapter.Record{"name": "null"})
	for _, name := range []string{"email", "active", "count", "big", "at", "meta", "tags", "scores"} {
		if v, ok := r[name]; !ok || v != nil {
			s.Errorf("unset %s: got %v, want NULL", name, v)
		}
	}
	set := adapter.Changes{"active": true, "at": time.UnixMilli(1).UTC(), "meta": json.RawMessage(`1`), "tags": []string{"x"}}
	r, err := s.store.Update(s.ctx, "item", set, adapter.Eq("name", "null"))
	s.must(err)
	s.equal("date near the epoch", r["at"], time.UnixMilli(1).UTC())
	r, err = s.store.Update(s.ctx, "item", adapter.Changes{"active": nil, "at": nil, "meta": nil, "tags": nil}, adapter.Eq("name", "null"))
	s.must(err)
	for _, name := range []string{"active", "at", "meta", "tags"} {
		s.equal(name+" set to NULL", r[name], nil)
	}
}

func (s *suite) testUnique() {
	first := s.create("item", adapter.Record{"name": "a", "email": "a@example.com", "count": 1})
	for what, r := range map[string]adapter.Record{
		"column": {"name": "b", "email": "a@example.com"},
		"key":    {"name": "b", "id": first["id"]},
		"index":  {"name": "a", "count": 1},
	} {
		_, err := s.store.Create(s.ctx, "item", r)
		if s.wants(err, adapter.ErrUnique); s.count("item") != 1 {
			s.Errorf("a row with a repeated %s was stored", what)
		}
	}
	s.create("item", adapter.Record{"name": "a", "count": 2})
	s.create("item", adapter.Record{"name": "a"})
	s.create("item", adapter.Record{"name": "a"}) // NULLs are not equal
	s.equal("rows", s.count("item"), int64(4))

	_, err := s.store.Update(s.ctx, "item", adapter.Changes{"email": "a@example.com"}, adapter.Eq("count", 2))
	s.wants(err, adapter.ErrUnique)
	_, err = s.store.UpdateMany(s.ctx, "item", adapter.Changes{"email": "new@example.com"}, adapter.Eq("name", "a"))
	s.wants(err, adapter.ErrUnique)
	s.equal("rows that a failed update reached", s.count("item", adapter.Eq("email", "new@example.com")), int64(0))

	// A value is free again once its row is gone or has another.
	_, err = s.store.Update(s.ctx, "item", adapter.Changes{"email": "c@example.com"}, adapter.Eq("id", first["id"]))
	s.must(err)
	s.create("item", adapter.Record{"name": "d", "email": "a@example.com"})
	_, err = s.store.Delete(s.ctx, "item", adapter.Eq("email", "c@example.com"))
	s.must(err)
	s.create("item", adapter.Record{"name": "e", "email": "c@example.com"})
}
