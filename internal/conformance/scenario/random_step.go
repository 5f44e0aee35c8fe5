package scenario

// sensible is a request as clients send it, mostly with success.
func (g *generator) sensible(jar string) Step {
	post := func(path, body string) Step { return Post(path, body, Jar(jar)) }
	switch g.IntN(6) {
	case 0:
		return g.enters(jar)
	case 1:
		return g.provider(jar)
	case 2:
		return g.account(jar)
	case 3:
		return g.mailed(jar)
	case 4:
		return pick(g, []Step{
			post("/sign-out", emptyObj), post("/revoke-sessions", emptyObj), post("/revoke-other-sessions", emptyObj),
			post("/revoke-session", `{"token":"{{token.`+pick(g, []string{"a", "b", "c"})+`|none}}"}`),
			post("/multi-session/set-active", `{"sessionToken":"{{row.session.0.token|none}}"}`),
			post("/multi-session/revoke", `{"sessionToken":"{{row.session.1.token|none}}"}`),
			Get("/multi-session/list-device-sessions", Jar(jar)), Get("/list-sessions", Jar(jar)),
			post("/update-session", `{"theme":"dark"}`), post("/delete-user", pick(g, []string{emptyObj, `{"password":"password1234"}`})),
		})
	}
	return pick(g, []Step{
		who(jar), who(jar), Post("/get-session", noBody, Jar(jar)), Get("/get-session?disableCookieCache=true", Jar(jar)),
		post("/update-user", `{"name":"Anna","image":null}`), post("/update-user", `{"username":"anna_2"}`),
		post("/change-password", `{"currentPassword":"password1234","newPassword":"password5678","revokeOtherSessions":true}`),
		post("/change-password", `{"currentPassword":"password5678","newPassword":"password1234"}`),
		post("/verify-password", `{"password":"password1234"}`),
	})
}

// enters signs somebody in or up.
func (g *generator) enters(jar string) Step {
	return pick(g, []Step{
		Post("/sign-in/email", annIn, Jar(jar)), Post("/sign-in/email", `{"email":"bob@example.com","password":"password5678"}`, Jar(jar)),
		Post("/sign-in/email", `{"email":"ann@example.com","password":"password1234","rememberMe":false}`, Jar(jar)),
		Post("/sign-in/username", `{"username":"annie","password":"password1234"}`, Jar(jar)),
		Post("/sign-up/email", `{"name":"New","email":"new@example.com","password":"password1234"}`, Jar(jar)),
		Post("/sign-up/email", ann, Jar(jar)), Post("/sign-up/email", bob, Jar(jar)),
	})
}

// profiles are what providers tell about people.
var profiles = []string{
	octo, annHub, `{"id":1001,"name":"Octo","email":"moved@example.com","verified":true,"expires":60}`, `{"id":3,"name":"X","email":"ann@example.com"}`,
	`{"id":4,"name":"Bob Hub","email":"bob@example.com","verified":true,"plain":true,"expires":10}`, `{"id":5,"name":"N"}`, `{"id":6,"name":"","email":"new@example.com"}`,
	`{"id":7,"name":"B","email":"b@example.com","verified":true,"broken":"refresh","expires":10}`, `{"id":7,"broken":"token"}`, `{"id":7,"broken":"profile"}`, `{}`, `{"id":"","name":"E","email":"e@example.com"}`,
}

// provider begins or ends a flow with a provider, mostly in one jar.
func (g *generator) provider(jar string) Step {
	if g.one(2) {
		g.flow = jar
		return goes(jar, pick(g, []string{"/sign-in/social", "/sign-in/social", "/link-social"}), pick(g, []string{
			allURLs, `{"provider":"github"}`, `{"provider":"github","callbackURL":"/x","requestSignUp":true,"scopes":["gist"]}`,
			`{"provider":"google","disableRedirect":true}`, `{"provider":"github","additionalData":{"a":1},"errorCallbackURL":"/oops?x=y"}`,
		}))
	}
	if g.one(5) {
		g.flow = jar
	}
	return Get("/callback/github?code="+code(pick(g, profiles))+"&state={{state.go|none}}", Jar(g.flow))
}

// account asks about the accounts of a person and their tokens.
func (g *generator) account(jar string) Step {
	id := `{{` + pick(g, []string{"resp.list.0.id", "resp.list.1.id", "row.account.0.id", "row.account.2.id"}) + `|none}}`
	body := pick(g, []string{`{"accountId":"` + id + `"}`, `{"useAccountCookie":true}`})
	return pick(g, []Step{
		Get("/list-accounts", Jar(jar), As("list")), Get("/list-accounts", Jar(jar), As("list")), Post("/unlink-account", `{"accountId":"`+id+`"}`, Jar(jar)),
		Post("/get-access-token", body, Jar(jar)), Post("/refresh-token", body, Jar(jar)), Get("/account-info?accountId="+id, Jar(jar)), Get("/account-info?useAccountCookie=true", Jar(jar)),
	})
}

// mailed asks for mails and follows their links.
func (g *generator) mailed(jar string) Step {
	link := func(path, call string) Step {
		return Get(path+"?token={{call."+call+".token|none}}"+pick(g, []string{"", "&callbackURL=/ok"}), Jar(jar))
	}
	return pick(g, []Step{
		forgets(), forgets(Jar(jar)), resets("password1234", Jar(jar)), resets("password5678"),
		Post("/send-verification-email", annMail, Jar(jar)),
		link("/verify-email", "sendVerificationEmail"), link("/verify-email", "sendVerificationEmail"), link("/verify-email", "sendChangeEmailConfirmation"),
		Post("/change-email", `{"newEmail":"moved@example.com"}`, Jar(jar)), Post("/change-email", `{"newEmail":"ann@example.com","callbackURL":"/x"}`, Jar(jar)),
		link("/delete-user/callback", "sendDeleteAccountVerification"),
	})
}
