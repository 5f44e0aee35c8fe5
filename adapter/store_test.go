package adapter_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/adaptertest"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// start is what the test's clock shows first; it has digits that no database keeps.
var start = time.Date(2024, 1, 2, 3, 4, 5, 678_900_000, time.FixedZone("", 3600))

// extras adds a field of every kind to the user.
func extras() adapter.Table {
	return adapter.Table{Name: "user", Fields: []adapter.Field{
		{Name: "plan", Type: adapter.String, Default: func() any { return "free" }},
		{Name: "seats", Type: adapter.Number, Optional: true},
		{Name: "vip", Column: "is_vip", Type: adapter.Boolean, Optional: true},
		{Name: "born", Type: adapter.Date, Optional: true},
		{Name: "prefs", Type: adapter.JSON, Optional: true},
		{Name: "tags", Type: adapter.StringArray, Optional: true},
		{
			Name: "shout", Type: adapter.String, Optional: true,
			Input: func(v any) (any, error) {
				if s, ok := v.(string); ok {
					return strings.ToLower(s), nil
				}
				return v, nil
			},
			Output: func(v any) (any, error) {
				if s, ok := v.(string); ok {
					return strings.ToUpper(s), nil
				}
				return v, nil
			},
		},
	}}
}

func newStore(t *testing.T, o adapter.Options) *adapter.Store {
	t.Helper()
	now := start
	clock := func() time.Time { now = now.Add(time.Second); return now.Add(-time.Second) }
	schema, err := adapter.NewSchema(append(adapter.CoreTables(clock), extras())...)
	if err != nil {
		t.Fatal(err)
	}
	if o.Adapter == nil {
		o.Adapter = memory.New()
	}
	o.Schema, o.Now = schema, clock
	s, err := adapter.NewStore(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newUser(t *testing.T, s *adapter.Store, name string) *user {
	t.Helper()
	return must[*user](t)(users.Create(t.Context(), s, &user{Name: name, Email: name + "@example.com"}))
}

// adapterOnly hides what an adapter can do beyond the interface, and says that it lacks types.
type adapterOnly struct {
	adapter.Adapter
	caps adapter.Capabilities
	log  *[]string // of calls, if not nil
}

func (a adapterOnly) note(call string) {
	if a.log != nil {
		*a.log = append(*a.log, call)
	}
}

func (a adapterOnly) SetSchema(s *adapter.Schema) error {
	return a.Adapter.(adapter.SchemaSetter).SetSchema(s)
}
func (a adapterOnly) Capabilities() adapter.Capabilities { return a.caps }

func (a adapterOnly) Find(ctx context.Context, q adapter.Query) ([]adapter.Record, error) {
	a.note("find " + q.Table)
	return a.Adapter.Find(ctx, q)
}

func (a adapterOnly) Create(ctx context.Context, table string, r adapter.Record) (adapter.Record, error) {
	a.note("create " + table)
	return a.Adapter.Create(ctx, table, r)
}

func (a adapterOnly) Transaction(ctx context.Context, fn func(adapter.Adapter) error) error {
	a.note("begin")
	return a.Adapter.Transaction(ctx, func(tx adapter.Adapter) error {
		return fn(adapterOnly{tx, a.caps, a.log})
	})
}

// TestConformance runs the suite on a database that has hardly any types and can neither join nor batch,
// so that the Store has to do all of it.
func TestConformance(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(*testing.T, *adapter.Schema) adapter.Adapter {
		return adapterOnly{memory.New(), adapter.Capabilities{NoBooleans: true, NoDates: true, NoJSON: true, UUIDs: true}, nil}
	})
}

func TestCreateFillsARow(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	u := newUser(t, s, "ann")
	if !regexp.MustCompile(`^[a-zA-Z0-9]{32}$`).MatchString(u.ID) {
		t.Errorf("id %q", u.ID)
	}
	want := start.UTC().Truncate(time.Millisecond)
	if u.CreatedAt != want || u.UpdatedAt != want.Add(time.Second) || u.EmailVerified || u.Image != nil {
		t.Errorf("defaults: %+v", u)
	}
	if got := fmt.Sprint(u.Extra); got != "[{plan free} {seats <nil>} {vip <nil>} {born <nil>} {prefs <nil>} {tags <nil>} {shout <nil>}]" {
		t.Errorf("further columns: %s", got)
	}
	forced := must[*user](t)(users.Create(t.Context(), s, &user{ID: "given", Name: "b", Email: "b@example.com", CreatedAt: start}))
	if forced.ID != "given" || forced.CreatedAt != want {
		t.Errorf("given values: %+v", forced)
	}
	// A date that is required, has no default and is not set, but is kept up to date.
	ss := must[*session](t)(sessions.Create(t.Context(), s, &session{Token: "t", UserID: u.ID, ExpiresAt: start}))
	if ss.UpdatedAt.IsZero() {
		t.Error("updatedAt of a session is not set")
	}
	_, err := users.Create(t.Context(), s, &user{Name: "x", Email: "ann@example.com"})
	if !errors.Is(err, adapter.ErrUnique) {
		t.Errorf("repeated email: %v", err)
	}
}

func TestFurtherColumns(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	born := time.Date(1990, 1, 2, 0, 0, 0, 0, time.UTC)
	u := must[*user](t)(users.Create(t.Context(), s, &user{Name: "a", Email: "a@b.c", Extra: wire.Object{
		{Name: "shout", Value: "Hey"},
		{Name: "plan", Value: "pro"},
		{Name: "seats", Value: 3},
		{Name: "vip", Value: true},
		{Name: "born", Value: "1990-01-02T00:00:00.000Z"},
		{Name: "tags", Value: []any{"x"}},
		{Name: "prefs", Value: wire.Object{{Name: "z", Value: 1.0}, {Name: "a", Value: "<b>"}}},
	}}))
	for range 2 { // as created, then as found
		want := wire.Object{
			{Name: "plan", Value: "pro"},
			{Name: "seats", Value: 3.0},
			{Name: "vip", Value: true},
			{Name: "born", Value: born},
			{Name: "prefs", Value: json.RawMessage(`{"z":1,"a":"<b>"}`)},
			{Name: "tags", Value: []any{"x"}},
			{Name: "shout", Value: "HEY"},
		}
		if fmt.Sprint(u.Extra) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", u.Extra, want)
		}
		u = must[*user](t)(users.FindOne(t.Context(), s, adapter.Eq("id", u.ID)))
	}
	raw := must[[]adapter.Record](t)(s.Adapter().Find(t.Context(), adapter.Query{Table: "user"}))
	if raw[0]["shout"] != "hey" || raw[0]["is_vip"] != true {
		t.Errorf("stored: %v", raw[0])
	}
	_, err := users.Create(t.Context(), s, &user{Name: "b", Email: "b@b.c", Extra: wire.Object{{Name: "unknown", Value: 1}}})
	if err == nil || !strings.Contains(err.Error(), `no field "unknown"`) {
		t.Errorf("unknown field: %v", err)
	}
}

