package scenario

import (
	"strings"
	"time"
)

const (
	requestPath  = "POST /request-password-reset"
	callbackPath = "GET /reset-password/:token"
	resetPath    = "POST /reset-password"
	changePath   = "POST /change-password"
	verifyPath   = "POST /verify-password"
)

func password() []Scenario {
	return join(requestReset(), resetCallback(), reset(), changePassword(), verifyPassword())
}

// forgets asks for a reset mail for Ann.
func forgets(mods ...Mod) Step { return Post("/request-password-reset", annMail, mods...) }

// resets redeems the last reset mail.
func resets(password string, mods ...Mod) Step {
	return Post("/reset-password", `{"token":"{{call.sendResetPassword.token}}","newPassword":"`+password+`"}`, mods...)
}

func requestReset() []Scenario {
	redirect := func(name, target string) Scenario {
		return the("redirect "+name, joins(), Post("/request-password-reset", `{"email":"ann@example.com","redirectTo":`+target+`}`))
	}
	return of(requestPath, Options(`{"trustedOrigins":["https://app.example.com","https://*.wild.example.com","myapp://"]}`),
		flow("known address", joins(), forgets()),
		the("unknown address", forgets()),
		the("address in capitals", joins(), Post("/request-password-reset", `{"email":"ANN@EXAMPLE.COM"}`)),
		the("address without form", Post("/request-password-reset", `{"email":"nope"}`)),
		the("twice", joins(), forgets(), forgets()),
		the("signed in", joins(), forgets(Jar("a"))),
		the("account of another provider only", joins(), SQL(`DELETE FROM account`), forgets()),
		redirect("path", `"/reset"`), redirect("path with query", `"/reset?a=b&c=d#e"`), redirect("empty", `""`),
		redirect("own origin", `"http://localhost:3000/reset"`), redirect("foreign", `"https://evil.example"`),
		redirect("backslash", `"/\\evil.example"`), redirect("double slash", `"//evil.example"`), redirect("encoded slashes", `"/%2f%2fevil.example"`),
		redirect("scheme without slashes", `"http:evil.example"`), redirect("javascript", `"javascript:alert(1)"`), redirect("data", `"data:text/html,x"`),
		redirect("leading space", `" https://evil.example"`), redirect("tab", `"/\t/evil.example"`), redirect("trusted", `"https://app.example.com"`),
		redirect("trusted in the query", `"https://evil.example?https://app.example.com"`), redirect("trusted with other scheme", `"http://app.example.com"`),
		redirect("trusted wildcard", `"https://a.b.wild.example.com"`), redirect("app scheme", `"myapp://evil"`), redirect("app scheme in capitals", `"MYAPP://cb"`),
		redirect("relative word", `"dashboard"`), redirect("space inside", `"/a b"`), redirect("encoded NUL", `"/a%00b"`),
		redirect("line break", `"/a\r\nSet-Cookie: x=1"`), redirect("the word null", `"null"`), redirect("dots", `"/..//evil.example"`),
		redirect("only a query", `"?x"`), redirect("at sign", `"/@evil.example"`), redirect("two slashes", `"//"`), redirect("IPv6 host", `"https://[::1]"`),
		redirect("userinfo", `"https://app.example.com@evil.example/"`), redirect("trusted with port", `"https://app.example.com:8443/"`), redirect("long", `"/`+strings.Repeat("a", 3000)+`"`),
		under(the("no mail function", joins(), forgets()), `{"emailAndPassword":{"sendResetPassword":null}}`),
		under(the("mail fails", joins(), forgets()), `{"emailAndPassword":{"sendResetPassword":"fail"}}`),
		under(the("shorter life", joins(), forgets()), `{"emailAndPassword":{"resetPasswordTokenExpiresIn":60}}`),
		under(flow("hashed identifier", joins(), forgets(), resets("newpassword1"), returns("x")), `{"verification":{"storeIdentifier":"hashed"}}`),
		under(the("fixed base URL, other host", joins(), forgets(With("host", "evil.example"), With("x-forwarded-host", "evil.example"))), `{}`),
		under(the("own base path", joins(), forgets()), `{"basePath":"/identity"}`),
	)
}

