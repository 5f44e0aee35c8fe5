package scenario

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"
)

// RandomEndpoint is what random scenarios are counted for.
const RandomEndpoint = "random"

// Random is a scenario of n random requests, well formed or slightly broken,
// over one database with two people. The same seed gives the same scenario.
func Random(seed uint64, n int) Scenario {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	const page = `{"onAPIError":{"customizeDefaultErrorPage":{}}}`
	plugins := `{"plugins":[{"id":"bearer"},{"id":"username"},{"id":"multi-session"}]}`
	if seed%2 == 0 {
		plugins = `{}`
	}
	for _, e := range endpoints() {
		if e.Plugin == "core" || plugins != `{}` {
			g.endpoints = append(g.endpoints, e)
		}
	}
	s := Scenario{
		Name: fmt.Sprintf("random %d", seed), Endpoint: RandomEndpoint, Config: Options(page, pick(g, randomConfigs), plugins),
		Steps: []Step{joinsWith(`"username":"annie"`), bobJoins(), forgets()},
	}
	for range n {
		s.Steps = append(s.Steps, g.step())
	}
	return s
}

var randomConfigs = []string{
	`{}`,
	`{"session":{"cookieCache":{"enabled":true}}}`,
	`{"session":{"cookieCache":{"enabled":true,"strategy":"jwt"}}}`,
	`{"session":{"deferSessionRefresh":true,"freshAge":60}}`,
	`{"emailAndPassword":{"requireEmailVerification":true},"emailVerification":{"sendOnSignIn":true,"autoSignInAfterVerification":true}}`,
	`{"trustedOrigins":["https://*.example.com"],"rateLimit":{"enabled":true,"storage":"database"}}`,
	`{"baseURL":"https://auth.example.com","emailAndPassword":{"revokeSessionsOnPasswordReset":true}}`,
	fieldsPatch,
}

type generator struct {
	*rand.Rand
	endpoints []endpoint
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

// one reports true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func (g *generator) step() Step {
	e := pick(g, g.endpoints)
	method := pick(g, e.Methods)
	if g.one(25) {
		method = pick(g, []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
	}
	path := g.path(e)
	s := Step{Method: method, Path: path, Jar: pick(g, []string{"", "a", "a", "b", "c"}), Page: e.Path == "/error"}
	if method == "POST" {
		s.Body, s.HasBody = g.body(e), true
		s.Headers = []Header{{"content-type", g.contentType()}}
	}
	g.headers(&s)
	if g.one(12) {
		s.Advance = pick(g, []time.Duration{time.Minute, time.Hour, day})
	}
	return s
}

func (g *generator) path(e endpoint) string {
	path := e.Path
	if path == "/reset-password/:token" {
		path = "/reset-password/" + pick(g, []string{"{{call.sendResetPassword.token}}", "unknown", "%00", "a%2Fb"})
	}
	var query []string
	for _, key := range []string{"token", "callbackURL", "disableCookieCache", "disableRefresh", "error"} {
		if g.one(4) {
			value := fmt.Sprint(g.value(key))
			if !strings.Contains(value, "{{") {
				value = url.QueryEscape(value)
			}
			query = append(query, key+"="+value)
		}
	}
	switch {
	case g.one(40):
		path += "/"
	case g.one(40):
		path = "/" + path
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return path
}

func (g *generator) body(e endpoint) string {
	body := map[string]any{}
	if e.Body != nil {
		for _, key := range slices.Sorted(maps.Keys(e.Body.Properties)) {
			if !g.one(5) {
				body[key] = g.value(key)
			}
		}
	}
	if g.one(10) {
		body[pick(g, []string{"extra", "id", "userId", "name", "emailVerified", "username", "age", "plan", "email"})] = g.value("extra")
	}
	text := encode(body)
	switch {
	case g.one(40):
		return text[:g.IntN(len(text)+1)]
	case g.one(40):
		return pick(g, []string{"null", "[]", `"x"`, "5", "{", "", "{}", "true"})
	}
	return text
}

func (g *generator) value(key string) any {
	if g.one(12) {
		return pick(g, []any{nil, 5, 1.5, true, []any{"a"}, map[string]any{"a": 1}, "", "x"})
	}
	switch key {
	case "email", "newEmail":
		return pick(g, []any{"ann@example.com", "bob@example.com", "ANN@EXAMPLE.COM", "new@example.com", "nope", "a@b", "ann+tag@example.com", "o'x@example.co"})
	case "password", "currentPassword", "newPassword":
		return pick(g, []any{"password1234", "password5678", "wrong-password", "short", "newpassword1"})
	case "callbackURL", "redirectTo", "errorCallbackURL":
		return pick(g, []any{"/ok", "/ok?a=b#c", "http://localhost:3000/x", "https://evil.example", "https://a.example.com/x", "//evil", "/\\evil", "word", "/a b"})
	case "token", "sessionToken":
		return pick(g, []any{"{{call.sendResetPassword.token}}", "unknown", "{{resp.bob.token}}", "{{resp.bob.user.id}}"})
	case "username":
		return pick(g, []any{"annie", "ANNIE", "bobby", "x", "a b", "new_name"})
	case "rememberMe", "revokeOtherSessions", "disableRedirect":
		return g.one(2)
	case "disableCookieCache", "disableRefresh":
		return pick(g, []any{"true", "false", "1", ""})
	}
	return pick(g, []any{"Some Name", "", "héé<&>", "\u2028", "name"})
}

func (g *generator) contentType() string {
	if g.one(20) {
		return pick(g, []string{"text/plain", "application/x-www-form-urlencoded", "APPLICATION/JSON; charset=utf-8", "multipart/form-data", ""})
	}
	return "application/json"
}

func (g *generator) headers(s *Step) {
	if g.one(10) {
		With("origin", pick(g, []string{"https://evil.example", "null", "https://a.example.com", "http://localhost:3000", ""}))(s)
	}
	if g.one(15) {
		Without("origin")(s)
	}
	if g.one(15) {
		With("authorization", pick(g, []string{"Bearer {{resp.bob.token}}", "Bearer x", "Bearer ", "Basic eA=="}))(s)
		s.Jar = "" // what a token leaves in a browser differs by design, and would differ ever after
	}
	if g.one(20) {
		With("cookie", pick(g, []string{"better-auth.session_token={{sign.unknown}}", "better-auth.session_token=a.b", "x=1", "better-auth.session_data=e30"}))(s)
	}
	if g.one(20) {
		With("sec-fetch-site", pick(g, []string{"cross-site", "same-origin", "none"}))(s)
	}
}
