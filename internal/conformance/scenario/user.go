package scenario

import (
	"strings"
	"time"
)

const (
	updateUserPath     = "POST /update-user"
	deletePath         = "POST /delete-user"
	deleteCallbackPath = "GET /delete-user/callback"
)

func user() []Scenario {
	update := func(body string) Step { return Post("/update-user", body, Jar("a")) }
	return of(updateUserPath, Options(fieldsPatch),
		under(the("ended elsewhere, cookie cache", ended(update(`{"name":"Anna"}`))...), `{"session":{"cookieCache":{"enabled":true}}}`),
		flow("name", joins(), update(`{"name":"Anna"}`), who("a")),
		flow("image", joins(), update(`{"image":"https://example.com/b.png"}`), who("a")),
		the("image to null", joinsWith(`"image":"https://example.com/a.png"`), update(`{"image":null}`), who("a")),
		the("name empty", joins(), update(`{"name":""}`), who("a")),
		the("name null", joins(), update(`{"name":null}`)),
		the("name a number", joins(), update(`{"name":5}`)),
		the("address", joins(), update(`{"email":"x@example.com"}`)),
		the("address beside a name", joins(), update(`{"name":"Anna","email":"x@example.com"}`), who("a")),
		the("address null", joins(), update(`{"name":"Anna","email":null}`)),
		the("nothing", joins(), update(emptyObj)),
		the("unknown member", joins(), update(`{"whatever":1}`)),
		the("core columns", joins(), update(`{"emailVerified":true,"id":"x","createdAt":"2001-01-01T00:00:00.000Z"}`), who("a")),
		the("somebody else's id", joins(), bobJoins(), update(`{"userId":"{{resp.bob.user.id}}","name":"Mallory"}`), who("b")),
		the("data of another", joins(), bobJoins(), update(`{"userId":"{{resp.bob.user.id}}","data":{"name":"Mallory"}}`), who("b")),
		flow("fields", joins(), update(`{"age":7,"active":false,"tags":["x"],"secretNote":"s"}`), who("a")),
		the("field to null", joinsWith(`"age":7`), update(`{"age":null}`), who("a")),
		the("field of wrong type", joins(), update(`{"age":"7"}`)),
		the("field not for input", joins(), update(`{"plan":"gold"}`)),
		the("field not for input, without default", joins(), update(`{"tier":"gold"}`)),
		the("field not for input, empty", joins(), update(`{"tier":"","name":"Anna"}`)),
		under(the("required field is not asked for again", joinsWith(`"company":"Acme"`), update(`{"name":"Anna"}`), update(`{"company":""}`), update(`{"company":null}`)), requiredPatch),
		the("an array", joins(), update(`[1]`)), the("a string", joins(), update(`"x"`)), the("null", joins(), update(`null`)), the("no body", joins(), update(noBody)),
		the("a long name", joins(), update(`{"name":"`+strings.Repeat("n", 5000)+`"}`)),
		the("after the refresh is due", joins(), Post("/update-user", `{"name":"Anna"}`, Jar("a"), After(25*time.Hour)), who("a")),
		the("PATCH", joins(), Send("PATCH", "/update-user", Jar("a"))),
		under(the("with a cookie cache", joins(), update(`{"name":"Anna"}`), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
		under(the("not remembered, with a cookie cache", Post("/sign-up/email", ann[:len(ann)-1]+`,"rememberMe":false}`, Jar("a")), update(`{"name":"Anna"}`), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
	)
}

func deletion() []Scenario { return join(deleteUser(), deleteByMail()) }

func deleteUser() []Scenario {
	remove := func(body string, mods ...Mod) Step {
		return Post("/delete-user", body, append(mods, Jar("a"))...)
	}
	return of(deletePath, Options(),
		flow("fresh session", joins(), bobJoins(), remove(emptyObj), who("a"), who("b")),
		flow("right password", joins(), remove(`{"password":"password1234"}`), returns("x")),
		the("wrong password", joins(), remove(`{"password":"wrong-password"}`), who("a")),
		the("password too long", joins(), remove(`{"password":"`+strings.Repeat("x", 129)+`"}`)),
		the("password without account", joins(), SQL(`DELETE FROM account`), remove(`{"password":"password1234"}`)),
		the("stale session", joins(), remove(emptyObj, After(day)), who("a")),
		the("stale session, right password", joins(), remove(`{"password":"password1234"}`, After(day)), who("a")),
		the("unknown token", joins(), remove(`{"token":"unknown"}`)),
		the("all sessions end", joins(), returns("b"), remove(emptyObj), who("b")),
		the("verification rows", joins(), forgets(), remove(emptyObj)),
		the("somebody else's id", joins(), bobJoins(), remove(`{"userId":"{{resp.bob.user.id}}"}`), who("b")),
		the("no body", joins(), remove(noBody)),
		the("callback elsewhere", joins(), remove(`{"callbackURL":"https://evil.example"}`)),
		the("GET", joins(), Get("/delete-user", Jar("a"))),
		under(the("disabled", joins(), remove(emptyObj)), `{"user":{"deleteUser":null}}`),
		under(the("freshness off", joins(), remove(emptyObj, After(2*day))), `{"session":{"freshAge":0}}`),
		under(the("hooks", joins(), remove(emptyObj)), `{"user":{"deleteUser":{"beforeDelete":true,"afterDelete":true}}}`),
		under(the("hook refuses", joins(), remove(emptyObj), who("a")), `{"user":{"deleteUser":{"beforeDelete":"fail"}}}`),
		under(the("with a cookie cache", joins(), remove(emptyObj), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
	)
}

func deleteByMail() []Scenario {
	mails := Options(`{"user":{"deleteUser":{"sendDeleteAccountVerification":true,"beforeDelete":true,"afterDelete":true}},"trustedOrigins":["https://app.example.com"]}`)
	remove := Post("/delete-user", emptyObj, Jar("a"))
	link := func(rest string, mods ...Mod) Step {
		return Get("/delete-user/callback?token={{call.sendDeleteAccountVerification.token}}"+rest, mods...)
	}
	return join(of(deletePath, mails,
		flow("mail", joins(), remove, who("a")),
		flow("mail, token in the body", joins(), remove, Post("/delete-user", `{"token":"{{call.sendDeleteAccountVerification.token}}"}`, Jar("a")), who("a")),
		the("mail with callback", joins(), Post("/delete-user", `{"callbackURL":"/bye?a=b"}`, Jar("a"))),
		the("mail, stale session", joins(), Post("/delete-user", emptyObj, Jar("a"), After(2*day))),
		the("mail, right password", joins(), Post("/delete-user", `{"password":"password1234"}`, Jar("a"))),
		the("mail, token of another person", joins(), remove, bobJoins(), Post("/delete-user", `{"token":"{{call.sendDeleteAccountVerification.token}}"}`, Jar("b"))),
		under(the("mail life", joins(), remove), `{"user":{"deleteUser":{"sendDeleteAccountVerification":true,"deleteTokenExpiresIn":60}}}`),
	), of(deleteCallbackPath, mails,
		flow("live token", joins(), remove, link("", Jar("a")), who("a")),
		flow("the mailed link", joins(), remove, Get("{{call.sendDeleteAccountVerification.url}}", Jar("a"))),
		the("callback", joins(), remove, link("&callbackURL=/bye", Jar("a"))),
		the("callback trusted", joins(), remove, link("&callbackURL=https://app.example.com/bye", Jar("a"))),
		the("callback elsewhere", joins(), remove, link("&callbackURL=https://evil.example", Jar("a")), who("a")),
		the("signed out", joins(), remove, link("")),
		the("another person", joins(), remove, bobJoins(), link("", Jar("b"))),
		the("expired", joins(), remove, link("", Jar("a"), After(25*time.Hour))),
		the("unknown token", joins(), Get("/delete-user/callback?token=unknown", Jar("a"))),
		the("empty token", joins(), Get("/delete-user/callback?token=", Jar("a"))),
		the("no token", joins(), Get("/delete-user/callback", Jar("a"))),
		the("twice", joins(), remove, link("", Jar("a")), link("", Jar("a"))),
		under(the("disabled", joins(), Get("/delete-user/callback?token=x", Jar("a"))), `{"user":{"deleteUser":null}}`),
	))
}
