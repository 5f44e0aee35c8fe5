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
