package securitytest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
)

// A badCase is one request and the one right answer to it.
type badCase struct {
	name string
	send func(c *Client) *http.Request
	want
}

// want is what is asserted of an answer; empty members are not.
type want struct {
	status   int
	code     string
	message  string
	body     string // whole, or, when it begins with …, a part
	location string
}

func (w want) check(t *testing.T, a *Answer) {
	t.Helper()
	if a.Status != w.status {
		t.Errorf("status %d %.200s, want %d", a.Status, a.Body, w.status)
	}
	if w.code != "" && a.String("code") != w.code {
		t.Errorf("code %q %.200s, want %q", a.String("code"), a.Body, w.code)
	}
	if w.message != "" && a.String("message") != w.message {
		t.Errorf("message %q, want %q", a.String("message"), w.message)
	}
	if part, ok := strings.CutPrefix(w.body, "…"); ok && !strings.Contains(a.Body, part) {
		t.Errorf("body %.200q lacks %q", a.Body, part)
	} else if !ok && w.body != "" && a.Body != w.body {
		t.Errorf("body %.200q, want %q", a.Body, w.body)
	}
	if got := a.Header.Get("Location"); got != w.location {
		t.Errorf("Location %q, want %q", got, w.location)
	}
	if a.Status == http.StatusNotFound && a.Body != "" {
		t.Errorf("a 404 has the body %q", a.Body)
	}
}

// badConfig is the configuration of the table: three trusted origins, a number and a field that clients
// may not set.
func badConfig(box *Mailbox) betterauth.Config {
	c := Config(memory.New())
	box.Connect(&c)
	c.Plugins = []plugin.Plugin{bearer.New(bearer.Options{})}
	c.TrustedOrigins = []string{"https://app.example.com", "https://*.wild.example.com", "myapp://"}
	c.User.AdditionalFields = []adapter.Field{
		{Name: "age", Type: adapter.Number, Optional: true},
		{Name: "plan", Type: adapter.String, Optional: true, NoInput: true},
	}
	return c
}

// TestBadInput sends every case to an instance with one user. A refused request changes nothing.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for group, cases := range map[string][]badCase{
		"body": bodyCases(), "sign-up field": signUpCases(), "callbackURL": callbackCases(), "GET links": linkCases(),
		"path": pathCases(), "cookie": cookieCases(), "bearer": bearerCases(), "origin": originCases(), "csrf": csrfCases(),
	} {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			auth := New(t, badConfig(&Mailbox{}))
			c := NewClient(t, auth.Handler())
			c.SignUp("ann@example.com")
			for _, b := range cases {
				t.Run(b.name, func(t *testing.T) {
					before := Dump(t, auth)
					one := c.Clone()
					one.T = t
					b.check(t, one.Send(b.send(one)))
					Wait(t, auth)
					if b.status >= 400 {
						Unchanged(t, auth, before, b.name)
					}
				})
			}
		})
	}
}

// signIn posts a raw body to sign-in, without cookies and origin.
func signIn(contentType, body string, header ...string) func(c *Client) *http.Request {
	return func(c *Client) *http.Request {
		c.DropCookies()
		c.Header.Del("Origin")
		r := c.Request(http.MethodPost, "/sign-in/email", body)
		r.Header.Del("Content-Type")
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r
	}
}

const (
	jsonType = "application/json"
	creds    = `{"email":"nobody@example.com","password":"password1234"}`
)

