package scenario

import "strings"

func bearer() []Scenario {
	auth := func(value string) Mod { return With("authorization", value) }
	ask := func(name, value string) Scenario {
		return the("bearer "+name, joins(), Get("/get-session", auth(value)))
	}
	return of(getSessionPath, Options(`{"plugins":[{"id":"bearer"}]}`),
		flow("bearer token from sign-up", Post("/sign-up/email", ann, As("up")), Get("/get-session", auth("Bearer {{resp.up.token}}"))),
		the("bearer header after sign-in", joins(), Post("/sign-in/email", annIn, As("in")), Get("/get-session", auth("Bearer {{header.in.set-auth-token}}"))),
		ask("signed", "Bearer {{cookie.a.better-auth.session_token}}"), ask("raw", "Bearer {{token.a}}"), ask("lower case", "bearer {{token.a}}"), ask("capitals", "BEARER {{token.a}}"),
		ask("empty", "Bearer "), ask("no token", "Bearer"), ask("unknown token", "Bearer unknown"), ask("wrong signature", "Bearer {{token.a}}.AAAA"), ask("broken percent code", "Bearer %zz"),
		ask("two spaces", "Bearer  {{token.a}}"), ask("trailing space", "Bearer {{token.a}} "), ask("basic", "Basic dXNlcjpwYXNz"), ask("only the token", "{{token.a}}"), ask("comma", "Bearer {{token.a}},x"),
		the("bearer with a cookie of another", joins(), bobJoins(), Get("/get-session", Jar("b"), auth("Bearer {{token.a}}"))),
		under(the("bearer renames with a cookie of another", joins(), bobJoins(), Post("/update-user", `{"username":"annie"}`, Jar("b"), auth("Bearer {{token.a}}"))), `{"plugins":[{"id":"bearer"},{"id":"username"}]}`),
		under(the("bearer renames, ended", joins(), returns("b"), Post("/revoke-other-sessions", noBody, Jar("b")), Post("/update-user", `{"username":"annie"}`, Jar("b"), auth("Bearer {{token.a}}"))), `{"plugins":[{"id":"bearer"},{"id":"username"}]}`),
		the("bearer writes", joins(), Post("/update-user", `{"name":"Anna"}`, auth("Bearer {{token.a}}"))),
		the("bearer writes without origin", joins(), Post("/update-user", `{"name":"Anna"}`, Without("origin"), auth("Bearer {{token.a}}"))),
		the("bearer signs in again without origin", joins(), Post("/sign-in/email", annIn, Without("origin"), auth("Bearer {{token.a}}"))),
		the("bearer signs in again without origin, with a cookie", joins(), Post("/sign-in/email", annIn, Without("origin"), auth("Bearer {{token.a}}"), With("cookie", "theme=dark"))),
		the("bearer signs out", joins(), Post("/sign-out", emptyObj, auth("Bearer {{token.a}}")), who("a")),
		the("bearer refreshed", joins(), Get("/get-session", auth("Bearer {{token.a}}"), After(2*day))),
		under(the("bearer refreshed by another endpoint, cookie cache", joins(), Post("/verify-password", `{"password":"password1234"}`, auth("Bearer {{token.a}}"), After(2*day))), `{"plugins":[{"id":"bearer"}],"session":{"cookieCache":{"enabled":true}}}`),
		the("bearer deleted session", joins(), returns("b"), Post("/revoke-other-sessions", noBody, Jar("b")), Get("/get-session", auth("Bearer {{token.a}}"))),
		under(ask("raw, signature required", "Bearer {{token.a}}"), `{"plugins":[{"id":"bearer","requireSignature":true}]}`),
		under(ask("signed, signature required", "Bearer {{cookie.a.better-auth.session_token}}"), `{"plugins":[{"id":"bearer","requireSignature":true}]}`),
		under(ask("under https", "Bearer {{token.a}}"), `{"plugins":[{"id":"bearer"}],"baseURL":"https://auth.example.com"}`),
	)
}

const usernamePlugin = `{"plugins":[{"id":"username"}]}`

// anna signs Ann up with a username.
func anna(members string) Step { return joinsWith(members) }

func username() []Scenario {
	return join(usernameSignUp(), usernameSignIn(), usernameUpdate(), usernameAvailable())
}

