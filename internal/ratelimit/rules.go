package ratelimit

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/glob"
)

// Default is the rule for paths no other rule names: 100 requests in 10 s.
var Default = Rule{Window: 10 * time.Second, Max: 100}

// PathRule is a rule for the paths its Match accepts.
type PathRule struct {
	Match func(path string) bool
	Rule  Rule
}

// Paths returns a Match that accepts exactly the given paths.
func Paths(paths ...string) func(path string) bool {
	return func(path string) bool { return slices.Contains(paths, path) }
}

// CustomRule is a rule of the application; it overrides all others.
type CustomRule struct {
	// Pattern is an exact path, or a wildcard pattern if it contains "*"
	// (see [glob.Glob]).
	Pattern string
	// Rule is what applies, unless one of the fields below is set.
	Rule Rule
	// Unlimited turns limiting off.
	Unlimited bool
	// Decide chooses for each request, given the rule that would apply
	// otherwise; false turns limiting off.
	Decide func(r *http.Request, otherwise Rule) (Rule, bool)
}

// Rules finds the rule for a path. It is safe for concurrent use.
type Rules struct {
	fallback Rule
	plugins  [][]PathRule
	custom   []customRule
}

type customRule struct {
	CustomRule
	glob *glob.Glob
}

// NewRules collects rules. fallback is for paths no other rule names; a part of
// it that is zero is taken from [Default]. plugins holds the rules of each
// plugin in their order.
func NewRules(fallback Rule, plugins [][]PathRule, custom []CustomRule) *Rules {
	if fallback.Window == 0 {
		fallback.Window = Default.Window
	}
	if fallback.Max == 0 {
		fallback.Max = Default.Max
	}
	r := &Rules{fallback: fallback, plugins: plugins}
	for _, c := range custom {
		compiled := customRule{CustomRule: c}
		if strings.Contains(c.Pattern, "*") {
			compiled.glob = new(glob.Compile(c.Pattern))
		}
		r.custom = append(r.custom, compiled)
	}
	return r
}

// For returns the rule for a request to path (below the base path, without
// trailing slashes); false means unlimited. The first custom rule that matches
// wins, then the first match of the first plugin that has one, then the core
// rules, then the fallback.
func (r *Rules) For(req *http.Request, path string) (Rule, bool) {
	rule := r.builtIn(path)
	for i := range r.custom {
		c := &r.custom[i]
		switch {
		case !c.matches(path):
			continue
		case c.Unlimited:
			return Rule{}, false
		case c.Decide != nil:
			return c.Decide(req, rule)
		}
		return c.Rule, true
	}
	return rule, true
}

func (c *customRule) matches(path string) bool {
	if c.glob != nil {
		return c.glob.Match(path)
	}
	return c.Pattern == path
}

func (r *Rules) builtIn(path string) Rule {
	for _, rules := range r.plugins {
		for _, rule := range rules {
			if rule.Match(path) {
				return rule.Rule
			}
		}
	}
	if rule, ok := coreRule(path); ok {
		return rule
	}
	return r.fallback
}

// LongestCoreWindow is the longest window of the core's special rules.
const LongestCoreWindow = time.Minute

// coreRule is the rule for the core paths that guess secrets or send mail.
func coreRule(path string) (Rule, bool) {
	for _, prefix := range []string{"/sign-in", "/sign-up", "/change-password", "/change-email"} {
		if strings.HasPrefix(path, prefix) {
			return Rule{Window: 10 * time.Second, Max: 3}, true
		}
	}
	switch path {
	case "/request-password-reset", "/send-verification-email",
		"/email-otp/send-verification-otp", "/email-otp/request-password-reset":
		return Rule{Window: LongestCoreWindow, Max: 3}, true
	}
	return Rule{Window: LongestCoreWindow, Max: 3}, strings.HasPrefix(path, "/forget-password")
}
