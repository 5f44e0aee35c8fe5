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
			ID: "verified-at-once", Why: "the answer of the sign-in that proves an address shows it as verified; the reference's shows the row of before",
			Scenario: regexp.MustCompile(`/one-tap/callback: user: (verified later|local need not be verified)$`),
			Where:    regexp.MustCompile(`^body\.user\.(emailVerified|updatedAt)$`),
		},
		{
			ID: "stateless-nulls", Why: "without a database the reference leaves out what an account does not have; we write null",
			Scenario: regexp.MustCompile(`account cookie without a database$`),
			Where:    regexp.MustCompile(`^(body\.(refreshTokenExpiresAt|idToken)|set-cookie better-auth\.account_data\(part 3\) length)$`),
		},
	}
}
