package scenario

import "strings"

const signInPath = "POST /sign-in/email"

func signIn() []Scenario { return join(signInPlain(), signInOptions(), signInCSRF()) }

// enters is a sign-in with given members.
func enters(body string, mods ...Mod) Step {
	return Post("/sign-in/email", body, append(mods, Jar("b"))...)
}

func signInPlain() []Scenario {
	return of(signInPath, Options(),
		flow("right password", joins(), enters(annIn), who("b")),
		flow("wrong password", joins(), enters(`{"email":"ann@example.com","password":"wrong-password"}`)),
		the("unknown address", joins(), enters(`{"email":"nobody@example.com","password":"password1234"}`)),
		the("address without form", enters(`{"email":"nope","password":"password1234"}`)),
		the("address empty", enters(`{"email":"","password":"password1234"}`)),
		the("address with NUL", enters(`{"email":"a\u0000@example.com","password":"password1234"}`)),
		the("password empty", joins(), enters(`{"email":"ann@example.com","password":""}`)),
		the("password short", joins(), enters(`{"email":"ann@example.com","password":"x"}`)),
		the("password 128 characters", joins(), enters(`{"email":"ann@example.com","password":"`+strings.Repeat("x", 128)+`"}`)),
		the("password 129 characters", joins(), enters(`{"email":"ann@example.com","password":"`+strings.Repeat("x", 129)+`"}`)),
		flow("address in other case", joins(), enters(`{"email":"ANN@example.COM","password":"password1234"}`), who("b")),
		flow("not remembered", joins(), enters(`{"email":"ann@example.com","password":"password1234","rememberMe":false}`), who("b")),
		the("remembered", joins(), enters(`{"email":"ann@example.com","password":"password1234","rememberMe":true}`)),
		the("forgets an earlier not-remembered", joins(), enters(`{"email":"ann@example.com","password":"password1234","rememberMe":false}`), enters(annIn), who("b")),
		the("callback path", joins(), enters(`{"email":"ann@example.com","password":"password1234","callbackURL":"/dash?a=b"}`)),
		the("callback on own origin", joins(), enters(`{"email":"ann@example.com","password":"password1234","callbackURL":"http://localhost:3000/dash"}`)),
		the("callback elsewhere", joins(), enters(`{"email":"ann@example.com","password":"password1234","callbackURL":"https://evil.example"}`)),
		the("callback empty", joins(), enters(`{"email":"ann@example.com","password":"password1234","callbackURL":""}`)),
		the("unknown members", joins(), enters(`{"email":"ann@example.com","password":"password1234","x":1,"userId":"y"}`)),
		the("as a form", joins(), enters("email=ann%40example.com&password=password1234", With("content-type", "application/x-www-form-urlencoded"))),
		the("as a form, not remembered", joins(), enters("email=ann%40example.com&password=password1234&rememberMe=false", With("content-type", "application/x-www-form-urlencoded"))),
		the("as a form with a repeated member", joins(), enters("email=ann%40example.com&email=x%40example.com&password=password1234", With("content-type", "application/x-www-form-urlencoded"))),
		the("over an existing session", joins(), Post("/sign-in/email", annIn, Jar("a")), who("a")),
		the("as another person", joins(), bobJoins(), Post("/sign-in/email", annIn, Jar("b")), who("b")),
		flow("account without a password", joins(), SQL(`UPDATE account SET password = NULL`), enters(annIn)),
		flow("account of another provider only", joins(), SQL(`UPDATE account SET "providerId" = 'github'`), enters(annIn)),
		the("broken stored hash", joins(), SQL(`UPDATE account SET password = 'garbage'`), enters(annIn)),
		under(the("broken stored hash, real function", joins(), SQL(`UPDATE account SET password = 'garbage'`), enters(annIn)), `{"emailAndPassword":{"password":null}}`),
		under(flow("password in another normal form", enrols(`"A"`, `"ann@example.com"`, `"pa\u0308ssword12"`), enters(`{"email":"ann@example.com","password":"p\u00e4ssword12"}`)), `{"emailAndPassword":{"password":null}}`),
		under(the("wrong password, real function", joins(), enters(`{"email":"ann@example.com","password":"wrong-password"}`)), `{"emailAndPassword":{"password":null}}`),
		the("forwarded address is stored", joins(), enters(annIn, With("x-forwarded-for", "198.51.100.9")), who("b")),
		the("no user agent", joins(), enters(annIn, Without("user-agent")), who("b")),
		the("long user agent", joins(), enters(annIn, With("user-agent", strings.Repeat("u", 1000))), who("b")),
	)
}

