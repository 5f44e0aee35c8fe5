package scenario

import "time"

func accounts() []Scenario {
	linked := []Step{joins(), goes("a", "/link-social", `{"provider":"github","callbackURL":"/x"}`), returnsWith("a", annHub), Get("/list-accounts", Jar("a"), As("list"))}
	on := func(name string, more ...Step) Scenario {
		return flow(name, append(append([]Step{}, linked...), more...)...)
	}
	unlink := func(id string) Step { return Post("/unlink-account", `{"accountId":"`+id+`"}`, Jar("a")) }
	return join(of("GET /list-accounts", Options(gitHub),
		the("password only", joins(), Get("/list-accounts", Jar("a"))),
		on("two"),
		the("nobody", Get("/list-accounts")),
		under(the("with additional fields", joins(), Get("/list-accounts", Jar("a"))), gitHub, `{"account":{"additionalFields":{"note":{"type":"string","required":false},"hidden":{"type":"string","required":false,"returned":false}}}}`),
	), of("POST /unlink-account", Options(gitHub),
		on("one of two", unlink("{{resp.list.1.id}}"), Get("/list-accounts", Jar("a"))),
		on("unknown", unlink("x")),
		on("by the provider's id", unlink("1002")),
		the("the last", joins(), unlink("x")),
		under(the("the last, allowed", joins(), Get("/list-accounts", Jar("a"), As("list")), unlink("{{resp.list.0.id}}")), gitHub, `{"account":{"accountLinking":{"allowUnlinkingAll":true}}}`),
		on("not fresh", Post("/unlink-account", `{"accountId":"x"}`, Jar("a"), After(25*hour))),
		the("nobody", Post("/unlink-account", `{"accountId":"x"}`)),
	))
}

