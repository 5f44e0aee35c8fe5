package scenario

import "time"

const (
	getSessionPath = "GET /get-session"
	listPath       = "GET /list-sessions"
	revokePath     = "POST /revoke-session"
	signOutPath    = "POST /sign-out"
	updatePath     = "POST /update-session"
)

func session() []Scenario {
	return join(getSession(), deferredRefresh(), listSessions(), revocations(), signOut(), updateSession())
}

func getSession() []Scenario {
	return of(getSessionPath, Options(),
		flow("nobody", who("a")),
		flow("signed in", joins(), who("a")),
		flow("expired", joins(), who("a", After(7*day)), who("a")),
		the("one second before expiry", joins(), who("a", After(7*day-3*time.Second))),
		flow("before the refresh is due", joins(), who("a", After(day-2*time.Second))),
		flow("refresh due", joins(), who("a", After(day)), who("a")),
		the("refresh due twice", joins(), who("a", After(day)), who("a", After(day)), who("a", After(6*day))),
		the("refresh switched off by the query", joins(), Get("/get-session?disableRefresh=true", Jar("a"), After(2*day))),
		the("refresh query false", joins(), Get("/get-session?disableRefresh=false", Jar("a"), After(2*day))),
		the("refresh query empty", joins(), Get("/get-session?disableRefresh=", Jar("a"), After(2*day))),
		the("query of other words", joins(), Get("/get-session?disableRefresh=maybe&disableCookieCache=1&x=y", Jar("a"))),
		flow("not remembered is not refreshed", Post("/sign-up/email", ann[:len(ann)-1]+`,"rememberMe":false}`, Jar("a")), who("a", After(20*hour)), who("a", After(5*hour))),
		the("signed token that no row has", Get("/get-session", With("cookie", "better-auth.session_token={{sign.unknown-token}}"))),
		the("row gone", joins(), SQL(`DELETE FROM session`), who("a"), who("a")),
		the("user gone", joins(), SQL(`DELETE FROM account`), SQL(`DELETE FROM session`), SQL(`DELETE FROM "user"`), who("a")),
		the("row expired in the database", joins(), SQL(`UPDATE session SET "expiresAt" = '2001-01-01T00:00:00.000Z'`), who("a")),
		the("with a body", joins(), Send("GET", "/get-session", Jar("a"), With("content-type", "application/json"), func(s *Step) { s.Body, s.HasBody = `{"a":1}`, true })),
		under(the("no refresh at all", joins(), who("a", After(3*day))), `{"session":{"disableSessionRefresh":true}}`),
		under(the("refresh at every read", joins(), who("a"), who("a")), `{"session":{"updateAge":0}}`),
		under(the("short life", joins(), who("a", After(50*time.Minute)), who("a", After(11*time.Minute))), `{"session":{"expiresIn":3600,"updateAge":1800}}`),
		under(the("refresh age above life", joins(), who("a")), `{"session":{"expiresIn":60,"updateAge":3600}}`),
	)
}

func deferredRefresh() []Scenario {
	deferred := `{"session":{"deferSessionRefresh":true}}`
	return join(of(getSessionPath, Options(deferred),
		flow("deferred, not due", joins(), who("a")),
		flow("deferred, due on GET", joins(), who("a", After(day)), who("a")),
		the("deferred, expired on GET", joins(), who("a", After(8*day))),
		the("deferred, refresh off by query", joins(), Get("/get-session?disableRefresh=true", Jar("a"), After(2*day))),
		under(the("deferred, refresh disabled", joins(), who("a", After(2*day))), deferred, `{"session":{"disableSessionRefresh":true}}`),
		under(the("deferred, cookie cache", joins(), who("a"), who("a", After(day)), Post("/get-session", noBody, Jar("a"))), deferred, `{"session":{"cookieCache":{"enabled":true}}}`),
	), of("POST /get-session", Options(deferred),
		under(the("without deferral", joins(), Post("/get-session", emptyObj, Jar("a"))), `{}`),
		under(the("without deferral or session", Post("/get-session", noBody)), `{}`),
		flow("deferred, due on POST", joins(), Post("/get-session", noBody, Jar("a"), After(day)), who("a")),
		the("deferred, POST not due", joins(), Post("/get-session", emptyObj, Jar("a"))),
		the("deferred, POST without session", Post("/get-session", noBody)),
		the("deferred, expired on POST", joins(), Post("/get-session", noBody, Jar("a"), After(8*day))),
	))
}

