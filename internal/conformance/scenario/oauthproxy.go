package scenario

import (
	"encoding/base64"
	"strings"
	"time"
)

// proxied has a production elsewhere, so flows begin as at a preview. The server then also plays production, which
// shares the secret.
const proxied = `{"plugins":[{"id":"oauth-proxy","productionURL":"https://production.example/"}],"trustedOrigins":["https://app.example"]}`

const (
	proxyEnd   = "GET /callback/:id/oauth-proxy"
	formerPath = "GET /oauth-proxy-callback"
)

// relays is production's callback of the flow that goes began: it never sees the browser's cookies.
func relays(profile string) Step {
	return Get("/callback/github?code="+code(profile)+"&state={{state.go}}", As("relay"))
}

// lands follows production's redirect.
func lands(jar string, mods ...Mod) Step {
	return Get("{{header.relay.location}}", append(mods, Jar(jar))...)
}

func entersThrough(jar, profile string) []Step {
	return []Step{goes(jar, "/sign-in/social", allURLs), relays(profile), lands(jar)}
}

func oauthProxy() []Scenario {
	return join(proxyStarts(), proxyRelays(), proxyEnds(), proxyPayloads())
}

func proxyStarts() []Scenario {
	start := func(name, body string, patches ...string) Scenario {
		return under(the("proxy "+name, goes("a", "/sign-in/social", body)), append([]string{gitHub, proxied}, patches...)...)
	}
	option := func(name, option string, patches ...string) Scenario {
		return start(name, allURLs, append([]string{`{"plugins":[{"id":"oauth-proxy",` + option + `}]}`}, patches...)...)
	}
	with := func(name string, mods ...Mod) Scenario {
		return under(the("proxy "+name, Post("/sign-in/social", allURLs, mods...)), gitHub, proxied)
	}
	return join(of(socialPath, nil,
		start("all URLs", allURLs), start("no callback", `{"provider":"github"}`),
		start("callback with signs", `{"provider":"github","callbackURL":"/x?a=1&b=ü+%20!'()*~#h"}`),
		start("trusted callback", `{"provider":"github","callbackURL":"https://app.example/x?y=1#h"}`),
		start("foreign callback", `{"provider":"github","callbackURL":"https://evil.example"}`),
		start("unknown provider", `{"provider":"nope"}`), start("provider of a number", `{"provider":1}`), start("no provider", emptyObj), start("no body", noBody),
		start("no redirect", `{"provider":"google","disableRedirect":true,"loginHint":"a@b.co"}`),
		start("scopes and parameters", `{"provider":"google","scopes":["x"],"additionalParams":{"hd":"h"},"additionalData":{"ref":"r","n":[1,{"b":null}]},"requestSignUp":false}`),
		start("state in a cookie", allURLs, `{"account":{"storeStateStrategy":"cookie"}}`),
		start("own base path", allURLs, `{"basePath":"/auth"}`),
		start("id token not supported", `{"provider":"github","idToken":{"token":"x"}}`),
		option("at production", `"productionURL":"`+BaseURL+`"`), option("at production with a path", `"productionURL":"`+BaseURL+`/x"`), option("without options", `"maxAge":60`),
		option("current URL", `"productionURL":"https://production.example","currentURL":"https://preview.example/x?y"`),
		option("current URL is production's", `"productionURL":"https://production.example","currentURL":"https://production.example/"`),
		option("own secret", `"productionURL":"https://production.example","secret":"own-secret-0123456789-abcdefghijklmnop"`),
		option("own secrets", `"productionURL":"https://production.example","secrets":[{"version":2,"value":"own-secret-0123456789-abcdefghijklmnop"},{"version":1,"value":"old-secret-0123456789-abcdefghijklmnop"}]`),
		option("secrets of the instance", `"productionURL":"https://production.example"`, `{"secrets":[{"version":3,"value":"new-secret-0123456789-abcdefghijklmnop"}]}`),
		with("told to skip", With("x-skip-oauth-proxy", "1")), with("told nothing", With("x-skip-oauth-proxy", "")),
		with("at an unknown host", With("host", "unknown.example")), with("at a trusted host", With("host", "app.example")),
	), of(linkPath, nil,
		under(the("proxy link", joins(), goes("a", "/link-social", `{"provider":"github","callbackURL":"/x"}`)), gitHub, proxied),
		under(the("proxy link by nobody", Post("/link-social", `{"provider":"github"}`)), gitHub, proxied),
	))
}

