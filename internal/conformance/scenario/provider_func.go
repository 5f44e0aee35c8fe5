package scenario

import "maps"

// userFields are additional fields of users, of every kind that a provider's profile may fill.
const userFields = `{"user":{"additionalFields":{
	"nickname":{"type":"string","required":false},
	"level":{"type":"number","required":false},
	"since":{"type":"date","required":false},
	"member":{"type":"boolean","required":false},
	"tags":{"type":"string[]","required":false},
	"role":{"type":"string","required":false,"input":false,"defaultValue":"user"}}}}`

// functioned is gitHub with functions, whose names reference/social.mjs knows, in both providers.
func functioned(options map[string]any, patches ...string) []string {
	more := encode(map[string]any{"socialProviders": map[string]any{"github": options, "google": options}})
	return append([]string{gitHub, more}, patches...)
}

// providerFunctions are the options of providers that are functions.
func providerFunctions() []Scenario {
	return join(mappedProfiles(), ownProfiles(), ownVerifications(), ownRefreshes(), tokenRequests(), otherProviders())
}

// everywhere plays a profile through each way to an account.
func everywhere(name string, options map[string]any, patches ...string) []Scenario {
	config := functioned(options, patches...)
	list, info := Get("/list-accounts", Jar("a"), As("list")), Get("/account-info?accountId={{resp.list.0.id}}", Jar("a"))
	before := append([]string{gitHub}, patches...)
	same := but(googled, "email", "ann@example.com")
	play := func(parts ...any) Scenario { return under(flow(name, steps(parts...)...), config...) }
	return join(
		of(socialCallback, nil, play(entersBy("a", octo), who("a"), Get("/list-accounts", Jar("a")), entersBy("b", octo), who("b"))),
		of("GET /account-info", nil, under(flow(name, steps(entersBy("a", octo), list, Reconfigure(Options(config...)), info)...), before...)),
		of(linkPath, nil,
			play(joins(), goes("a", "/link-social", `{"provider":"github","callbackURL":"/x","errorCallbackURL":"/oops"}`), returnsWith("a", annHub), list, who("a")),
			under(flow(name+", id token", joins(), presents("/link-social", signed(same), `,"accessToken":"at"`), list, who("a")), config...)),
		of(socialPath, nil, play(presents("/sign-in/social", signed(googled), `,"accessToken":"at"`), who("a"), presents("/sign-in/social", signed(googled), "", Jar("b")))),
	)
}

