package scenario

import "github.com/betterauth-go/betterauth/internal/conformance/idtoken"

const (
	lastPlugin = `{"plugins":[{"id":"last-login-method"}]}`
	lastStored = `{"plugins":[{"id":"last-login-method","storeInDatabase":true}]}`
)

// lastWith is the plugin with options, beside every plugin that signs in.
func lastWith(options string) string {
	return `{"plugins":[{"id":"username"},{"id":"one-tap","clientId":"tap"},{"id":"last-login-method"` + options + `}]}`
}

func lastLogin() []Scenario {
	return join(lastMethods(), lastCookies(), lastStorage())
}

// everyWay signs in by every way there is, and does what is no sign-in.
func everyWay() []Step {
	return steps(
		anna(`"username":"annie"`), who("a"), returns("a"), who("a"),
		Post("/sign-in/username", `{"username":"annie","password":"password1234"}`, Jar("a")), who("a"),
		Post("/sign-in/email", `{"email":"ann@example.com","password":"wrong-password"}`, Jar("a")),
		Post("/sign-in/email", `{"email":"ann@example.com","password":"password1234","rememberMe":false}`, Jar("a")),
		Post("/update-user", `{"name":"Anna"}`, Jar("a")),
		Post("/change-password", `{"currentPassword":"password1234","newPassword":"password9999","revokeOtherSessions":true}`, Jar("a")),
		taps(nil), who("a"), taps(claims{"aud": "other"}),
		entersBy("c", octo), who("c"), entersBy("c", `{"id":7,"name":"B"}`),
		goes("a", "/link-social", `{"provider":"github","callbackURL":"/x"}`), returnsWith("a", annHub),
		Post("/sign-out", emptyObj, Jar("a")),
	)
}

func lastMethods() []Scenario {
	all := func(name string, patches ...string) Scenario {
		s := the("last login: "+name, everyWay()...)
		return under(s, append([]string{gitHub}, patches...)...)
	}
	portable := func(s Scenario) Scenario { s.Portable = true; return s }
	return of(signInPath, Options(lastPlugin),
		all("every way", lastWith("")),
		portable(all("every way, stored", lastWith(`,"storeInDatabase":true`))),
		all("every way, own resolver", lastWith(`,"customResolveMethod":"own"`)),
		all("every way, own resolver, stored", lastWith(`,"customResolveMethod":"own","storeInDatabase":true`)),
		under(the("last login: ID token of a provider", Post("/sign-in/social", `{"provider":"google","idToken":{"token":"`+idtoken.Spec{Claims: googleClaims(claims{"aud": "go"})}.Placeholder()+`"}}`, Jar("a")), who("a")), gitHub, lastStored),
		flow("last login: sign-up and sign-in", joins(), returns("a"), who("a")),
		the("last login: extended session", joins(), Get("/get-session", Jar("a"), After(2*day))),
		under(the("last login: link of a mail", joins(), verifies(Jar("a"))), lastPlugin, `{"emailVerification":{"sendOnSignUp":true,"autoSignInAfterVerification":true}}`),
		under(the("last login: verification required", joins(), returns("a")), lastStored, `{"emailAndPassword":{"requireEmailVerification":true}}`),
		under(the("last login: no session at sign-up", joins(), returns("a")), lastStored, `{"emailAndPassword":{"autoSignIn":false}}`),
	)
}

func lastCookies() []Scenario {
	in := func(name string, patches ...string) Scenario {
		return under(the("last login cookie: "+name, joins(), returns("a"), Post("/sign-out", emptyObj, Jar("a"))), patches...)
	}
	return of(signInPath, Options(lastPlugin),
		in("own name", `{"plugins":[{"id":"last-login-method","cookieName":"how"}]}`),
		in("own age", `{"plugins":[{"id":"last-login-method","maxAge":3600}]}`),
		in("https", lastPlugin, `{"baseURL":"https://auth.example.com"}`),
		in("secure cookies", lastPlugin, `{"advanced":{"useSecureCookies":true}}`),
		in("subdomains", lastPlugin, `{"baseURL":"https://auth.example.com","advanced":{"crossSubDomainCookies":{"enabled":true,"domain":"example.com"}}}`),
		in("subdomains of the base URL", lastPlugin, `{"baseURL":"https://auth.example.com","advanced":{"crossSubDomainCookies":{"enabled":true}}}`),
		in("cookie prefix", lastPlugin, `{"advanced":{"cookiePrefix":"app"}}`),
		in("default attributes", lastPlugin, `{"advanced":{"defaultCookieAttributes":{"sameSite":"none","secure":true,"partitioned":true,"path":"/app","maxAge":77}}}`),
		in("attributes of the session cookie", lastPlugin, `{"advanced":{"cookies":{"session_token":{"name":"sid","attributes":{"sameSite":"strict","httpOnly":true,"maxAge":60,"path":"/x"}}}}}`),
		in("allowed", `{"plugins":[{"id":"last-login-method","beforeStoreCookie":"email"}]}`),
		in("not allowed", `{"plugins":[{"id":"last-login-method","beforeStoreCookie":"google","storeInDatabase":true}]}`),
		in("permission fails", `{"plugins":[{"id":"last-login-method","beforeStoreCookie":"fail","storeInDatabase":true}]}`),
		in("before other plugins", `{"plugins":[{"id":"last-login-method"},{"id":"bearer"},{"id":"multi-session"}]}`),
		in("after other plugins", `{"plugins":[{"id":"bearer"},{"id":"multi-session"},{"id":"last-login-method"}]}`),
		on("none", the("last login cookie: no database", joinsWith(`"image":"/ann.png"`), returns("a"), Post("/sign-out", emptyObj, Jar("a")))),
	)
}

func lastStorage() []Scenario {
	in := func(name string, patches ...string) Scenario {
		return under(the("last login stored: "+name, joins(), who("a"), taps(nil, Jar("b")), returns("a"), who("a"), Get("/list-sessions", Jar("a"))), patches...)
	}
	stored := lastWith(`,"storeInDatabase":true`)
	return of(signInPath, Options(stored),
		in("plain", stored),
		in("own column", lastWith(`,"storeInDatabase":true,"schema":{"user":{"lastLoginMethod":"last_method"}}`)),
		in("cookie cache", stored, `{"session":{"cookieCache":{"enabled":true}}}`),
		in("secondary storage", stored, `{"secondaryStorage":"memory"}`),
		in("secondary storage and rows", stored, `{"secondaryStorage":"memory","session":{"storeSessionInDatabase":true}}`),
		in("database hooks", stored, `{"databaseHooks":"record"}`),
		in("user's table renamed", stored, `{"user":{"modelName":"people"}}`),
		the("last login stored: sent at sign-up", joinsWith(`"lastLoginMethod":"google"`), who("a")),
		the("last login stored: sent by an update", joins(), Post("/update-user", `{"lastLoginMethod":"google"}`, Jar("a")), who("a")),
		the("last login stored: sign-up with a known address", joins(), Post("/sign-up/email", ann, Jar("b"))),
		under(the("last login stored: switched on later", joins(), Reconfigure(Options(stored)), returns("a"), who("a")), stored),
	)
}
