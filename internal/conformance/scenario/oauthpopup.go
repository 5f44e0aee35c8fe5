package scenario

import "net/url"

const popupOptions = `{"plugins":[{"id":"oauth-popup"},{"id":"bearer"}],"trustedOrigins":["https://app.example","https://*.wild.example"]}`

// popup asks for a popup in a jar; query is added to what must be there.
func popup(jar, query string) Step {
	return Get("/oauth-popup/start?provider=github&popupOrigin=https%3A%2F%2Fapp.example"+query, Jar(jar), As("go"), Page)
}

// popupEnds is the callback of the flow that popup began.
func popupEnds(jar, query string) Step {
	return Get("/callback/github?"+query+"&state={{param.go.state}}", Jar(jar), As("end"), Page)
}

func oauthPopup() []Scenario {
	return join(popupStarts(), popupCallbacks())
}

func popupStarts() []Scenario {
	start := func(name, query string, patches ...string) Scenario {
		return under(the("popup "+name, popup("a", query)), append([]string{gitHub, popupOptions}, patches...)...)
	}
	raw := func(name, query string) Scenario {
		return under(the("popup "+name, Get("/oauth-popup/start"+query, Jar("a"), Page)), gitHub, popupOptions)
	}
	origin := func(origin string) Scenario {
		return raw("for "+origin, "?provider=github&popupOrigin="+url.QueryEscape(origin))
	}
	return of("GET /oauth-popup/start", nil,
		start("with nothing more", ""),
		start("with everything", "&popupNonce=n1&callbackURL=%2Fdash&errorCallbackURL=%2Foops&newUserCallbackURL=%2Fwelcome&scopes=gist,repo&requestSignUp=true&additionalData=%7B%22ref%22%3A%22r%22%7D"),
		start("with empty values", "&popupNonce=&callbackURL=&errorCallbackURL=&newUserCallbackURL=&scopes=&requestSignUp=&additionalData="),
		start("sign-up not requested", "&requestSignUp=false"), start("one scope", "&scopes=gist"),
		start("data that names members of the state", "&additionalData="+url.QueryEscape(`{"ref":"r","callbackURL":"https://evil.example","codeVerifier":"v","link":{"userId":"x"},"serverContext":{"a":1},"expiresAt":1,"oauthState":"z"}`)),
		start("data that is no JSON", "&additionalData=%7B"), start("data null", "&additionalData=null"),
		start("state in a cookie", "&callbackURL=%2Fdash", `{"account":{"storeStateStrategy":"cookie"}}`),
		start("own base path", "", `{"basePath":"/auth"}`),
		start("under https", "", `{"baseURL":"https://auth.example.com"}`),
		start("cookie renamed", "", `{"advanced":{"cookies":{"oauth_popup":{"name":"opener","attributes":{"sameSite":"none","secure":true}}}}}`),
		start("foreign callback", "&popupNonce=n1&callbackURL=https%3A%2F%2Fevil.example"),
		start("foreign error page", "&errorCallbackURL=%2F%2Fevil.example"),
		start("foreign page for new users", "&newUserCallbackURL=javascript%3Aalert(1)"),
		start("trusted callback", "&callbackURL=https%3A%2F%2Fapp.example%2Fx%3Fy%3D1%23h"),
		raw("for an unknown provider", "?provider=%3C%2Fscript%3E%3Cb%3E&popupOrigin=https%3A%2F%2Fapp.example&popupNonce=%E2%80%A8%3C"),
		origin("https://evil.example"), origin("*"), origin("/"), origin("null"), origin("javascript:alert(1)"), origin("https://app.example.evil.example"),
		origin("http://app.example"), origin("https://a.wild.example"), origin("https://app.example/page"), origin(BaseURL), origin(""),
		raw("without provider", "?popupOrigin=https%3A%2F%2Fapp.example"), raw("without origin", "?provider=github"), raw("with nothing", ""),
		raw("with a doubled parameter", "?provider=github&provider=x&popupOrigin=https%3A%2F%2Fapp.example"),
		under(the("popup by POST", Post("/oauth-popup/start", `{"provider":"github"}`)), gitHub, popupOptions),
	)
}

