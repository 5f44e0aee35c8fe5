package scenario

import (
	"maps"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
)

const oneTapPath = "POST /one-tap/callback"

// oneTapPlugin has its client id from the plugin, oneTapGoogle from the provider.
const (
	oneTapPlugin = `{"plugins":[{"id":"one-tap","clientId":"tap"}]}`
	oneTapGoogle = `{"plugins":[{"id":"one-tap"}],"socialProviders":{"google":{"clientId":"tap","clientSecret":"s"}}}`
)

// claims are those of an ID token, or changes to them, where nil removes one.
type claims = map[string]any

// googleClaims are those of a good token, changed.
func googleClaims(changes claims) claims {
	c := claims{
		"iss": "https://accounts.google.com", "aud": "tap", "sub": "1234567890", "iat": 0, "exp": 600,
		"email": "Ann.G@example.com", "email_verified": true, "name": "Ann G", "picture": "https://img.example/g.png",
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// taps signs in with a good token, changed by claims.
func taps(changes claims, mods ...Mod) Step {
	return tapsWith(idtoken.Spec{Claims: googleClaims(changes)}, mods...)
}

func tapsWith(token idtoken.Spec, mods ...Mod) Step {
	return Post("/one-tap/callback", `{"idToken":"`+token.Placeholder()+`"}`, append(mods, Jar("a"))...)
}

func oneTap() []Scenario {
	return join(oneTapTokens(), oneTapUsers(), oneTapOptions())
}

func oneTapTokens() []Scenario {
	with := func(name string, changes claims) Scenario { return the("token "+name, taps(changes), who("a")) }
	headed := func(name string, header map[string]any) Scenario {
		return the("token "+name, tapsWith(idtoken.Spec{Header: header, Claims: googleClaims(nil)}), who("a"))
	}
	raw := func(name, token string) Scenario {
		return the("token "+name, Post("/one-tap/callback", `{"idToken":"`+token+`"}`))
	}
	return of(oneTapPath, Options(oneTapPlugin),
		flow("good token", taps(nil), who("a"), Wait(time.Minute), taps(nil, Jar("b")), who("b")),
		with("of another audience", claims{"aud": "other"}), with("without audience", claims{"aud": nil}),
		with("of several audiences", claims{"aud": []string{"x", "tap"}}), with("of several other audiences", claims{"aud": []string{"x", "y"}}), with("of a numeric audience", claims{"aud": 5}),
		with("of the short issuer", claims{"iss": "accounts.google.com"}), with("of another issuer", claims{"iss": "https://evil.example"}), with("without issuer", claims{"iss": nil}),
		with("that has expired", claims{"exp": -60}), with("without end", claims{"exp": nil}), with("with a textual end", claims{"exp": "soon"}),
		with("that is an hour old", claims{"iat": -3500}), with("that is too old", claims{"iat": -3700}), with("without age", claims{"iat": nil}),
		with("not valid yet", claims{"nbf": 300}), with("valid since a while", claims{"nbf": -300}),
		with("without subject", claims{"sub": nil}), with("with an empty subject", claims{"sub": ""}), with("with a numeric subject", claims{"sub": 5}), with("with a nonce", claims{"nonce": "n"}),
		with("without address", claims{"email": nil}), with("with an empty address", claims{"email": ""}), with("with a numeric address", claims{"email": 5}),
		with("without name", claims{"name": nil}), with("with a numeric name", claims{"name": 5}), with("without picture", claims{"picture": nil}), with("with a numeric picture", claims{"picture": 5}),
		with("with hosted domain", claims{"hd": "example.com"}),
		headed("of an unknown key", map[string]any{"kid": "other"}), headed("without key id", map[string]any{"kid": nil}),
		headed("without signature", map[string]any{"alg": "none"}), headed("signed with the public key", map[string]any{"alg": "HS256"}), headed("of another algorithm", map[string]any{"alg": "RS512"}),
		the("token that was tampered with", tapsWith(idtoken.Spec{Claims: googleClaims(nil), Tampered: true}), who("a")),
		raw("that is text", "text"), raw("that is empty", ""), raw("of dots", ".."), raw("of broken parts", "a.b.c"), raw("of four parts", "a.b.c.d"),
	)
}

func oneTapUsers() []Scenario {
	tap := func(changes claims) Step { return taps(changes, Jar("b")) }
	mine := claims{"email": "ann@example.com"}
	unverified := claims{"email": "ann@example.com", "email_verified": false}
	verify := SQL(`UPDATE "user" SET "emailVerified" = true`)
	attempt := func(name string, changes claims, local bool, patches ...string) Scenario {
		list := []Step{joins()}
		if local {
			list = append(list, verify)
		}
		return under(the("user: "+name, append(list, tap(changes), who("b"), tap(changes), who("b"))...), append([]string{oneTapPlugin}, patches...)...)
	}
	portable := func(s Scenario) Scenario { s.Portable = true; return s }
	return of(oneTapPath, Options(oneTapPlugin),
		the("user: new, unverified", taps(claims{"email_verified": false}), who("a")),
		the("user: new, verified as text", taps(claims{"email_verified": "true"}), who("a")),
		the("user: new, unverified as text", taps(claims{"email_verified": "false"}), who("a")),
		the("user: new, nothing about the address", taps(claims{"email_verified": nil}), who("a")),
		the("user: another name later", taps(nil), taps(claims{"name": "New", "email": "new@example.com"}), who("a")),
		the("user: an account without user", taps(nil), SQL(`UPDATE account SET "accountId" = 'x'`), taps(nil), who("a")),
		the("user: verified later", taps(claims{"email_verified": false}), taps(nil), taps(nil), who("a")),
		the("user: signed in already", joins(), taps(nil), who("a")),
		portable(attempt("both verified", mine, true)),
		attempt("local not verified", mine, false),
		attempt("token not verified", unverified, true),
		attempt("trusted provider", unverified, true, `{"account":{"accountLinking":{"trustedProviders":["google"]}}}`),
		attempt("local need not be verified", mine, false, `{"account":{"accountLinking":{"requireLocalEmailVerified":false}}}`),
		attempt("linking off", mine, true, `{"account":{"accountLinking":{"enabled":false}}}`),
		attempt("implicit linking off", mine, true, `{"account":{"accountLinking":{"disableImplicitLinking":true}}}`),
		attempt("info copied", mine, true, `{"account":{"accountLinking":{"updateUserInfoOnLink":true}}}`),
		under(the("user: the same as by the redirect", taps(nil), Get("/list-accounts", Jar("a"), As("list")), Post("/unlink-account", `{"accountId":"{{resp.list.0.id}}"}`, Jar("a"))), oneTapGoogle),
	)
}

func oneTapOptions() []Scenario {
	tap := func(name string, changes claims, patches ...string) Scenario {
		return under(the("options: "+name, taps(changes), who("a")), patches...)
	}
	back := func(name, url string) Scenario {
		token := idtoken.Spec{Claims: googleClaims(nil)}.Placeholder()
		return the("callback: "+name, Post("/one-tap/callback", `{"idToken":"`+token+`","callbackURL":`+url+`}`, Jar("a")))
	}
	google := func(members string) string { return `{"socialProviders":{"google":{` + members + `}}}` }
	again := func(name string, changes claims, patches ...string) Scenario {
		return under(the("options: "+name, taps(nil), taps(changes), who("a")), patches...)
	}
	return of(oneTapPath, Options(oneTapPlugin),
		tap("no client id", nil, `{"plugins":[{"id":"one-tap"}]}`),
		tap("client id of the provider", nil, oneTapGoogle),
		tap("client id of both", nil, oneTapGoogle, `{"plugins":[{"id":"one-tap","clientId":"other"}]}`),
		tap("client id of both, the plugin's", claims{"aud": "own"}, oneTapGoogle, `{"plugins":[{"id":"one-tap","clientId":"own"}]}`),
		tap("one of several client ids", claims{"aud": "second"}, oneTapGoogle, google(`"clientId":["tap","second"]`)),
		tap("none of several client ids", claims{"aud": "third"}, oneTapGoogle, google(`"clientId":["tap","second"]`)),
		tap("of the hosted domain", claims{"hd": "example.com"}, oneTapGoogle, google(`"hd":"example.com"`)),
		tap("of another domain", claims{"hd": "evil.example"}, oneTapGoogle, google(`"hd":"example.com"`)),
		tap("of no domain", nil, oneTapGoogle, google(`"hd":"example.com"`)),
		tap("of any domain", claims{"hd": "evil.example"}, oneTapGoogle, google(`"hd":"*"`)),
		tap("of no domain, any wanted", nil, oneTapGoogle, google(`"hd":"*"`)),
		tap("of a numeric domain", claims{"hd": 5}, oneTapGoogle, google(`"hd":"*"`)),
		tap("hosted domain, the plugin's client id", claims{"hd": "evil.example"}, oneTapGoogle, `{"plugins":[{"id":"one-tap","clientId":"tap"}]}`, google(`"hd":"example.com"`)),
		tap("sign-up off", nil, `{"plugins":[{"id":"one-tap","clientId":"tap","disableSignup":true}]}`),
		tap("sign-up off at the provider", nil, oneTapGoogle, google(`"disableSignUp":true`)),
		tap("no implicit sign-up at the provider", nil, oneTapGoogle, google(`"disableImplicitSignUp":true`)),
		tap("no ID tokens at the provider", nil, oneTapGoogle, google(`"disableIdTokenSignIn":true`)),
		again("info kept", claims{"name": "New", "email": "new@example.com"}, oneTapGoogle),
		again("info overridden", claims{"name": "New", "email": "new@example.com"}, oneTapGoogle, google(`"overrideUserInfoOnSignIn":true`)),
		tap("verification required, verified", nil, oneTapGoogle, google(`"requireEmailVerification":true`)),
		tap("verification required", claims{"email_verified": false}, oneTapGoogle, google(`"requireEmailVerification":true`)),
		under(the("options: verification required, mail again", taps(claims{"email_verified": false}), taps(claims{"email_verified": false})), oneTapGoogle, google(`"requireEmailVerification":true`), `{"emailVerification":{"sendOnSignIn":true}}`),
		tap("mail at sign-up", claims{"email_verified": false}, oneTapPlugin, `{"emailVerification":{"sendOnSignUp":true}}`),
		under(the("options: sign-up off, known", taps(nil), Reconfigure(Options(`{"plugins":[{"id":"one-tap","clientId":"tap","disableSignup":true}]}`)), taps(nil), who("a")), oneTapPlugin),
		again("tokens kept", claims{"nonce": "x"}, oneTapPlugin, `{"account":{"updateAccountOnSignIn":false}}`),
		again("account cookie", claims{"nonce": "x"}, oneTapPlugin, `{"account":{"storeAccountCookie":true}}`),
		again("encrypted tokens", nil, oneTapPlugin, `{"account":{"encryptOAuthTokens":true}}`),
		again("database hooks", nil, oneTapPlugin, `{"databaseHooks":"record"}`),
		again("cookie cache", nil, oneTapPlugin, `{"session":{"cookieCache":{"enabled":true}}}`),
		again("secondary storage", nil, oneTapPlugin, `{"secondaryStorage":"memory"}`),
		again("https", nil, oneTapPlugin, `{"baseURL":"https://auth.example.com"}`),
		tap("additional fields", claims{"hd": "x"}, oneTapPlugin, fieldsPatch),
		again("multi-session and bearer", nil, `{"plugins":[{"id":"one-tap","clientId":"tap"},{"id":"bearer"},{"id":"multi-session"}]}`),
		on("none", tap("account cookie without a database", nil, oneTapPlugin)),
		under(the("options: limited", times(12, Post("/one-tap/callback", `{"idToken":"x"}`))...), oneTapPlugin, `{"rateLimit":{"enabled":true}}`),
		back("path", `"/dash"`), back("own page", `"http://localhost:3000/dash"`), back("elsewhere", `"https://evil.example/"`), back("of two slashes", `"//evil.example"`),
		back("empty", `""`), back("null", `null`), back("number", `5`), back("script", `"javascript:alert(1)"`),
		the("unknown member", Post("/one-tap/callback", `{"idToken":"x","x":1}`)),
		the("foreign origin", taps(nil, With("origin", "https://evil.example"))),
		the("no origin", taps(nil, Without("origin"))),
		the("form", Post("/one-tap/callback", "idToken=x", With("content-type", "application/x-www-form-urlencoded"))),
		the("GET", Get("/one-tap/callback")),
	)
}
