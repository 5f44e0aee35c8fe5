package scenario

import (
	"strings"
	"time"
)

func cookieCache() []Scenario {
	var all []Scenario
	for _, strategy := range []string{"compact", "jwt", "jwe"} {
		all = append(all, cacheOf(strategy)...)
	}
	return all
}

func cacheOf(strategy string) []Scenario {
	cache := `{"session":{"cookieCache":{"enabled":true,"maxAge":300,"strategy":"` + strategy + `"}}}`
	gone := SQL(`DELETE FROM session`)
	list := of(getSessionPath, Options(cache),
		flow("read from it", joins(), gone, who("a")),
		flow("filled by a read", joins(), who("a", After(301e9)), who("a")),
		the("outlived", joins(), gone, who("a", After(301e9))),
		the("skipped by the query", joins(), gone, Get("/get-session?disableCookieCache=true", Jar("a"))),
		the("of a changed name", joins(), Post("/update-user", `{"name":"Anna"}`, Jar("a")), who("a")),
		flow("of a sign-in", joins(), returns("b"), who("b")),
		the("not remembered", Post("/sign-up/email", ann[:len(ann)-1]+`,"rememberMe":false}`, Jar("a")), who("a"), who("a", After(400e9))),
		the("garbage", joins(), Get("/get-session", With("cookie", "better-auth.session_token={{cookie.a.better-auth.session_token}}; better-auth.session_data=garbage"))),
		the("without session cookie", joins(), Get("/get-session", With("cookie", "better-auth.session_data={{cookie.a.better-auth.session_data}}"))),
		the("of another session", joins(), bobJoins(), Get("/get-session", With("cookie", "better-auth.session_token={{cookie.a.better-auth.session_token}}; better-auth.session_data={{cookie.b.better-auth.session_data}}"))),
		the("broken", joins(), Get("/get-session", With("cookie", "better-auth.session_token={{cookie.a.better-auth.session_token}}; better-auth.session_data=x{{cookie.a.better-auth.session_data}}"))),
		the("another version", joins(), Reconfigure(Options(cache, `{"session":{"cookieCache":{"version":"2"}}}`)), who("a")),
		the("refresh due", joins(), who("a", After(day)), who("a")),
		the("expired session", joins(), who("a", After(8*day))),
		under(the("large, in chunks", Post("/sign-up/email", `{"name":"`+strings.Repeat("long name ", 500)+`","email":"ann@example.com","password":"password1234"}`, Jar("a")), gone, who("a"), Post("/sign-out", emptyObj, Jar("a"))), cache),
		under(the("with fields", joinsWith(`"age":5,"secretNote":"n","tags":["x"]`), gone, who("a")), cache, fieldsPatch),
		under(the("markup in a name", Post("/sign-up/email", `{"name":"<b>&\u2028😀é","email":"ann@example.com","password":"password1234"}`, Jar("a")), gone, who("a")), cache),
	)
	for i := range list {
		list[i].Name += " (" + strategy + " cookie cache)"
	}
	return list
}

// elsewhere reads the session at endpoints that are not /get-session, with the
// cache outlived, a refresh due, or both, and with the queries of /get-session.
func elsewhere() []Scenario {
	cache := `{"session":{"cookieCache":{"enabled":true,"maxAge":300}}}`
	moments := []struct {
		name  string
		after time.Duration
	}{{"in time", 0}, {"cache outlived", 301 * time.Second}, {"refresh due", 25 * hour}}
	var all []Scenario
	for _, query := range []string{"", "?disableRefresh=true", "?disableRefresh=false", "?disableRefresh=", "?disableCookieCache=true", "?disableCookieCache="} {
		for _, m := range moments {
			list := Get("/list-sessions"+query, Jar("a"), After(m.after))
			update := Post("/update-user"+query, `{"name":"Anna"}`, Jar("a"), After(m.after))
			verify := Post("/verify-password"+query, `{"password":"password1234"}`, Jar("a"), After(m.after))
			for i, options := range []string{`{}`, cache} {
				title := m.name + query + [2]string{"", ", cookie cache"}[i]
				all = append(all, of("GET /list-sessions", Options(options, `{"session":{"freshAge":0}}`), the(title, joins(), list, who("a")))...)
				all = append(all, of("POST /update-user", Options(options), the(title, joins(), update, who("a")))...)
				all = append(all, of("POST /verify-password", Options(options), the(title, joins(), verify, who("a")))...)
			}
		}
	}
	return all
}

func cookies() []Scenario {
	return join(elsewhere(), cookieParsing(), cookieOptions(), rotation())
}

