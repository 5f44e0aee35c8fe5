package scenario

import "time"

// faults are requests and flows that must fail as the reference's do, beyond those of the other files.
func faults() []Scenario {
	return join(faultyBodies(), faultyStates(), faultyProfiles())
}

func faultyBodies() []Scenario {
	post := func(path, more string) Step { return Post(path, `{"provider":"github"`+more+`}`, Jar("a")) }
	both := func(name, more string) []Scenario {
		return join(of(socialPath, Options(gitHub), the(name, post("/sign-in/social", more))), of(linkPath, Options(gitHub), the(name, joins(), post("/link-social", more))))
	}
	return join(
		both("scopes of numbers", `,"scopes":[1,{}]`), both("parameters as a list", `,"additionalParams":["a"]`),
		both("parameter null", `,"additionalParams":{"a":null}`), both("data as text", `,"additionalData":"x"`),
		both("data as a list", `,"additionalData":[1]`), both("data that names members of the state", `,"additionalData":{"callbackURL":"https://evil.example","codeVerifier":"v","link":{"userId":"x"},"expiresAt":1,"__proto__":{"a":1}}`),
		both("every reserved parameter", `,"additionalParams":{"state":"a","client_id":"b","redirect_uri":"c","response_type":"d","code_challenge":"e","code_challenge_method":"f","nonce":"g","scope":"h"}`),
		both("empty callback", `,"callbackURL":""`), both("relative callback", `,"callbackURL":"dash"`),
		both("callback of another scheme", `,"callbackURL":"javascript:alert(1)"`), both("callback with a backslash", `,"callbackURL":"/\\evil.example"`),
		both("error page of another scheme", `,"errorCallbackURL":"data:text/html,x"`),
		both("parameters out of order", `,"additionalParams":{"z":"1","a":"2"}`),
		both("empty login hint", `,"loginHint":""`), both("empty parameters", `,"additionalParams":{},"scopes":[],"additionalData":{}`),
		of("POST /unlink-account", Options(gitHub), the("wrong types", joins(), Post("/unlink-account", `{"accountId":[]}`, Jar("a")), Post("/unlink-account", `{"accountId":""}`, Jar("a")), Post("/unlink-account", `{}`, Jar("a")), Post("/unlink-account", noBody, Jar("a")))),
		of("GET /account-info", Options(gitHub), the("doubled", joins(), Get("/account-info?accountId=a&accountId=b", Jar("a")), Get("/account-info?accountId=", Jar("a")), Get("/account-info?accountId=a&userId=b", Jar("a")), Get("/account-info?userId=b", Jar("a")))),
	)
}

// strategies are the two places of a state.
var strategies = map[string]string{"database": `{}`, "cookie": `{"account":{"storeStateStrategy":"cookie"}}`}

func faultyStates() []Scenario {
	start := goes("a", "/sign-in/social", allURLs)
	var list []Scenario
	for _, place := range sortedKeys(strategies) {
		in := func(name string, steps ...Step) {
			list = append(list, under(the(place+" state: "+name, steps...), gitHub, strategies[place]))
		}
		second := Post("/sign-in/social", allURLs, Jar("b"), As("go"))
		in("of another flow", start, second, returnsWith("a", octo))
		in("of two flows in one browser", start, Post("/sign-in/social", allURLs, Jar("a"), As("two")), returnsWith("a", octo))
		in("without cookies", start, Get("/callback/github?code="+code(octo)+"&state={{state.go}}"))
		in("after nine minutes", start, returnsWith("a", octo, After(9*time.Minute)))
		in("after ten minutes", start, returnsWith("a", octo, After(10*time.Minute+time.Second)))
		in("empty", start, Get("/callback/github?code=x&state=", Jar("a")))
		in("twice", start, Get("/callback/github?code=x&state={{state.go}}&state={{state.go}}", Jar("a")))
		in("error without state", Get("/callback/github?error=access_denied"))
		in("error with markup", start, Get("/callback/github?error=%3Cscript%3E&error_description=a%0Ab%26c&state={{state.go}}", Jar("a")))
		in("error of a foreign state", start, Get("/callback/github?error=x&state=foreign", Jar("a")))
		in("error and code", start, Get("/callback/github?error=x&code=y&state={{state.go}}", Jar("a")))
		in("form_post", start, Post("/callback/github", "code="+code(octo)+"&state={{state.go}}", With("content-type", "application/x-www-form-urlencoded")), returnsWith("a", octo))
		in("issuer that no one asked for", start, returnsWithQuery("a", octo, "&iss=https%3A%2F%2Fevil.example"))
		in("link by somebody else", joins(), goes("a", "/link-social", `{"provider":"github","errorCallbackURL":"/oops"}`), returnsWith("b", annHub))
		in("link after a change of user", joins(), goes("a", "/link-social", `{"provider":"github","errorCallbackURL":"/oops"}`), Post("/sign-up/email", bob, Jar("a")), returnsWith("a", annHub))
		in("link after the user is gone", joins(), goes("a", "/link-social", `{"provider":"github","errorCallbackURL":"/oops"}`), Post("/delete-user", `{"password":"password1234"}`, Jar("a")), returnsWith("a", annHub))
		in("link after the session expired", joins(), goes("a", "/link-social", `{"provider":"github","errorCallbackURL":"/oops"}`), SQL(`UPDATE session SET "expiresAt" = '2020-01-01T00:00:00.000Z'`), returnsWith("a", annHub))
	}
	broken := func(name, value string) Scenario {
		return the("broken state: "+name, start, SQL(`UPDATE verification SET value = '`+value+`'`), returnsWith("a", octo))
	}
	list = append(list, broken("no JSON", "{"), broken("null", "null"), broken("empty", "{}"), broken("no verifier", `{"callbackURL":"/x","expiresAt":9999999999999}`),
		broken("wrong types", `{"callbackURL":1,"codeVerifier":[],"expiresAt":"x"}`), broken("link without user", `{"callbackURL":"/x","codeVerifier":"v","expiresAt":9999999999999,"link":{"email":"x"}}`))
	return of(socialCallback, Options(gitHub), list...)
}