func tokens() []Scenario {
	var list []Scenario
	for _, path := range []string{"/get-access-token", "/refresh-token"} {
		call := func(body string, mods ...Mod) Step { return Post(path, body, append(mods, Jar("a"))...) }
		chosen := func(mods ...Mod) Step { return call(`{"accountId":"{{resp.list.0.id}}"}`, mods...) }
		in := func(profile string, more ...Step) []Step {
			return steps(entersBy("a", profile), Get("/list-accounts", Jar("a"), As("list")), more)
		}
		list = append(list, of("POST "+path, Options(gitHub),
			flow("valid", in(octo, chosen())...),
			flow("ended", in(octo, chosen(After(3596*time.Second)))...),
			flow("no end known", in(annHub, chosen())...),
			flow("no refresh token", in(`{"id":5,"name":"P","email":"p@example.com","verified":true,"plain":true,"expires":10}`, chosen(After(9*time.Second)))...),
			flow("refresh refused", in(`{"id":5,"name":"P","email":"p@example.com","verified":true,"broken":"refresh","expires":10}`, chosen(After(9*time.Second)))...),
			under(flow("encrypted", in(octo, chosen(After(3596*time.Second)))...), gitHub, `{"account":{"encryptOAuthTokens":true}}`),
			under(flow("encrypted later", in(octo, Reconfigure(Options(gitHub, `{"account":{"encryptOAuthTokens":true}}`)), chosen())...), gitHub),
			the("provider gone", in(octo, Reconfigure(Options()), chosen())...),
			the("no access token", in(octo, SQL(`UPDATE account SET "accessToken" = NULL`), chosen())...),
			the("empty tokens", in(octo, SQL(`UPDATE account SET "accessToken" = '', "refreshToken" = ''`), chosen())...),
			the("no refresh with this provider", in(octo, Reconfigure(Options(configured("vercel", nil))), SQL(`UPDATE account SET "providerId" = 'vercel'`), chosen(), chosen(After(2*hour)))...),
			the("a password account", joins(), Get("/list-accounts", Jar("a"), As("list")), chosen()),
			the("unknown account", joins(), call(`{"accountId":"x"}`)),
			the("empty account", joins(), call(`{"accountId":""}`)),
			the("of another user", in(octo, bobJoins(), Post(path, `{"accountId":"{{resp.list.0.id}}","userId":"{{resp.list.0.userId}}"}`, Jar("b")))...),
			the("user named without session", in(octo, Post(path, `{"accountId":"{{resp.list.0.id}}","userId":"{{resp.list.0.userId}}"}`))...),
			the("nobody", Post(path, `{"accountId":"x"}`)),
			the("both", joins(), call(`{"accountId":"x","useAccountCookie":true}`)),
			the("neither", joins(), call(emptyObj)),
			the("cookie false", joins(), call(`{"useAccountCookie":false}`)),
			the("cookie that is not there", joins(), call(`{"useAccountCookie":true}`)),
			the("both, one of a wrong type", joins(), call(`{"accountId":"x","useAccountCookie":5}`)),
			the("unknown member", joins(), call(`{"accountId":"x","y":1}`)),
			the("wrong type", joins(), call(`{"accountId":1}`)),
			the("no body", joins(), call(noBody)),
		)...)
	}
	info := func(query string, mods ...Mod) Step { return Get("/account-info"+query, append(mods, Jar("a"))...) }
	chosen := "?accountId={{resp.list.0.id}}"
	in := steps(entersBy("a", octo), Get("/list-accounts", Jar("a"), As("list")))
	with := func(name string, more ...Step) Scenario {
		return the(name, append(append([]Step{}, in...), more...)...)
	}
	return append(list, of("GET /account-info", Options(gitHub),
		with("valid", info(chosen)),
		with("ended", info(chosen, After(2*hour))),
		with("provider gone", Reconfigure(Options()), info(chosen)),
		with("no access token", SQL(`UPDATE account SET "accessToken" = NULL`), info(chosen)),
		the("profile refused", steps(entersBy("a", octo), SQL(`UPDATE account SET "accessToken" = 'at.`+code(`{"broken":"profile"}`)+`'`), Get("/list-accounts", Jar("a"), As("list")), info(chosen))...),
		the("a password account", joins(), Get("/list-accounts", Jar("a"), As("list")), info(chosen)),
		with("nobody", Get("/account-info?accountId=x")),
		with("unknown", info("?accountId=x")),
		with("nothing", info("")),
		with("cookie as text", info("?useAccountCookie=true")),
		with("unknown member", info("?accountId=x&y=1")),
	)...)
}

func accountCookies() []Scenario {
	call := func(path string, mods ...Mod) Step {
		return Post(path, `{"useAccountCookie":true}`, append(mods, Jar("a"))...)
	}
	cookie := `{"account":{"storeAccountCookie":true}}`
	cached := `{"session":{"cookieCache":{"enabled":true}}}`
	return of("POST /get-access-token", nil,
		under(flow("account cookie", steps(entersBy("a", octo), call("/get-access-token"), call("/refresh-token"), call("/get-access-token"), Post("/sign-out", emptyObj, Jar("a")))...), gitHub, cookie),
		under(flow("account cookie beside a cache", steps(entersBy("a", octo), who("a"), call("/get-access-token", After(2*time.Minute)), who("a", After(4*time.Minute)))...), gitHub, cookie, cached),
		under(flow("account cookie of another user", steps(entersBy("a", octo), Post("/sign-up/email", ann, Jar("a")), call("/get-access-token"))...), gitHub, cookie, cached),
		under(on("none", the("account cookie without a database", steps(entersBy("a", octo), call("/get-access-token"), call("/refresh-token"), Post("/sign-out", emptyObj, Jar("a")))...)), gitHub),
	)
}

// socialLinks are of the route that only we have: what is no provider stays unknown.
func socialLinks() []Scenario {
	list := of("GET /sign-in/:provider", Options(gitHub), the("no provider", Get("/sign-in/nope")), the("a way without a provider", Get("/sign-in/email")))
	for i := range list {
		list[i].Extended = true
	}
	return list
}
