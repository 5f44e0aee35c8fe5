package rawjson_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/crypto/rawjson"
)

func scan(text string) (members []string, ok bool) {
	ok = rawjson.Scan([]byte(text), func(name, value []byte) {
		members = append(members, string(name)+"="+string(value))
	})
	return members, ok
}

func TestScan(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text string
		want []string
	}{
		{`{}`, nil},
		{" { } \n", nil},
		{`{"a":1,"b":"x"}`, []string{`"a"=1`, `"b"="x"`}},
		{"{ \"a\" :\t-1.5e3 , \"b\":null }", []string{`"a"=-1.5e3`, `"b"=null`}},
		{`{"a":{"b":["}",{"c":"\"]"}]},"d":[]}`, []string{`"a"={"b":["}",{"c":"\"]"}]}`, `"d"=[]`}},
		{`{"a\"b":"\\","a":true}`, []string{`"a\"b"="\\"`, `"a"=true`}},
	}
	for _, c := range cases {
		if got, ok := scan(c.text); !slices.Equal(got, c.want) || !ok {
			t.Errorf("%s: %v, %v", c.text, got, ok)
		}
	}
	for _, text := range []string{
		"", " ", "[]", "1", "{", "}", `{"a"}`, `{"a":}`, `{"a":1`, `{"a":1,}`, `{"a":1}}`, `{"a":1}x`, `{a:1}`,
		`{"a":"x}`, `{"a":"\"}`, `{"a":[1}`, `{"a":1 2}`, `{"a":{"b":"}`, `{"a" 1}`, `{,}`,
	} {
		if got, ok := scan(text); ok {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// FuzzScan compares with encoding/json: a valid object has the same members.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[{"b":"\\\""}],"c":1}`, `{"a":"x"`, "{\"a\" : 1 ,\n\"b\":{} }", `{"a":"\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := scan(s)
		var want []string
		dec := json.NewDecoder(strings.NewReader(s))
		first, err := dec.Token()
		if !json.Valid([]byte(s)) || err != nil || first != json.Delim('{') {
			return
		}
		for dec.More() {
			start := dec.InputOffset()
			if _, err := dec.Token(); err != nil {
				t.Fatal(err)
			}
			name := bytes.TrimLeft([]byte(s)[start:dec.InputOffset()], ", \t\r\n")
			var value json.RawMessage
			if err := dec.Decode(&value); err != nil {
				t.Fatal(err)
			}
			want = append(want, string(name)+"="+string(value))
		}
		if !ok || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v; want %q", s, got, ok, want)
		}
	})
}
