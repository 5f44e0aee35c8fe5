package scenario

import (
	"encoding/base64"
	"time"
)

const (
	socialPath     = "POST /sign-in/social"
	socialCallback = "GET /callback/:id"
	linkPath       = "POST /link-social"
)

// gitHub is a configuration with the provider that answers; see reference/provider.mjs.
const gitHub = `{"socialProviders":{"github":{"clientId":"gh","clientSecret":"ghs"},"google":{"clientId":"go","clientSecret":"gos"}}}`

// octo is a profile with a verified address.
const octo = `{"id":1001,"name":"Octo Cat","email":"Octo@example.com","verified":true,"expires":3600}`

// annHub is one with Ann's address.
const annHub = `{"id":1002,"name":"Ann Hub","email":"ann@example.com","verified":true,"scope":"read:user,user:email"}`

// code is what the provider would have sent for a profile.
func code(profile string) string { return base64.RawURLEncoding.EncodeToString([]byte(profile)) }

const allURLs = `{"provider":"github","callbackURL":"/dash","errorCallbackURL":"/oops","newUserCallbackURL":"/welcome"}`

// goes begins a flow in a jar.
func goes(jar, path, body string) Step { return Post(path, body, Jar(jar), As("go")) }

// returnsWith ends the flow that goes began.
func returnsWith(jar, profile string, mods ...Mod) Step {
	return returnsWithQuery(jar, profile, "", mods...)
}

// returnsWithQuery is returnsWith with more parameters.
func returnsWithQuery(jar, profile, query string, mods ...Mod) Step {
	return Get("/callback/github?code="+code(profile)+"&state={{state.go}}"+query, append(mods, Jar(jar))...)
}

// entersBy is a whole sign-in.
func entersBy(jar, profile string) []Step {
	return []Step{goes(jar, "/sign-in/social", allURLs), returnsWith(jar, profile)}
}

func steps(parts ...any) []Step {
	var out []Step
	for _, p := range parts {
		switch p := p.(type) {
		case Step:
			out = append(out, p)
		case []Step:
			out = append(out, p...)
		}
	}
	return out
}

func oauth() []Scenario {
	return join(socialStarts(), socialURLs(), callbacks(), implicitLinks(), explicitLinks(), accounts(), tokens(), accountCookies(), socialLinks(), idTokens(), faults(), handovers())
}

func socialStarts() []Scenario {
	post := func(body string) Step { return Post("/sign-in/social", body, Jar("a")) }
	return of(socialPath, Options(gitHub),
		flow("database state", post(allURLs)),
		the("no callback", post(`{"provider":"github"}`)),
		the("no redirect", post(`{"provider":"google","disableRedirect":true,"loginHint":"a@b.co"}`)),
		the("scopes and parameters", post(`{"provider":"google","scopes":["x","email"],"additionalParams":{"a":"1","hd":"h"},"additionalData":{"ref":"r","n":[1,{"b":null}]},"requestSignUp":false}`)),
		the("data named as members of the state", post(`{"provider":"github","additionalData":{"expiresAt":1,"callbackURL":"/evil"}}`)),
		the("reserved parameter", post(`{"provider":"github","additionalParams":{"state":"x"}}`)),
		the("parameter of another type", post(`{"provider":"github","additionalParams":{"a":1}}`)),
		the("unknown provider", post(`{"provider":"nope"}`)),
		the("provider not configured", post(`{"provider":"discord"}`)),
		the("id token not supported", post(`{"provider":"github","idToken":{"token":"x"}}`)),
		the("bad id token", post(`{"provider":"google","idToken":{"token":"x.y.z"}}`)),
		the("id token switched off", Reconfigure(Options(gitHub, `{"socialProviders":{"google":{"disableIdTokenSignIn":true}}}`)), post(`{"provider":"google","idToken":{"token":"x.y.z"}}`)),
		the("foreign callback", post(`{"provider":"github","callbackURL":"https://evil.example"}`)),
		the("foreign error page", post(`{"provider":"github","errorCallbackURL":"https://evil.example"}`)),
		the("foreign page for new users", post(`{"provider":"github","newUserCallbackURL":"//evil.example"}`)),
		on("none", the("cookie state", post(allURLs))),
		under(the("cookie strategy", post(allURLs)), gitHub, `{"account":{"storeStateStrategy":"cookie"}}`),
	)
}

