package scenario

// Probe is a short scenario that touches what every alteration changes.
func Probe() Scenario {
	return Scenario{
		Name: "probe", Endpoint: signUpPath, Config: Options(),
		Steps: []Step{joins(), who("a"), Post("/sign-in/email", `{"email":"ann@example.com","password":"wrong-password"}`, Jar("b"))},
	}
}