// ended is a session that another browser of the person has ended, and whose cookie cache still holds.
func ended(parts ...Step) []Step {
	return append([]Step{joins(), returns("b"), Post("/revoke-other-sessions", noBody, Jar("b"))}, parts...)
}

func listSessions() []Scenario {
	return of(listPath, Options(),
		under(the("ended elsewhere, cookie cache", ended(Get("/list-sessions", Jar("a")))...), `{"session":{"cookieCache":{"enabled":true}}}`),
		flow("one", joins(), Get("/list-sessions", Jar("a"))),
		flow("three", joins(), returns("b"), returns("c"), Get("/list-sessions", Jar("b"))),
		the("other people's are left out", joins(), bobJoins(), Get("/list-sessions", Jar("a"))),
		flow("expired ones are left out", joins(), returns("b"), SQL(`UPDATE session SET "expiresAt" = '2001-01-01T00:00:00.000Z' WHERE token = '{{token.b}}'`), Get("/list-sessions", Jar("a"))),
		flow("not fresh", joins(), Get("/list-sessions", Jar("a"), After(day))),
		the("just fresh", joins(), Get("/list-sessions", Jar("a"), After(day-3*time.Second))),
		the("refreshed is not fresh", joins(), who("a", After(25*hour)), Get("/list-sessions", Jar("a"))),
		under(the("freshness off", joins(), Get("/list-sessions", Jar("a"), After(3*day))), `{"session":{"freshAge":0}}`),
		under(the("freshness of a minute", joins(), Get("/list-sessions", Jar("a"), After(time.Minute))), `{"session":{"freshAge":60}}`),
		under(the("with session fields", joins(), Get("/list-sessions", Jar("a"))), `{"session":{"additionalFields":{"theme":{"type":"string","required":false,"defaultValue":"dark"},"hidden":{"type":"string","required":false,"returned":false}}}}`),
	)
}

