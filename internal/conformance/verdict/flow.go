package verdict

// flows are the differences of sign-in through another deployment and in a popup.
func flows() []Allowance {
	meant := func(id, why, scenario, where, left, right string) Allowance {
		return Allowance{ID: id, Why: why, Scenario: pattern(scenario), Where: pattern(where), Left: pattern(left), Right: pattern(right)}
	}
	return []Allowance{
		{
			ID: "proxy-location", Why: "the header Location of a flow through production holds the state that production can read, as the body does",
			Scenario: pattern(`: proxy `), Step: pattern(`^POST /(sign-in/social|link-social)$`), Where: pattern(`^header location$`),
			Left: pattern(`[?&]state=[\w-]{32}&`), Right: pattern(`[?&]state=(\$ba\$\d\$)?[0-9a-f]{200}`),
		},
		meant("proxy-error-page", "an error page that is a path is the preview's, also when production finds the error",
			`: proxy `, `^header location$`, `^"/oops\?error=`, `^"http://localhost:3000/oops\?error=`),
		meant("proxy-browser", "only the browser that began a flow through production can end it",
			`: proxy in another browser$`, `^(header location|set-cookie|rows (user|session|account|verification))$`, ``,
			`^("/oops\?error=state_mismatch"|none|0 rows|1 rows)$`),
		meant("proxy-redirects", "the pages in a profile that came from production must be trusted, whoever has the secret",
			`: proxy payload: foreign `, `^(status|header location|set-cookie|body|rows (user|session|account|verification))$`, ``, ``),
		meant("proxy-unwrapped", "and so must the page in a callback of one's own",
			`: proxy unwrapped elsewhere$`, `^header location$`, `^"https://evil\.example"$`, `^"http://localhost:3000/api/auth/callback/`),
		meant("popup-state", "the state of a popup is stored like that of any other flow: in the same order, without empty URLs",
			`: popup `, `^rows verification\[0\]\.value( \(member order\)|\.(errorURL|newUserURL))$`, ``, ``),
		meant("popup-form-post", "a provider that answers with a form_post can end a popup",
			`: popup form$`, `^(status|set-cookie|header content-type|data)$`, ``, ``),
	}
}
