package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Config is an option tree in the reference's own names. Where the reference
// takes a function the tree says true (record the call) or "fail".
type Config map[string]any

// Secret signs everything in the run, so that the comparison can check
// signatures instead of believing them.
const Secret = "conformance-secret-0123456789-ABCDEFGHIJ-abcdefghij"

// BaseURL is where both servers believe they are.
const BaseURL = "http://localhost:3000"

// Base is the configuration most scenarios build on: every mail is on,
// passwords are stored by a cheap function that both sides share.
func Base() Config {
	return Parse(`{
		"baseURL": "` + BaseURL + `",
		"secret": "` + Secret + `",
		"emailAndPassword": {"enabled": true, "password": "cheap", "sendResetPassword": true},
		"emailVerification": {"sendVerificationEmail": true},
		"user": {"changeEmail": {"enabled": true}, "deleteUser": {"enabled": true}},
		"rateLimit": {"enabled": false}
	}`)
}

// Options is Base with JSON patches merged over it; null removes a member.
func Options(patches ...string) Config {
	c := Base()
	for _, p := range patches {
		c = merge(c, Parse(p))
	}
	return c
}

// Parse reads a configuration from JSON. The texts are part of the program, so
// a broken one is a bug, reported at once.
func Parse(text string) Config {
	var c Config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		panic(fmt.Sprintf("scenario: configuration %s: %v", text, err))
	}
	return c
}

func merge(base, patch map[string]any) map[string]any {
	out := maps.Clone(base)
	for key, value := range patch {
		below, isTree := value.(map[string]any)
		have, hadTree := out[key].(map[string]any)
		switch {
		case value == nil:
			delete(out, key)
		case isTree && hadTree:
			out[key] = merge(have, below)
		default:
			out[key] = value
		}
	}
	return out
}