func revocations() []Scenario {
	return join(of(revokePath, Options(),
		flow("another of one's own", joins(), returns("b"), Post("/revoke-session", `{"token":"{{token.b}}"}`, Jar("a")), who("b"), who("a")),
		flow("the current one", joins(), Post("/revoke-session", `{"token":"{{token.a}}"}`, Jar("a")), who("a")),
		flow("somebody else's", joins(), bobJoins(), Post("/revoke-session", `{"token":"{{token.b}}"}`, Jar("a")), who("b")),
		the("unknown token", joins(), Post("/revoke-session", `{"token":"nothing"}`, Jar("a"))),
		the("empty token", joins(), Post("/revoke-session", `{"token":""}`, Jar("a"))),
		the("an id instead of a token", joins(), returns("b"), Post("/revoke-session", `{"token":"{{row.session.1.id}}"}`, Jar("a"))),
		under(the("past the cookie cache", joins(), returns("b"), Post("/revoke-session", `{"token":"{{token.b}}"}`, Jar("a")), Post("/revoke-session", `{"token":"x"}`, Jar("b")), who("b")), `{"session":{"cookieCache":{"enabled":true}}}`),
	), of("POST /revoke-sessions", Options(),
		flow("all", joins(), returns("b"), Post("/revoke-sessions", emptyObj, Jar("a")), who("a"), who("b")),
		the("others keep theirs", joins(), bobJoins(), Post("/revoke-sessions", noBody, Jar("a")), who("b")),
		under(the("with a cookie cache", joins(), Post("/revoke-sessions", noBody, Jar("a")), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
	), of("POST /revoke-other-sessions", Options(),
		flow("two others", joins(), returns("b"), returns("c"), Post("/revoke-other-sessions", emptyObj, Jar("b")), who("a"), who("b"), who("c")),
		the("no others", joins(), Post("/revoke-other-sessions", noBody, Jar("a")), who("a")),
		the("others of other people stay", joins(), bobJoins(), Post("/revoke-other-sessions", noBody, Jar("a")), who("b")),
		the("expired others", joins(), returns("b"), SQL(`UPDATE session SET "expiresAt" = '2001-01-01T00:00:00.000Z' WHERE token = '{{token.b}}'`), Post("/revoke-other-sessions", noBody, Jar("a"))),
	))
}

func signOut() []Scenario {
	return of(signOutPath, Options(),
		flow("signed in", joins(), Post("/sign-out", emptyObj, Jar("a")), who("a")),
		the("no body", joins(), Post("/sign-out", noBody, Jar("a"))),
		the("nobody", Post("/sign-out", emptyObj)),
		the("only this session", joins(), returns("b"), Post("/sign-out", emptyObj, Jar("a")), who("b")),
		the("tampered cookie", joins(), Post("/sign-out", emptyObj, With("cookie", "better-auth.session_token=abc.def"))),
		the("the cookie lives on without row", joins(), returns("b"), Post("/revoke-session", `{"token":"{{token.b}}"}`, Jar("a")), Post("/sign-out", emptyObj, Jar("b"))),
		the("with callback", joins(), Post("/sign-out", `{"callbackURL":"/bye","disableRedirect":true,"state":"s"}`, Jar("a"))),
		the("callback elsewhere", joins(), Post("/sign-out", `{"callbackURL":"https://evil.example"}`, Jar("a"))),
		the("foreign origin", joins(), Post("/sign-out", emptyObj, Jar("a"), With("origin", "https://evil.example")), who("a")),
		the("not remembered", Post("/sign-up/email", ann[:len(ann)-1]+`,"rememberMe":false}`, Jar("a")), Post("/sign-out", emptyObj, Jar("a"))),
		under(the("with a cookie cache", joins(), Post("/sign-out", emptyObj, Jar("a")), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
		the("GET", joins(), Get("/sign-out", Jar("a"))),
	)
}

func updateSession() []Scenario {
	fields := Options(`{"session":{"additionalFields":{
		"theme":{"type":"string","required":false},
		"level":{"type":"number","required":false,"defaultValue":1},
		"sealed":{"type":"string","required":false,"input":false},
		"hidden":{"type":"string","required":false,"returned":false}}}}`)
	return of(updatePath, fields,
		under(the("ended elsewhere, cookie cache", ended(Post("/update-session", `{"theme":"dark"}`, Jar("a")))...), `{"session":{"cookieCache":{"enabled":true},"additionalFields":{"theme":{"type":"string","required":false}}}}`),
		the("nothing", joins(), Post("/update-session", emptyObj, Jar("a"))),
		flow("a field", joins(), Post("/update-session", `{"theme":"dark"}`, Jar("a")), who("a")),
		the("two fields", joins(), Post("/update-session", `{"theme":"dark","level":7}`, Jar("a")), who("a")),
		the("hidden field", joins(), Post("/update-session", `{"hidden":"h"}`, Jar("a")), who("a")),
		the("field to null", joins(), Post("/update-session", `{"theme":"dark"}`, Jar("a")), Post("/update-session", `{"theme":null}`, Jar("a"))),
		the("field not for input", joins(), Post("/update-session", `{"sealed":"x"}`, Jar("a"))),
		the("field not for input, empty", joins(), Post("/update-session", `{"sealed":""}`, Jar("a"))),
		the("core columns", joins(), Post("/update-session", `{"userId":"x","token":"y","expiresAt":"2099-01-01T00:00:00.000Z"}`, Jar("a")), who("a")),
		the("core column beside a field", joins(), Post("/update-session", `{"theme":"t","userId":"x","ipAddress":"1.2.3.4"}`, Jar("a")), who("a")),
		the("unknown member", joins(), Post("/update-session", `{"whatever":1}`, Jar("a"))),
		the("an array", joins(), Post("/update-session", `[1]`, Jar("a"))),
		the("a string", joins(), Post("/update-session", `"x"`, Jar("a"))),
		the("null", joins(), Post("/update-session", `null`, Jar("a"))),
		the("no body", joins(), Post("/update-session", noBody, Jar("a"))),
		under(the("no fields configured", joins(), Post("/update-session", `{"theme":"dark"}`, Jar("a"))), `{}`),
		the("with a cookie cache", joins(), Reconfigure(Options(`{"session":{"cookieCache":{"enabled":true},"additionalFields":{"theme":{"type":"string","required":false}}}}`)), Post("/update-session", `{"theme":"dark"}`, Jar("a")), who("a")),
	)
}
