package verdict

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/runner"
)

var authorizationURL = regexp.MustCompile(`^(body\.url|header location)$`)

// oauth are the differences of sign-in with providers.
func oauth() []Allowance {
	return []Allowance{
		{
			ID: "profile-order", Why: "the profile in account-info is a free-form object, whose members we sort",
			Where: regexp.MustCompile(`^body\.data[.\w]* \(member order\)$`),
		},
		{
			ID: "generic-order", Why: "the user in account-info has one order of members for all providers",
			Scenario: regexp.MustCompile(`: (generic tokens: account info$|through (discord|apple): )`), Where: regexp.MustCompile(`^body\.user \(member order\)$`),
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

// functions are differences of options that are functions, and of what is asked with them.
func functions() []Allowance {
	return []Allowance{
		{
			ID: "zoom-verifier", Why: "without PKCE no verifier is sent to the token endpoint either",
			Scenario: regexp.MustCompile(`: token requests of zoom without challenge$`), Where: regexp.MustCompile(`scopes?(\.0)?$`),
			Left: regexp.MustCompile(`\|code_verifier=128\|`), Right: regexp.MustCompile(`^"client_id=id\|client_secret=secret\|grant_type=authorization_code\|redirect_uri=`),
		},
		{
			ID: "function-fails", Why: "a function of the application that fails while a browser waits leads to the error page; the reference answers an empty 500",
			Scenario: regexp.MustCompile(`: (mapped|own profile): fails$`),
			Where:    regexp.MustCompile(`^(status|header (content-type|location)|set-cookie)$`), Cause: failedProfile,
		},
		{
			ID: "profile-types", Why: "a profile's values of a wrong type are refused by their names; with the reference the database fails",
			Scenario: regexp.MustCompile(`: mapped: wrong fields$`), Where: regexp.MustCompile(`^(status|header location|body\.message)$`),
			Left:  regexp.MustCompile(`^(401|"/oops\?error=unable_to_create_user"|"unable to create user")$`),
			Right: regexp.MustCompile(`^(400|"/oops\?error=VALIDATION_ERROR&error_description=%5Bbody\.level%5D\+.*|"\[body\.level\] Invalid input: .*)$`),
		},
		{
			ID: "profile-subject", Why: "a profile that does not identify the account is none, for account-info too",
			Scenario: regexp.MustCompile(`/account-info: own profile: no subject$`), Where: regexp.MustCompile(`^(status|body\.(user|data|account|message|code))$`),
			Left: regexp.MustCompile(`^(200|\{.*|absent)$`), Right: regexp.MustCompile(`^(401|absent|"Failed to get user info"|"FAILED_TO_GET_USER_INFO")$`),
		},
		{
			ID: "no-new-tokens", Why: "a refresh that brings nothing has failed; get-access-token and account-info of the reference use the token that has ended",
			Scenario: regexp.MustCompile(`: own refresh none`), Where: regexp.MustCompile(`^(status|body\.\w+|rows account\[0\]\.updatedAt)$`), Cause: noNewTokens,
		},
	}
}

// failedProfile holds where the reference answers an empty 500 to a callback, and we lead to the error page.
func failedProfile(x *runner.Exchange) bool {
	return bare(x.Left) && x.Right.Status == http.StatusFound &&
		strings.HasSuffix(x.Right.Header.Get("Location"), "?error=unable_to_get_user_info")
}

// noNewTokens holds where we refuse an access token that has ended, which the reference still uses.
func noNewTokens(x *runner.Exchange) bool {
	return x.Left.Status == http.StatusOK && x.Right.Status == http.StatusBadRequest && refused(x.Right).Code == "FAILED_TO_GET_ACCESS_TOKEN"
}