func usernameSignUp() []Scenario {
	up := func(name, members string) Scenario { return the("username "+name, anna(members), who("a")) }
	return of(signUpPath, Options(usernamePlugin),
		flow("username plain", anna(`"username":"annie"`), who("a")),
		up("in capitals", `"username":"AnNie"`), up("with display name", `"username":"annie","displayUsername":"Annie The First"`), up("only display name", `"displayUsername":"Annie"`),
		up("left out", `"image":null`), up("empty", `"username":""`), up("short", `"username":"an"`), up("three", `"username":"ann"`), up("thirty", `"username":"`+strings.Repeat("a", 30)+`"`),
		up("thirty-one", `"username":"`+strings.Repeat("a", 31)+`"`), up("with space", `"username":"ann ie"`), up("with hyphen", `"username":"ann-ie"`), up("with dot and underscore", `"username":"a.n_n"`),
		up("not ASCII", `"username":"ännie"`), up("a number", `"username":12345`), up("null", `"username":null`), up("an object", `"username":{}`),
		the("username display name a number", anna(`"username":"annie","displayUsername":5`)),
		the("username taken", anna(`"username":"annie"`), Post("/sign-up/email", bob[:len(bob)-1]+`,"username":"annie"}`, Jar("b"))),
		the("username taken in other case", anna(`"username":"annie"`), Post("/sign-up/email", bob[:len(bob)-1]+`,"username":"ANNIE"}`, Jar("b"))),
		under(up("of own length", `"username":"ab"`), `{"plugins":[{"id":"username","minUsernameLength":2,"maxUsernameLength":4}]}`),
		under(up("over own length", `"username":"abcde"`), `{"plugins":[{"id":"username","minUsernameLength":2,"maxUsernameLength":4}]}`),
		under(the("username taken, verification required", anna(`"username":"annie"`), Post("/sign-up/email", bob[:len(bob)-1]+`,"username":"annie"}`, Jar("b"))), usernamePlugin, `{"emailAndPassword":{"requireEmailVerification":true}}`),
	)
}

func usernameSignIn() []Scenario {
	in := func(name, body string) Scenario {
		return the(name, anna(`"username":"annie","displayUsername":"Annie"`), Post("/sign-in/username", body, Jar("b")), who("b"))
	}
	verify := `{"emailAndPassword":{"requireEmailVerification":true}}`
	return of("POST /sign-in/username", Options(usernamePlugin),
		flow("right", anna(`"username":"annie"`), Post("/sign-in/username", `{"username":"annie","password":"password1234"}`, Jar("b")), who("b")),
		in("in capitals", `{"username":"ANNIE","password":"password1234"}`), in("wrong password", `{"username":"annie","password":"wrong-password"}`), in("unknown", `{"username":"nobody","password":"password1234"}`),
		in("empty username", `{"username":"","password":"password1234"}`), in("empty password", `{"username":"annie","password":""}`), in("short", `{"username":"an","password":"password1234"}`),
		in("long", `{"username":"`+strings.Repeat("a", 31)+`","password":"password1234"}`), in("bad characters", `{"username":"ann ie","password":"password1234"}`), in("address", `{"username":"ann@example.com","password":"password1234"}`),
		in("password too long", `{"username":"annie","password":"`+strings.Repeat("x", 129)+`"}`), in("not remembered", `{"username":"annie","password":"password1234","rememberMe":false}`),
		in("callback", `{"username":"annie","password":"password1234","callbackURL":"/dash"}`), in("callback elsewhere", `{"username":"annie","password":"password1234","callbackURL":"https://evil.example"}`),
		the("without account", anna(`"username":"annie"`), SQL(`DELETE FROM account`), Post("/sign-in/username", `{"username":"annie","password":"password1234"}`)),
		the("account without a password", anna(`"username":"annie"`), SQL(`UPDATE account SET password = NULL`), Post("/sign-in/username", `{"username":"annie","password":"password1234"}`)),
		under(in("unverified", `{"username":"annie","password":"password1234"}`), usernamePlugin, verify),
		under(in("unverified, mail", `{"username":"annie","password":"password1234","callbackURL":"/x"}`), usernamePlugin, verify, `{"emailVerification":{"sendOnSignIn":true}}`),
		under(the("limited", times(5, Post("/sign-in/username", `{"username":"annie","password":"password1234"}`))...), usernamePlugin, `{"rateLimit":{"enabled":true,"storage":"database"}}`),
		under(the("cookie cache", anna(`"username":"annie"`), Post("/sign-in/username", `{"username":"annie","password":"password1234"}`, Jar("b")), SQL(`DELETE FROM session`), who("b")), usernamePlugin, `{"session":{"cookieCache":{"enabled":true}}}`),
	)
}

func usernameUpdate() []Scenario {
	update := func(name, body string) Scenario {
		return the("username "+name, anna(`"username":"annie"`), Post("/update-user", body, Jar("a")), who("a"))
	}
	return of(updateUserPath, Options(usernamePlugin),
		flow("username changed", anna(`"username":"annie"`), Post("/update-user", `{"username":"newann"}`, Jar("a")), Post("/sign-in/username", `{"username":"newann","password":"password1234"}`, Jar("b"))),
		update("the same", `{"username":"annie"}`), update("to capitals", `{"username":"ANNIE"}`), update("short", `{"username":"x"}`), update("bad", `{"username":"a b c"}`), update("null", `{"username":null}`), update("empty", `{"username":""}`),
		under(the("username taken by another, cookie cache over", anna(`"username":"annie"`), bobJoins(), Post("/update-user", `{"username":"annie"}`, Jar("b"), After(hour))), usernamePlugin, `{"session":{"cookieCache":{"enabled":true}}}`),
		update("display only", `{"displayUsername":"The Ann"}`), update("both", `{"username":"newann","displayUsername":"New Ann"}`),
		the("username taken by another", anna(`"username":"annie"`), Post("/sign-up/email", bob[:len(bob)-1]+`,"username":"bobby"}`, Jar("b")), Post("/update-user", `{"username":"annie"}`, Jar("b")), who("b")),
	)
}

