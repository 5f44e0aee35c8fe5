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
	patches := []string{`{"onAPIError":{"customizeDefaultErrorPage":{}}}`, gitHub}
	for _, choices := range randomConfigs {
		patches = append(patches, pick(g, choices))
	}
	config := Options(patches...)
	plugins := fmt.Sprint(config["plugins"])
	for _, e := range endpoints() {
		if e.Plugin == "core" || strings.Contains(plugins, e.Plugin) {
			g.endpoints = append(g.endpoints, e)
		}
	}
	s := Scenario{
		Name: fmt.Sprintf("random %d", seed), Endpoint: RandomEndpoint, Config: config,
		Steps: []Step{joinsWith(`"username":"annie"`), bobJoins(), forgets()},
	}
	for range n {
		s.Steps = append(s.Steps, g.step())
	}
	return s
}

// randomConfigs are independent choices; every scenario makes all of them.
var randomConfigs = [][]string{
	{`{}`, `{"plugins":[{"id":"bearer"},{"id":"username"},{"id":"multi-session"}]}`, `{"plugins":[{"id":"username"}]}`, `{"plugins":[{"id":"multi-session"}]}`},
	{
		`{}`, `{"session":{"cookieCache":{"enabled":true}}}`, `{"session":{"cookieCache":{"enabled":true,"strategy":"jwt"}}}`,
		`{"session":{"cookieCache":{"enabled":true,"strategy":"jwe"}}}`, `{"session":{"deferSessionRefresh":true,"freshAge":60}}`,
	},
	{
		`{}`, `{}`, `{"emailAndPassword":{"requireEmailVerification":true},"emailVerification":{"sendOnSignIn":true,"autoSignInAfterVerification":true}}`,
		`{"baseURL":"https://auth.example.com","emailAndPassword":{"revokeSessionsOnPasswordReset":true}}`,
	},
	{
		`{}`, `{}`, `{"account":{"storeAccountCookie":true}}`, `{"account":{"encryptOAuthTokens":true,"accountLinking":{"trustedProviders":["github"]}}}`,
		`{"account":{"storeStateStrategy":"cookie","accountLinking":{"allowDifferentEmails":true,"updateUserInfoOnLink":true}}}`,
		`{"account":{"accountLinking":{"allowUnlinkingAll":true,"enabled":false}}}`,
	},
	{
		`{}`, `{"user":{"changeEmail":{"sendChangeEmailConfirmation":true},"deleteUser":{"sendDeleteAccountVerification":true}}}`,
		`{"databaseHooks":"record"}`, fieldsPatch,
	},
	{`{}`, `{}`, `{}`, `{"trustedOrigins":["https://*.example.com"],"rateLimit":{"enabled":true,"storage":"database"}}`},
}

type generator struct {
	*rand.Rand
	endpoints []endpoint
	flow      string // the jar in which the last flow with a provider began
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

// one reports true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

// step is any request to any endpoint, or one that a client would send, which
// takes the scenario further; either with something odd about it.
func (g *generator) step() Step {
	jar := pick(g, []string{"", "a", "a", "b", "c"})
	s := g.any(jar)
	if !g.one(3) {
		s = g.sensible(jar)
	}
	g.headers(&s)
	if g.one(12) {
		s.Advance = pick(g, []time.Duration{time.Minute, time.Hour, day})
	}
	return s
}

func (g *generator) any(jar string) Step {
	e := pick(g, g.endpoints)
	if e.Path == "/send-verification-email" && !g.one(8) { // waits half a second for strangers
		e = pick(g, g.endpoints)
	}
	method := pick(g, e.Methods)
	if g.one(25) {
		method = pick(g, []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
	}
	s := Step{Method: method, Path: g.path(e), Jar: jar, Page: e.Path == "/error"}
	if method == "POST" {
		s.Body, s.HasBody = g.body(e), true
		s.Headers = []Header{{"content-type", g.contentType()}}
	}
	return s
}

func (g *generator) path(e endpoint) string {
	path := e.Path
	switch path {
	case "/reset-password/:token":
		path = "/reset-password/" + pick(g, []string{"{{call.sendResetPassword.token}}", "unknown", "%00", "a%2Fb"})
	case "/callback/:id":
		path = "/callback/" + pick(g, []string{"github", "github", "github", "google", "discord", "nope", "%00", "git%68ub"})
	}
	keys := []string{"token", "callbackURL", "disableCookieCache", "disableRefresh", "error"}
	switch e.Path {
	case "/callback/:id":
		keys = []string{"code", "state", "code", "state", "error", "error_description", "iss", "user", "device_id"}
	case "/account-info":
		keys = []string{"accountId", "accountId", "useAccountCookie", "userId"}
	}
	var query []string
	for i, key := range keys {
		if g.one(4) || e.Path == "/callback/:id" && i < 2 {
			query = append(query, key+"="+g.queryValue(key))
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

func (g *generator) queryValue(key string) string {
	value := fmt.Sprint(g.value(key))
	if strings.Contains(value, "{{") {
		return value
	}
	return url.QueryEscape(value)
}

// unlisted are members of bodies whose schema names none.
var unlisted = map[string][]string{
	"/update-user":      {"name", "image", "username", "displayUsername", "age", "active", "tags", "secretNote"},
	"/update-session":   {"theme"},
	"/refresh-token":    {"accountId", "useAccountCookie", "userId"},
	"/get-access-token": {"accountId", "useAccountCookie", "userId"},
	"/callback/:id":     {"code", "state", "error", "user"},
}

func (g *generator) body(e endpoint) string {
	body := map[string]any{}
	keys, skip := unlisted[e.Path], 2
	if e.Body != nil && len(e.Body.Properties) > 0 {
		keys, skip = slices.Sorted(maps.Keys(e.Body.Properties)), 5
	}
	for _, key := range keys {
		if !g.one(skip) && (!rare[key] || g.one(6)) {
			body[key] = g.value(key)
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

func (g *generator) contentType() string {
	if g.one(20) {
		return pick(g, []string{"text/plain", "application/x-www-form-urlencoded", "APPLICATION/JSON; charset=utf-8", "multipart/form-data", ""})
	}
	return "application/json"
}

func (g *generator) headers(s *Step) {
	if g.one(15) {
		With("origin", pick(g, []string{"https://evil.example", "null", "https://a.example.com", "http://localhost:3000", ""}))(s)
	}
	if g.one(20) {
		Without("origin")(s)
	}
	if g.one(15) {
		With("authorization", pick(g, []string{"Bearer {{resp.bob.token|x}}", "Bearer {{token.a|x}}", "Bearer x", "Bearer ", "Basic eA=="}))(s)
	}
	if g.one(30) {
		With("cookie", pick(g, []string{"better-auth.session_token={{sign.unknown}}", "better-auth.session_token=a.b", "x=1", "better-auth.session_data=e30"}))(s)
	}
	if g.one(25) {
		With("sec-fetch-site", pick(g, []string{"cross-site", "same-origin", "none"}))(s)
	}
}
