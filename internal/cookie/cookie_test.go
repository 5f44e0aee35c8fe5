package cookie_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/cookie"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// attributes are cookie options in the reference's spelling.
type attributes struct {
	MaxAge                        *float64
	Domain, Path, SameSite        *string
	Expires                       *time.Time
	HTTPOnly, Secure, Partitioned *bool
	Prefix                        *string
}

func (a attributes) override() cookie.Override {
	o := cookie.Override{
		Domain: a.Domain, Path: a.Path, SameSite: a.SameSite, Expires: a.Expires,
		HTTPOnly: a.HTTPOnly, Secure: a.Secure, Partitioned: a.Partitioned, Prefix: a.Prefix,
	}
	if a.MaxAge != nil {
		o.MaxAge = new(int(*a.MaxAge))
	}
	return o
}

// cookie builds a cookie with these attributes and no others.
func (a attributes) cookie(name, value string) cookie.Cookie {
	get := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	is := func(b *bool) bool { return b != nil && *b }
	c := cookie.Cookie{Name: name, Value: value, Attributes: cookie.Attributes{
		MaxAge: a.override().MaxAge, Domain: get(a.Domain), Path: get(a.Path), SameSite: get(a.SameSite),
		HTTPOnly: is(a.HTTPOnly), Secure: is(a.Secure), Partitioned: is(a.Partitioned), Prefix: get(a.Prefix),
	}}
	if a.Expires != nil {
		c.Expires = *a.Expires
	}
	return c
}

type serialization struct {
	Name, Value string
	Options     attributes
	Header      string
}

func load(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func request(lines ...string) http.Header { return http.Header{"Cookie": lines} }

func TestSerializationVectors(t *testing.T) {
	t.Parallel()
	var v struct{ CookieSerialization []serialization }
	var r struct{ Serialization []serialization }
	load(t, "vectors.json", &v)
	load(t, "reference.json", &r)
	for _, x := range append(v.CookieSerialization, r.Serialization...) {
		if got := x.Options.cookie(x.Name, x.Value).String(); got != x.Header {
			t.Errorf("got  %s\nwant %s", got, x.Header)
		}
	}
}

func TestSignedCookieVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		SignedCookie []struct{ Value, SignatureBase64, Header string }
	}
	load(t, "vectors.json", &v)
	set, err := cookie.New(cookie.Settings{BaseURL: "http://localhost:3000"})
	if err != nil {
		t.Fatal(err)
	}
	session := set.Cookie("session_token", cookie.Override{MaxAge: new(604800)})
	for _, x := range v.SignedCookie {
		signed := x.Value + "." + x.SignatureBase64
		text := session.With(signed).String()
		if text != x.Header {
			t.Errorf("got  %s\nwant %s", text, x.Header)
		}
		sent, _, _ := strings.Cut(text, ";")
		if got, ok := cookie.Get(request("a=b; "+sent), session.Name); got != signed || !ok {
			t.Errorf("Get = %q, %v; want %q", got, ok, signed)
		}
	}
}

func TestDerivedCookies(t *testing.T) {
	t.Parallel()
	c := cookie.Cookie{Name: "n", Value: "v", Attributes: cookie.Attributes{
		MaxAge: new(60), Path: "/", Domain: "x.com", Expires: now, HTTPOnly: true, SameSite: cookie.Lax,
	}}
	cases := map[string]string{
		c.With("w").String():    "n=w; Max-Age=60; Domain=x.com; Path=/; Expires=Fri, 02 Jan 2026 03:04:05 GMT; HttpOnly; SameSite=Lax",
		c.Session().String():    "n=v; Domain=x.com; Path=/; Expires=Fri, 02 Jan 2026 03:04:05 GMT; HttpOnly; SameSite=Lax",
		c.Expired().String():    "n=; Max-Age=0; Domain=x.com; Path=/; Expires=Fri, 02 Jan 2026 03:04:05 GMT; HttpOnly; SameSite=Lax",
		c.With("\xff").String(): "n=%FF; Max-Age=60; Domain=x.com; Path=/; Expires=Fri, 02 Jan 2026 03:04:05 GMT; HttpOnly; SameSite=Lax",
	}
	for got, want := range cases {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if *c.MaxAge != 60 || c.Value != "v" {
		t.Error("the original changed")
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	good := cookie.Cookie{Name: "n", Attributes: cookie.Attributes{MaxAge: new(34560000), Path: "/", SameSite: "None"}}
	if err := good.Validate(now); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		change   func(*cookie.Cookie)
		lifetime bool
	}{
		"no name":       {func(c *cookie.Cookie) { c.Name = "" }, false},
		"name":          {func(c *cookie.Cookie) { c.Name = "a b" }, false},
		"path":          {func(c *cookie.Cookie) { c.Path = "/; HttpOnly" }, false},
		"domain":        {func(c *cookie.Cookie) { c.Domain = "x\r\ny" }, false},
		"same site":     {func(c *cookie.Cookie) { c.SameSite = "some" }, false},
		"long lifetime": {func(c *cookie.Cookie) { c.MaxAge = new(34560001) }, true},
		"late expiry":   {func(c *cookie.Cookie) { c.Expires = now.Add(401 * 24 * time.Hour) }, true},
	}
	for name, x := range cases {
		c := good
		x.change(&c)
		if err := c.Validate(now); err == nil || errors.Is(err, cookie.ErrLifetime) != x.lifetime {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkString(b *testing.B) {
	c := cookie.Cookie{
		Name: "better-auth.session_token", Value: strings.Repeat("x", 33) + "b2nOietVhqxSVQIBUZXFtlIyHhKzsGcqu23qC8okO9s=",
		Attributes: cookie.Attributes{MaxAge: new(604800), Path: "/", HTTPOnly: true, SameSite: cookie.Lax},
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = c.String()
	}
}