func wrong() want {
	return want{status: 401, code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password"}
}

func invalid(message string) want {
	return want{status: 400, code: "VALIDATION_ERROR", message: message}
}

func unsupported(contentType string) want {
	return want{status: 415, code: "UNSUPPORTED_MEDIA_TYPE", message: `Content-Type "` + contentType + `" is not allowed. Allowed types: application/x-www-form-urlencoded, application/json`}
}

func bodyCases() []badCase {
	const prefix = "[body] Invalid input: expected object, received "
	return []badCase{
		{"malformed JSON {", signIn(jsonType, "{"), want{status: 400, code: "BAD_REQUEST", message: "Invalid JSON in request body"}},
		{"empty body, JSON type", signIn(jsonType, ""), invalid(prefix + "undefined")},
		{"JSON null", signIn(jsonType, "null"), invalid(prefix + "null")},
		{"JSON string", signIn(jsonType, `"x"`), invalid(prefix + "string")},
		{"JSON true", signIn(jsonType, "true"), invalid(prefix + "boolean")},
		{"no content type, valid JSON", signIn("", creds), invalid(prefix + "undefined")},
		{"form, valid", signIn("application/x-www-form-urlencoded", "email=nobody%40example.com&password=password1234"), wrong()},
		{"multipart without boundary", signIn("multipart/form-data", "x"), unsupported("multipart/form-data")},
		{"upper-case type", signIn("APPLICATION/JSON", creds), wrong()},
		{"octet-stream", signIn("application/octet-stream", creds), unsupported("application/octet-stream")},
		{"content-encoding gzip that is not", signIn(jsonType, creds, "Content-Encoding", "gzip"), wrong()},
		{"unknown fields", signIn(jsonType, `{"email":"nobody@example.com","password":"password1234","x":1,"y":{"z":[]}}`), wrong()},
		{"constructor.prototype", signIn(jsonType, `{"email":"nobody@example.com","password":"password1234","constructor":{"prototype":{"a":1}},"__proto__":{"b":1}}`), wrong()},
		{
			"10 000 nested objects", signIn(jsonType, `{"email":`+strings.Repeat(`{"a":`, 10_000)+"1"+strings.Repeat("}", 10_000)+`,"password":"password1234"}`),
			invalid("[body.email] Invalid input: expected string, received object"),
		},
		{"12 MiB body", signIn(jsonType, `{"email":"nobody@example.com","password":"`+strings.Repeat("x", 12<<20)+`"}`), want{status: 413, code: "PAYLOAD_TOO_LARGE"}},
		{"invalid UTF-8 in the email", signIn(jsonType, "{\"email\":\"a\xff@example.com\",\"password\":\"password1234\"}"), want{status: 400, code: "INVALID_EMAIL", message: "Invalid email"}},
		{"invalid UTF-8 in a name", rawSignUp("{\"email\":\"utf@example.com\",\"password\":\"password1234\",\"name\":\"a\xff\"}"), want{status: 200}},
	}
}

func rawSignUp(body string) func(c *Client) *http.Request {
	return func(c *Client) *http.Request {
		c.DropCookies()
		return c.Request(http.MethodPost, "/sign-up/email", body)
	}
}

// signUp posts a valid sign-up in which one member is replaced by raw JSON; "" leaves it out.
func signUp(field, value string) func(c *Client) *http.Request {
	members := map[string]string{"email": `"new-` + strings.ToLower(url.QueryEscape(field)) + `@example.com"`, "password": `"password1234"`, "name": `"New"`}
	members[field] = value
	var pairs []string
	for name, v := range members {
		if v != "" {
			pairs = append(pairs, `"`+name+`":`+v)
		}
	}
	return rawSignUp("{" + strings.Join(pairs, ",") + "}")
}

func signUpCases() []badCase {
	address := invalid("[body.email] Invalid email address")
	expected := func(field, kind, got string) want {
		return invalid("[body." + field + "] Invalid input: expected " + kind + ", received " + got)
	}
	ok := want{status: 200}
	return []badCase{
		{"email number", signUp("email", "1"), expected("email", "string", "number")},
		{"email array", signUp("email", `["a@b.co"]`), expected("email", "string", "array")},
		{"email missing", signUp("email", ""), expected("email", "string", "undefined")},
		{"email without @", signUp("email", `"ab.co"`), address},
		{"email CRLF", signUp("email", `"a@b.co\r\nBcc: c@d.co"`), address},
		{"email NUL", signUp("email", `"a\u0000@b.co"`), address},
		{"email with a Cyrillic domain", signUp("email", `"a@exаmple.com"`), address},
		{"email with a quoted local part", signUp("email", `"\"a b\"@example.com"`), address},
		{"email list", signUp("email", `"a@b.co,c@d.co"`), address},
		{"email list with ;", signUp("email", `"a@b.co;c@d.co"`), address},
		{"email list with a space", signUp("email", `"a@b.co c@d.co"`), address},
		{"email with a display name", signUp("email", `"Ann <a@b.co>"`), address},
		{"email plus tag", signUp("email", `"a+tag@example.com"`), want{status: 200, body: `…"email":"a+tag@example.com"`}},
		{"email with a local part of 70", signUp("email", `"`+strings.Repeat("a", 70)+`@example.com"`), ok},
		{"email of 255 bytes", signUp("email", `"a@`+strings.Repeat(strings.Repeat("b", 62)+".", 3)+strings.Repeat("c", 61)+`.co"`), want{status: 400, code: "INVALID_EMAIL"}},
		{"email with a trailing dot", signUp("email", `"a@example.com."`), address},
		{"password number", signUp("password", "1"), expected("password", "string", "number")},
		{"password null", signUp("password", "null"), expected("password", "string", "null")},
		{"password of 4 emoji", signUp("password", `"😀😀😀😀"`), ok},
		{"password of 129", signUp("password", `"`+strings.Repeat("x", 129)+`"`), want{status: 400, code: "PASSWORD_TOO_LONG", message: "Password too long"}},
		{"password of spaces", rawSignUp(`{"email":"spaces@example.com","name":"n","password":"        "}`), ok},
		{"name empty", signUp("name", `""`), ok},
		{"name NUL", rawSignUp(`{"email":"nul@example.com","password":"password1234","name":"a\u0000b"}`), want{status: 400, code: "VALIDATION_ERROR"}},
		{"name with a lone surrogate", rawSignUp(`{"email":"surrogate@example.com","password":"password1234","name":"a\ud800b"}`), ok},
		{"image javascript:", signUp("image", `"javascript:alert(1)"`), want{status: 200, body: `…"image":"javascript:alert(1)"`}},
		{"plan", signUp("plan", `"pro"`), want{status: 400, code: "FIELD_NOT_ALLOWED", message: "plan is not allowed to be set"}},
		{"emailVerified true", signUp("emailVerified", "true"), want{status: 200, body: `…"emailVerified":false`}},
		{"banned", signUp("banned", "true"), ok},
		{"age 1e400", rawSignUp(`{"email":"huge@example.com","password":"password1234","name":"n","age":1e400}`), want{status: 200, body: `…"age":null`}},
		{"age 2^53", signUp("age", "9007199254740993"), want{status: 400, code: "VALIDATION_ERROR"}},
		{"age -99999999999999999999", signUp("age", "-99999999999999999999"), want{status: 400, code: "VALIDATION_ERROR"}},
		{"rememberMe string", signUp("rememberMe", `"yes"`), expected("rememberMe", "boolean", "string")},
		{"callbackURL evil", signUp("callbackURL", `"https://evil.example"`), want{status: 403, code: "INVALID_CALLBACK_URL", message: "Invalid callbackURL"}},
		{"callbackURL //evil", signUp("callbackURL", `"//evil.example"`), want{status: 403, code: "INVALID_CALLBACK_URL"}},
	}
}

func callbackCases() []badCase {
	refused := want{status: 403, code: "INVALID_REDIRECT_URL", message: "Invalid redirectURL"}
	ok := want{status: 200, body: `…"status":true`}
	var cases []badCase
	for target, w := range map[string]want{
		"https://evil.example": refused, "//evil.example": refused, "/\\evil.example": refused, "/%2f%2fevil.example": refused,
		"/%5cevil.example": refused, "http:evil.example": refused, "javascript:alert(1)": refused, "data:text/html,x": refused,
		" https://evil.example": refused, "/\t/evil.example": refused, "https://app.example.com": ok,
		"https://evil.example?https://app.example.com": refused, "http://app.example.com": refused,
		"https://app.example.com@evil.example": refused, "https://app.example.com.evil.example": refused,
		"https://a.b.wild.example.com": ok, "myapp://evil": ok, "MYAPP://cb": ok, "dashboard": refused, "/a b": ok, "/a%00b": ok,
		"/a\r\nSet-Cookie: x=1": refused, "null": refused, "/..//evil.example": ok, "?x": refused, "/@evil.example": ok,
		"//": refused, "https://[::1]": refused,
	} {
		cases = append(cases, badCase{target, func(c *Client) *http.Request {
			c.DropCookies()
			return c.Request(http.MethodPost, "/request-password-reset", map[string]any{"email": "ann@example.com", "redirectTo": target})
		}, w})
	}
	return cases
}

func get(path string) func(c *Client) *http.Request {
	return func(c *Client) *http.Request {
		c.DropCookies()
		return c.Request(http.MethodGet, path, nil)
	}
}

// linkCases are the GET endpoints that redirect to a callbackURL.
func linkCases() []badCase {
	refused := want{status: 403, code: "INVALID_CALLBACK_URL", message: "Invalid callbackURL"}
	var cases []badCase
	for _, path := range []string{"/verify-email?token=x&callbackURL=", "/reset-password/x?callbackURL=", "/delete-user/callback?token=x&callbackURL="} {
		for _, evil := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/%2f/evil.example", "javascript:alert(1)", "https:evil.example"} {
			cases = append(cases, badCase{path + evil, get(path + url.QueryEscape(evil)), refused})
		}
	}
	return append(cases,
		badCase{"verify /ok", get("/verify-email?token=x&callbackURL=/ok"), want{status: 302, location: "/ok?error=INVALID_TOKEN"}},
		badCase{"reset /ok", get("/reset-password/x?callbackURL=/ok"), want{status: 302, location: BaseURL + "/ok?error=INVALID_TOKEN"}},
		badCase{"verify trusted", get("/verify-email?token=x&callbackURL=https://app.example.com/x"), want{status: 302, location: "https://app.example.com/x?error=INVALID_TOKEN"}},
		badCase{"reset trusted", get("/reset-password/x?callbackURL=https://app.example.com/x"), want{status: 302, location: "https://app.example.com/x?error=INVALID_TOKEN"}},
		badCase{"verify two tokens", get("/verify-email?token=x&token=y"), invalid("[query.token] Invalid input: expected string, received array")},
		badCase{"verify token[]", get("/verify-email?token[]=x"), invalid("[query.token] Invalid input: expected string, received undefined")},
		badCase{"error page", get("/error?error=%3Cscript%3E&error_description=%3Cimg%20src=x%20onerror=alert(1)%3E"), want{status: 200, body: "…&lt;img"}},
	)
}