func mappedProfiles() []Scenario {
	var list []Scenario
	for _, name := range []string{"upper", "address", "no address", "empty address", "no name", "proved", "proved address", "doubted", "no fields", "nothing", "fails"} {
		list = append(list, everywhere("mapped: "+name, map[string]any{"mapProfileToUser": name})...)
	}
	for _, name := range []string{"fields", "wrong fields", "null fields"} {
		list = append(list, everywhere("mapped: "+name, map[string]any{"mapProfileToUser": name}, userFields)...)
	}
	mapped := func(name, function string, more map[string]any, steps []Step, patches ...string) Scenario {
		options := map[string]any{"mapProfileToUser": function}
		maps.Copy(options, more)
		return under(flow("mapped: "+name, steps...), functioned(options, patches...)...)
	}
	bare, unproved := `{"id":5,"name":"N"}`, `{"id":5,"name":"N","email":"n@example.com"}`
	again := steps(entersBy("a", octo), entersBy("b", octo), who("b"))
	override, verified := map[string]any{"overrideUserInfoOnSignIn": true}, map[string]any{"requireEmailVerification": true}
	copied := `{"account":{"accountLinking":{"updateUserInfoOnLink":true,"allowDifferentEmails":true}}}`
	link := []Step{joins(), goes("a", "/link-social", `{"provider":"github","callbackURL":"/x"}`), returnsWith("a", annHub), who("a")}
	return join(list, of(socialCallback, nil,
		mapped("an address for a profile without", "address", nil, steps(entersBy("a", bare), who("a"))),
		mapped("a proved address for a profile without", "proved address", nil, steps(entersBy("a", bare), who("a"))),
		mapped("an address that is proved", "proved", nil, steps(entersBy("a", unproved), who("a"))),
		mapped("an address that must be proved", "doubted", verified, steps(entersBy("a", octo), who("a"))),
		mapped("an address that had to be proved", "proved", verified, steps(entersBy("a", unproved), who("a"))),
		mapped("an address that somebody has", "proved address", nil, steps(joins(), SQL(`UPDATE "user" SET "email" = 'mapped@example.com', "emailVerified" = true`), entersBy("b", octo), who("b"))),
		mapped("user rewritten", "upper", override, again),
		mapped("user rewritten, another address", "address", override, again),
		mapped("user rewritten with fields", "fields", override, again, userFields),
		mapped("user rewritten after a change", "fields", override, steps(entersBy("a", octo), SQL(`UPDATE "user" SET "nickname" = 'Old', "role" = 'editor', "level" = 1`), entersBy("b", octo), who("b")), userFields),
		mapped("required field not filled", "nothing", nil, steps(entersBy("a", octo), who("a")), `{"user":{"additionalFields":{"nickname":{"type":"string","required":true}}}}`),
		mapped("required field filled", "fields", nil, steps(entersBy("a", octo), who("a")), `{"user":{"additionalFields":{"nickname":{"type":"string","required":true}}}}`),
		mapped("fields told to hooks", "fields", nil, steps(entersBy("a", octo)), userFields, `{"databaseHooks":"record"}`),
	), of(linkPath, nil,
		mapped("link copies", "upper", nil, link, copied),
		mapped("link copies fields", "fields", nil, link, copied, userFields),
		mapped("link copies another address", "proved address", nil, link, copied),
	))
}

func ownProfiles() []Scenario {
	var list []Scenario
	for _, name := range []string{"fixed", "unverified", "no address", "no subject", "none", "fails"} {
		list = append(list, everywhere("own profile: "+name, map[string]any{"getUserInfo": name})...)
	}
	list = append(list, everywhere("own profile: fields", map[string]any{"getUserInfo": "fields"}, userFields)...)
	list = append(list, everywhere("own profile: not mapped", map[string]any{"getUserInfo": "fixed", "mapProfileToUser": "upper"})...)
	trusted := `{"account":{"accountLinking":{"trustedProviders":["github","google"],"allowDifferentEmails":true}}}`
	return append(list, everywhere("own profile: linked", map[string]any{"getUserInfo": "unverified"}, trusted)...)
}

func ownVerifications() []Scenario {
	var list []Scenario
	post := func(path, provider, token, more string) Step {
		return Post(path, `{"provider":"`+provider+`","idToken":{"token":"`+token+`"`+more+`}}`, Jar("a"))
	}
	for _, path := range []string{"/sign-in/social", "/link-social"} {
		for _, name := range []string{"yes", "no", "nonce", "fails"} {
			checked := map[string]any{"verifyIdToken": name}
			play := func(title string, options map[string]any, steps ...Step) {
				if path == "/link-social" {
					steps = append([]Step{joins()}, steps...)
				}
				list = append(list, of("POST "+path, nil, under(the("own check "+name+": "+title, steps...), functioned(options)...))...)
			}
			good := but(googled, "email", "ann@example.com")
			play("good, altered, expired", checked, post(path, "google", signed(good), ""), post(path, "google", unsigned(but(good, "sub", "g-2")), `,"nonce":"n"`),
				post(path, "google", signed(but(good, "iat", -7200, "exp", -3600)), `,"nonce":"m"`), who("a"))
			play("no token at all", checked, post(path, "google", "nonsense", `,"nonce":"n"`), post(path, "google", "", `,"nonce":"n"`))
			play("provider without", checked, post(path, "github", "t", ""), post(path, "github", "t", `,"nonce":"n","accessToken":"at.`+code(annHub)+`","refreshToken":"rt","expiresAt":1767330000000,"scopes":["x"]`), Get("/list-accounts", Jar("a")), who("a"))
			play("switched off", map[string]any{"verifyIdToken": name, "disableIdTokenSignIn": true}, post(path, "google", signed(good), `,"nonce":"n"`))
			play("own profile", map[string]any{"verifyIdToken": name, "getUserInfo": "fixed"}, post(path, "github", "t", `,"nonce":"n"`), post(path, "google", "t", `,"nonce":"n","accessToken":"at"`), who("a"))
		}
	}
	return list
}