func proxyRelays() []Scenario {
	relay := func(name, path string, patches ...string) Scenario {
		return under(the("proxy "+name, goes("a", "/sign-in/social", allURLs), Get(path)), append([]string{gitHub, proxied}, patches...)...)
	}
	provider := func(name, profile string, patches ...string) Scenario {
		return relay(name, "/callback/github?code="+code(profile)+"&state={{state.go}}", patches...)
	}
	page := `{"provider":"github"}`
	sealed := func(name, text string) Scenario {
		return relay(name, "/callback/github?code="+code(octo)+"&state="+sealText("oauth-proxy-package", text))
	}
	return of(socialCallback, nil,
		provider("relayed", octo), provider("relayed, no name", `{"id":5,"email":"N@example.com"}`), provider("relayed, no scope", `{"id":5,"name":"N","email":"n@example.com","scope":""}`),
		provider("relayed, plain", `{"id":5,"name":"N","email":"n@example.com","plain":true}`),
		provider("no address", `{"id":5,"name":"N"}`), provider("code refused", `{"id":5,"broken":"token"}`), provider("profile refused", `{"id":5,"broken":"profile"}`),
		provider("relayed, sign-up off", octo, `{"socialProviders":{"github":{"disableSignUp":true}}}`), provider("relayed, implicit sign-up off", octo, `{"socialProviders":{"github":{"disableImplicitSignUp":true}}}`),
		provider("relayed, state in a cookie", octo, `{"account":{"storeStateStrategy":"cookie"}}`),
		provider("relayed, own base path", octo, `{"basePath":"/auth"}`),
		relay("error of the provider", "/callback/github?error=access_denied&error_description=no+way&state={{state.go}}"),
		relay("no code", "/callback/github?x=1&state={{state.go}}"), relay("empty code", "/callback/github?code=&state={{state.go}}"),
		relay("unknown provider", "/callback/nope?code=x&state={{state.go}}"), relay("another provider", "/callback/google?code="+code(octo)+"&state={{state.go}}"),
		relay("wrong issuer", "/callback/github?code="+code(octo)+"&iss=https%3A%2F%2Fevil.example&state={{state.go}}"),
		relay("doubled code", "/callback/github?code=a&code=b&state={{state.go}}"), relay("doubled state", "/callback/github?code=a&state={{state.go}}&state=x"),
		relay("state changed", "/callback/github?code=a&state={{state.go}}ff"), relay("state itself", "/callback/github?code=a&state={{opened.go}}"),
		sealed("package no JSON", `{`), sealed("package empty", `{}`), sealed("package of no proxy", `{"state":"a","stateCookie":"b"}`), sealed("package with a broken state", `{"state":"a","stateCookie":"b","isOAuthProxy":true}`),
		under(the("proxy default error page", goes("a", "/sign-in/social", page), Get("/callback/github?state={{state.go}}")), gitHub, proxied),
		under(the("proxy own error page", goes("a", "/sign-in/social", page), Get("/callback/github?state={{state.go}}")), gitHub, proxied, `{"onAPIError":{"errorURL":"/broken?a=b#c"}}`),
		under(the("proxy form", goes("a", "/sign-in/social", allURLs), Post("/callback/github", "code="+code(octo)+"&state={{state.go}}", With("content-type", "application/x-www-form-urlencoded"), As("relay")), lands("a")), gitHub, proxied),
		under(the("proxy unwrapped", goes("a", "/sign-in/social", `{"provider":"github","callbackURL":"`+BaseURL+`/api/auth/callback/github/oauth-proxy?callbackURL=%2Fdash"}`), returnsWith("a", octo)), gitHub, `{"plugins":[{"id":"oauth-proxy","productionURL":"`+BaseURL+`"}]}`),
		under(the("proxy unwrapped elsewhere", goes("a", "/sign-in/social", `{"provider":"github","callbackURL":"`+BaseURL+`/api/auth/callback/github/oauth-proxy?callbackURL=https%3A%2F%2Fevil.example"}`), returnsWith("a", octo)), gitHub, `{"plugins":[{"id":"oauth-proxy"}]}`),
	)
}