func method(method, path string) func(c *Client) *http.Request {
	return func(c *Client) *http.Request {
		c.DropCookies()
		return c.Request(method, path, nil)
	}
}

func pathCases() []badCase {
	ok, missing := want{status: 200, body: `{"ok":true}`}, want{status: 404}
	cases := []badCase{
		{"POST /get-session", method("POST", "/get-session"), want{status: 405, code: "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED", message: "POST method requires deferSessionRefresh to be enabled in session config"}},
		{"GET /ok", get("/ok"), ok},
		{"GET /./ok", get("/./ok"), ok},
		{"GET /ok?a=%zz", get("/ok?a=%zz"), ok},
		{"GET /error?error=%zz&%zz=%zz", get("/error?error=%zz&%zz=%zz"), want{status: 200}},
	}
	for _, m := range []string{"OPTIONS /ok", "HEAD /ok", "TRACE /ok", "GET /sign-in/email", "PATCH /sign-in/email", "OPTIONS /sign-in/email", "HEAD /sign-in/email"} {
		verb, path, _ := strings.Cut(m, " ")
		cases = append(cases, badCase{m, method(verb, path), missing})
	}
	for _, path := range []string{
		"//ok", "/ok//", "/ok/", "/..%2fok", "/ok%2f", "/ok%00", "/o%6b%20", "/nope", "", "/", "/api/auth/ok", "/OK", "/Ok", "/ok.", "/ok;a=b",
		"/sign-in%2femail", "/reset-password/a/b", "/reset-password",
	} {
		cases = append(cases, badCase{"GET " + path, get(path), missing})
	}
	for path, code := range map[string]string{
		"/callback/nope": "state_not_found", "/callback/github?code=x": "state_not_found",
		"/callback/github?code=x&state=x": "state_mismatch", "/callback/..%2f..%2fok": "state_not_found",
	} {
		cases = append(cases, badCase{"GET " + path, get(path), want{status: 302, location: BaseURL + "/api/auth/error?error=" + code}})
	}
	return append(cases, badCase{"GET /API/AUTH/ok", func(c *Client) *http.Request {
		return httptest.NewRequestWithContext(c.T.Context(), http.MethodGet, "/API/AUTH/ok", nil)
	}, missing})
}