func signInOptions() []Scenario {
	verify := `{"emailAndPassword":{"requireEmailVerification":true},"emailVerification":{"sendOnSignUp":false}}`
	return of(signInPath, nil,
		under(the("disabled", enters(annIn)), `{"emailAndPassword":{"enabled":false}}`),
		under(flow("unverified", joins(), enters(annIn)), verify),
		under(the("unverified, wrong password", joins(), enters(`{"email":"ann@example.com","password":"wrong-password"}`)), verify, `{"emailVerification":{"sendOnSignIn":true}}`),
		under(flow("unverified, mail on sign-in", joins(), enters(annIn)), verify, `{"emailVerification":{"sendOnSignIn":true}}`),
		under(the("unverified, mail on sign-in with callback", joins(), enters(`{"email":"ann@example.com","password":"password1234","callbackURL":"/in"}`)), verify, `{"emailVerification":{"sendOnSignIn":true}}`),
		under(the("unverified, mail on sign-in fails", joins(), enters(annIn)), verify, `{"emailVerification":{"sendOnSignIn":true,"sendVerificationEmail":"fail"}}`),
		under(the("unverified, no mail function", joins(), enters(annIn)), `{"emailAndPassword":{"requireEmailVerification":true},"emailVerification":null}`),
		under(flow("verified", joins(), SQL(`UPDATE "user" SET "emailVerified" = TRUE`), enters(annIn)), verify),
		under(the("sign-up disabled, sign-in not", enters(annIn)), `{"emailAndPassword":{"disableSignUp":true}}`),
		under(the("maximum 20", enters(`{"email":"ann@example.com","password":"123456789012345678901"}`)), `{"emailAndPassword":{"maxPasswordLength":20}}`),
		under(the("tracking of addresses off", joins(), enters(annIn), who("b")), `{"advanced":{"ipAddress":{"disableIpTracking":true}}}`),
		under(the("own address header", joins(), enters(annIn, With("x-real-ip", "198.51.100.77")), who("b")), `{"advanced":{"ipAddress":{"ipAddressHeaders":["x-real-ip"]}}}`),
		under(the("IPv6 address", joins(), enters(annIn, With("x-forwarded-for", "2001:db8:1:2:3:4:5:6")), who("b")), `{}`),
		under(the("address that is none", joins(), enters(annIn, With("x-forwarded-for", "not-an-ip")), who("b")), `{}`),
	)
}

func signInCSRF() []Scenario {
	evil := With("origin", "https://evil.example")
	return of(signInPath, Options(`{"trustedOrigins":["https://app.example.com","https://*.wild.example.com","myapp://"]}`),
		the("no cookie, no origin", Post("/sign-in/email", annIn, Without("origin"))),
		the("no cookie, foreign origin", Post("/sign-in/email", annIn, evil)),
		the("no cookie, null origin", Post("/sign-in/email", annIn, With("origin", "null"))),
		the("cross-site navigation", Post("/sign-in/email", annIn, Without("origin"), With("sec-fetch-site", "cross-site"), With("sec-fetch-mode", "navigate"), With("sec-fetch-dest", "document"))),
		the("cross-site navigation with trusted origin", Post("/sign-in/email", annIn, With("sec-fetch-site", "cross-site"), With("sec-fetch-mode", "navigate"))),
		the("same-origin fetch without origin", Post("/sign-in/email", annIn, Without("origin"), With("sec-fetch-site", "same-origin"), With("sec-fetch-mode", "cors"))),
		the("cross-site fetch with own origin", Post("/sign-in/email", annIn, With("sec-fetch-site", "cross-site"), With("sec-fetch-mode", "cors"))),
		the("cross-site fetch with foreign origin", Post("/sign-in/email", annIn, evil, With("sec-fetch-site", "cross-site"), With("sec-fetch-mode", "cors"))),
		the("referer only, own", Post("/sign-in/email", annIn, Without("origin"), With("referer", "http://localhost:3000/login"))),
		the("referer only, foreign", Post("/sign-in/email", annIn, Without("origin"), With("referer", "https://evil.example/x"))),
		the("cookie, no origin", joins(), Post("/sign-in/email", annIn, Jar("a"), Without("origin"))),
		the("cookie, foreign origin", joins(), Post("/sign-in/email", annIn, Jar("a"), evil)),
		the("trusted origin", Post("/sign-in/email", annIn, With("origin", "https://app.example.com"))),
		the("trusted wildcard origin", Post("/sign-in/email", annIn, With("origin", "https://a.wild.example.com"))),
		the("trusted app scheme", Post("/sign-in/email", annIn, With("origin", "myapp://"))),
		under(the("foreign origin, check off", Post("/sign-in/email", annIn, evil, With("cookie", "a=b"))), `{"advanced":{"disableCSRFCheck":true}}`),
		under(the("foreign callback, origin check off", joins(), enters(`{"email":"ann@example.com","password":"password1234","callbackURL":"https://evil.example"}`)), `{"advanced":{"disableOriginCheck":true}}`),
	)
}
