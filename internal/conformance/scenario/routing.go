package scenario

import "strings"

func routing() []Scenario { return join(paths(), pages(), baseOptions()) }

func paths() []Scenario {
	get := func(path string) Scenario { return the("GET "+path, Get(path)) }
	send := func(method, path string) Scenario { return the(method+" "+path, Send(method, path)) }
	whole := func(target string) Scenario { return the("target "+target, Get(target, Absolute)) }
	return of("GET /ok", Options(),
		get("/ok"), send("OPTIONS", "/ok"), send("HEAD", "/ok"), send("POST", "/ok"), send("PUT", "/ok"), send("DELETE", "/ok"),
		get("/sign-in/email"), send("PATCH", "/sign-in/email"), send("OPTIONS", "/sign-in/email"), send("PUT", "/sign-up/email"),
		get("/ok/"), get("/ok//"), get("//ok"), get("/./ok"), get("/x/../ok"), get("/..%2fok"), get("/ok%2f"), get("/ok%00"), get("/%6fk"), get("/OK"),
		get("/ok?a=%zz"), get("/ok?a=1&a=2"), get("/nope"), get(""), get("/"), get("/get-session/"), get("//get-session"), get("/reset-password"), get("/reset-password/"),
		get("/reset-password/a/b?callbackURL=/x"), get("/reset-password/a%2fb?callbackURL=/x"), get("/sign-in"), get("/sign-in/"), get("/api/auth/ok"), get("/ok;x=1"),
		whole("/"), whole("/API/AUTH/ok"), whole("/api/authok"), whole("/api/auth"), whole("//evil.example/api/auth/ok"), whole("/api//auth/ok"), whole("/other/api/auth/ok"),
		the("GET with a body", Send("GET", "/ok", With("content-type", "application/json"), func(s *Step) { s.Body, s.HasBody = `{`, true })),
		the("GET as text", Get("/ok", With("content-type", "text/plain"), With("accept", "text/html"))),
	)
}

func pages() []Scenario {
	page := func(query string) Scenario { return the("query "+query, Get("/error"+query, Page)) }
	return of("GET /error", Options(`{"onAPIError":{"customizeDefaultErrorPage":{}}}`),
		under(the("no page configured", Get("/error?error=X", Page)), `{}`),
		page(""), page("?error=INVALID_TOKEN"), page("?error=state_mismatch&error_description=Something"),
		page("?error=%3Cscript%3Ealert(1)%3C/script%3E"), page("?error_description=%3Cimg%20src=x%20onerror=alert(1)%3E"), page("?error="+strings.Repeat("x", 500)),
		under(the("own page", Get("/error?error=X", Page)), `{"onAPIError":{"errorURL":"https://app.example.com/oops"}}`),
	)
}

func baseOptions() []Scenario {
	visit := []Step{joins(), who("a"), Post("/request-password-reset", `{"email":"ann@example.com","redirectTo":"/r"}`), Get("{{call.sendResetPassword.url}}")}
	try := func(name string, patches ...string) Scenario { return under(the(name, visit...), patches...) }
	return of(getSessionPath, nil,
		try("own base path", `{"basePath":"/identity"}`), try("base path with slash", `{"basePath":"/identity/v1"}`), try("base path of one slash", `{"basePath":"/"}`),
		under(the("base URL with a path", Get("/auth-v2/ok", Absolute), Get("/api/auth/ok", Absolute)), `{"baseURL":"http://localhost:3000/auth-v2"}`),
		under(the("disabled path", Post("/sign-up/email", ann), Get("/ok"), Post("/sign-up/email/", ann), Post("/SIGN-UP/email", ann)), `{"disabledPaths":["/sign-up/email"]}`),
		under(the("disabled path, other method", Get("/sign-up/email")), `{"disabledPaths":["/sign-up/email"]}`),
		under(the("disabled paths, two", Get("/get-session"), Get("/list-sessions"), Get("/ok")), `{"disabledPaths":["/get-session","/list-sessions"]}`),
		under(the("disabled path of a parameter", Get("/reset-password/abc?callbackURL=/x")), `{"disabledPaths":["/reset-password/:token"]}`),
		under(the("trailing slashes skipped", Get("/ok/"), Get("/ok"), Get("/ok//"), Post("/sign-in/email/", annIn)), `{"advanced":{"skipTrailingSlashes":true}}`),
		under(the("disabled path, trailing slashes skipped", Get("/ok/"), Get("/ok")), `{"disabledPaths":["/ok"],"advanced":{"skipTrailingSlashes":true}}`),
	)
}