// cookies sends get-session with a Cookie header made from the name and value of a good session.
func cookies(build func(name, value string) string) func(c *Client) *http.Request {
	return func(c *Client) *http.Request {
		r := c.Request(http.MethodGet, "/get-session", nil)
		r.Header.Set("Cookie", build(sessionCookie, c.RawCookie(sessionCookie)))
		return r
	}
}

const sessionCookie = "better-auth.session_token"

func cookieCases() []badCase {
	session, null := want{status: 200, body: `…"email":"ann@example.com"`}, want{status: 200, body: "null"}
	plain := func(value string) func(c *Client) *http.Request {
		return cookies(func(name, _ string) string { return name + "=" + value })
	}
	return []badCase{
		{"valid", cookies(func(n, v string) string { return n + "=" + v }), session},
		{"no signature", cookies(func(n, v string) string { return n + "=" + v[:32] }), null},
		{"signature cut", cookies(func(n, v string) string { return n + "=" + v[:len(v)-4] }), null},
		{"other token, same signature", cookies(func(n, v string) string { return n + "=" + strings.Repeat("a", 32) + v[32:] }), null},
		{"garbage", plain("garbage"), null},
		{"empty", plain(""), null},
		{"broken escapes", plain("%zz.%"), null},
		{"only a dot", plain("."), null},
		{"valid first of two", cookies(func(n, v string) string { return n + "=" + v + "; " + n + "=garbage" }), session},
		{"quoted", cookies(func(n, v string) string { return n + `="` + v + `"` }), session},
		{"upper-case name", cookies(func(n, v string) string { return strings.ToUpper(n) + "=" + v }), null},
		{"__Host- prefix", cookies(func(n, v string) string { return "__Host-" + n + "=" + v }), null},
		{"__Secure- prefix", cookies(func(n, v string) string { return "__Secure-" + n + "=" + v }), null},
		{"comma as separator", cookies(func(n, v string) string { return "a=b, " + n + "=" + v }), null},
		{"4 KiB of junk first", cookies(func(n, v string) string { return "junk=" + strings.Repeat("x", 4<<10) + "; " + n + "=" + v }), session},
		{"NUL", cookies(func(n, v string) string { return n + "=" + v + "\x00" }), null},
		{"encoded NUL", cookies(func(n, v string) string { return n + "=" + v + "%00" }), null},
		{"non-ASCII byte", plain("\xff\xfe"), null},
		{"only separators", cookies(func(string, string) string { return ";;; = ;=;" }), null},
	}
}

