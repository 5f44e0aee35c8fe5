package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
)

// googled are the claims of Google's tokens for the configured client: a user with a verified address.
var googled = googleClaims(claims{"aud": "go"})

// but is c with other claims; nil removes one.
func but(c claims, pairs ...any) claims {
	out := maps.Clone(c)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		if out[name] = pairs[i+1]; pairs[i+1] == nil {
			delete(out, name)
		}
	}
	return out
}

// signed stands for a token with these claims.
func signed(c claims) string { return idtoken.Spec{Claims: c}.Placeholder() }

// headed stands for one with a header of its own.
func headed(header claims) string { return idtoken.Spec{Header: header, Claims: googled}.Placeholder() }

// idTokens are sign-ins and links with ID tokens.
func idTokens() []Scenario {
	return join(goodIDTokens(), badIDTokens(), idTokensOfAll(), idTokenLinks(), idTokenCallbacks())
}

// presents posts an ID token of Google; more are further members of idToken.
func presents(path, token, more string, mods ...Mod) Step {
	return Post(path, `{"provider":"google","idToken":{"token":"`+token+`"`+more+`}}`, append([]Mod{Jar("a")}, mods...)...)
}

func goodIDTokens() []Scenario {
	enters := func(c claims, more string, mods ...Mod) Step {
		return presents("/sign-in/social", signed(c), more, mods...)
	}
	got := func(name string, steps ...Step) Scenario { return flow("id token: "+name, steps...) }
	renamed := but(googled, "name", "New", "email_verified", nil)
	return of(socialPath, Options(gitHub),
		got("new user, then known", enters(googled, ""), who("a"), enters(renamed, "", Jar("b")), who("b")),
		got("with tokens", enters(googled, `,"accessToken":"at","refreshToken":"rt","expiresAt":1767330000000`), Get("/list-accounts", Jar("a"))),
		got("with a nonce", enters(but(googled, "nonce", "n-1"), `,"nonce":"n-1"`)),
		got("a nonce nobody asked for", enters(but(googled, "nonce", "n-1"), "")),
		got("the issuer without scheme", enters(but(googled, "iss", "accounts.google.com"), "")),
		got("a list of audiences", enters(but(googled, "aud", []string{"x", "go"}), "")),
		got("a little late", enters(but(googled, "exp", -25), "")),
		got("of a user that has a password", joins(), SQL(`UPDATE "user" SET "emailVerified" = true`), enters(but(googled, "email", "ann@example.com"), "", Jar("b")), who("b")),
		the("id token: of a user whose address is not verified", joins(), enters(but(googled, "email", "ann@example.com"), "", Jar("b"))),
		the("id token: address not verified", joins(), SQL(`UPDATE "user" SET "emailVerified" = true`), enters(but(googled, "email", "ann@example.com", "email_verified", false), "", Jar("b"))),
		the("id token: no address", enters(but(googled, "email", nil), "")),
		the("id token: no name", enters(but(googled, "name", nil), "")),
		under(the("id token: sign-up off", enters(googled, "")), gitHub, `{"socialProviders":{"google":{"disableSignUp":true}}}`),
		under(the("id token: no implicit sign-up", enters(googled, ""), Post("/sign-in/social", `{"provider":"google","requestSignUp":true,"idToken":{"token":"`+signed(googled)+`"}}`)), gitHub, `{"socialProviders":{"google":{"disableImplicitSignUp":true}}}`),
		under(the("id token: verification required", enters(but(googled, "email_verified", false), "")), gitHub, `{"socialProviders":{"google":{"requireEmailVerification":true}}}`),
		under(the("id token: linking off", joins(), SQL(`UPDATE "user" SET "emailVerified" = true`), enters(but(googled, "email", "ann@example.com"), "", Jar("b"))), gitHub, `{"account":{"accountLinking":{"enabled":false}}}`),
		under(the("id token: encrypted tokens", enters(googled, `,"accessToken":"at"`)), gitHub, `{"account":{"encryptOAuthTokens":true}}`),
		under(the("id token: database hooks", enters(googled, "")), gitHub, `{"databaseHooks":"record"}`),
		under(the("id token: of the hosted domain", enters(but(googled, "hd", "example.com"), "")), gitHub, `{"socialProviders":{"google":{"hd":"example.com"}}}`),
		under(the("id token: of another domain", enters(but(googled, "hd", "evil.example"), "")), gitHub, `{"socialProviders":{"google":{"hd":"example.com"}}}`),
		under(the("id token: of no domain", enters(googled, "")), gitHub, `{"socialProviders":{"google":{"hd":"example.com"}}}`),
		under(the("id token: one of several clients", enters(but(googled, "aud", "second"), "")), gitHub, `{"socialProviders":{"google":{"clientId":["go","second"]}}}`),
		on("none", the("id token: without a database", enters(googled, `,"accessToken":"at"`), who("a"))),
	)
}

