package origin_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/betterauth-go/betterauth/internal/origin"
)

var trustedOrigins = origin.CompileAll("http://localhost:3000", "https://app.example.com", "https://*.wild.example.com", "", "myapp://")

func trusted(url string) bool       { return origin.Trusted(url, trustedOrigins, false) }
func trustedTarget(url string) bool { return origin.Trusted(url, trustedOrigins, true) }

// TestTargetTable is the callbackURL group of the bad-input table.
func TestTargetTable(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]bool{
		"https://evil.example": false, `/\evil.example`: false, "/%2f%2fevil.example": false, "http:evil.example": false,
		"javascript:alert(1)": false, "javascript://a.wild.example.com/%0aalert(1)": false, "data:text/html,x": false,
		" https://evil.example": false, "/\t/evil.example": false, "https://app.example.com": true,
		"https://evil.example?https://app.example.com": false, "http://app.example.com": false,
		"https://a.b.wild.example.com": true, "myapp://evil": true, "MYAPP://cb": true, "dashboard": false, "/a b": true,
		"/a%00b": true, "/a\r\nSet-Cookie: x=1": false, "null": false, "/..//evil.example": true, "?x": false,
		"/@evil.example": true, "//": false, "https://[::1]": false, "//evil": false,
	} {
		if got := trustedTarget(target); got != want {
			t.Errorf("%q: got %t", target, got)
		}
	}
}

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func TestCheckRequest(t *testing.T) {
	t.Parallel()
	const own = "http://localhost:3000"
	tests := []struct {
		name   string
		method string
		h      http.Header
		own    string
		want   origin.Verdict
	}{
		{"GET is free", "GET", header("Cookie", "a=b", "Origin", "https://evil.com"), own, origin.Allowed},
		{"HEAD is free", "HEAD", header("Cookie", "a=b"), own, origin.Allowed},
		{"OPTIONS is free", "OPTIONS", header("Cookie", "a=b"), own, origin.Allowed},
		{"no cookie", "POST", header("Origin", "https://evil.com"), own, origin.Allowed},
		{"empty cookie header counts", "POST", header("Cookie", ""), own, origin.MissingOrNull},
		{"own origin", "POST", header("Cookie", "a=b", "Origin", own), own, origin.Allowed},
		{"own origin uppercase", "POST", header("Cookie", "a=b", "Origin", "HTTP://LOCALHOST:3000"), own, origin.Allowed},
		{"trusted origin", "DELETE", header("Cookie", "a=b", "Origin", "https://app.example.com"), own, origin.Allowed},
		{"evil origin", "POST", header("Cookie", "a=b", "Origin", "https://evil.com"), own, origin.Invalid},
		{"other port", "POST", header("Cookie", "a=b", "Origin", "https://app.example.com:444"), own, origin.Invalid},
		{"relative origin", "POST", header("Cookie", "a=b", "Origin", "/ok"), own, origin.Invalid},
		{"missing", "PATCH", header("Cookie", "a=b"), own, origin.MissingOrNull},
		{"null", "POST", header("Cookie", "a=b", "Origin", "null"), own, origin.MissingOrNull},
		{"null does not fall back", "POST", header("Cookie", "a=b", "Origin", "null", "Referer", own+"/x"), own, origin.MissingOrNull},
		{"null from the same origin", "POST", header("Cookie", "a=b", "Origin", "null", "Sec-Fetch-Site", "same-origin"), own, origin.Allowed},
		{"null, own origin not trusted", "POST", header("Cookie", "a=b", "Origin", "null", "Sec-Fetch-Site", "same-origin"), "http://evil.com", origin.Invalid},
		{"null, own origin unknown", "POST", header("Cookie", "a=b", "Origin", "null", "Sec-Fetch-Site", "same-origin"), "", origin.MissingOrNull},
		{"null from the same site", "POST", header("Cookie", "a=b", "Origin", "null", "Sec-Fetch-Site", "same-site"), own, origin.MissingOrNull},
		{"good referer", "POST", header("Cookie", "a=b", "Referer", own+"/page?x"), own, origin.Allowed},
		{"evil referer", "POST", header("Cookie", "a=b", "Referer", "https://evil.com/"+own), own, origin.Invalid},
		{"null referer", "POST", header("Cookie", "a=b", "Referer", "null"), own, origin.MissingOrNull},
		{"two origins", "POST", header("Cookie", "a=b", "Origin", own, "Origin", "https://evil.com"), own, origin.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := origin.CheckRequest(tt.method, tt.h, tt.own, trusted); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCheckForm(t *testing.T) {
	t.Parallel()
	const own = "http://localhost:3000"
	tests := []struct {
		name string
		h    http.Header
		want origin.Verdict
	}{
		{"curl", header(), origin.Allowed},
		{"blank metadata", header("Sec-Fetch-Site", " "), origin.Allowed},
		{"cross-site navigation", header("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Origin", own), origin.CrossSiteNavigation},
		{"cross-site fetch", header("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Origin", "https://evil.com"), origin.Invalid},
		{"cross-site fetch of a trusted app", header("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Origin", "https://app.example.com"), origin.Allowed},
		{"same-origin without origin", header("Sec-Fetch-Site", "same-origin"), origin.MissingOrNull},
		{"only a destination", header("Sec-Fetch-Dest", "empty"), origin.MissingOrNull},
		{"evil origin only", header("Origin", "https://evil.com"), origin.Invalid},
		{"evil referer only", header("Referer", "https://evil.com/x"), origin.Invalid},
		{"own origin only", header("Origin", own), origin.Allowed},
		{"with cookies the navigation rule is off", header("Cookie", "a=b", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Origin", own), origin.Allowed},
		{"with cookies and nothing else", header("Cookie", "a=b"), origin.MissingOrNull},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := origin.CheckForm(tt.h, own, trusted); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCheckTargets(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	tests := []struct {
		name  string
		body  object
		query any
		label string
		want  origin.Verdict
	}{
		{"none", nil, nil, "", origin.Allowed},
		{"all good", object{"callbackURL": "/a", "redirectTo": "https://app.example.com", "errorCallbackURL": "/b", "newUserCallbackURL": "myapp://x"}, nil, "", origin.Allowed},
		{"evil callback", object{"callbackURL": "https://evil.com"}, nil, "callbackURL", origin.Invalid},
		{"evil callback in query", nil, "https://evil.com", "callbackURL", origin.Invalid},
		{"body before query", object{"callbackURL": "/a"}, "https://evil.com", "", origin.Allowed},
		{"empty body value, evil query", object{"callbackURL": ""}, "https://evil.com", "callbackURL", origin.Invalid},
		{"repeated query", nil, []string{"/a", "/b"}, "callbackURL", origin.NotString},
		{"evil redirect", object{"redirectTo": "//evil.com"}, nil, "redirectURL", origin.Invalid},
		{"evil error page", object{"errorCallbackURL": "x"}, nil, "errorCallbackURL", origin.Invalid},
		{"evil page for new users", object{"newUserCallbackURL": `/\x`}, nil, "newUserCallbackURL", origin.Invalid},
		{"number", object{"redirectTo": 1.0}, nil, "redirectURL", origin.NotString},
		{"json number", object{"redirectTo": json.Number("1")}, nil, "redirectURL", origin.NotString},
		{"array", object{"callbackURL": []any{}}, nil, "callbackURL", origin.NotString},
		{"true", object{"callbackURL": true}, nil, "callbackURL", origin.NotString},
		{"falsy", object{"callbackURL": false, "redirectTo": 0.0, "errorCallbackURL": json.Number("0"), "newUserCallbackURL": nil}, nil, "", origin.Allowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			query := func(string) any { return tt.query }
			label, got := origin.CheckTargets(func(name string) any { return tt.body[name] }, query, trustedTarget)
			if got != tt.want || label != tt.label {
				t.Errorf("got %q %v, want %q %v", label, got, tt.label, tt.want)
			}
		})
	}
}

func TestSkipsPath(t *testing.T) {
	t.Parallel()
	prefixes := []string{"/sso/saml2/", "/webhook"}
	for path, want := range map[string]bool{
		"/sso/saml2": true, "/sso/saml2/acs": true, "/webhook": true, "/webhook/x": true,
		"/webhooks": false, "/sso": false, "/": false, "/sign-in/email": false,
	} {
		if got := origin.SkipsPath(path, prefixes); got != want {
			t.Errorf("%q: got %t", path, got)
		}
	}
}

func BenchmarkTrusted(b *testing.B) {
	for _, url := range []string{"https://app.example.com", "https://a.wild.example.com", "/dashboard"} {
		b.Run(url, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				trustedTarget(url)
			}
		})
	}
}