// bearerCases send a token in the Authorization header instead of a cookie.
func bearerCases() []badCase {
	session, null := want{status: 200, body: `…"email":"ann@example.com"`}, want{status: 200, body: "null"}
	bearer := func(build func(raw, signed string) string) func(c *Client) *http.Request {
		return func(c *Client) *http.Request {
			signed, err := url.PathUnescape(c.RawCookie(sessionCookie))
			if err != nil {
				c.T.Fatal(err)
			}
			r := c.Request(http.MethodGet, "/get-session", nil)
			r.Header.Del("Cookie")
			raw, _, _ := strings.Cut(signed, ".")
			r.Header.Set("Authorization", build(raw, signed))
			return r
		}
	}
	return []badCase{
		{"raw token", bearer(func(raw, _ string) string { return "Bearer " + raw }), session},
		{"signed", bearer(func(_, signed string) string { return "Bearer " + signed }), session},
		{"signed, encoded", bearer(func(_, signed string) string { return "Bearer " + url.QueryEscape(signed) }), session},
		{"lower-case scheme", bearer(func(raw, _ string) string { return "bearer " + raw }), session},
		{"empty", bearer(func(string, string) string { return "Bearer " }), null},
		{"scheme alone", bearer(func(string, string) string { return "Bearer" }), null},
		{"broken escapes", bearer(func(string, string) string { return "Bearer %zz" }), null},
		{"broken escapes and a signature", bearer(func(string, string) string { return "Bearer %zz.%zz" }), null},
		{"wrong signature", bearer(func(raw, _ string) string { return "Bearer " + raw + ".AAAA" }), null},
		{"wrong token", bearer(func(raw, _ string) string { return "Bearer " + strings.Repeat("a", len(raw)) }), null},
		{"other scheme", bearer(func(raw, _ string) string { return "Basic " + raw }), null},
		{"cookie injection", bearer(func(string, string) string { return "Bearer x; better-auth.session_token=y" }), null},
	}
}