func callbacks() []Scenario {
	broken := func(what string) string {
		return `{"id":7,"name":"B","email":"b@example.com","verified":true,"broken":"` + what + `"}`
	}
	got := func(name string, parts ...any) Scenario { return the(name, steps(parts...)...) }
	query := func(q string) Step { return Get("/callback/github?"+q+"&state={{state.go}}", Jar("a")) }
	start := goes("a", "/sign-in/social", allURLs)
	hooks := `{"databaseHooks":"record"}`
	return join(of(socialCallback, Options(gitHub),
		flow("new user", steps(entersBy("a", octo), who("a"), entersBy("b", octo), who("b"))...),
		got("expired since the last cleaning", start, Get("/reset-password/x?callbackURL=/x", After(9*time.Minute+50*time.Second)), Get("/reset-password/x?callbackURL=/x", After(15*time.Second)), returnsWith("a", octo)),
		got("no address", start, returnsWith("a", `{"id":5,"name":"N"}`)),
		got("no name", start, returnsWith("a", `{"id":5,"email":"n@example.com","verified":true}`), who("a")),
		got("unverified", start, returnsWith("a", `{"id":5,"name":"N","email":"n@example.com"}`), who("a")),
		got("exchange refused", start, returnsWith("a", broken("token"))),
		got("profile refused", start, returnsWith("a", broken("profile"))),
		got("no code", start, query("x=1")),
		got("provider error", start, query("error=access_denied&error_description=no%20way")),
		got("another provider", start, Get("/callback/nope?code=x&state={{state.go}}", Jar("a"))),
		got("another browser", start, returnsWith("b", octo)),
		got("replayed", entersBy("a", octo), returnsWith("a", octo)),
		got("too late", start, returnsWith("a", octo, After(11*time.Minute))),
		got("foreign state", start, Get("/callback/github?code=x&state=foreign", Jar("a"))),
		got("no state", Get("/callback/github?code=x")),
		got("nothing", Get("/callback/github")),
		got("doubled parameter", Get("/callback/github?code=x&code=y")),
		got("default callback", goes("a", "/sign-in/social", `{"provider":"github"}`), returnsWith("a", octo)),
		got("default error page", goes("a", "/sign-in/social", `{"provider":"github"}`), query("x=1")),
		under(got("own error page", goes("a", "/sign-in/social", `{"provider":"github"}`), query("x=1")), gitHub, `{"onAPIError":{"errorURL":"/broken?a=b#c"}}`),
		under(got("cookie state", entersBy("a", octo), who("a"), returnsWith("a", octo)), gitHub, `{"account":{"storeStateStrategy":"cookie"}}`),
		under(got("cookie state in another browser", start, returnsWith("b", octo)), gitHub, `{"account":{"storeStateStrategy":"cookie"}}`),
		under(got("cookie state mixed up", start, Get("/callback/github?code=x&state=other", Jar("a"))), gitHub, `{"account":{"storeStateStrategy":"cookie"}}`),
		under(got("cookie not checked", start, returnsWith("b", octo), who("b")), gitHub, `{"account":{"skipStateCookieCheck":true}}`),
		under(got("sign-up off", entersBy("a", octo)), gitHub, `{"socialProviders":{"github":{"disableSignUp":true}}}`),
		under(got("no implicit sign-up", entersBy("a", octo), goes("a", "/sign-in/social", `{"provider":"github","requestSignUp":true,"callbackURL":"/dash"}`), returnsWith("a", octo)), gitHub, `{"socialProviders":{"github":{"disableImplicitSignUp":true}}}`),
		under(got("tokens kept", entersBy("a", octo), entersBy("b", `{"id":1001,"name":"New","email":"Octo@example.com","verified":true}`)), gitHub, `{"account":{"updateAccountOnSignIn":false}}`),
		under(got("info overridden", entersBy("a", octo), entersBy("b", `{"id":1001,"name":"New","email":"other@example.com"}`), who("b")), gitHub, `{"socialProviders":{"github":{"overrideUserInfoOnSignIn":true}}}`),
		under(got("verification required", start, returnsWith("a", `{"id":5,"name":"N","email":"n@example.com"}`), entersBy("a", `{"id":5,"name":"N","email":"n@example.com"}`)), gitHub, `{"socialProviders":{"github":{"requireEmailVerification":true}},"emailVerification":{"sendOnSignIn":true}}`),
		under(got("database hooks", entersBy("a", octo), entersBy("b", octo)), gitHub, hooks),
		under(got("cookie cache", entersBy("a", octo), who("a")), gitHub, `{"session":{"cookieCache":{"enabled":true}}}`),
		under(got("secondary storage", entersBy("a", octo), who("a")), gitHub, `{"secondaryStorage":"memory"}`),
	), of("POST /callback/:id", Options(gitHub),
		the("form", Post("/callback/github", "code=a+b&state=s&user=%7B%7D&more=1", With("content-type", "application/x-www-form-urlencoded"))),
		the("JSON", Post("/callback/github?state=q", `{"code":"x","state":"s","iss":"i"}`)),
		the("wrong type", Post("/callback/github", `{"code":1}`)),
		the("no body", Post("/callback/github", noBody)),
	))
}