// profile is another struct over the user table, with the field types that user lacks.
type profile struct {
	ID     string            `json:"id"`
	Seats  *int              `json:"seats"`
	VIP    *bool             `json:"vip"`
	Born   *time.Time        `json:"born"`
	Prefs  map[string]string `json:"prefs"`
	Tags   []string          `json:"tags"`
	Name   name              `json:"name"`
	Email  string            `json:"email"`
	hidden int
}

type name string

func TestFieldTypes(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	profiles := adapter.Rows[profile]{Table: "user"}
	born := time.Date(1990, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	in := &profile{Seats: new(4), VIP: new(false), Born: &born, Prefs: map[string]string{"a": "b"}, Tags: []string{"x", "y"}, Name: "n", Email: "e", hidden: 1}
	p := must[*profile](t)(profiles.Create(t.Context(), s, in))
	p = must[*profile](t)(profiles.FindOne(t.Context(), s, adapter.Eq("id", p.ID)))
	if *p.Seats != 4 || *p.VIP || !p.Born.Equal(born) || p.Prefs["a"] != "b" || !slices.Equal(p.Tags, in.Tags) || p.Name != "n" {
		t.Errorf("got %+v", p)
	}
	p = must[*profile](t)(profiles.Update(t.Context(), s, adapter.Changes{"seats": (*int)(nil), "vip": nil, "tags": nil, "name": name("m")}, adapter.Eq("id", p.ID)))
	if p.Seats != nil || p.VIP != nil || p.Tags != nil || p.Name != "m" {
		t.Errorf("after NULLs: %+v", p)
	}
	type wrong struct {
		Nothing string `json:"nothing"`
	}
	if _, err := (adapter.Rows[wrong]{Table: "user"}).FindOne(t.Context(), s); err == nil || !strings.Contains(err.Error(), `no field "nothing"`) {
		t.Errorf("struct with a field that is no column: %v", err)
	}
	type badType struct {
		Name time.Time `json:"name"`
	}
	if _, err := (adapter.Rows[badType]{Table: "user"}).FindOne(t.Context(), s); err == nil {
		t.Error("text was read into a time")
	}
	if _, err := (adapter.Rows[int]{Table: "user"}).FindOne(t.Context(), s); err == nil {
		t.Error("a row was read into an int")
	}
	if _, err := (adapter.Rows[user]{Table: "nothing"}).FindOne(t.Context(), s); err == nil {
		t.Error("a table that does not exist was read")
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	u := newUser(t, s, "ann")
	newUser(t, s, "bob")
	v := must[*user](t)(users.Update(t.Context(), s, adapter.Changes{"name": "Ann B", "image": "i"}, adapter.Eq("id", u.ID)))
	if v.Name != "Ann B" || *v.Image != "i" || !v.UpdatedAt.After(u.UpdatedAt) || v.CreatedAt != u.CreatedAt {
		t.Errorf("updated: %+v", v)
	}
	v = must[*user](t)(users.Update(t.Context(), s, adapter.Changes{"updatedAt": u.UpdatedAt}, adapter.Eq("id", u.ID)))
	if v.UpdatedAt != u.UpdatedAt {
		t.Error("OnUpdate overrides a value that is set")
	}
	if n := must[int64](t)(users.UpdateMany(t.Context(), s, adapter.Changes{"emailVerified": true})); n != 2 {
		t.Errorf("updated %d", n)
	}
	if n := must[int64](t)(users.Count(t.Context(), s, adapter.Eq("emailVerified", true), adapter.Gt("updatedAt", u.UpdatedAt))); n != 2 {
		t.Errorf("%d rows have the new values", n)
	}
	_, err := users.Update(t.Context(), s, adapter.Changes{"nothing": 1}, adapter.Eq("id", u.ID))
	if err == nil || !strings.Contains(err.Error(), `no field "nothing"`) {
		t.Errorf("unknown field: %v", err)
	}
	_, err = accounts.Update(t.Context(), s, adapter.Changes{}, adapter.Eq("id", "nobody"))
	if !errors.Is(err, adapter.ErrNotFound) {
		t.Errorf("no changes of no row: %v", err)
	}
}

func TestFindLimits(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{DefaultLimit: 3})
	for i := range 5 {
		newUser(t, s, fmt.Sprint("u", i))
	}
	for limit, want := range map[int]int{0: 3, 4: 4, -1: 5, 9: 5} {
		if rows := must[[]*user](t)(users.Find(t.Context(), s, adapter.Query{Limit: limit})); len(rows) != want {
			t.Errorf("limit %d: %d rows, want %d", limit, len(rows), want)
		}
	}
	rows := must[[]adapter.Record](t)(s.Find(t.Context(), adapter.Query{Table: "user", Select: []string{"name"}, Limit: 1}))
	if len(rows[0]) != 1 || rows[0]["name"] != "u0" {
		t.Errorf("selected: %v", rows[0])
	}
}

func TestValuesThatCannotBe(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	newUser(t, s, "ann")
	for field, v := range map[string]any{
		"name": "secret\x00", "email": "secret\xff", "seats": "secret", "vip": 5, "born": "secret", "plan": 1,
		"prefs": json.RawMessage(`{secret`), "tags": json.RawMessage(`"secret"`), "image": []string{"secret"},
	} {
		_, err := users.Update(t.Context(), s, adapter.Changes{field: v}, adapter.Eq("name", "ann"))
		if !errors.Is(err, adapter.ErrValue) || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := users.Update(t.Context(), s, adapter.Changes{"prefs": json.RawMessage("\"a\\u0000\"")}, adapter.Eq("name", "ann")); !errors.Is(err, adapter.ErrValue) {
		t.Errorf("JSON with a NUL: %v", err)
	}
	must[*user](t)(users.Update(t.Context(), s, adapter.Changes{"prefs": json.RawMessage(`"a\\u0000"`)}, adapter.Eq("name", "ann")))
	for _, w := range []adapter.Where{
		{Field: "nothing", Op: adapter.OpEq},
		{Field: "name", Op: "like", Value: "x"},
		{Field: "name", Op: adapter.OpIn, Value: "x"},
		{Field: "name", Op: adapter.OpContains, Value: 1},
	} {
		if _, err := users.FindOne(t.Context(), s, w); err == nil || errors.Is(err, adapter.ErrNotFound) {
			t.Errorf("condition %+v: %v", w, err)
		}
	}
}

func TestIDStrategies(t *testing.T) {
	t.Parallel()
	n := 0
	for _, test := range []struct {
		name    string
		o       adapter.Options
		want    string
		storeID bool
	}{
		{"random", adapter.Options{}, `^[a-zA-Z0-9]{32}$`, true},
		{"uuid", adapter.Options{IDs: adapter.UUIDs}, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, true},
		{"serial", adapter.Options{IDs: adapter.SerialIDs}, `^1$`, false},
		{"database", adapter.Options{IDs: adapter.DatabaseIDs}, `^1$`, false},
		{"custom", adapter.Options{NewID: func(table string) string { n++; return fmt.Sprint(table, n) }}, `^user1$`, true},
	} {
		s := newStore(t, test.o)
		u := newUser(t, s, "ann")
		if !regexp.MustCompile(test.want).MatchString(u.ID) {
			t.Errorf("%s: id %q", test.name, u.ID)
		}
		if id, ok := s.NewID("user"); ok != test.storeID || ok == (id == "") {
			t.Errorf("%s: NewID gave %q, %v", test.name, id, ok)
		}
		a := must[*account](t)(accounts.Create(t.Context(), s, &account{AccountID: "x", ProviderID: "p", UserID: u.ID}))
		if a.UserID != u.ID {
			t.Errorf("%s: reference %q", test.name, a.UserID)
		}
		if s.Schema().IDs() != test.o.IDs {
			t.Errorf("%s: the schema says %v", test.name, s.Schema().IDs())
		}
	}
	s := newStore(t, adapter.Options{Rand: strings.NewReader("short")})
	if _, err := users.Create(t.Context(), s, &user{Name: "a", Email: "b"}); err == nil {
		t.Error("a row was created without randomness")
	}
}

func TestConversions(t *testing.T) {
	t.Parallel()
	var log []string
	s := newStore(t, adapter.Options{Adapter: adapterOnly{memory.New(), adapter.Capabilities{NoBooleans: true, NoDates: true, NoJSON: true}, &log}})
	in := &user{Name: "a", Email: "a@b.c", EmailVerified: true, Extra: wire.Object{
		{Name: "vip", Value: false}, {Name: "born", Value: start}, {Name: "prefs", Value: json.RawMessage(`{ "a": [1] }`)}, {Name: "tags", Value: []string{"<x>"}},
	}}
	u := must[*user](t)(users.Create(t.Context(), s, in))
	raw := must[[]adapter.Record](t)(s.Adapter().Find(t.Context(), adapter.Query{Table: "user"}))[0]
	for column, want := range map[string]any{
		"emailVerified": int64(1), "is_vip": int64(0), "born": "2024-01-02T02:04:05.678Z", "prefs": `{"a":[1]}`, "tags": `["<x>"]`,
		"createdAt": "2024-01-02T02:04:05.678Z",
	} {
		if raw[column] != want {
			t.Errorf("%s is stored as %#v, want %#v", column, raw[column], want)
		}
	}
	born := start.UTC().Truncate(time.Millisecond)
	u = must[*user](t)(users.FindOne(t.Context(), s, adapter.Eq("emailVerified", true), adapter.Eq("born", born), adapter.Lte("createdAt", u.CreatedAt)))
	if !u.EmailVerified || u.CreatedAt != born {
		t.Errorf("read back: %+v", u)
	}
	want := fmt.Sprint(wire.Object{
		{Name: "plan", Value: "free"},
		{Name: "seats"},
		{Name: "vip", Value: false},
		{Name: "born", Value: born},
		{Name: "prefs", Value: json.RawMessage(`{"a":[1]}`)},
		{Name: "tags", Value: []any{"<x>"}},
		{Name: "shout"},
	})
	if got := fmt.Sprint(u.Extra); got != want {
		t.Errorf("further columns: got %s, want %s", got, want)
	}
}

// TestReadsForeignForms reads what other programs and drivers may leave in a database.
func TestReadsForeignForms(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	rec := adapter.Record{
		"id": int64(7), "name": []byte("bytes"), "email": "e", "emailVerified": int64(1), "createdAt": "2024-01-02 03:04:05.678+00:00",
		"updatedAt": int64(1_700_000_000_123), "plan": "p", "seats": "12", "is_vip": float64(1), "born": "2024-01-02",
		"prefs": "not json", "tags": []byte(`["x"]`),
	}
	must[adapter.Record](t)(s.Adapter().Create(t.Context(), "user", rec))
	r := must[adapter.Record](t)(s.FindOne(t.Context(), adapter.Query{Table: "user"}))
	for field, want := range map[string]any{
		"id": "7", "name": "bytes", "emailVerified": true, "createdAt": time.Date(2024, 1, 2, 3, 4, 5, 678_000_000, time.UTC),
		"updatedAt": time.UnixMilli(1_700_000_000_123).UTC(), "seats": 12.0, "vip": true, "born": time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), "prefs": nil,
	} {
		if r[field] != want {
			t.Errorf("%s: got %#v, want %#v", field, r[field], want)
		}
	}
	must[adapter.Record](t)(s.Adapter().Update(t.Context(), adapter.Query{Table: "user"}, adapter.Record{"born": "someday"}))
	if _, err := users.FindOne(t.Context(), s); err == nil || strings.Contains(err.Error(), "someday") {
		t.Errorf("a date that is none: %v", err)
	}
}

func TestFindJoinedWithoutJoiner(t *testing.T) {
	t.Parallel()
	var log []string
	s := newStore(t, adapter.Options{Adapter: adapterOnly{memory.New(), adapter.Capabilities{InProcess: true}, &log}})
	u := newUser(t, s, "ann")
	must[*session](t)(sessions.Create(t.Context(), s, &session{Token: "t", UserID: u.ID, ExpiresAt: start}))
	log = nil
	ss, related, err := adapter.FindJoined(t.Context(), s, sessions, users, adapter.Join{From: "userId", To: "id"}, adapter.Eq("token", "t"))
	if err != nil || ss.Token != "t" || len(related) != 1 || related[0].Name != "ann" {
		t.Errorf("got %+v, %+v, %v", ss, related, err)
	}
	if !slices.Equal(log, []string{"find session", "find user"}) {
		t.Errorf("calls: %v", log)
	}
	if _, _, err := adapter.FindJoined(t.Context(), s, sessions, users, adapter.Join{From: "nothing", To: "id"}); err == nil {
		t.Error("joined by a field that does not exist")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	if _, err := adapter.NewStore(adapter.Options{Adapter: memory.New()}); err == nil {
		t.Error("a Store without a schema")
	}
	db := memory.New()
	s := newStore(t, adapter.Options{Adapter: db})
	newUser(t, s, "ann")
	must[*user](t)(users.Create(t.Context(), s, &user{Name: "ann", Email: "other"}))
	unique, err := adapter.NewSchema(adapter.Table{Name: "user", Fields: []adapter.Field{{Name: "name", Type: adapter.String, Unique: true}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := adapter.NewStore(adapter.Options{Adapter: db, Schema: unique}); !errors.Is(err, adapter.ErrUnique) {
		t.Errorf("a schema that the rows break: %v", err)
	}
	if n := must[int64](t)(users.Count(t.Context(), s)); n != 2 {
		t.Errorf("%d rows after the refused schema", n)
	}
	if got := s.Now(); got.Location() != time.UTC || got.Nanosecond()%1_000_000 != 0 {
		t.Errorf("Now gave %v", got)
	}
}

func TestUntypedErrors(t *testing.T) {
	t.Parallel()
	s, ctx := newStore(t, adapter.Options{}), t.Context()
	for name, call := range map[string]func(table string) error{
		"Create": func(table string) error { _, err := s.Create(ctx, table, adapter.Record{"no": 1}); return err },
		"Find": func(table string) error {
			_, err := s.Find(ctx, adapter.Query{Table: table, SortBy: []adapter.Sort{{Field: "no"}}})
			return err
		},
		"FindOne": func(table string) error {
			_, err := s.FindOne(ctx, adapter.Query{Table: table, Select: []string{"no"}})
			return err
		},
		"Count":      func(table string) error { _, err := s.Count(ctx, table, adapter.Eq("no", 1)); return err },
		"Update":     func(table string) error { _, err := s.Update(ctx, table, adapter.Changes{"no": 1}); return err },
		"UpdateMany": func(table string) error { _, err := s.UpdateMany(ctx, table, adapter.Changes{"no": 1}); return err },
		"Delete":     func(table string) error { _, err := s.Delete(ctx, table, adapter.Eq("no", 1)); return err },
		"Consume": func(table string) error {
			_, err := s.Consume(ctx, adapter.Query{Table: table, Where: []adapter.Where{adapter.Eq("no", 1)}})
			return err
		},
		"Increment": func(table string) error {
			_, err := s.Increment(ctx, table, map[string]int64{"no": 1}, nil)
			return err
		},
		"Increment text": func(table string) error {
			_, err := s.Increment(ctx, table, map[string]int64{"name": 1}, nil)
			return err
		},
	} {
		for _, table := range []string{"user", "nothing"} {
			if err := call(table); err == nil || errors.Is(err, adapter.ErrNotFound) {
				t.Errorf("%s on %s: %v", name, table, err)
			}
		}
	}
	if _, err := s.FindOne(ctx, adapter.Query{Table: "user"}); !errors.Is(err, adapter.ErrNotFound) {
		t.Errorf("no row: %v", err)
	}
	if _, err := s.Increment(ctx, "account", nil, nil); err != nil && strings.Contains(err.Error(), "nothing") {
		t.Errorf("an update time is something to change: %v", err)
	}
}

func TestIncrementAndConsume(t *testing.T) {
	t.Parallel()
	s, ctx := newStore(t, adapter.Options{}), t.Context()
	newUser(t, s, "ann")
	seats := func(u *user) any { v, _ := u.Extra.Get("seats"); return v }
	u := must[*user](t)(users.Increment(ctx, s, map[string]int64{"seats": 2}, adapter.Changes{"name": "b"}, adapter.Eq("name", "ann")))
	if seats(u) != 2.0 || u.Name != "b" || !u.UpdatedAt.After(u.CreatedAt) {
		t.Errorf("incremented: %+v", u)
	}
	if _, err := users.Increment(ctx, s, map[string]int64{"seats": 1}, nil, adapter.Lt("seats", 2)); !errors.Is(err, adapter.ErrNotFound) {
		t.Errorf("beyond the guard: %v", err)
	}
	if u = must[*user](t)(users.Consume(ctx, s, adapter.Gte("seats", 2))); u.Name != "b" {
		t.Errorf("consumed: %+v", u)
	}
	if n := must[int64](t)(users.Count(ctx, s)); n != 0 {
		t.Errorf("%d rows left", n)
	}
}

// FuzzJSON stores any text in a JSON column: what is accepted comes back with the same meaning, and holds
// nothing that a database refuses.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{`{"a":[1,"\u0000"]}`, `"\\u0000"`, `"\\\u0000"`, ` [ 1 , 2 ] `, `null`, `{`, `"\ud800"`, `"\ud83d\ude00"`, `"\ude00\ud83d"`, "\v0", `1e999`, "\"\xff\"", ``} {
		f.Add(text)
	}
	schema, err := adapter.NewSchema(adapter.Table{Name: "doc", Fields: []adapter.Field{{Name: "body", Type: adapter.JSON, Optional: true}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := adapter.NewStore(adapter.Options{Adapter: memory.New(), Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Create(t.Context(), "doc", adapter.Record{"body": json.RawMessage(text)})
		var want, got any
		valid := json.Unmarshal([]byte(text), &want) == nil
		// Broken Unicode is what encoding/json replaces.
		if bad := strings.ContainsAny(fmt.Sprint(want), "\x00\uFFFD") || !utf8.ValidString(text); err != nil {
			if valid && !bad {
				t.Errorf("%q was refused: %v", text, err)
			}
			return
		}
		if raw, ok := r["body"].(json.RawMessage); ok && json.Unmarshal(raw, &got) != nil {
			t.Fatalf("%q was stored as %q", text, raw)
		}
		if !reflect.DeepEqual(got, want) || strings.Contains(fmt.Sprint(got), "\x00") {
			t.Errorf("%q came back as %v", text, got)
		}
	})
}
