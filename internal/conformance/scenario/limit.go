package scenario

import "time"

func limits() []Scenario { return join(limitRules(), limitKeys()) }

// times repeats a step.
func times(n int, step Step) []Step {
	steps := make([]Step, n)
	for i := range steps {
		steps[i] = step
	}
	return steps
}

func limitRules() []Scenario {
	var all []Scenario
	for _, storage := range []string{"memory", "database"} {
		limited := `{"rateLimit":{"enabled":true,"storage":"` + storage + `"}}`
		in := Post("/sign-in/email", `{"email":"nobody@example.com","password":"password1234"}`)
		list := of(signInPath, Options(limited),
			the("limited after three", times(5, in)...),
			the("limited, free after the window", append(times(4, in), Post("/sign-in/email", annIn, After(10*time.Second)), in)...),
			the("limited, window slides", in, in, Post("/sign-in/email", annIn, After(8*time.Second)), in, in),
			the("limited, sign-up apart", append(times(4, in), Post("/sign-up/email", ann))...),
			the("limited mail", times(5, Post("/request-password-reset", annMail))...),
			the("limited mail, window of a minute", append(times(4, Post("/request-password-reset", annMail)), Post("/request-password-reset", annMail, After(30*time.Second)), Post("/request-password-reset", annMail, After(31*time.Second)))...),
			the("limited verification mail", append([]Step{joins()}, times(5, asks())...)...),
			the("unknown paths count", times(4, Get("/nope"))...),
			under(the("limit of two", times(4, who("x"))...), limited, `{"rateLimit":{"window":5,"max":2}}`),
			under(the("limit of two, special rule stays", times(5, in)...), limited, `{"rateLimit":{"window":5,"max":2}}`),
			under(the("custom rule", times(4, Get("/get-session"))...), limited, `{"rateLimit":{"customRules":{"/get-session":{"window":20,"max":2}}}}`),
			under(the("custom rule by glob", append(times(3, Get("/reset-password/a?callbackURL=/x")), times(3, Get("/reset-password/b?callbackURL=/x"))...)...), limited, `{"rateLimit":{"customRules":{"/reset-password/*":{"window":20,"max":2}}}}`),
			under(the("custom rule off", times(6, in)...), limited, `{"rateLimit":{"customRules":{"/sign-in/email":false}}}`),
			under(the("trailing slash is the same key", Get("/ok"), Get("/ok/"), Get("/ok"), Get("/ok")), limited, `{"rateLimit":{"window":10,"max":2}}`),
			under(the("another model name", times(3, in)...), limited, `{"rateLimit":{"modelName":"limits"}}`),
		)
		for i := range list {
			list[i].Portable = storage == "database"
			list[i].Name += " (" + storage + " storage)"
		}
		all = append(all, list...)
	}
	return all
}

