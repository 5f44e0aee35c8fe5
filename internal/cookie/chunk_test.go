package cookie_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/cookie"
)

func sessionData(value string) cookie.Cookie {
	return cookie.Cookie{Name: "better-auth.session_data", Value: value, Attributes: cookie.Attributes{
		MaxAge: new(300), Path: "/", HTTPOnly: true, SameSite: cookie.Lax,
	}}
}

// sent returns the request header of a browser that got these cookies.
func sent(set []cookie.Cookie) http.Header {
	var parts []string
	for _, c := range set {
		pair, _, _ := strings.Cut(c.String(), ";")
		parts = append(parts, pair)
	}
	return request(strings.Join(parts, "; "))
}

// TestChunkVectors checks the sizes of a session_data cookie the reference
// split.
func TestChunkVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		Chunks []struct {
			Name  string
			Bytes int
		}
	}
	load(t, "vectors.json", &v)
	length, overhead := 0, len(sessionData("").String())+len(".0")
	for _, c := range v.Chunks {
		length += c.Bytes - overhead
	}
	value := strings.Repeat("0123456789", length/10+1)[:length]
	chunks, ok := cookie.Split(sessionData(value))
	if !ok || len(chunks) != len(v.Chunks) {
		t.Fatalf("%d chunks, %v", len(chunks), ok)
	}
	for i, want := range v.Chunks {
		if got := chunks[i]; got.Name != want.Name || len(got.String()) != want.Bytes {
			t.Errorf("%s has %d bytes, want %s with %d", got.Name, len(got.String()), want.Name, want.Bytes)
		}
	}
	slices.Reverse(chunks)
	if got, ok := cookie.Join(sent(chunks), "better-auth.session_data"); got != value || !ok {
		t.Errorf("Join gives %d bytes, %v; want %d", len(got), ok, length)
	}
}

func TestSplitLimits(t *testing.T) {
	t.Parallel()
	probe := sessionData("")
	probe.Name += ".99"
	size := 4050 - len(probe.String())
	cases := []struct{ length, chunks int }{
		{0, 1}, {1, 1}, {size, 1}, {size + 1, 2}, {2 * size, 2}, {2*size + 1, 3}, {100 * size, 100}, {100*size + 1, 0},
	}
	for _, c := range cases {
		chunks, ok := cookie.Split(sessionData(strings.Repeat("x", c.length)))
		if len(chunks) != c.chunks || ok != (c.chunks > 0) {
			t.Errorf("%d bytes: %d chunks, %v; want %d", c.length, len(chunks), ok, c.chunks)
		}
		for _, chunk := range chunks {
			if n := len(chunk.String()); n > 4050 {
				t.Errorf("%d bytes: %s has %d", c.length, chunk.Name, n)
			}
		}
	}
	c := sessionData("x")
	c.Path = "/" + strings.Repeat("p", 4050)
	if chunks, ok := cookie.Split(c); ok {
		t.Errorf("attributes alone are too long, but: %d chunks", len(chunks))
	}
}

func TestStoreExpiresStaleChunks(t *testing.T) {
	t.Parallel()
	const name = "better-auth.session_data"
	h := request(name + ".2=c; " + name + ".0=a; x=1; " + name + ".1=b; " + name + ".01=n; " + name + ".x=n; " + name + "2=n")
	names := func(set []cookie.Cookie) (s []string) {
		for _, c := range set {
			state := "="
			if c.Value == "" && *c.MaxAge == 0 {
				state = "-"
			}
			s = append(s, strings.TrimPrefix(c.Name, name)+state)
		}
		return s
	}
	cases := []struct {
		length int
		want   []string
		ok     bool
	}{
		{10, []string{".2-", ".0-", ".1-", "="}, true},
		{6000, []string{".2-", ".0=", ".1="}, true},
		{500000, []string{".2-", ".0-", ".1-"}, false},
	}
	for _, c := range cases {
		set, ok := cookie.Store(h, sessionData(strings.Repeat("v", c.length)))
		if got := names(set); !slices.Equal(got, c.want) || ok != c.ok {
			t.Errorf("%d bytes: %v, %v; want %v", c.length, got, ok, c.want)
		}
	}
	if got := names(cookie.Clear(request(name+"=v; "+name+".0=a"), sessionData("v"))); !slices.Equal(got, []string{"-", ".0-"}) {
		t.Errorf("Clear = %v", got)
	}
	set, _ := cookie.Store(request(name+"=old; "+name+".0=a"), sessionData("v"))
	if got := names(set); !slices.Equal(got, []string{"=", ".0-"}) {
		t.Errorf("Store over a whole cookie = %v", got)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	cases := []struct {
		header, want string
		ok           bool
	}{
		{"", "", false},
		{"n=v", "v", true},
		{"n=v; n.0=a", "v", true},
		{"n=; n.1=b; n.0=a; n.10=k; n.2=c", "abck", true},
		{"n.0=old; n.0=a", "a", true},
		{"n.-1=a; n.00=b; n.=c; n.x=d; m.0=e", "", false},
		{"n.99999999999999999999=a", "", false},
	}
	for _, c := range cases {
		if got, ok := cookie.Join(request(c.header), "n"); got != c.want || ok != c.ok {
			t.Errorf("%s: %q, %v; want %q", c.header, got, ok, c.want)
		}
	}
}
