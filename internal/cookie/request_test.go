package cookie_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/cookie"
)

// listed is what List returns as a map.
func listed(h http.Header) map[string]string {
	m := map[string]string{}
	for _, p := range cookie.List(h) {
		m[p.Name] = p.Value
	}
	return m
}

func TestRequestVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		RequestParsing []struct {
			Header string
			Parsed map[string]string
		}
	}
	load(t, "vectors.json", &v)
	for _, x := range v.RequestParsing {
		if got := listed(request(x.Header)); !maps.Equal(got, x.Parsed) {
			t.Errorf("%s: %v, want %v", x.Header, got, x.Parsed)
		}
	}
}

// TestReadersLikeReference checks both readers on headers that are malformed
// or odd.
func TestReadersLikeReference(t *testing.T) {
	t.Parallel()
	var r struct {
		RequestParsing []struct {
			Header string
			First  map[string]string
			Last   [][2]string
		}
	}
	load(t, "reference.json", &r)
	for _, x := range r.RequestParsing {
		for _, name := range []string{"", "a", "b", "x", "ok", "noeq", "bad name"} {
			want, there := x.First[name]
			if got, ok := cookie.Get(request(x.Header), name); got != want || ok != there {
				t.Errorf("Get(%q, %q) = %q, %v; want %q, %v", x.Header, name, got, ok, want, there)
			}
		}
		var want []cookie.Pair
		for _, p := range x.Last {
			want = append(want, cookie.Pair{Name: p[0], Value: p[1]})
		}
		if got := cookie.List(request(x.Header)); !slices.Equal(got, want) {
			t.Errorf("List(%q) = %q, want %q", x.Header, got, want)
		}
	}
}

func TestDuplicatesAndLines(t *testing.T) {
	t.Parallel()
	h := request("a=1; b=2", "c=3; a=4")
	if v, ok := cookie.Get(h, "a"); v != "1" || !ok {
		t.Errorf("Get = %q, %v", v, ok)
	}
	want := []cookie.Pair{{"a", "4"}, {"b", "2"}, {"c", "3"}}
	if got := cookie.List(h); !slices.Equal(got, want) {
		t.Errorf("List = %v", got)
	}
	for _, h := range []http.Header{nil, {}, request(""), request("A=1")} {
		if v, ok := cookie.Get(h, "a"); v != "" || ok {
			t.Errorf("Get(%v) = %q, %v", h, v, ok)
		}
		if _, ok := listed(h)["a"]; ok {
			t.Errorf("List(%v) has it", h)
		}
	}
}

func TestSetRequest(t *testing.T) {
	t.Parallel()
	cases := []struct{ header, name, value, want string }{
		{"", "a", "x=;", "a=x%3D%3B"},
		{"b=1; a=2; a=3; bad name=4", "a", "5", "b=1; a=5"},
		{"b=%20", "a", "5", "b=%20; a=5"},
		{"b=1", "bad name", "5", "b=1"},
	}
	for _, c := range cases {
		h := request(c.header)
		cookie.SetRequest(h, c.name, c.value)
		if got := h.Get("Cookie"); got != c.want {
			t.Errorf("%q with %s=%s: %q, want %q", c.header, c.name, c.value, got, c.want)
		}
	}
}

// FuzzRequest checks that the readers agree where they must: a cookie that
// the strict one lists and that comes once is the one Get finds.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{"", "a=1; b=2", `a="q"; b=%20x`, "a=%ZZ", "a=\"", ";;=;", "a=1;a=2", "a=%E2%82%AC"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := request(s)
		for _, p := range cookie.List(h) {
			if _, ok := cookie.Get(h, p.Name); !ok {
				t.Errorf("Get(%q) finds nothing in %q", p.Name, s)
			}
		}
		cookie.Join(h, "a")
		cookie.SetRequest(h, "a", s)
		if got, ok := listed(h)["a"]; got != s && ok && cookie.Unescape(s) == s && strings.ToValidUTF8(s, "") == s {
			t.Errorf("after SetRequest: %q, want %q", got, s)
		}
	})
}

func BenchmarkGet(b *testing.B) {
	const name = "better-auth.session_token"
	const signed = "6UAQWcDTpNqARSp0E7Y2mG89MLNRjhgF.MrFvSl8TBBNji%2B2TvyEGf5%2Ffm5xVzAcvhvt2ZGRDBEw%3D"
	b.Run("escaped", func(b *testing.B) {
		h := request("theme=dark; " + name + "=" + signed + "; other=1")
		b.ReportAllocs()
		for b.Loop() {
			cookie.Get(h, name)
		}
	})
	b.Run("missing", func(b *testing.B) {
		h := request("theme=dark; _ga=GA1.1.123; other=1")
		b.ReportAllocs()
		for b.Loop() {
			cookie.Get(h, name)
		}
	})
}
