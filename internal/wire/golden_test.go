package wire_test

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// golden reads a table that Node.js wrote.
func golden[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var rows []T
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return rows
}

func TestJSONAsJavaScript(t *testing.T) {
	t.Parallel()
	for _, row := range golden[struct {
		In  string
		Out *string
	}](t, "json.json") {
		in, err := base64.StdEncoding.DecodeString(row.In)
		if err != nil {
			t.Fatal(err)
		}
		v, err := wire.Parse(in)
		if (err == nil) != (row.Out != nil) {
			t.Errorf("Parse(%q): %v, want success %v", in, err, row.Out != nil)
			continue
		}
		if err != nil {
			continue
		}
		if out, err := wire.Marshal(v); err != nil || string(out) != *row.Out {
			t.Errorf("Marshal(Parse(%q)) = %s, %v, want %s", in, out, err, *row.Out)
		}
	}
}

func TestNumbersAsJavaScript(t *testing.T) {
	t.Parallel()
	for _, row := range golden[struct{ Bits, Out string }](t, "numbers.json") {
		bits, err := strconv.ParseUint(row.Bits, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		f := math.Float64frombits(bits)
		if out, err := wire.Marshal(f); err != nil || string(out) != row.Out {
			t.Errorf("Marshal(%g) = %s, %v, want %s", f, out, err, row.Out)
		}
	}
}

func TestNumberCoercion(t *testing.T) {
	t.Parallel()
	for _, row := range golden[struct{ In, Out string }](t, "coerce.json") {
		if got := wire.NumberText(wire.ToNumber(row.In)); got != row.Out {
			t.Errorf("Number(%q) = %s, want %s", row.In, got, row.Out)
		}
	}
}

func TestDatesAsJavaScript(t *testing.T) {
	t.Parallel()
	for _, row := range golden[struct {
		In  string
		Out *string
	}](t, "dates.json") {
		at, err := wire.ParseTime(row.In)
		if (err == nil) != (row.Out != nil) {
			t.Errorf("ParseTime(%q): %v, want success %v", row.In, err, row.Out != nil)
		} else if err == nil && wire.ISOTime(at) != *row.Out {
			t.Errorf("ParseTime(%q) = %s, want %s", row.In, wire.ISOTime(at), *row.Out)
		}
	}
}

type pairsRow struct {
	In  string
	Out [][2]any
}

func TestFormsAndQueries(t *testing.T) {
	t.Parallel()
	for name, parse := range map[string]func(string) wire.Object{"form.json": wire.ParseForm, "query.json": wire.ParseQuery} {
		for _, row := range golden[pairsRow](t, name) {
			got := [][2]any{}
			for _, m := range parse(row.In) {
				got = append(got, [2]any{m.Name, m.Value})
			}
			if !reflect.DeepEqual(got, row.Out) {
				t.Errorf("%s: %q gives %v, want %v", name, row.In, got, row.Out)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for name, valid := range map[string]func(string) bool{"urls.json": wire.ValidURL, "emails.json": wire.ValidEmail} {
		for _, row := range golden[struct {
			In string
			OK bool
		}](t, name) {
			if valid(row.In) != row.OK {
				t.Errorf("%s: %q valid is %v, want %v", name, row.In, !row.OK, row.OK)
			}
		}
	}
}

type plainQuery struct {
	X    string  `query:"x"`
	Flag bool    `query:"flag,omitempty"`
	N    float64 `query:"n,omitempty"`
}

type coerceQuery struct {
	DisableCookieCache bool `query:"disableCookieCache,omitempty" wire:"coerce"`
	Limit              *int `query:"limit" wire:"coerce" validate:"gt=0"`
}

type modeQuery struct {
	Dir string `query:"dir,omitempty" validate:"oneof=asc desc"`
}

// TestIssuesAsReference compares whole messages with those of the recorded schemas.
func TestIssuesAsReference(t *testing.T) {
	t.Parallel()
	inputs := map[string]func() any{
		"signUp":   func() any { return new(signUp) },
		"strict":   func() any { return new(strictIn) },
		"optional": func() any { return new(optionalIn) },
		"nullish":  func() any { return new(nullishIn) },
		"record":   func() any { return new(recordIn) },
		"kitchen":  func() any { return new(kitchen) },
		"qplain":   func() any { return new(plainQuery) },
		"qcoerce":  func() any { return new(coerceQuery) },
		"qmode":    func() any { return new(modeQuery) },
	}
	for _, row := range golden[struct {
		Schema, Query, Message string
		Body                   *string
	}](t, "issues.json") {
		src := wire.Source{Body: wire.Undefined{}, Query: wire.ParseQuery(row.Query)}
		if row.Body != nil {
			var err error
			if src.Body, err = wire.Parse([]byte(*row.Body)); err != nil {
				t.Fatal(err)
			}
		}
		if got := wire.Message(wire.Decode(inputs[row.Schema](), src)); got != row.Message {
			body := "none"
			if row.Body != nil {
				body = *row.Body
			}
			t.Errorf("%s, query %q, body %s\n got %s\nwant %s", row.Schema, row.Query, body, got, row.Message)
		}
	}
}