func proxyEnds() []Scenario {
	end := func(name string, parts ...any) Scenario {
		return under(the("proxy "+name, steps(parts...)...), gitHub, proxied)
	}
	attempt := func(name, profile string, patches ...string) Scenario {
		return under(the("proxy "+name, steps(entersThrough("a", profile), who("a"))...), append([]string{gitHub, proxied}, patches...)...)
	}
	link := func(name, profile string, patches ...string) Scenario {
		return under(the("proxy link: "+name, joins(), goes("a", "/link-social", `{"provider":"github","callbackURL":"/settings","errorCallbackURL":"/oops"}`), relays(profile), lands("a")), append([]string{gitHub, proxied}, patches...)...)
	}
	portable := func(s Scenario) Scenario { s.Portable = true; return s }
	start := goes("a", "/sign-in/social", allURLs)
	unverified := `{"id":5,"name":"N","email":"n@example.com"}`
	other := `{"id":3,"name":"X","email":"x@example.com","verified":true}`
	query := func(q string) Step { return Get("/callback/github/oauth-proxy"+q, Jar("a")) }
	return join(of(proxyEnd, nil,
		portable(end("signs in", entersThrough("a", octo), who("a"), entersThrough("b", octo), who("b"))),
		portable(link("same address", annHub)),
		attempt("state in a cookie", octo, `{"account":{"storeStateStrategy":"cookie"}}`),
		attempt("own secret", octo, `{"plugins":[{"id":"oauth-proxy","productionURL":"https://production.example","secret":"own-secret-0123456789-abcdefghijklmnop"}]}`),
		attempt("own secrets", octo, `{"plugins":[{"id":"oauth-proxy","productionURL":"https://production.example","secrets":[{"version":2,"value":"own-secret-0123456789-abcdefghijklmnop"}]}]}`),
		attempt("secrets of the instance", octo, `{"secrets":[{"version":3,"value":"new-secret-0123456789-abcdefghijklmnop"}]}`),
		attempt("unverified", unverified), attempt("sign-up off", octo, `{"socialProviders":{"github":{"disableSignUp":true}}}`),
		attempt("no implicit sign-up", octo, `{"socialProviders":{"github":{"disableImplicitSignUp":true}}}`),
		attempt("verification required", unverified, `{"socialProviders":{"github":{"requireEmailVerification":true}},"emailVerification":{"sendOnSignIn":true}}`),
		attempt("database hooks", octo, `{"databaseHooks":"record"}`), attempt("encrypted tokens", octo, `{"account":{"encryptOAuthTokens":true}}`),
		attempt("cookie cache", octo, `{"session":{"cookieCache":{"enabled":true}}}`), attempt("account cookie", octo, `{"account":{"storeAccountCookie":true}}`),
		attempt("secondary storage", octo, `{"secondaryStorage":"memory"}`), attempt("info not overridden", octo, `{"socialProviders":{"github":{"overrideUserInfoOnSignIn":true}}}`),
		on("none", attempt("options: no database", octo)),
		end("address of an unverified user", joins(), entersThrough("b", annHub)),
		end("address of a user", joins(), SQL(`UPDATE "user" SET "emailVerified" = true`), entersThrough("b", annHub), who("b")),
		link("another address", other), link("another address allowed", other, `{"account":{"accountLinking":{"allowDifferentEmails":true}}}`),
		link("unverified", `{"id":3,"name":"X","email":"ann@example.com"}`), link("off", annHub, `{"account":{"accountLinking":{"enabled":false}}}`),
		link("info copied", annHub, `{"account":{"accountLinking":{"updateUserInfoOnLink":true}}}`),
		end("twice", entersThrough("a", octo), lands("a")), end("in another browser", start, relays(octo), lands("b")),
		end("too late", start, relays(octo), lands("a", After(60*time.Second))), end("just in time", start, relays(octo), lands("a", After(59*time.Second))),
		under(the("proxy own age", start, relays(octo), lands("a", After(10*time.Second))), gitHub, `{"plugins":[{"id":"oauth-proxy","productionURL":"https://production.example","maxAge":5}]}`),
		end("state expired", start, Step{Advance: 10 * time.Minute}, relays(octo), lands("a")),
		end("another provider", start, relays(octo), Get("/callback/google/oauth-proxy?callbackURL=%2Fdash&profile={{param.relay.profile}}", Jar("a"))),
		end("callback changed", start, relays(octo), Get("/callback/github/oauth-proxy?callbackURL=%2Fother&profile={{param.relay.profile}}", Jar("a"))),
		end("no profile", query("?callbackURL=%2Fx")), end("empty profile", query("?callbackURL=%2Fx&profile=")), end("profile of nobody", query("?callbackURL=%2Fx&profile=abcd")),
		end("profile of another version", query("?callbackURL=%2Fx&profile=%24ba%249%24abcd")), end("no callback", query("")), end("foreign callback", query("?callbackURL=https%3A%2F%2Fevil.example")),
		end("doubled profile", query("?callbackURL=%2Fx&profile=a&profile=b")), end("doubled callback", query("?callbackURL=%2Fx&callbackURL=%2Fy")),
		under(the("proxy own error page", query("?callbackURL=%2Fx")), gitHub, proxied, `{"onAPIError":{"errorURL":"/broken?a=b#c"}}`),
		end("by POST", Post("/callback/github/oauth-proxy", emptyObj)),
	), of(formerPath, nil,
		end("former", start, relays(octo), Get("/oauth-proxy-callback?callbackURL=%2Fdash&profile={{param.relay.profile}}", Jar("a")), who("a")),
		end("former, no profile", Get("/oauth-proxy-callback?callbackURL=%2Fx")), end("former, bad profile", Get("/oauth-proxy-callback?callbackURL=%2Fx&profile=ab")),
		end("former, no callback", Get("/oauth-proxy-callback")), end("former, foreign callback", Get("/oauth-proxy-callback?callbackURL=%2F%2Fevil.example&profile=ab")),
		end("former, too late", start, relays(octo), Get("/oauth-proxy-callback?callbackURL=%2Fdash&profile={{param.relay.profile}}", Jar("a"), After(61*time.Second))),
	))
}

