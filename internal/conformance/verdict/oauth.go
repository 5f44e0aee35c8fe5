package verdict

import "regexp"

// oauth are the differences of sign-in with providers.
func oauth() []Allowance {
	return []Allowance{
		{
			ID: "profile-order", Why: "the profile in account-info is a free-form object, whose members we sort",
			Where: regexp.MustCompile(`^body\.data \(member order\)$`),
		},
		{
			ID: "stateless-nulls", Why: "without a database the reference leaves out what an account does not have; we write null",
			Scenario: regexp.MustCompile(`account cookie without a database$`),
			Where:    regexp.MustCompile(`^(body\.(refreshTokenExpiresAt|idToken)|set-cookie better-auth\.account_data\(part 3\) length)$`),
		},
	}
}