func bodies() []Scenario {
	const json = "application/json"
	send := func(name, contentType, body string) Scenario {
		step := Post("/sign-in/email", body, With("content-type", contentType))
		step.HasBody = true
		if contentType == "" {
			step.Headers = nil
		}
		return the("body "+name, joins(), step)
	}
	return of(signInPath, Options(),
		send("malformed JSON", json, `{`), send("empty", json, ""), send("null", json, `null`), send("string", json, `"x"`), send("true", json, `true`),
		send("number", json, `5`), send("array", json, `[]`), send("only spaces", json, "   "), send("trailing comma", json, `{"email":"a@b.co",}`),
		send("two values", json, `{} {}`), send("byte order mark", json, "\ufeff"+annIn), send("spaces around", json, " \r\n\t"+annIn+"\n"),
		send("single quotes", json, `{'email':'a'}`), send("NaN", json, `{"email":NaN}`), send("repeated member", json, `{"email":"x@y.zz","email":"ann@example.com","password":"password1234"}`),
		send("without content type", "", annIn), send("with parameters", "application/json; charset=utf-8", annIn), send("in capitals", "APPLICATION/JSON", annIn),
		send("as text", "text/plain", annIn), send("as octets", "application/octet-stream", annIn), send("as multipart", "multipart/form-data", annIn),
		send("as multipart with boundary", "multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=\"email\"\r\n\r\na\r\n--x--\r\n"),
		send("as another JSON", "application/problem+json", annIn), send("as a list of types", "application/json, text/plain", annIn), send("type with space", " application/json ", annIn),
		send("as a form", "application/x-www-form-urlencoded", "email=ann%40example.com&password=password1234"), send("as an empty form", "application/x-www-form-urlencoded", ""),
		send("as a broken form", "application/x-www-form-urlencoded", "%zz=%&=&&&"),
		send("deeply nested", json, `{"email":`+strings.Repeat(`{"a":`, 5000)+`1`+strings.Repeat(`}`, 5000)+`,"password":"x"}`),
		send("invalid UTF-8 in the address", json, "{\"email\":\"a\xff@example.com\",\"password\":\"password1234\"}"),
		send("prototype", json, `{"email":"ann@example.com","password":"password1234","constructor":{"prototype":{"x":1}}}`),
		send("escaped member names", json, `{"em\u0061il":"ann@example.com","password":"password1234"}`),
		send("large", json, `{"email":"ann@example.com","password":"`+strings.Repeat("x", 600_000)+`"}`),
		send("of nearly a mebibyte", json, `{"email":"ann@example.com","password":"`+strings.Repeat("x", 1<<20-100)+`"}`),
		send("over a mebibyte", json, `{"email":"ann@example.com","password":"`+strings.Repeat("x", 1<<20)+`"}`),
		the("body over a mebibyte where none is read", joins(), Post("/revoke-sessions", `{"x":"`+strings.Repeat("x", 1<<20)+`"}`, Jar("a"))),
		the("header of 8 KiB", Get("/ok", With("x-long", strings.Repeat("x", 8<<10)))),
		the("body with wrong encoding header", joins(), Post("/sign-in/email", annIn, With("content-encoding", "gzip"))),
		the("form where only JSON is taken", joins(), Post("/update-user", "name=Anna", Jar("a"), With("content-type", "application/x-www-form-urlencoded"))),
		the("text where only JSON is taken", joins(), Post("/update-user", "name=Anna", Jar("a"), With("content-type", "text/plain"))),
		the("invalid UTF-8 in a name", Post("/sign-up/email", "{\"name\":\"a\xffb\",\"email\":\"ann@example.com\",\"password\":\"password1234\"}", Jar("a"))),
		the("malformed JSON without session", Post("/update-user", `{`)),
		the("malformed JSON to an endpoint without schema", joins(), Post("/revoke-sessions", `{`, Jar("a"))),
		the("array to an endpoint without schema", joins(), Post("/revoke-other-sessions", `[]`, Jar("a"))),
		the("body to an unknown path", Post("/nope", `{`)),
	)
}

