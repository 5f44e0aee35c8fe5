package wire_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/betterauth-go/betterauth/internal/wire"
)

func seed(f *testing.F) {
	for _, s := range []string{
		`{"email":"a@b.co","tags":["x",1,null],"count":1.5,"list":[{"name":"n"}]}`, `"\ud83d\ude00\ud800"`, `[1e400,-0,1e-7]`, "\"\xe2\x82\"",
		`{"2":1,"1":2,"a":3,"a":4}`, `{"count":"1","at":"2024-01-02T03:04:05Z","user":{"plan":1}}`, "a=1&a=%41+b&10=x", " [ ] ", `{"yes":true,"site":"http://x"}`,
	} {
		f.Add([]byte(s))
	}
}

// FuzzParse accepts what encoding/json accepts and writes it back so that both agree on the meaning.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := wire.Parse(data)
		if valid := json.Valid(data); (err == nil) != valid {
			t.Fatalf("Parse(%q): %v, encoding/json says %v", data, err, valid)
		}
		if err != nil {
			return
		}
		text, err := wire.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		again, err := wire.Parse(text)
		if err != nil || !reflect.DeepEqual(again, v) {
			t.Fatalf("%q became %q", data, text)
		}
		var want, got any
		if utf8.Valid(data) && json.Unmarshal(data, &want) == nil {
			if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%q became %q: %v", data, text, err)
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := wire.Parse(data)
		if err != nil {
			return
		}
		query := wire.ParseQuery(string(data))
		for _, dst := range []any{new(kitchen), new(signUp), new(updateIn), new(strictIn), new(coerceQuery)} {
			issues := wire.Decode(dst, wire.Source{Body: v, Query: query, Params: func(string) string { return string(data) }})
			for _, issue := range issues {
				if issue.Message == "" || issue.Path == "" {
					t.Fatalf("%q: empty issue %+v", data, issue)
				}
			}
			if issues == nil && wire.Check(dst) != nil {
				t.Fatalf("%q: decoded, but Check says %v", data, wire.Check(dst))
			}
		}
	})
}

func FuzzUnmarshal(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var s stored
		if wire.Unmarshal(data, &s) != nil {
			return
		}
		text, err := wire.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := wire.Unmarshal(text, new(stored)); err != nil {
			t.Fatalf("%q became %q: %v", data, text, err)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		seen := map[string]bool{}
		for _, m := range wire.ParseQuery(string(data)) {
			if seen[m.Name] || !utf8.ValidString(m.Name) {
				t.Fatalf("%q: member %q", data, m.Name)
			}
			seen[m.Name] = true
		}
		for _, m := range wire.ParseForm(string(data)) {
			if s, ok := m.Value.(string); !ok || !seen[m.Name] || !utf8.ValidString(s) {
				t.Fatalf("%q: member %+v", data, m)
			}
		}
	})
}

func FuzzAppendString(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		text := wire.AppendString(nil, string(data))
		var got string
		if err := json.Unmarshal(text, &got); err != nil || !utf8.Valid(text) {
			t.Fatalf("%q: %v", text, err)
		}
		if utf8.Valid(data) && got != string(data) {
			t.Fatalf("%q became %q", data, got)
		}
		if parsed, err := wire.Parse(text); err != nil || parsed != got {
			t.Fatalf("Parse(%q) = %q, %v", text, parsed, err)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2024-01-02T03:04:05.006Z", "+275760-09-13", "-000001-01", "2024", "2024-01-02T03:04+02:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := wire.ParseTime(s)
		if err != nil {
			return
		}
		again, err := wire.ParseTime(wire.ISOTime(at))
		if err != nil || !again.Equal(at) {
			t.Fatalf("%q is %s, read back as %s, %v", s, wire.ISOTime(at), again, err)
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add(1.5)
	f.Add(1e21)
	f.Fuzz(func(t *testing.T, n float64) {
		text, err := wire.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		v, err := wire.Parse(text)
		if err != nil || (math.IsNaN(n) || math.IsInf(n, 0)) != (v == nil) || v != nil && v != n {
			t.Fatalf("%v became %s, %v, %v", n, text, v, err)
		}
		if strings.Contains(string(text), "e0") {
			t.Fatalf("exponent of %s", text)
		}
	})
}