func ownRefreshes() []Scenario {
	var list []Scenario
	in := steps(entersBy("a", octo), Get("/list-accounts", Jar("a"), As("list")))
	for _, path := range []string{"/get-access-token", "/refresh-token"} {
		chosen := func(mods ...Mod) Step {
			return Post(path, `{"accountId":"{{resp.list.0.id}}"}`, append(mods, Jar("a"))...)
		}
		for _, name := range []string{"fixed", "access token", "no access token", "none", "fails"} {
			play := func(title string, patches []string, parts ...any) {
				s := flow("own refresh "+name+title, steps(append([]any{in}, parts...)...)...)
				list = append(list, of("POST "+path, nil, under(s, functioned(map[string]any{"refreshAccessToken": name}, patches...)...))...)
			}
			late := After(2 * hour)
			play("", nil, chosen(), chosen(late), chosen())
			play(", encrypted", []string{`{"account":{"encryptOAuthTokens":true}}`}, chosen(late), chosen())
			play(", account cookie", []string{`{"account":{"storeAccountCookie":true}}`}, Post(path, `{"useAccountCookie":true}`, Jar("a"), late), Post(path, `{"useAccountCookie":true}`, Jar("a")))
			play(", no refresh token", nil, SQL(`UPDATE account SET "refreshToken" = NULL`), chosen(late))
			if path == "/get-access-token" {
				play(", account info", nil, Get("/account-info?accountId={{resp.list.0.id}}", Jar("a"), late))
			}
		}
	}
	return list
}

// tokenRequests compare what the token endpoints of all providers are asked: their answer repeats it.
func tokenRequests() []Scenario {
	own := map[string]any{"getUserInfo": "of any provider"}
	asks := func(name, id string, more map[string]any) Scenario {
		options := maps.Clone(own)
		maps.Copy(options, more)
		parts := steps(entersWith(id, "a", `{"user":{"id":1},"claims":{"sub":"e-1"},"echo":true,"expires":3600}`), Get("/list-accounts", Jar("a"), As("list")))
		if id != "wechat" && id != "facebook" { // they ask in other ways, which end the sign-in here
			parts = append(parts, Post("/refresh-token", `{"accountId":"{{resp.list.0.id}}"}`, Jar("a")))
		}
		return under(flow("token requests of "+id+name, parts...), configured(id, options))
	}
	var list []Scenario
	for _, id := range socialIDs {
		list = append(list, asks("", id, nil))
	}
	return of("POST /refresh-token", nil, append(list,
		asks(" with an assertion", "microsoft", map[string]any{"clientSecret": nil, "clientAssertion": true}),
		asks(" without a secret", "microsoft", map[string]any{"clientSecret": nil}),
		asks(" with a redirect URI", "github", map[string]any{"redirectURI": "https://app.example.com/back"}),
		asks(" with several clients", "google", map[string]any{"clientId": []string{"one", "two"}}),
		asks(" without challenge", "zoom", map[string]any{"pkce": false}),
	)...)
}

// entersWith is a whole sign-in with any provider.
func entersWith(id, jar, profile string) []Step {
	return []Step{
		Post("/sign-in/social", `{"provider":"`+id+`","callbackURL":"/dash","errorCallbackURL":"/oops","newUserCallbackURL":"/welcome"}`, Jar(jar), As("go")),
		Get("/callback/"+id+"?code="+code(profile)+"&state={{state.go}}", Jar(jar)),
	}
}