func origins() []Scenario {
	origin := func(name string, mods ...Mod) Scenario {
		return the("origin "+name, joins(), Post("/update-user", `{"name":"Anna"}`, append(mods, Jar("a"))...))
	}
	from := func(value string) Mod { return With("origin", value) }
	trust := Options(`{"trustedOrigins":["https://app.example.com","https://*.wild.example.com","myapp://","*.bare.example.com","http://port.example.com:*","https://exact.example.com:8443"]}`)
	return of(updateUserPath, trust,
		origin("own"), origin("own in capitals", from("HTTP://LOCALHOST:3000")), origin("own with slash", from("http://localhost:3000/")), origin("own with path", from("http://localhost:3000/x")),
		origin("own host, other port", from("http://localhost:3001")), origin("own host, no port", from("http://localhost")), origin("own host, https", from("https://localhost:3000")),
		origin("foreign", from("https://evil.example")), origin("null", from("null")), origin("empty", from("")), origin("none", Without("origin")), origin("garbage", from("not a url")),
		origin("trusted", from("https://app.example.com")), origin("trusted with port", from("https://app.example.com:8443")), origin("trusted with default port", from("https://app.example.com:443")),
		origin("trusted, http", from("http://app.example.com")), origin("trusted as prefix", from("https://app.example.com.evil.example")), origin("trusted as suffix", from("https://evilapp.example.com")),
		origin("wildcard", from("https://a.wild.example.com")), origin("wildcard, deeper", from("https://a.b.wild.example.com")), origin("wildcard, itself", from("https://wild.example.com")),
		origin("wildcard, http", from("http://a.wild.example.com")), origin("bare wildcard", from("https://x.bare.example.com")), origin("bare wildcard, http", from("http://x.bare.example.com")),
		origin("wildcard port", from("http://port.example.com:8080")), origin("exact port", from("https://exact.example.com:8443")), origin("exact port missing", from("https://exact.example.com")),
		origin("app scheme", from("myapp://")), origin("app scheme with host", from("myapp://host")), origin("other scheme", from("yourapp://")),
		origin("userinfo", from("https://app.example.com@evil.example")), origin("with backslash", from(`https://evil.example\.app.example.com`)),
		origin("referer own", Without("origin"), With("referer", "http://localhost:3000/page?x=1")), origin("referer foreign", Without("origin"), With("referer", "https://evil.example/")),
		origin("referer garbage", Without("origin"), With("referer", "garbage")), origin("null, same-origin fetch", from("null"), With("sec-fetch-site", "same-origin")),
		origin("null, cross-site fetch", from("null"), With("sec-fetch-site", "cross-site")), origin("own, cross-site fetch", With("sec-fetch-site", "cross-site")),
		the("origin foreign, no cookie", Post("/update-user", `{"name":"x"}`, from("https://evil.example"))),
		the("origin foreign, GET", joins(), Get("/get-session", Jar("a"), from("https://evil.example"))),
		the("origin foreign, unrelated cookie", Post("/sign-out", emptyObj, from("https://evil.example"), With("cookie", "theme=dark"))),
		the("origin foreign, unknown path", Post("/nope", emptyObj, from("https://evil.example"), With("cookie", "a=b"))),
		under(the("origin foreign, check off for all", joins(), Post("/update-user", `{"name":"x"}`, Jar("a"), from("https://evil.example"))), `{"advanced":{"disableOriginCheck":true}}`),
		under(the("origin foreign, CSRF check off", joins(), Post("/update-user", `{"name":"x"}`, Jar("a"), from("https://evil.example"))), `{"advanced":{"disableCSRFCheck":true}}`),
		under(the("origin check off for a path", joins(), Post("/update-user", `{"name":"x"}`, Jar("a"), from("https://evil.example")), Post("/sign-out", emptyObj, Jar("a"), from("https://evil.example"))), `{"advanced":{"disableOriginCheck":["/update-user"]}}`),
		the("callback members of every name", Post("/sign-out", `{"callbackURL":"/ok","redirectTo":"/ok","errorCallbackURL":"/ok","newUserCallbackURL":"/ok"}`)),
		the("errorCallbackURL elsewhere", Post("/sign-out", `{"errorCallbackURL":"https://evil.example"}`)),
		the("newUserCallbackURL elsewhere", Post("/sign-out", `{"newUserCallbackURL":"https://evil.example"}`)),
		the("redirectTo elsewhere", Post("/sign-out", `{"redirectTo":"https://evil.example"}`)),
		the("callbackURL a number", Post("/sign-out", `{"callbackURL":5}`)),
		the("redirectTo an array", Post("/sign-out", `{"redirectTo":["/ok"]}`)),
		the("callbackURL in the query", Post("/sign-out?callbackURL=https://evil.example", emptyObj)),
		the("errorCallbackURL an object", Post("/sign-out", `{"errorCallbackURL":{}}`)),
	)
}
