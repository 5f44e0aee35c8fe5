package compare_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/pair"
)

const secret = "a-secret-for-this-test-only-0123456789"

func answer(status int, body string, cookies ...string) *pair.Response {
	return &pair.Response{Status: status, Header: http.Header{"Set-Cookie": cookies}, Body: []byte(body)}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	signed := func(token string) string {
		return "s=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(compare.Sign(secret, token)) + "; Path=/"
	}
	const idA, idB, idC = "aB3dE6gH9jK2mN5pQ8sT1vW4", "zY9xW8vU7tS6rQ5pO4nM3lK2", "111111111111111111111111"
	const idD = "Qq1Ww2Ee3Rr4Tt5Yy6Uu7Ii8"
	tests := []struct {
		name        string
		left, right *pair.Response
		want        []string // where each difference is
	}{
		{"equal", answer(200, `{"a":1}`), answer(200, `{"a":1}`), nil},
		{"status", answer(200, ``), answer(201, ``), []string{"status"}},
		{"random ids", answer(200, `{"id":"`+idA+`"}`), answer(200, `{"id":"`+idB+`"}`), nil},
		{"length of an id", answer(200, `{"id":"`+idA+`"}`), answer(200, `{"id":"`+idB+`x"}`), []string{"body.id"}},
		{"alphabet of an id", answer(200, `{"id":"`+idA+`"}`), answer(200, `{"id":"`+idC+`"}`), []string{"body.id"}},
		{
			"one id, then two", answer(200, `["`+idA+`","`+idA+`"]`), answer(200, `["`+idB+`","`+strings.ToLower(idB)+`"]`),
			[]string{"body.1"},
		},
		{"two ids, then one", answer(200, `["`+idA+`","`+idD+`"]`), answer(200, `["`+idB+`","`+idB+`"]`), []string{"body.1"}},
		{"short words are not random", answer(200, `["abc"]`), answer(200, `["abd"]`), []string{"body.0"}},
		{"time", answer(200, `["2026-01-02T03:04:05.678Z"]`), answer(200, `["2026-01-02T03:04:05.679Z"]`), []string{"body.0"}},
		{"precision of a time", answer(200, `["2026-01-02T03:04:05.670Z"]`), answer(200, `["2026-01-02T03:04:05.67Z"]`), []string{"body.0"}},
		{"member order", answer(200, `{"a":1,"b":2}`), answer(200, `{"b":2,"a":1}`), []string{"body (member order)"}},
		{"member missing", answer(200, `{"a":1,"b":2}`), answer(200, `{"a":1}`), []string{"body.b"}},
		{"member added", answer(200, `{"a":1}`), answer(200, `{"a":1,"b":2}`), []string{"body.b"}},
		{"null is not absent", answer(200, `{"a":null}`), answer(200, `{}`), []string{"body.a"}},
		{"kind", answer(200, `{"a":1}`), answer(200, `{"a":"1"}`), []string{"body.a"}},
		{"number format", answer(200, `{"a":1}`), answer(200, `{"a":1.0}`), []string{"body.a"}},
		{"signed cookies", answer(200, ``, signed(idA)), answer(200, ``, signed(idB)), nil},
		{"broken signature", answer(200, ``, signed(idA)), answer(200, ``, strings.Replace(signed(idB), idB, "x"+idB[1:], 1)), []string{"set-cookie s (signature valid)"}},
		{"cookie attribute", answer(200, ``, "a=1; Path=/; HttpOnly"), answer(200, ``, "a=1; Path=/"), []string{"set-cookie a attributes"}},
		{"attribute order", answer(200, ``, "a=1; Path=/; HttpOnly"), answer(200, ``, "a=1; HttpOnly; Path=/"), []string{"set-cookie a attributes"}},
		{"cookie missing", answer(200, ``, "a=1"), answer(200, ``), []string{"set-cookie"}},
		{"the others beside a missing cookie", answer(200, ``, "a=1", "b=1", "c=1"), answer(200, ``, "a=1", "c=2"), []string{"set-cookie", "set-cookie c"}},
		{"the last line of a cookie counts", answer(200, ``, "a=1", "a=2"), answer(200, ``, "a=2"), nil},
		{"JSON in base64", answer(200, `["eyJhIjoxfQ"]`), answer(200, `["eyJhIjoyfQ"]`), []string{"body.0.a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range compare.NewPairing(secret).Answer(test.left, test.right, false) {
				got = append(got, d.Where)
			}
			if strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("differences at %q, want %q", got, test.want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	l, r := answer(302, ``), answer(302, ``)
	l.Header.Set("Location", "/a?error=X")
	r.Header.Set("Location", "/a?error=Y")
	l.Header.Set("Date", "one")
	r.Header.Set("Date", "two")
	diffs := compare.NewPairing(secret).Answer(l, r, false)
	if len(diffs) != 1 || diffs[0].Where != "header location" {
		t.Errorf("got %v, want one difference in location", diffs)
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	row := func(texts ...string) []json.RawMessage {
		var rows []json.RawMessage
		for _, text := range texts {
			rows = append(rows, json.RawMessage(text))
		}
		return rows
	}
	l := pair.State{
		Rows:  map[string][]json.RawMessage{"user": row(`{"id":1,"name":"a"}`, `{"id":2,"name":"b"}`)},
		Calls: []pair.Call{{Name: "mail", Data: json.RawMessage(`{"to":"a"}`)}},
	}
	r := pair.State{
		Rows:  map[string][]json.RawMessage{"user": row(`{"name":"b","id":2}`, `{"name":"a","id":1}`)},
		Calls: []pair.Call{{Name: "mail", Data: json.RawMessage(`{"to":"a"}`)}},
	}
	if diffs := compare.NewPairing(secret).Left(l, r); len(diffs) != 0 {
		t.Errorf("order of rows and columns must not matter, got %v", diffs)
	}
	r.Rows["user"][0] = json.RawMessage(`{"name":"c","id":2}`)
	r.Calls[0].Name = "sms"
	if diffs := compare.NewPairing(secret).Left(l, r); len(diffs) != 2 {
		t.Errorf("got %v, want a callback and a row", diffs)
	}
}

func TestCallbacksInAnotherOrder(t *testing.T) {
	t.Parallel()
	calls := func(list ...string) (s pair.State) {
		for i := 0; i < len(list); i += 2 {
			s.Calls = append(s.Calls, pair.Call{Name: list[i], Data: json.RawMessage(list[i+1])})
		}
		return s
	}
	var got []string
	for _, d := range compare.NewPairing(secret).Left(calls("a", `1`, "b", `2`), calls("b", `3`, "a", `1`)) {
		got = append(got, d.Where)
	}
	if strings.Join(got, "|") != "callbacks|callback b" {
		t.Errorf("differences at %q, want the order and what b was told", got)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	document := []byte(`{"user":{"ids":["x","y"]},"n":5}`)
	for path, want := range map[string]string{"user.ids.1": "y", "n": "5"} {
		if got, err := compare.Lookup(document, path); err != nil || got != want {
			t.Errorf("Lookup(%s) = %q, %v, want %q", path, got, err, want)
		}
	}
	if _, err := compare.Lookup(document, "user.name"); err == nil {
		t.Error("Lookup of a missing member must fail")
	}
}