// cookieParsing sends the session cookie in every spelling.
func cookieParsing() []Scenario {
	const good = "better-auth.session_token={{cookie.a.better-auth.session_token}}"
	send := func(name, line string) Scenario {
		return the("cookie "+name, joins(), Get("/get-session", With("cookie", line)))
	}
	return of(getSessionPath, Options(),
		send("valid", good), send("without signature", "better-auth.session_token={{token.a}}"),
		send("garbage", "better-auth.session_token=garbage"), send("empty", "better-auth.session_token="),
		send("only a dot", "better-auth.session_token=."), send("wrong signature", "better-auth.session_token={{token.a}}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"),
		send("signature of other length", "better-auth.session_token={{token.a}}.AAAA"),
		send("twice, valid first", good+"; better-auth.session_token=garbage"),
		send("twice, valid last", "better-auth.session_token=garbage; "+good),
		send("quoted", `better-auth.session_token="{{cookie.a.better-auth.session_token}}"`),
		send("name in capitals", "BETTER-AUTH.SESSION_TOKEN={{cookie.a.better-auth.session_token}}"),
		send("__Host- prefix", "__Host-better-auth.session_token={{cookie.a.better-auth.session_token}}"),
		send("__Secure- prefix", "__Secure-better-auth.session_token={{cookie.a.better-auth.session_token}}"),
		send("separated by comma", "x=1, "+good), send("no space", "x=1;"+good), send("more spaces", "  x = 1 ;   "+good+"  "),
		send("after junk", strings.Repeat("junk=junkjunk; ", 270)+good), send("after a broken pair", "=; ;;;a;"+good),
		send("broken percent code", "better-auth.session_token=%zz%"), send("not encoded", "better-auth.session_token={{token.a}}.abc+/="),
		send("two lines of cookies", "x=1"),
		the("two cookie header lines", joins(), Get("/get-session", With("cookie", "x=1"), Also("cookie", good))),
		send("non-ASCII", "caf\xc3\xa9=1; "+good), send("signed by another text", "better-auth.session_token={{sign.a.b.c}}"),
	)
}

func cookieOptions() []Scenario {
	all := []Step{joins(), who("a"), returns("b"), Post("/sign-out", emptyObj, Jar("a"))}
	try := func(name string, patches ...string) Scenario {
		return under(flow("cookies: "+name, all...), patches...)
	}
	cache := `{"session":{"cookieCache":{"enabled":true}}}`
	return of(signInPath, nil,
		try("https", `{"baseURL":"https://auth.example.com"}`), try("https with cache", `{"baseURL":"https://auth.example.com"}`, cache),
		try("secure forced", `{"advanced":{"useSecureCookies":true}}`), try("secure refused", `{"baseURL":"https://auth.example.com","advanced":{"useSecureCookies":false}}`),
		try("prefix", `{"advanced":{"cookiePrefix":"my-app"}}`), try("prefix and secure", `{"advanced":{"cookiePrefix":"my-app","useSecureCookies":true}}`),
		try("cross sub-domain", `{"baseURL":"https://auth.example.com","advanced":{"crossSubDomainCookies":{"enabled":true}}}`),
		try("cross sub-domain, domain given", `{"baseURL":"https://auth.example.com","advanced":{"crossSubDomainCookies":{"enabled":true,"domain":"example.com"}}}`),
		try("own name", `{"advanced":{"cookies":{"session_token":{"name":"sid"}}}}`),
		try("own name and attributes", `{"advanced":{"cookies":{"session_token":{"name":"sid","attributes":{"sameSite":"strict","path":"/app","maxAge":60}}}}}`, cache),
		try("own name, secure", `{"advanced":{"useSecureCookies":true,"cookies":{"session_token":{"name":"sid"},"session_data":{"name":"cache"}}}}`, cache),
		try("default attributes", `{"advanced":{"defaultCookieAttributes":{"sameSite":"none","secure":true,"partitioned":true}}}`),
		try("default attributes, not HttpOnly", `{"advanced":{"defaultCookieAttributes":{"httpOnly":false,"domain":"localhost"}}}`),
		try("don't-remember name", `{"advanced":{"cookies":{"dont_remember":{"name":"dr"}}}}`),
		under(the("cookies: don't-remember under https", Post("/sign-up/email", ann[:len(ann)-1]+`,"rememberMe":false}`, Jar("a")), who("a"), Post("/sign-out", noBody, Jar("a"))), `{"baseURL":"https://auth.example.com"}`, cache),
		try("short session", `{"session":{"expiresIn":90}}`, cache),
		try("cache of a day", `{"session":{"cookieCache":{"enabled":true,"maxAge":86400}}}`),
	)
}

// rotation changes the secret under living sessions.
func rotation() []Scenario {
	const second = "another-secret-0123456789-ABCDEFGHIJ-abcdefghij-xyz"
	return of(getSessionPath, Options(),
		the("secret replaced", joins(), Reconfigure(Options(`{"secret":"`+second+`"}`)), who("a")),
		the("secret among versions", joins(), Reconfigure(Options(`{"secrets":[{"version":1,"value":"`+Secret+`"}]}`)), who("a")),
	)
}