func usernameAvailable() []Scenario {
	ask := func(name, body string) Scenario {
		return the(name, anna(`"username":"annie"`), Post("/is-username-available", body))
	}
	return of("POST /is-username-available", Options(usernamePlugin),
		ask("free", `{"username":"bobby"}`), ask("taken", `{"username":"annie"}`), ask("taken in capitals", `{"username":"ANNIE"}`), ask("empty", `{"username":""}`), ask("short", `{"username":"an"}`),
		ask("long", `{"username":"`+strings.Repeat("a", 31)+`"}`), ask("bad characters", `{"username":"a b c"}`),
		the("one's own", anna(`"username":"annie"`), Post("/is-username-available", `{"username":"annie"}`, Jar("a"))),
	)
}

func multiSession() []Scenario {
	multi := `{"plugins":[{"id":"multi-session"}]}`
	both := []Step{joins(), Post("/sign-up/email", bob, Jar("a"), As("bob"))}
	list := Get("/multi-session/list-device-sessions", Jar("a"))
	with := func(name string, steps ...Step) Scenario { return the(name, append(both, steps...)...) }
	use := func(token string) Step {
		return Post("/multi-session/set-active", `{"sessionToken":"`+token+`"}`, Jar("a"))
	}
	end := func(token string) Step {
		return Post("/multi-session/revoke", `{"sessionToken":"`+token+`"}`, Jar("a"))
	}
	const annToken = "{{row.session.0.token}}"
	return join(of("GET /multi-session/list-device-sessions", Options(multi),
		the("nobody", Get("/multi-session/list-device-sessions")),
		the("one person", joins(), list), flow("two people", append(both, list)...),
		with("the same person again", Post("/sign-in/email", annIn, Jar("a")), list),
		with("one expired", Get("/multi-session/list-device-sessions", Jar("a"), After(8*day))),
		with("one row gone", SQL(`DELETE FROM session WHERE token = '`+annToken+`'`), list),
		with("after sign-out", Post("/sign-out", emptyObj, Jar("a")), list),
		the("tampered", joins(), Get("/multi-session/list-device-sessions", With("cookie", "better-auth.session_token_multi-abc=abc.def"))),
		under(with("at most one", list), `{"plugins":[{"id":"multi-session","maximumSessions":1}]}`),
		under(with("under https", list), multi, `{"baseURL":"https://auth.example.com"}`),
		under(with("with fields", list), multi, fieldsPatch),
	), of("POST /multi-session/set-active", Options(multi),
		flow("the other person", append(both, use(annToken), who("a"))...),
		with("the current person", use("{{token.a}}"), who("a")), with("unknown token", use("unknown")), with("empty token", use("")),
		the("without cookies", joins(), Post("/multi-session/set-active", `{"sessionToken":"{{token.a}}"}`)),
		with("expired", Post("/multi-session/set-active", `{"sessionToken":"`+annToken+`"}`, Jar("a"), After(8*day)), list),
		with("row gone", SQL(`DELETE FROM session WHERE token = '`+annToken+`'`)),
		the("not on this device", joins(), bobJoins(), use("{{token.b}}")),
	), of("POST /multi-session/revoke", Options(multi),
		flow("the other person", append(both, end(annToken), who("a"), list)...),
		with("the current person", end("{{token.a}}"), who("a"), list), with("unknown token", end("unknown")),
		the("the only one", joins(), end("{{token.a}}"), who("a")),
		the("not on this device", joins(), bobJoins(), end("{{token.b}}"), who("b")),
		under(the("ended elsewhere, cookie cache", ended(end("{{token.a}}"))...), multi, `{"session":{"cookieCache":{"enabled":true}}}`),
		the("without session", joins(), Post("/multi-session/revoke", `{"sessionToken":"{{token.a}}"}`)),
	), of(signInPath, Options(multi),
		the("multi-session: same person twice", joins(), Post("/sign-in/email", annIn, Jar("a")), who("a")),
		the("multi-session: same person, expired", joins(), Post("/sign-in/email", annIn, Jar("a"), After(8*day))),
		the("multi-session: not remembered", joins(), Post("/sign-in/email", `{"email":"ann@example.com","password":"password1234","rememberMe":false}`, Jar("a"))),
		under(the("multi-session with username and bearer", anna(`"username":"annie"`), Post("/sign-in/username", `{"username":"annie","password":"password1234"}`, Jar("a")), list), `{"plugins":[{"id":"username"},{"id":"bearer"},{"id":"multi-session"}]}`),
		under(the("multi-session with custom cookie", append(both, list, Post("/sign-out", emptyObj, Jar("a")))...), multi, `{"advanced":{"cookies":{"session_token":{"name":"sid"}}}}`),
	))
}
