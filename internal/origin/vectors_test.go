package origin_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/origin"
)

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

type vectors struct {
	MatchesOriginPattern []struct {
		URL             *string
		Matches         []string
		RelativeAllowed bool
		Relative        *string
		Allowed         bool
	}
	AppendQueryParams []struct{ URL, Query, Result string }
	GetBaseURL        []struct {
		BaseURL, Result string
		BasePath        *string
	}
	HostPatterns []struct {
		Host, Pattern string
		Match         bool
	}
	Patterns []string
}

func TestVectorsTrusted(t *testing.T) {
	t.Parallel()
	var v vectors
	readJSON(t, "origin-vectors.json", &v)
	own := origin.CompileAll("https://example.com")
	for _, row := range v.MatchesOriginPattern {
		if row.Relative != nil {
			if got := origin.Trusted(*row.Relative, own, true); got != row.Allowed {
				t.Errorf("relative %q: got %t", *row.Relative, got)
			}
			continue
		}
		if got := origin.Trusted(*row.URL, own, true); got != row.RelativeAllowed {
			t.Errorf("relative allowed %q: got %t", *row.URL, got)
		}
		for _, pattern := range v.Patterns {
			want := slices.Contains(row.Matches, pattern)
			if got := origin.Trusted(*row.URL, origin.CompileAll(pattern), false); got != want {
				t.Errorf("%q against %q: got %t", *row.URL, pattern, got)
			}
		}
	}
}

func TestVectorsAppendQuery(t *testing.T) {
	t.Parallel()
	var v vectors
	readJSON(t, "origin-vectors.json", &v)
	for _, row := range v.AppendQueryParams {
		got, err := origin.AppendQuery(row.URL, row.Query)
		switch {
		case strings.HasPrefix(row.Result, "throws "):
			if err == nil {
				t.Errorf("%q: got %q, want an error", row.URL, got)
			}
		case got != row.Result || err != nil:
			t.Errorf("%q: got %q, %v, want %q", row.URL, got, err, row.Result)
		}
	}
}

func TestVectorsBaseURL(t *testing.T) {
	t.Parallel()
	var v vectors
	readJSON(t, "origin-vectors.json", &v)
	for _, row := range v.GetBaseURL {
		basePath := "/api/auth"
		if row.BasePath != nil {
			basePath = *row.BasePath
		}
		got, err := origin.BaseURL(row.BaseURL, basePath)
		switch {
		case strings.HasPrefix(row.Result, "throws "):
			if err == nil {
				t.Errorf("%q: got %q, want an error", row.BaseURL, got)
			}
		case got != row.Result || err != nil:
			t.Errorf("%q + %q: got %q, %v, want %q", row.BaseURL, basePath, got, err, row.Result)
		}
	}
}

func TestVectorsHostPatterns(t *testing.T) {
	t.Parallel()
	var v vectors
	readJSON(t, "origin-vectors.json", &v)
	for _, row := range v.HostPatterns {
		if got := origin.CompileHost(row.Pattern).Match(row.Host); got != row.Match {
			t.Errorf("%q against %q: got %t", row.Host, row.Pattern, got)
		}
	}
}