// faultyProfiles are answers of a provider that say too little or are of wrong types.
func faultyProfiles() []Scenario {
	got := func(name, profile string) Scenario {
		return the("profile: "+name, append(entersBy("a", profile), who("a"))...)
	}
	return of(socialCallback, Options(gitHub),
		got("token answer is a list", `{"id":1,"email":"a@example.com","answer":"[]"}`),
		got("token answer is text", `{"id":1,"email":"a@example.com","answer":"access_token=abc"}`),
		got("token answer is HTML", `{"id":1,"email":"a@example.com","answer":"<html></html>"}`),
		got("token answer is empty", `{"id":1,"email":"a@example.com","answer":" "}`),
		got("token answer is an error with status 200", `{"id":1,"email":"a@example.com","answer":"{\"error\":\"bad_verification_code\"}"}`),
		got("token of another type", `{"id":1,"email":"a@example.com","answer":"{\"access_token\":7}"}`),
		got("no id", `{"name":"N","email":"a@example.com","verified":true}`),
		got("empty address", `{"id":1,"name":"N","email":"","verified":true}`),
		got("an address that is none", `{"id":1,"name":"N","email":"no address","verified":true}`),
		got("a name with markup", `{"id":1,"name":"<b>N</b>","email":"a@example.com","verified":true}`),
		got("capital letters", `{"id":1,"name":"N","email":"A.B@EXAMPLE.com","verified":true}`),
		got("scopes with commas and spaces", `{"id":1,"name":"N","email":"a@example.com","verified":true,"scope":"a, b  c,,d"}`),
		got("empty scope", `{"id":1,"name":"N","email":"a@example.com","verified":true,"scope":""}`),
		got("lives for ever", `{"id":1,"name":"N","email":"a@example.com","verified":true,"expires":99999999}`),
	)
}

// handovers are flows that one server begins and the other ends, when they take turns over one database.
func handovers() []Scenario {
	list, chosen := Get("/list-accounts", Jar("a"), As("list")), `{"accountId":"{{resp.list.0.id}}"}`
	in := steps(entersBy("a", octo), list)
	refreshes := func(name string, patches ...string) Scenario {
		tokens := steps(in, Post("/refresh-token", chosen, Jar("a")), Post("/get-access-token", chosen, Jar("a")), Post("/refresh-token", chosen, Jar("a")),
			Post("/get-access-token", chosen, Jar("a"), After(2*hour)), Get("/account-info?accountId={{resp.list.0.id}}", Jar("a")))
		return under(flow(name, tokens...), append([]string{gitHub}, patches...)...)
	}
	link := []Step{joins(), goes("a", "/link-social", `{"provider":"github","callbackURL":"/x","scopes":["extra"]}`), returnsWith("a", annHub), Get("/list-accounts", Jar("a"))}
	cookies := `{"account":{"storeAccountCookie":true}}`
	own := `{"useAccountCookie":true}`
	return of("POST /refresh-token", Options(gitHub),
		refreshes("handed over"), refreshes("handed over, encrypted", `{"account":{"encryptOAuthTokens":true}}`),
		under(flow("handed over, cookie state", steps(entersBy("a", octo), who("a"), entersBy("b", octo), who("b"))...), gitHub, strategies["cookie"]),
		under(flow("handed over, link", link...), gitHub), under(flow("handed over, link by cookie state", link...), gitHub, strategies["cookie"]),
		under(flow("handed over, account cookie", steps(entersBy("a", octo), Post("/get-access-token", own, Jar("a")), Post("/refresh-token", own, Jar("a")), Post("/get-access-token", own, Jar("a")))...), gitHub, cookies),
		under(flow("handed over, encrypted account cookie", steps(entersBy("a", octo), Post("/get-access-token", own, Jar("a")), Post("/refresh-token", own, Jar("a")), Post("/get-access-token", own, Jar("a")))...), gitHub, cookies, `{"account":{"encryptOAuthTokens":true}}`),
		under(flow("handed over, hashed identifiers", steps(entersBy("a", octo), who("a"))...), gitHub, `{"verification":{"storeIdentifier":"hashed"}}`),
	)
}
