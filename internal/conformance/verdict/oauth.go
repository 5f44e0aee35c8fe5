package verdict

import "regexp"

var authorizationURL = regexp.MustCompile(`^(body\.url|header location)$`)

// oauth are the differences of sign-in with providers.
func oauth() []Allowance {
	return []Allowance{
		{
			ID: "profile-order", Why: "the profile in account-info is a free-form object, whose members we sort",
			Where: regexp.MustCompile(`^body\.data \(member order\)$`),
		},
		{
			ID: "generic-order", Why: "the user in account-info has one order of members for all providers",
			Scenario: regexp.MustCompile(`: generic tokens: account info$`), Where: regexp.MustCompile(`^body\.user \(member order\)$`),
		},
		{
			ID: "verified-at-once", Why: "the answer of the sign-in that proves an address shows it as verified; the reference's shows the row of before",
			Scenario: regexp.MustCompile(`/one-tap/callback: user: (verified later|local need not be verified)$`),
			Where:    regexp.MustCompile(`^body\.user\.(emailVerified|updatedAt)$`),
		},
		{
			ID: "stateless-nulls", Why: "without a database the reference leaves out what an account does not have; we write null",
			Scenario: regexp.MustCompile(`(account cookie|id token:|options:) (without a|no) database$`),
			Where:    regexp.MustCompile(`^(body\.(refreshTokenExpiresAt|idToken)|set-cookie better-auth\.account_data\(part 3\) length)$`),
		},
		{
			ID: "params-order", Why: "a JSON object has no order, so additional parameters are sorted by name",
			Scenario: regexp.MustCompile(`: parameters out of order$`), Where: authorizationURL,
		},
		{
			ID: "options-honoured", Why: "prompt and responseMode do what they say with every provider; the reference ignores them with some",
			Scenario: regexp.MustCompile(`: URL of \w+ with prompt and answer mode$`), Where: authorizationURL,
			Right: regexp.MustCompile(`[?&](prompt=(select_account|login)|response_mode=form_post)`),
		},
		{
			ID: "endpoint-honoured", Why: "authorizationEndpoint replaces the page of TikTok and WeChat too",
			Scenario: regexp.MustCompile(`: URL of (tiktok|wechat) with another page$`), Where: authorizationURL,
			Right: regexp.MustCompile(`^"https://own\.example/authorize\?`),
		},
		{
			ID: "one-appid", Why: "the reference sends all client ids to WeChat, joined with a comma; we send the first, as elsewhere",
			Scenario: regexp.MustCompile(`: URL of wechat with several clients$`), Where: authorizationURL,
			Left: regexp.MustCompile(`appid=id(%2C|,)second`), Right: regexp.MustCompile(`appid=id&`),
		},
		{
			ID: "broken-state", Why: "a state that cannot be read is of no use to anybody; the reference leaves its row",
			Scenario: regexp.MustCompile(`: broken state: `), Where: regexp.MustCompile(`^rows verification$`),
			Left: regexp.MustCompile(`^1 rows$`), Right: regexp.MustCompile(`^0 rows$`),
		},
	}
}
