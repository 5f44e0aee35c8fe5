package scenario

import "net/url"

// at is a profile with the answers of paths: their names and JSON texts by turns.
func at(more string, answers ...string) string {
	text := "{" + more + `"expires":3600,"at":{`
	for i := 0; i+1 < len(answers); i += 2 {
		if i > 0 {
			text += ","
		}
		text += `"` + answers[i] + `":` + answers[i+1]
	}
	return text + "}}"
}

// otherProviders are whole flows through providers besides GitHub and Google.
func otherProviders() []Scenario {
	return join(discordFlows(), twitterFlows(), spotifyFlows(), microsoftFlows(), appleFlows())
}

// through signs in twice with one profile and looks at what there is.
func through(name, id, profile string, more map[string]any, patches ...string) Scenario {
	info := Get("/account-info?accountId={{resp.list.0.id}}", Jar("a"))
	s := flow("through "+id+": "+name, steps(entersWith(id, "a", profile), who("a"), Get("/list-accounts", Jar("a"), As("list")), info, entersWith(id, "b", profile), who("b"))...)
	return under(s, append([]string{configured(id, more)}, patches...)...)
}

// refused signs in with a profile that says too little.
func refused(name, id, profile string) Scenario {
	return under(flow("through "+id+": "+name, steps(entersWith(id, "a", profile), who("a"))...), configured(id, nil))
}

func discordFlows() []Scenario {
	got := func(name, profile string) Scenario {
		return through(name, "discord", at("", "/api/users/@me", profile), nil)
	}
	return of(socialCallback, nil,
		got("picture", `{"id":"80351110224678912","username":"nelly","global_name":"Nelly","discriminator":"0","avatar":"8342729096ea3675442027381ff50dfe","email":"nelly@example.com","verified":true}`),
		got("moving picture", `{"id":"80351110224678912","username":"nelly","global_name":null,"discriminator":"0","avatar":"a_8342","email":"nelly@example.com","verified":false}`),
		got("default picture", `{"id":"80351110224678912","username":"nelly","discriminator":"0","avatar":null,"email":"Nelly@example.com","verified":true}`),
		got("default picture of an older account", `{"id":"80351110224678912","username":"nelly","discriminator":"1337","avatar":null,"email":"nelly@example.com","verified":true}`),
		refused("no address", "discord", at("", "/api/users/@me", `{"id":"1","username":"nelly","discriminator":"0","avatar":null,"email":null,"verified":true}`)),
		refused("no profile", "discord", `{"broken":"profile"}`),
	)
}

func twitterFlows() []Scenario {
	const me, mail = "/2/users/me?user.fields=profile_image_url", "/2/users/me?user.fields=confirmed_email"
	profile := `{"data":{"id":"2244994945","name":"X Dev","username":"XDev","profile_image_url":"https://pbs.example/x.png"}}`
	return of(socialCallback, nil,
		through("confirmed address", "twitter", at("", me, profile, mail, `{"data":{"id":"2244994945","confirmed_email":"X@example.com"}}`), nil),
		through("no address", "twitter", at("", me, profile, mail, `{"data":{"id":"2244994945"}}`), nil),
		through("address not allowed", "twitter", at("", me, profile), nil),
		through("address given by the mapping", "twitter", at("", me, profile), map[string]any{"mapProfileToUser": "proved address"}),
	)
}

func spotifyFlows() []Scenario {
	got := func(name, images string) Scenario {
		return through(name, "spotify", at("", "/v1/me", `{"id":"wizzler","display_name":"Wizz","email":"w@example.com","images":`+images+`}`), nil)
	}
	return of(socialCallback, nil, got("picture", `[{"url":"https://i.example/w.png","height":64},{"url":"x"}]`), got("no picture", `[]`))
}

func microsoftFlows() []Scenario {
	good := otherTokens()["microsoft"]
	got := func(name string, c claims, more map[string]any) Scenario {
		return through(name, "microsoft", at(`"idToken":"`+unsigned(c)+`",`, "/v1.0/me/photos/48x48/$value", `"photo"`), more)
	}
	return of(socialCallback, nil,
		got("photo", good, nil),
		got("address listed as verified", but(good, "email_verified", nil, "verified_primary_email", []string{"Goo@example.com"}), nil),
		got("address not listed", but(good, "email_verified", nil), nil),
		refused("no object id", "microsoft", at(`"idToken":"`+unsigned(but(good, "oid", nil))+`",`)),
		got("mapped", good, map[string]any{"mapProfileToUser": "upper"}),
	)
}

// appleFlows return with a form, which the browser is led on from with a GET request.
func appleFlows() []Scenario {
	c := otherTokens()["apple"]
	delete(c, "name")
	got := func(name, user string) Scenario {
		query := "code=" + code(`{"idToken":"`+unsigned(c)+`","expires":3600}`) + "&state={{state.go}}" + user
		return under(flow("through apple: "+name,
			Post("/sign-in/social", `{"provider":"apple","callbackURL":"/dash","errorCallbackURL":"/oops","newUserCallbackURL":"/welcome"}`, Jar("a"), As("go")),
			Step{Method: "POST", Path: "/callback/apple", Body: query, HasBody: true, Headers: []Header{{"content-type", "application/x-www-form-urlencoded"}, {"origin", "https://appleid.apple.com"}}, Drop: []string{"origin"}},
			Get("/callback/apple?"+query, Jar("a")), who("a"), Get("/list-accounts", Jar("a"), As("list")),
			Get("/account-info?accountId={{resp.list.0.id}}", Jar("a"))), configured("apple", nil))
	}
	user := func(text string) string { return "&user=" + url.QueryEscape(text) }
	return of(socialCallback, nil,
		got("with the name", user(`{"name":{"firstName":"Fi","lastName":"La"},"email":"ignored@example.com"}`)),
		got("with half a name", user(`{"name":{"firstName":"Fi"}}`)),
		got("with an empty name", user(`{"name":{}}`)),
		got("without the name", ""),
		got("with a broken name", user(`{"name":`)),
		got("with a name of another type", user(`{"name":"Fi La"}`)),
	)
}