func popupCallbacks() []Scenario {
	all := "&popupNonce=n1&callbackURL=%2Fdash&errorCallbackURL=%2Foops%3Fx%3D1&newUserCallbackURL=%2Fwelcome"
	ends := func(name, profile string, patches ...string) Scenario {
		return under(the("popup "+name, popup("a", all), popupEnds("a", "code="+code(profile)), who("a")), append([]string{gitHub, popupOptions}, patches...)...)
	}
	other := func(name string, steps ...Step) Scenario {
		return under(the("popup "+name, steps...), gitHub, popupOptions)
	}
	in := flow("popup signs in", popup("a", all), popupEnds("a", "code="+code(octo)),
		Get("/get-session", With("authorization", "Bearer {{header.end.set-auth-token}}")), popup("a", all), popupEnds("a", "code="+code(octo)))
	return of(socialCallback, nil,
		under(in, gitHub, popupOptions),
		ends("with no address", `{"id":5,"name":"N"}`), ends("whose code is refused", `{"id":5,"broken":"token"}`),
		ends("without sign-up", octo, `{"socialProviders":{"github":{"disableSignUp":true}}}`),
		ends("without implicit sign-up", octo, `{"socialProviders":{"github":{"disableImplicitSignUp":true}}}`),
		ends("with state in a cookie", octo, `{"account":{"storeStateStrategy":"cookie"}}`),
		ends("with a cookie cache", octo, `{"session":{"cookieCache":{"enabled":true}}}`),
		ends("without bearer", octo, `{"plugins":[{"id":"oauth-popup"}]}`),
		ends("under https", octo, `{"baseURL":"https://auth.example.com"}`),
		other("refused by the provider", popup("a", all), popupEnds("a", "error=access_denied&error_description=no+%3C%2Fscript%3E")),
		other("without code", popup("a", all), popupEnds("a", "x=1")),
		other("with an unknown state", popup("a", all), Get("/callback/github?code=x&state=nope", Jar("a"), Page)),
		other("without state", popup("a", all), Get("/callback/github?code=x", Jar("a"), Page)),
		other("in another browser", popup("a", all), popupEnds("b", "code="+code(octo))),
		other("twice", popup("a", all), popupEnds("a", "code="+code(octo)), popupEnds("a", "code="+code(octo))),
		other("too late", popup("a", all), apply(popupEnds("a", "code="+code(octo)), []Mod{After(10 * 60e9)})),
		other("with an unknown provider in the path", popup("a", all), Get("/callback/nope?code=x&state={{param.go.state}}", Jar("a"), Page)),
		other("with a forged opener", popup("a", all), Get("/callback/github?code="+code(octo)+"&state={{param.go.state}}", With("cookie", "better-auth.state={{cookie.a.better-auth.state}}; better-auth.oauth_popup=%7B%7D.AAAA"))),
		other("with an opener that is no JSON", popup("a", all), Get("/callback/github?code="+code(octo)+"&state={{param.go.state}}", With("cookie", "better-auth.state={{cookie.a.better-auth.state}}; better-auth.oauth_popup={{sign.nobody}}"))),
		other("form", popup("a", all), Post("/callback/github", "code="+code(octo)+"&state={{param.go.state}}", With("content-type", "application/x-www-form-urlencoded"), Jar("a"), As("form")), Get("{{header.form.location}}", Jar("a"), Page)),
		other("links", joins(), popup("a", all), goes("a", "/link-social", `{"provider":"github","callbackURL":"/linked"}`), returnsWith("a", annHub), who("a")),
		other("not used", goes("a", "/sign-in/social", allURLs), returnsWith("a", octo)),
	)
}