// badTokens are ID tokens of Google that must be refused.
func badTokens() map[string]string {
	return map[string]string{
		"another audience":   signed(but(googled, "aud", "other")),
		"no audience":        signed(but(googled, "aud", nil)),
		"another issuer":     signed(but(googled, "iss", "https://evil.example")),
		"no issuer":          signed(but(googled, "iss", nil)),
		"expired":            signed(but(googled, "iat", -7200, "exp", -3600)),
		"just expired":       signed(but(googled, "exp", -31)),
		"without expiry":     signed(but(googled, "exp", nil)),
		"expiry as text":     signed(but(googled, "exp", "never")),
		"too old":            signed(but(googled, "iat", -3700)),
		"from the future":    signed(but(googled, "iat", 3600, "exp", 7200)),
		"not valid yet":      signed(but(googled, "nbf", 3600)),
		"without issue time": signed(but(googled, "iat", nil)),
		"no subject":         signed(but(googled, "sub", nil)),
		"altered":            idtoken.Spec{Claims: googled, Tampered: true}.Placeholder(),
		"unknown key":        headed(claims{"kid": "key-9"}),
		"alg none":           headed(claims{"alg": "none"}),
		"alg HS256":          headed(claims{"alg": "HS256"}),
		"other alg":          headed(claims{"alg": "RS512"}),
		"two parts":          "e30.e30",
		"nothing":            "",
	}
}

func badIDTokens() []Scenario {
	var list []Scenario
	for _, name := range sortedKeys(badTokens()) {
		list = append(list, the("id token refused: "+name, presents("/sign-in/social", badTokens()[name], ""), joins(), presents("/link-social", badTokens()[name], "")))
	}
	nonce := signed(but(googled, "nonce", "n-1"))
	list = append(list,
		the("id token refused: another nonce", presents("/sign-in/social", nonce, `,"nonce":"n-2"`)),
		the("id token refused: no nonce", presents("/sign-in/social", signed(googled), `,"nonce":"n-1"`)),
		the("id token of wrong types",
			Post("/sign-in/social", `{"provider":"google","idToken":"x"}`),
			Post("/sign-in/social", `{"provider":"google","idToken":{}}`),
			Post("/sign-in/social", `{"provider":"google","idToken":{"token":1}}`),
			Post("/sign-in/social", `{"provider":"google","idToken":{"token":"x","nonce":1,"accessToken":true,"refreshToken":[],"expiresAt":"1","user":"u"}}`),
			Post("/sign-in/social", `{"provider":"google","idToken":{"token":"x","user":{"name":"N","email":1}}}`),
			Post("/sign-in/social", `{"provider":"google","idToken":{"token":"x","user":{"name":{"firstName":1,"lastName":{}}}}}`),
			Post("/sign-in/social", `{"provider":"google","idToken":null}`),
			joins(),
			Post("/link-social", `{"provider":"google","idToken":{"token":"x","nonce":1,"accessToken":true,"refreshToken":[]}}`, Jar("a")),
			Post("/link-social", `{"provider":"google","idToken":[]}`, Jar("a")),
			Post("/link-social", `{"provider":"google","idToken":{}}`, Jar("a"))))
	return of(socialPath, Options(gitHub), list...)
}

// otherTokens are good ID tokens of the providers beside Google that have them.
func otherTokens() map[string]claims {
	cognito, line := "https://cognito-idp.eu-1.amazonaws.com/pool", "https://access.line.me"
	tenant := "11111111-2222-3333-4444-555555555555"
	return map[string]claims{
		"apple":     but(googled, "iss", "https://appleid.apple.com", "aud", "id", "email_verified", "true"),
		"cognito":   but(googled, "iss", cognito, "aud", "id"),
		"facebook":  but(googled, "iss", "https://www.facebook.com", "aud", "id"),
		"google":    but(googled, "aud", "id"),
		"line":      but(googled, "iss", line, "aud", "id"),
		"microsoft": but(googled, "iss", "https://login.microsoftonline.com/"+tenant+"/v2.0", "aud", "id", "tid", tenant, "oid", "o-1"),
	}
}

