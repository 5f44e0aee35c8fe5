package origin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/origin"
)

const site = "https://site.example"

// staysHere fails when a browser or net/url would take a path of this site
// anywhere else.
func staysHere(t *testing.T, target string) {
	t.Helper()
	u, err := origin.Parse(site + target)
	if err != nil || u.Origin() != site {
		t.Errorf("%q appended to the site: %v, %v", target, u, err)
	}
	base, _ := url.Parse(site + "/page")
	ref, err := url.Parse(target)
	if err != nil {
		return // net/url follows nothing it cannot read
	}
	resolved := base.ResolveReference(ref)
	if resolved.Scheme != "https" || resolved.Host != "site.example" || resolved.User != nil {
		t.Errorf("%q resolves to %v", target, resolved)
	}
	if strings.HasPrefix(target, "//") || strings.HasPrefix(target, `/\`) {
		t.Errorf("%q names a host", target)
	}
}

func FuzzSafeRelative(f *testing.F) {
	for _, seed := range []string{"/", "/a?b#c", "//evil", "/\\evil", "/\t/evil", "/%2f", "/..//evil", "/a\u0085", "/@evil", "/.//evil"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if !origin.SafeRelative(target) {
			return
		}
		staysHere(t, target)
		appended, err := origin.AppendQuery(target, "error=x")
		if err != nil {
			t.Fatalf("%q: %v", target, err)
		}
		if !origin.SafeRelative(appended) {
			t.Errorf("%q became %q", target, appended)
		}
		staysHere(t, appended)
	})
}

func FuzzAppendQuery(f *testing.F) {
	for _, seed := range []string{"/", "/..//evil", "/\t/evil", "https://a.b/?x&#y", "myapp:x", "http:evil"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		got, err := origin.AppendQuery(target, "error=x")
		if err != nil {
			return
		}
		if strings.HasPrefix(target, "/") {
			staysHere(t, got)
			return
		}
		before, _ := origin.Parse(target)
		after, err := origin.Parse(got)
		if err != nil || before.Origin() != after.Origin() || before.HostPort() != after.HostPort() {
			t.Errorf("%q became %q: %v", target, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"https://a.b:443/x?y#z", "http:evil", "https:\\\\a\\b", "https://u:p@[::1]:80/", "https://0x7f.1", "myapp://h/../x", "mailto:x", "file:///x", "https://a%2eb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := origin.Parse(raw)
		if err != nil {
			return
		}
		again, err := origin.Parse(u.String())
		if err != nil || again.Origin() != u.Origin() || again.HostPort() != u.HostPort() || again.String() != u.String() {
			t.Errorf("%q: %q is not stable: %q, %v", raw, u, again, err)
		}
		if strings.ContainsAny(u.Origin(), "@\\ \r\n\t#?") {
			t.Errorf("%q has the origin %q", raw, u.Origin())
		}
		std, err := url.Parse(u.String())
		if err == nil && u.Origin() != "" && std.Scheme+"://"+std.Host != u.Origin() {
			t.Errorf("%q: net/url reads %q as host %q", raw, u, std.Host)
		}
	})
}

func FuzzTrusted(f *testing.F) {
	for _, seed := range []string{"https://app.example.com", "https://x.app.example.com", "https://app.example.com@evil", "javascript://x.example.com/", "myapp://cb/../x", "https://192.168.evil"} {
		f.Add(seed, "https://*.example.com")
		f.Add(seed, "*.example.com")
		f.Add(seed, "192.168.*.*")
		f.Add(seed, "myapp://cb")
	}
	exact := origin.CompileAll("https://app.example.com", "https://*.app.example.com")
	f.Fuzz(func(t *testing.T, raw, pattern string) {
		origin.Trusted(raw, origin.CompileAll(pattern), true)
		if !origin.Trusted(raw, exact, false) {
			return
		}
		u, err := origin.Parse(raw)
		if err != nil || u.Scheme != "https" || u.Port != "" ||
			u.Host != "app.example.com" && !strings.HasSuffix(u.Host, ".app.example.com") {
			t.Errorf("%q is trusted: %v", raw, u)
		}
	})
}

func FuzzHosts(f *testing.F) {
	f.Add("example.com", "example.com", "https")
	f.Add("evil.com/example.com", "a@b", "javascript")
	hosts, err := origin.NewHosts(origin.Dynamic{AllowedHosts: []string{"example.com", "*.example.com"}, BasePath: "/api/auth"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, host, forwardedHost, forwardedProto string) {
		r := request(host, forwardedHost, forwardedProto)
		got, err := hosts.BaseURL(origin.FromRequest(r, true))
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Path != "/api/auth" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q: %v", got, err)
		}
		name := strings.ToLower(u.Hostname())
		if u.Port() != "" && name == "example.com" || name != "example.com" && !strings.HasSuffix(name, ".example.com") {
			t.Errorf("%q", got)
		}
	})
}