func resetCallback() []Scenario {
	visit := func(target string) Step {
		return Get("/reset-password/{{call.sendResetPassword.token}}" + target)
	}
	return of(callbackPath, Options(`{"trustedOrigins":["https://app.example.com"]}`),
		flow("live token", joins(), forgets(), visit("?callbackURL=/reset")),
		the("live token, own origin", joins(), forgets(), visit("?callbackURL=http%3A%2F%2Flocalhost%3A3000%2Freset%3Fa%3Db")),
		the("live token, trusted origin", joins(), forgets(), visit("?callbackURL=https%3A%2F%2Fapp.example.com%2Fx")),
		the("live token, foreign origin", joins(), forgets(), visit("?callbackURL=https%3A%2F%2Fevil.example")),
		the("live token, no callback", joins(), forgets(), visit("")),
		the("live token, empty callback", joins(), forgets(), visit("?callbackURL=")),
		the("the mailed link", joins(), Post("/request-password-reset", `{"email":"ann@example.com","redirectTo":"/reset"}`), Get("{{call.sendResetPassword.url}}")),
		the("expired token", joins(), forgets(), Get("/reset-password/{{call.sendResetPassword.token}}?callbackURL=/reset", After(time.Hour))),
		the("unknown token", Get("/reset-password/unknown?callbackURL=/ok")),
		the("unknown token, query and fragment", Get("/reset-password/unknown?callbackURL=%2Fok%3Fa%3Db%23frag")),
		the("unknown token, double slash", Get("/reset-password/unknown?callbackURL=//evil.example")),
		the("unknown token, backslash", Get("/reset-password/unknown?callbackURL=/%5Cevil.example")),
		the("two callbacks", Get("/reset-password/unknown?callbackURL=/a&callbackURL=/b")),
		the("redeemed token", joins(), forgets(), resets("newpassword1"), visit("?callbackURL=/reset")),
	)
}

func reset() []Scenario {
	real := `{"emailAndPassword":{"password":null}}`
	return of(resetPath, Options(),
		flow("live token", joins(), forgets(), resets("newpassword1"), returns("x"), Post("/sign-in/email", `{"email":"ann@example.com","password":"newpassword1"}`, Jar("y"))),
		the("token in the query", joins(), forgets(), Post("/reset-password?token={{call.sendResetPassword.token}}", `{"newPassword":"newpassword1"}`)),
		the("token in body and query", joins(), forgets(), Post("/reset-password?token=wrong", `{"token":"{{call.sendResetPassword.token}}","newPassword":"newpassword1"}`)),
		flow("twice", joins(), forgets(), resets("newpassword1"), resets("newpassword2")),
		the("of two tokens", joins(), forgets(), forgets(), resets("newpassword1")),
		the("no token", Post("/reset-password", `{"newPassword":"newpassword1"}`)),
		the("empty token", Post("/reset-password", `{"token":"","newPassword":"newpassword1"}`)),
		the("unknown token", Post("/reset-password", `{"token":"unknown","newPassword":"newpassword1"}`)),
		the("expired token", joins(), forgets(), resets("newpassword1", After(time.Hour))),
		the("just before expiry", joins(), forgets(), resets("newpassword1", After(time.Hour-2*time.Second))),
		the("too short", joins(), forgets(), resets("short"), resets("newpassword1")),
		the("too long", joins(), forgets(), resets(strings.Repeat("x", 129))),
		the("sessions stay", joins(), forgets(), resets("newpassword1"), who("a")),
		under(flow("sessions end", joins(), returns("b"), forgets(), resets("newpassword1"), who("a"), who("b")), `{"emailAndPassword":{"revokeSessionsOnPasswordReset":true}}`),
		under(the("told about it", joins(), forgets(), resets("newpassword1")), `{"emailAndPassword":{"onPasswordReset":true}}`),
		flow("makes the missing account", joins(), SQL(`DELETE FROM account`), forgets(), resets("newpassword1"), Post("/sign-in/email", `{"email":"ann@example.com","password":"newpassword1"}`, Jar("y"))),
		the("user gone", joins(), forgets(), SQL(`DELETE FROM session`), SQL(`DELETE FROM account`), SQL(`DELETE FROM "user"`), resets("newpassword1")),
		under(flow("real hash", joins(), forgets(), resets("newpassword1"), Post("/sign-in/email", `{"email":"ann@example.com","password":"newpassword1"}`, Jar("y"))), real),
		the("token of another kind", joins(), SQL(`UPDATE verification SET identifier = 'x'`), Post("/reset-password", `{"token":"x","newPassword":"newpassword1"}`)),
	)
}

