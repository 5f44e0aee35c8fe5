package securitytest

import "os"

// Scale returns how often a test does what it does: some times in an ordinary run, and as often as the
// requirements ask when BETTERAUTH_TEST_FULL is 1.
func Scale(some, full int) int {
	if os.Getenv("BETTERAUTH_TEST_FULL") == "1" {
		return full
	}
	return some
}