func implicitLinks() []Scenario {
	verify := SQL(`UPDATE "user" SET "emailVerified" = true`)
	attempt := func(name string, profile string, local bool, patches ...string) Scenario {
		list := []Step{joins()}
		if local {
			list = append(list, verify)
		}
		s := flow("link: "+name, append(list, steps(entersBy("b", profile), who("b"))...)...)
		return under(s, append([]string{gitHub}, patches...)...)
	}
	unverified := `{"id":3,"name":"Eve","email":"ann@example.com","verified":false}`
	return of(socialCallback, nil,
		attempt("both verified", annHub, true),
		attempt("local not verified", annHub, false),
		attempt("provider not verified", unverified, true),
		attempt("trusted provider", unverified, true, `{"account":{"accountLinking":{"trustedProviders":["github"]}}}`),
		attempt("local need not be", annHub, false, `{"account":{"accountLinking":{"requireLocalEmailVerified":false}}}`),
		attempt("off", annHub, true, `{"account":{"accountLinking":{"enabled":false}}}`),
		attempt("implicit off", annHub, true, `{"account":{"accountLinking":{"disableImplicitLinking":true}}}`),
		attempt("info copied", annHub, true, `{"account":{"accountLinking":{"updateUserInfoOnLink":true}}}`),
	)
}

func explicitLinks() []Scenario {
	start := goes("a", "/link-social", `{"provider":"github","callbackURL":"/settings","errorCallbackURL":"/oops","scopes":["extra"]}`)
	attempt := func(name, profile string, patches ...string) Scenario {
		return under(flow(name, joins(), start, returnsWith("a", profile)), append([]string{gitHub}, patches...)...)
	}
	other := `{"id":3,"name":"X","email":"x@example.com","verified":true}`
	return of(linkPath, Options(gitHub),
		attempt("same address", annHub),
		attempt("another address", other),
		attempt("another address allowed", other, `{"account":{"accountLinking":{"allowDifferentEmails":true}}}`),
		attempt("unverified", `{"id":3,"name":"X","email":"ann@example.com"}`),
		attempt("unverified but trusted", `{"id":3,"name":"X","email":"ann@example.com"}`, `{"account":{"accountLinking":{"trustedProviders":["github"]}}}`),
		attempt("off", annHub, `{"account":{"accountLinking":{"enabled":false}}}`),
		attempt("info copied", annHub, `{"account":{"accountLinking":{"updateUserInfoOnLink":true}}}`),
		attempt("encrypted tokens", annHub, `{"account":{"encryptOAuthTokens":true}}`),
		flow("twice, scopes are merged", joins(), start, returnsWith("a", annHub), start, returnsWith("a", `{"id":1002,"name":"Ann Hub","email":"ann@example.com","verified":true,"scope":"gist,read:user"}`)),
		the("of another user", steps(entersBy("b", annHub), SQL(`UPDATE "user" SET "email" = 'hub@example.com'`), joins(), start, returnsWith("a", annHub))...),
		the("session ended meanwhile", joins(), start, Post("/sign-out", emptyObj, Jar("a")), returnsWith("a", annHub)),
		the("nobody", Post("/link-social", `{"provider":"github"}`)),
		the("unknown provider", joins(), Post("/link-social", `{"provider":"nope"}`, Jar("a"))),
		the("id token not supported", joins(), Post("/link-social", `{"provider":"github","idToken":{"token":"x"}}`, Jar("a"))),
		the("bad id token", joins(), Post("/link-social", `{"provider":"google","idToken":{"token":"x.y.z"}}`, Jar("a"))),
		the("no redirect", joins(), Post("/link-social", `{"provider":"github","disableRedirect":true}`, Jar("a"))),
	)
}
