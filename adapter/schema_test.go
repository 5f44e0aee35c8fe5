package adapter_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

func TestNewSchemaMerges(t *testing.T) {
	t.Parallel()
	s, err := adapter.NewSchema(
		adapter.Table{Name: "session", Fields: []adapter.Field{
			{Name: "token", Type: adapter.String, Unique: true},
			{Name: "userId", Type: adapter.String, References: &adapter.Reference{Table: "user", Field: "id"}},
		}},
		adapter.Table{Name: "user", Physical: "users", Fields: []adapter.Field{
			{Name: "name", Type: adapter.String}, {Name: "email", Type: adapter.String},
		}},
		adapter.Table{Name: "user", Fields: []adapter.Field{
			{Name: "role", Type: adapter.String, Optional: true},
			{Name: "name", Column: "full_name", Type: adapter.String},
		}, Indexes: []adapter.Index{{Fields: []string{"role", "name"}}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, table := range s.Tables() {
		order = append(order, table.Name)
	}
	if !slices.Equal(order, []string{"user", "session"}) {
		t.Errorf("creation order %v", order)
	}
	user := s.Table("user")
	var fields []string
	for _, f := range user.Fields {
		fields = append(fields, f.Name+"="+f.Column)
	}
	if got := strings.Join(fields, " "); got != "name=full_name email=email role=role" {
		t.Errorf("fields %q", got)
	}
	if user.Physical != "users" || s.PhysicalTable("users") != user || user.Indexes[0].Name != "user_role_name_idx" {
		t.Errorf("names %q, %q", user.Physical, user.Indexes[0].Name)
	}
	if ref := s.Table("session").Field("userId").References; ref.OnDelete != "cascade" {
		t.Errorf("OnDelete %q", ref.OnDelete)
	}
	if user.Column("name") != "full_name" || user.Column("id") != "id" || user.Column("nothing") != "" || user.FieldByColumn("full_name").Name != "name" {
		t.Error("column lookup")
	}
	if s.Table("nothing").Field("x") != nil || s.Table("nothing").FieldByColumn("x") != nil {
		t.Error("a table that does not exist has a field")
	}
}

func TestNewSchemaReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := adapter.NewSchema(
		adapter.Table{Name: ""},
		adapter.Table{Name: "a", Fields: []adapter.Field{
			{Name: "x", Type: adapter.String},
			{Name: "x", Type: adapter.String},
			{Name: "y", Column: "z\x00", Type: adapter.String},
			{Name: "id", Type: adapter.String},
			{Name: "typeless"},
			{Name: "r", Type: adapter.String, References: &adapter.Reference{Table: "nowhere", Field: "id"}},
			{Name: "q", Type: adapter.String, References: &adapter.Reference{Table: "b", Field: "nothing", OnDelete: "explode"}},
		}, Indexes: []adapter.Index{{Fields: []string{"gone"}}, {Name: "empty"}}},
		adapter.Table{Name: "b", Physical: "a"},
	)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`table "": the name is empty`,
		`fields "x" and "x" are both stored in column "x"`,
		`field "y": the name or column is empty or has a NUL byte`,
		`field "id" is added by itself`,
		`field "typeless": unknown type ""`,
		`references table "nowhere", which does not exist`,
		`references field "nothing" of table "b", which does not exist`,
		`unknown OnDelete action "explode"`,
		`there is no field "gone"`,
		`index "empty" has no fields`,
		`tables "a" and "b" are both stored as "a"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %s:\n%v", want, err)
		}
	}
}

// TestCoreTables compares with the reference's schema.
func TestCoreTables(t *testing.T) {
	t.Parallel()
	type field struct {
		Name       string
		Type       adapter.Type
		Required   bool
		Unique     bool
		Sortable   bool
		Index      bool
		BigInt     bool `json:"bigint"`
		Input      bool
		Returned   bool
		Default    any
		OnUpdate   any
		References *struct{ Model, Field, OnDelete string }
	}
	data, err := os.ReadFile("testdata/core-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]struct{ Fields []field }
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	s, err := adapter.NewSchema(append(adapter.CoreTables(time.Now), adapter.RateLimitTable(time.Now))...)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Tables()) != len(want) {
		t.Errorf("%d tables, want %d", len(s.Tables()), len(want))
	}
	for _, table := range s.Tables() {
		if len(table.Fields) != len(want[table.Name].Fields) {
			t.Fatalf("%s: %d fields, want %d", table.Name, len(table.Fields), len(want[table.Name].Fields))
		}
		for i, f := range table.Fields {
			w := want[table.Name].Fields[i]
			got := []any{f.Name, f.Column, f.Type, !f.Optional, f.Unique, f.Sortable, f.Index, f.BigInt, !f.NoInput, !f.Hidden, f.Default != nil, f.OnUpdate != nil, f.References != nil}
			wanted := []any{w.Name, w.Name, w.Type, w.Required, w.Unique, w.Sortable, w.Index, w.BigInt, w.Input, w.Returned, w.Default != nil, w.OnUpdate != nil, w.References != nil}
			if !slices.Equal(got, wanted) {
				t.Errorf("%s.%s:\n got %v\nwant %v", table.Name, w.Name, got, wanted)
			}
			if f.References != nil && (f.References.Table != w.References.Model || f.References.Field != w.References.Field || f.References.OnDelete != w.References.OnDelete) {
				t.Errorf("%s.%s references %+v", table.Name, w.Name, *f.References)
			}
		}
	}
}
