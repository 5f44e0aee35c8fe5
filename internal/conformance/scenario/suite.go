package scenario

import "time"

// All lists every scenario of the run.
func All() []Scenario {
	var all []Scenario
	for _, area := range [][]Scenario{
		signUp(), signIn(), session(), cookieCache(), cookies(), password(), verification(), changeEmail(),
		user(), deletion(), routing(), bodies(), origins(), limits(), storage(), stateless(), hooks(),
		bearer(), username(), oauth(), providerFunctions(), oneTap(), lastLogin(), oauthProxy(), oauthPopup(), genericOAuth(), multiSession(), sessionMatrix(), wrongTypes(), supersets(), aliases(),
	} {
		all = append(all, area...)
	}
	return all
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// ann and bob are the people of most scenarios.
const (
	ann      = `{"name":"Ann","email":"ann@example.com","password":"password1234"}`
	annIn    = `{"email":"ann@example.com","password":"password1234"}`
	bob      = `{"name":"Bob","email":"bob@example.com","password":"password5678"}`
	annMail  = `{"email":"ann@example.com"}`
	noBody   = ""
	emptyObj = `{}`
)

// joins signs Ann up in jar "a".
func joins() Step { return Post("/sign-up/email", ann, Jar("a")) }

// bobJoins signs Bob up in jar "b".
func bobJoins() Step { return Post("/sign-up/email", bob, Jar("b"), As("bob")) }

// returns signs Ann in once more, in another browser.
func returns(jar string) Step { return Post("/sign-in/email", annIn, Jar(jar)) }

// verifies follows the link of the last verification mail.
func verifies(mods ...Mod) Step { return Get("{{call.sendVerificationEmail.url}}", mods...) }

// who asks for the session of a jar.
func who(jar string, mods ...Mod) Step { return Get("/get-session", append(mods, Jar(jar))...) }

// the is a scenario in short; of gives it endpoint and configuration.
func the(name string, steps ...Step) Scenario { return Scenario{Name: name, Steps: steps} }

// flow is a scenario that also runs with servers taking turns over one database.
func flow(name string, steps ...Step) Scenario {
	return Scenario{Name: name, Steps: steps, Portable: true}
}

// of completes scenarios of one endpoint and configuration.
func of(endpoint string, config Config, list ...Scenario) []Scenario {
	for i := range list {
		list[i].Name = endpoint + ": " + list[i].Name
		list[i].Endpoint = endpoint
		if list[i].Config == nil {
			list[i].Config = config
		}
	}
	return list
}

// under replaces the configuration of one scenario by patches over the base.
func under(s Scenario, patches ...string) Scenario {
	s.Config = Options(patches...)
	return s
}

// on chooses the database of one scenario.
func on(database string, s Scenario) Scenario {
	s.Database = database
	return s
}

func join(lists ...[]Scenario) []Scenario {
	var out []Scenario
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}
