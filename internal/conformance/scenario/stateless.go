package scenario

import "time"

// stateless runs without any database: the session lives in its encrypted
// cookie, accounts in the memory of the process. People have an image, because
// the reference's memory forgets columns that are empty.
func stateless() []Scenario {
	joins := func() Step { return joinsWith(`"image":"/ann.png"`) }
	list := of(getSessionPath, Options(),
		the("stateless: read", joins(), who("a")),
		the("stateless: nobody", who("a")),
		the("stateless: read later", joins(), who("a", After(3*hour)), who("a", After(2*day))),
		the("stateless: expired", joins(), who("a", After(8*day))),
		the("stateless: without the cache", joins(), Get("/get-session", With("cookie", "better-auth.session_token={{cookie.a.better-auth.session_token}}"))),
		the("stateless: only the cache", joins(), Get("/get-session", With("cookie", "better-auth.session_data={{cookie.a.better-auth.session_data}}"))),
		the("stateless: cache of another", joins(), Post("/sign-up/email", bob[:len(bob)-1]+`,"image":"/bob.png"}`, Jar("b")), Get("/get-session", With("cookie", "better-auth.session_token={{cookie.a.better-auth.session_token}}; better-auth.session_data={{cookie.b.better-auth.session_data}}"))),
		the("stateless: tampered cache", joins(), Get("/get-session", With("cookie", "better-auth.session_token={{cookie.a.better-auth.session_token}}; better-auth.session_data=abc.def.ghi"))),
		the("stateless: cache passed over", joins(), who("a"), Get("/get-session?disableCookieCache=true", Jar("a"))),
		the("stateless: signed out", joins(), Post("/sign-out", emptyObj, Jar("a")), who("a")),
		the("stateless: signed in again", joins(), returns("b"), who("b")),
		the("stateless: wrong password", joins(), Post("/sign-in/email", `{"email":"ann@example.com","password":"wrong-password"}`)),
		the("stateless: not remembered", joinsWith(`"image":"/ann.png","rememberMe":false`), who("a")),
		the("stateless: name changed", joins(), Post("/update-user", `{"name":"Anna"}`, Jar("a")), who("a")),
		the("stateless: listed", joins(), returns("b"), Get("/list-sessions", Jar("a"))),
		the("stateless: one revoked", joins(), returns("b"), Post("/revoke-session", `{"token":"{{token.b}}"}`, Jar("a"))),
		the("stateless: password changed", joins(), Post("/change-password", `{"currentPassword":"password1234","newPassword":"newpassword1"}`, Jar("a"))),
		the("stateless: address verified", joins(), asks(), verifies(Jar("a")), who("a")),
		the("stateless: password reset", joins(), forgets(), resets("newpassword1")),
		under(the("stateless: own strategy", joins(), who("a")), `{"session":{"cookieCache":{"enabled":true,"strategy":"jwt"}}}`),
		under(the("stateless: limited", times(5, Post("/sign-in/email", annIn, After(time.Second)))...), `{"rateLimit":{"enabled":true}}`),
	)
	for i := range list {
		list[i] = on("none", list[i])
	}
	return list
}