func limitKeys() []Scenario {
	from := func(address string) Step { return Get("/get-session", With("x-forwarded-for", address)) }
	keyed := func(name string, addresses ...string) Scenario {
		var steps []Step
		for _, a := range addresses {
			steps = append(steps, from(a))
		}
		return the("limit key: "+name, steps...)
	}
	return of(getSessionPath, Options(`{"rateLimit":{"enabled":true,"storage":"database","window":60,"max":2}}`),
		flow("limit rows of two addresses", from("198.51.100.1"), from("198.51.100.2"), from("198.51.100.1"), from("198.51.100.2"), from("198.51.100.1")),
		keyed("two addresses", "198.51.100.1", "198.51.100.2", "198.51.100.1", "198.51.100.2", "198.51.100.1"),
		keyed("one /64", "2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3"),
		keyed("two /64", "2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:2::1"),
		keyed("spellings of one IPv6", "2001:DB8:0:0:0:0:0:1", "2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
		keyed("IPv4 mapped", "::ffff:198.51.100.1", "198.51.100.1", "::ffff:c633:6401"),
		under(keyed("subnet of 128", "2001:db8::1", "2001:db8::2", "2001:db8::1"), `{"rateLimit":{"enabled":true,"storage":"database","window":60,"max":1},"advanced":{"ipAddress":{"ipv6Subnet":128}}}`),
		under(keyed("subnet of 48", "2001:db8:1:1::1", "2001:db8:1:2::1"), `{"rateLimit":{"enabled":true,"storage":"database","window":60,"max":1},"advanced":{"ipAddress":{"ipv6Subnet":48}}}`),
		under(keyed("tracking off", "198.51.100.1", "198.51.100.1", "198.51.100.1"), `{"rateLimit":{"enabled":true,"storage":"database","window":60,"max":1},"advanced":{"ipAddress":{"disableIpTracking":true}}}`),
		under(keyed("disabled", "198.51.100.1", "198.51.100.1", "198.51.100.1"), `{"rateLimit":{"enabled":false,"window":60,"max":1}}`),
	)
}

// storage keeps sessions and verification values outside the database.
func storage() []Scenario {
	secondary := `{"secondaryStorage":"memory"}`
	both := `{"secondaryStorage":"memory","session":{"storeSessionInDatabase":true}}`
	steps := func(name string, steps ...Step) []Scenario {
		return []Scenario{
			under(the(name+" (secondary storage)", steps...), secondary),
			under(the(name+" (secondary storage and database)", steps...), both),
			under(the(name+" (secondary storage, ended rows kept)", steps...), both, `{"session":{"preserveSessionInDatabase":true}}`),
		}
	}
	return of(getSessionPath, nil, join(
		steps("read", joins(), who("a")),
		steps("refresh", joins(), who("a", After(day)), who("a")),
		steps("expired", joins(), who("a", After(8*day))),
		steps("signed out", joins(), Post("/sign-out", emptyObj, Jar("a")), who("a")),
		steps("listed", joins(), returns("b"), Get("/list-sessions", Jar("a"))),
		steps("one revoked", joins(), returns("b"), Post("/revoke-session", `{"token":"{{token.b}}"}`, Jar("a")), who("b")),
		steps("all revoked", joins(), returns("b"), Post("/revoke-sessions", noBody, Jar("a")), who("b")),
		steps("others revoked", joins(), returns("b"), Post("/revoke-other-sessions", noBody, Jar("a")), who("b"), who("a")),
		steps("name changed", joins(), returns("b"), Post("/update-user", `{"name":"Anna"}`, Jar("a")), who("b")),
		steps("reset", joins(), forgets(), resets("newpassword1"), resets("newpassword2")),
		steps("deleted", joins(), Post("/delete-user", emptyObj, Jar("a")), who("a")),
		[]Scenario{
			under(the("verification in the database (secondary storage)", joins(), forgets(), resets("newpassword1")), secondary, `{"verification":{"storeInDatabase":true}}`),
			under(the("limits (secondary storage)", times(5, Post("/sign-in/email", annIn))...), secondary, `{"rateLimit":{"enabled":true}}`),
			under(the("limits, window over (secondary storage)", append(times(4, Post("/sign-in/email", annIn)), Post("/sign-in/email", annIn, After(11*time.Second)))...), secondary, `{"rateLimit":{"enabled":true}}`),
		},
	)...)
}

func hooks() []Scenario {
	record := Options(`{"databaseHooks":"record"}`)
	return of(signUpPath, record,
		the("database hooks", joins()),
		the("database hooks of a sign-in", joins(), returns("b")),
		the("database hooks of a refresh", joins(), who("a", After(day))),
		the("database hooks of a sign-out", joins(), Post("/sign-out", emptyObj, Jar("a"))),
		the("database hooks of an update", joins(), Post("/update-user", `{"name":"Anna"}`, Jar("a"))),
		the("database hooks of a reset", joins(), forgets(), resets("newpassword1")),
		the("database hooks of revocations", joins(), returns("b"), Post("/revoke-other-sessions", noBody, Jar("a")), Post("/revoke-sessions", noBody, Jar("a"))),
		the("database hooks of a deletion", joins(), Post("/delete-user", emptyObj, Jar("a"))),
		the("database hooks of a verification", joins(), asks(), verifies()),
		the("database hooks of a change of password", joins(), Post("/change-password", `{"currentPassword":"password1234","newPassword":"newpassword1","revokeOtherSessions":true}`, Jar("a"))),
	)
}