// idTokensOfAll presents a good, a foreign and a senseless ID token to every provider.
func idTokensOfAll() []Scenario {
	var list []Scenario
	for _, id := range socialIDs {
		c := otherTokens()[id]
		if c == nil {
			c = but(googled, "aud", "id")
		}
		post := func(c claims, more string) Step {
			return Post("/sign-in/social", `{"provider":"`+id+`","idToken":{"token":"`+signed(c)+`"`+more+`}}`, Jar("a"))
		}
		list = append(list, under(the("id token of "+id,
			post(c, ""), who("a"),
			post(but(c, "nonce", "n"), `,"nonce":"n","accessToken":"at.e30","user":{"name":{"firstName":"Fi","lastName":"La"},"email":"u@example.com"}`),
			post(but(c, "iss", "https://evil.example"), ""),
			post(but(c, "aud", "other"), ""),
			Post("/sign-in/social", `{"provider":"`+id+`","idToken":{"token":"nonsense"}}`, Jar("b")),
		), configured(id, nil)))
	}
	hashed := sha256.Sum256([]byte("n"))
	apple := otherTokens()["apple"]
	post := func(provider string, c claims, more string) Step {
		return Post("/sign-in/social", `{"provider":"`+provider+`","idToken":{"token":"`+signed(c)+`"`+more+`}}`, Jar("a"))
	}
	microsoft := otherTokens()["microsoft"]
	const personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
	ofPersons := but(microsoft, "tid", personal, "iss", "https://login.microsoftonline.com/"+personal+"/v2.0")
	return of(socialPath, nil, append(list,
		under(the("id token of apple with a hashed nonce", post("apple", but(apple, "nonce", hex.EncodeToString(hashed[:])), `,"nonce":"n"`)), configured("apple", nil)),
		under(the("id token of apple for the app", post("apple", apple, ""), post("apple", but(apple, "aud", "app"), "")), configured("apple", map[string]any{"appBundleIdentifier": "app"})),
		under(the("id token of apple for an audience", post("apple", but(apple, "aud", "app"), ""), post("apple", but(apple, "aud", "two"), "")), configured("apple", map[string]any{"appBundleIdentifier": "app", "audience": []string{"one", "two"}})),
		under(the("id token of microsoft for one tenant", post("microsoft", microsoft, ""), post("microsoft", ofPersons, "")), configured("microsoft", map[string]any{"tenantId": microsoft["tid"]})),
		under(the("id token of microsoft for organizations", post("microsoft", ofPersons, ""), post("microsoft", microsoft, "")), configured("microsoft", map[string]any{"tenantId": "organizations"})),
		under(the("id token of microsoft for consumers", post("microsoft", microsoft, ""), post("microsoft", ofPersons, "")), configured("microsoft", map[string]any{"tenantId": "consumers"})),
		under(the("id token of microsoft with verified addresses", post("microsoft", but(microsoft, "email_verified", nil, "verified_primary_email", []string{"Goo@example.com"}), "")), configured("microsoft", nil)),
	)...)
}

func idTokenLinks() []Scenario {
	own := but(googled, "email", "ann@example.com")
	links := func(c claims, mods ...Mod) Step {
		return presents("/link-social", signed(c), `,"accessToken":"at"`, mods...)
	}
	got := func(name string, steps ...Step) Scenario {
		return flow("id token: "+name, append([]Step{joins()}, steps...)...)
	}
	list := Get("/list-accounts", Jar("a"))
	return of(linkPath, Options(gitHub),
		got("same address, twice", links(own), list, links(own), list),
		got("nonce", presents("/link-social", signed(but(own, "nonce", "n")), `,"nonce":"n","refreshToken":"rt"`), list),
		got("another address", links(googled)),
		got("address not verified", links(but(own, "email_verified", nil))),
		got("no address", links(but(own, "email", nil))),
		got("of another user", presents("/sign-in/social", signed(googled), "", Jar("b")), links(googled)),
		the("id token: nobody", links(own, Jar("nobody"))),
		under(got("switched off", links(own)), gitHub, `{"socialProviders":{"google":{"disableIdTokenSignIn":true}}}`),
		under(got("another address allowed", links(googled), list), gitHub, `{"account":{"accountLinking":{"allowDifferentEmails":true}}}`),
		under(got("trusted provider", links(but(own, "email_verified", nil)), list), gitHub, `{"account":{"accountLinking":{"trustedProviders":["google"]}}}`),
		under(got("off", links(own)), gitHub, `{"account":{"accountLinking":{"enabled":false}}}`),
		under(got("info copied", links(own), who("a")), gitHub, `{"account":{"accountLinking":{"updateUserInfoOnLink":true}}}`),
		under(got("encrypted", links(own), list), gitHub, `{"account":{"encryptOAuthTokens":true}}`),
	)
}

// unsigned is a token with a signature that is none: callbacks only read what a provider sent them itself.
func unsigned(c claims) string { return "e30." + code(encode(c)) + ".e30" }

// idTokenCallbacks are flows whose provider answers with an ID token.
func idTokenCallbacks() []Scenario {
	returns := func(c claims) []Step {
		return []Step{
			Post("/sign-in/social", `{"provider":"google","callbackURL":"/dash","errorCallbackURL":"/oops","newUserCallbackURL":"/welcome"}`, Jar("a"), As("go")),
			Get("/callback/google?code="+code(`{"idToken":"`+unsigned(c)+`","expires":3600}`)+"&state={{state.go}}", Jar("a")),
		}
	}
	list := Get("/list-accounts", Jar("a"), As("list"))
	chosen := `{"accountId":"{{resp.list.0.id}}"}`
	portable := func(name string, parts ...any) Scenario { return flow(name, steps(parts...)...) }
	return of(socialCallback, Options(gitHub),
		portable("google", returns(googled), who("a"), list, Post("/get-access-token", chosen, Jar("a")), Get("/account-info?accountId={{resp.list.0.id}}", Jar("a"))),
		portable("google without an address", returns(but(googled, "email", nil))),
		portable("google without an id token", goes("a", "/sign-in/social", `{"provider":"google"}`), Get("/callback/google?code="+code(`{"id":1}`)+"&state={{state.go}}", Jar("a"))),
		under(portable("google of another domain", returns(but(googled, "hd", "evil.example"))), gitHub, `{"socialProviders":{"google":{"hd":"example.com"}}}`),
	)
}