// update posts to update-user with a good session and other headers.
func update(header ...string) func(c *Client) *http.Request {
	return func(c *Client) *http.Request {
		r := c.Request(http.MethodPost, "/update-user", map[string]any{"name": "Renamed"})
		r.Header.Del("Origin")
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r
	}
}

func originCases() []badCase {
	ok, refused := want{status: 200, body: `{"status":true}`}, want{status: 403, code: "INVALID_ORIGIN", message: "Invalid origin"}
	missing := want{status: 403, code: "MISSING_OR_NULL_ORIGIN"}
	return []badCase{
		{"own", update("Origin", BaseURL), ok},
		{"evil", update("Origin", "https://evil.example"), refused},
		{"trusted", update("Origin", "https://app.example.com"), ok},
		{"other port", update("Origin", BaseURL+":8080"), refused},
		{"other scheme", update("Origin", "https://auth.test"), refused},
		{"evil referer alone", update("Referer", "https://evil.example/x"), refused},
		{"own referer alone", update("Referer", BaseURL+"/x"), ok},
		{"upper case", update("Origin", strings.ToUpper(BaseURL)), ok},
		{"suffix", update("Origin", BaseURL+".evil.example"), refused},
		{"userinfo", update("Origin", BaseURL+"@evil.example"), refused},
		{"cross-site and own", update("Origin", BaseURL, "Sec-Fetch-Site", "cross-site"), ok},
		{"null", update("Origin", "null"), missing},
		{"none", update(), missing},
		{"not a URL", update("Origin", "%zz"), refused},
	}
}

func csrfCases() []badCase {
	blocked := want{status: 403, code: "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED", message: "Cross-site navigation login blocked. This request appears to be a CSRF attack."}
	form := "application/x-www-form-urlencoded"
	return []badCase{
		{"no cookie, no origin", signIn(jsonType, creds), wrong()},
		{"cross-site navigation", signIn(jsonType, creds, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"), blocked},
		{"cross-site form", signIn(form, "email=a%40b.co&password=password1234", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Origin", "https://evil.example"), blocked},
		{"same-origin without origin", signIn(jsonType, creds, "Sec-Fetch-Site", "same-origin"), want{status: 403, code: "MISSING_OR_NULL_ORIGIN"}},
		{"evil origin", signIn(jsonType, creds, "Origin", "https://evil.example"), want{status: 403, code: "INVALID_ORIGIN"}},
		{"own origin", signIn(jsonType, creds, "Origin", BaseURL), wrong()},
	}
}

// TestBadHost checks that links are made of the configured base URL, whatever the request says.
func TestBadHost(t *testing.T) {
	t.Parallel()
	box := &Mailbox{}
	config := badConfig(box)
	config.Advanced.TrustedProxyHeaders = true
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.RemoteAddr = "127.0.0.1:99" // a trusted proxy
	c.SignUp("ann@example.com")
	c.DropCookies()
	r := c.Request(http.MethodPost, "/request-password-reset", map[string]any{"email": "ann@example.com", "redirectTo": "/r"})
	r.Host = "evil.example"
	r.Header.Set("X-Forwarded-Host", "evil.example")
	r.Header.Set("X-Forwarded-Proto", "javascript")
	r.Header.Set("Forwarded", "host=evil.example")
	c.Send(r).Expect(http.StatusOK)
	Wait(t, auth)
	m := box.Last(t)
	if link := BaseURL + "/api/auth/reset-password/" + m.Token + "?callbackURL=%2Fr"; m.URL != link {
		t.Errorf("link %q, want %q", m.URL, link)
	}
}

// TestErrorBodies checks that bodies hold the documented members and no others.
func TestErrorBodies(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{false, true} {
		config := badConfig(&Mailbox{})
		config.Advanced.StrictResponses = strict
		c := NewClient(t, New(t, config).Handler())
		a := c.Post("/sign-in/email", creds)
		var body map[string]any
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
			t.Fatal(err)
		}
		if len(body) != 2 && strict || len(body) != 3 && !strict {
			t.Errorf("strict %v: %s", strict, a.Body)
		}
	}
}
