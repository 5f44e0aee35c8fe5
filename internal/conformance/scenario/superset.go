package scenario

// supersets run without strict responses: the additive members must be there,
// and nothing else may differ.
func supersets() []Scenario {
	list := of(signInPath, Options(),
		the("error body has its status", Post("/sign-in/email", annIn)),
		the("sign-in has its session", joins(), returns("b")),
		the("validation error has its status", Post("/sign-in/email", emptyObj)),
		the("reset has success", joins(), forgets(), resets("newpassword1")),
		the("session error has its status", Post("/update-user", emptyObj)),
		the("null session stays null", who("a")),
		the("empty 404 stays empty", Get("/nope")),
		under(the("limit has code and status", times(4, Post("/sign-in/email", annIn))...), `{"rateLimit":{"enabled":true}}`),
	)
	for i := range list {
		list[i].Name = "superset: " + list[i].Name
		list[i].Extended = true
	}
	return list
}

// aliases compares routes that only we have with the reference's route that
// each of them stands for.
func aliases() []Scenario {
	patch := func(path, body string) Step {
		s := Post(path, body)
		s.Method = "PATCH"
		return s
	}
	const name = `{"name":"Anna"}`
	var all []Scenario
	alias := func(endpoint string, list ...Scenario) {
		for i := range list {
			list[i].Extended = true
		}
		all = append(all, of(endpoint, Options(), list...)...)
	}
	for _, path := range []string{"/forget-password", "/forgot-password"} {
		alias("POST "+path,
			the("known address", joins(), forgets(ours(Post(path, annMail))), resets("newpassword1")),
			the("unknown address", forgets(ours(Post(path, annMail)))),
			the("no address", Post("/request-password-reset", emptyObj, ours(Post(path, emptyObj)))))
	}
	alias("GET /session",
		the("signed in", joins(), Get("/get-session", Jar("a"), ours(Get("/session")))),
		the("nobody", Get("/get-session", ours(Get("/session")))),
		the("refresh due", joins(), Get("/get-session", Jar("a"), After(2*day), ours(Get("/session")))))
	alias("GET /user",
		the("signed in", joins(), Get("/get-session", Jar("a"), Page, ours(Get("/user")))),
		the("nobody", Get("/list-sessions", ours(Get("/user")))))
	for _, path := range []string{"/update-user", "/user"} {
		alias("PATCH "+path,
			the("a name", joins(), Post("/update-user", name, Jar("a"), ours(patch(path, name))), who("a")),
			the("nobody", Post("/update-user", name, ours(patch(path, name)))),
			the("an address", joins(), Post("/update-user", `{"email":"x@example.com"}`, Jar("a"), ours(patch(path, `{"email":"x@example.com"}`)))))
	}
	alias("DELETE /user",
		the("fresh session", joins(), Post("/delete-user", emptyObj, Jar("a"), ours(Send("DELETE", "/user"))), who("a")),
		the("nobody", Post("/delete-user", emptyObj, ours(Send("DELETE", "/user")))))
	token := `{"token":"{{call.sendVerificationEmail.token}}"}`
	alias("POST /verify-email",
		the("live token", joins(), asks(), Get("/verify-email?token={{call.sendVerificationEmail.token}}", ours(Post("/verify-email", token)))),
		the("garbage", Get("/verify-email?token=garbage", ours(Post("/verify-email", `{"token":"garbage"}`)))))
	return all
}