// sealText stands for a text that each side's player encrypts; see runner.
func sealText(purpose, text string) string {
	return "{{seal." + purpose + "." + base64.RawURLEncoding.EncodeToString([]byte(text)) + "}}"
}

// proxyPayloads are payloads that only a holder of the secret can make.
func proxyPayloads() []Scenario {
	const (
		user    = `{"id":"1","email":"A@example.com","name":"A","emailVerified":true}`
		account = `{"providerId":"github","accountId":"1"}`
		rest    = `,"state":"{{opened.go}}","callbackURL":"/dash","newUserURL":"/welcome","errorURL":"/oops"`
	)
	payload := func(user, account, rest, offset string) string {
		return `{"userInfo":` + user + `,"account":` + account + rest + `,"timestamp":{{now.` + offset + `}}}`
	}
	end := func(name, text string) Scenario {
		return under(the("proxy payload: "+name, goes("a", "/sign-in/social", allURLs),
			Get("/callback/github/oauth-proxy?callbackURL=%2Fdash&profile="+sealText("oauth-proxy-profile", text), Jar("a"))), gitHub, proxied)
	}
	rows := func(name, user, account, rest string) Scenario { return end(name, payload(user, account, rest, "0")) }
	without := func(member string) string { return strings.ReplaceAll(rest, member, `"x`) }
	return of(proxyEnd, nil,
		rows("whole", user, account, rest), end("old", payload(user, account, rest, "-60001")), end("of the last moment", payload(user, account, rest, "-60000")),
		end("from the future", payload(user, account, rest, "10001")), end("a little ahead", payload(user, account, rest, "10000")),
		end("no JSON", "{"), end("empty", "{}"), end("list", "[]"), end("text", `"x"`), end("null", "null"),
		rows("no user", "null", account, rest), rows("user without address", `{"id":"1","name":"A","emailVerified":true}`, account, rest),
		rows("user without name", `{"id":"1","email":"a@example.com","emailVerified":true}`, account, rest), rows("user without id", `{"email":"a@example.com","name":"A"}`, account, rest),
		rows("user not known to be verified", `{"id":"1","email":"a@example.com","name":"A"}`, account, rest), rows("verified as text", `{"id":"1","email":"a@example.com","name":"A","emailVerified":"yes"}`, account, rest),
		rows("image null", `{"id":"1","email":"a@example.com","name":"A","image":null,"emailVerified":true}`, account, rest), rows("address a number", `{"id":"1","email":1,"name":"A"}`, account, rest),
		rows("no account", user, "null", rest), rows("account without id", user, `{"providerId":"github"}`, rest), rows("account without provider", user, `{"accountId":"1"}`, rest),
		rows("account of another provider", user, `{"providerId":"google","accountId":"1"}`, rest), rows("token null", user, `{"providerId":"github","accountId":"1","accessToken":null,"scope":null}`, rest),
		rows("token a number", user, `{"providerId":"github","accountId":"1","accessToken":1}`, rest), rows("end of the token no time", user, `{"providerId":"github","accountId":"1","accessTokenExpiresAt":"soon"}`, rest),
		rows("all of an account", user, `{"providerId":"github","accountId":"1","accessToken":"at","refreshToken":"rt","idToken":"it","accessTokenExpiresAt":"2027-01-01T00:00:00.000Z","refreshTokenExpiresAt":"2028-01-01T00:00:00.000Z","scope":"a,b"}`, rest),
		rows("scopes", user, account, rest+`,"scopes":["a","b"],"profile":{"a":[1]}`), rows("scopes of numbers", user, account, rest+`,"scopes":[1]`), rows("profile a list", user, account, rest+`,"profile":[]`),
		rows("sign-up off", user, account, rest+`,"disableSignUp":true`), rows("sign-up off as text", user, account, rest+`,"disableSignUp":"true"`), rows("more", user, account, rest+`,"more":1`),
		rows("no state", user, account, without(`"state`)), rows("no callback", user, account, without(`"callbackURL`)), rows("no page for new users", user, account, without(`"newUserURL`)),
		rows("no error page, old state", user, account, `,"state":"old","callbackURL":"/dash"`), rows("unknown state", user, account, strings.ReplaceAll(rest, "{{opened.go}}", "x")),
		rows("empty state", user, account, strings.ReplaceAll(rest, "{{opened.go}}", "")), end("no time", `{"userInfo":`+user+`,"account":`+account+rest+`}`), end("time as text", `{"userInfo":`+user+`,"account":`+account+rest+`,"timestamp":"1"}`),
		rows("foreign page for new users", user, account, strings.ReplaceAll(rest, "/welcome", "https://evil.example")), rows("foreign callback inside", user, account, strings.ReplaceAll(rest, "/dash", "https://evil.example")),
		end("foreign error page", payload(user, account, strings.ReplaceAll(rest, "/oops", "https://evil.example"), "-90000")),
	)
}
