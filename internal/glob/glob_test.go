package glob_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/betterauth-go/betterauth/internal/glob"
)

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		WildcardMatch []struct {
			Pattern, Sample string
			Match           bool
		}
	}
	readJSON(t, "vectors.json", &v)
	for _, row := range v.WildcardMatch {
		if got := glob.Compile(row.Pattern).Match(row.Sample); got != row.Match {
			t.Errorf("%q against %q: got %t", row.Sample, row.Pattern, got)
		}
	}
}

// TestGenerated runs pairs whose outcome the reference decided.
func TestGenerated(t *testing.T) {
	t.Parallel()
	var rows [][3]any
	readJSON(t, "generated.json", &rows)
	for _, row := range rows {
		pattern, sample := row[0].(string), row[1].(string)
		if got := glob.Compile(pattern).Match(sample); got != row[2] {
			t.Errorf("%q against %q: got %t", sample, pattern, got)
		}
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{"": false, "/a": false, "/a*": true, "a?": true} {
		if glob.Has(pattern) != want {
			t.Errorf("%q: got %t", pattern, !want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("*.example.com", "a.example.com")
	f.Add("/a/**/b", "/a/x/y/b")
	f.Add(`\*[`, "*[")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		matched := glob.Compile(pattern).Match(text)
		if strings.ContainsAny(pattern, `*?\/`) || !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return
		}
		if plain := strings.TrimRight(text, `/\`) == pattern; matched != plain {
			t.Errorf("%q against plain %q: got %t", text, pattern, matched)
		}
	})
}