func changePassword() []Scenario {
	change := func(rest string, mods ...Mod) Step {
		return Post("/change-password", `{"currentPassword":"password1234","newPassword":"newpassword1"`+rest+`}`, append(mods, Jar("a"))...)
	}
	return of(changePath, Options(),
		flow("right password", joins(), change(""), returns("x"), Post("/sign-in/email", `{"email":"ann@example.com","password":"newpassword1"}`, Jar("y"))),
		flow("ends other sessions", joins(), returns("b"), change(`,"revokeOtherSessions":true`), who("b"), who("a")),
		the("keeps other sessions", joins(), returns("b"), change(`,"revokeOtherSessions":false`), who("b")),
		the("wrong password", joins(), Post("/change-password", `{"currentPassword":"wrong-password","newPassword":"newpassword1"}`, Jar("a"))),
		the("too short", joins(), Post("/change-password", `{"currentPassword":"password1234","newPassword":"short"}`, Jar("a"))),
		the("too long", joins(), Post("/change-password", `{"currentPassword":"password1234","newPassword":"`+strings.Repeat("x", 129)+`"}`, Jar("a"))),
		the("the same", joins(), Post("/change-password", `{"currentPassword":"password1234","newPassword":"password1234"}`, Jar("a"))),
		the("account of another provider only", joins(), SQL(`UPDATE account SET "providerId" = 'github'`), change("")),
		the("account without a password", joins(), SQL(`UPDATE account SET password = NULL`), change("")),
		the("not remembered, ends other sessions", Post("/sign-up/email", ann[:len(ann)-1]+`,"rememberMe":false}`, Jar("a")), change(`,"revokeOtherSessions":true`), who("a")),
		under(the("with a cookie cache", joins(), change(`,"revokeOtherSessions":true`), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
		under(the("with fields", joins(), change("")), fieldsPatch),
		the("old session still good after two days", joins(), change("", After(2*day))),
	)
}

func verifyPassword() []Scenario {
	return of(verifyPath, Options(),
		flow("right", joins(), Post("/verify-password", `{"password":"password1234"}`, Jar("a"))),
		the("wrong", joins(), Post("/verify-password", `{"password":"nope"}`, Jar("a"))),
		under(the("wrong, cookie cache", joins(), Post("/verify-password", `{"password":"nope"}`, Jar("a"))), `{"session":{"cookieCache":{"enabled":true}}}`),
		under(the("no password, cookie cache and account cookie", steps(entersBy("a", octo), Post("/verify-password", `{"password":"nope"}`, Jar("a")))...), gitHub, `{"session":{"cookieCache":{"enabled":true}},"account":{"storeAccountCookie":true}}`),
		the("empty", joins(), Post("/verify-password", `{"password":""}`, Jar("a"))),
		the("too long", joins(), Post("/verify-password", `{"password":"`+strings.Repeat("x", 129)+`"}`, Jar("a"))),
		the("no account", joins(), SQL(`DELETE FROM account`), Post("/verify-password", `{"password":"password1234"}`, Jar("a"))),
		the("account without a password", joins(), SQL(`UPDATE account SET password = NULL`), Post("/verify-password", `{"password":"password1234"}`, Jar("a"))),
	)
}
