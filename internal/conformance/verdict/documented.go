package verdict

import "regexp"

// Documented are the differences between the reference and us that are meant.
// docs/differences.md gives the long form.
func Documented() []Allowance {
	return append(supersets(), improvements()...)
}

// supersets are additive members that strict responses leave out.
func supersets() []Allowance {
	added := func(id, why, where, right string) Allowance {
		return Allowance{ID: id, Why: why, Superset: true, Where: regexp.MustCompile(where), Left: regexp.MustCompile(`^absent$`), Right: regexp.MustCompile(right)}
	}
	return []Allowance{
		added("error-status", "JSON error bodies also carry the HTTP status as a number", `^body\.status$`, `^[45]\d\d$`),
		added("limit-code", "the 429 body also carries a code", `^body\.code$`, `^"RATE_LIMIT_EXCEEDED"$`),
		added("sign-in-session", "sign-in and sign-up also answer the session", `^body\.session$`, `^\{`),
		added("reset-success", "a reset password also answers success", `^body\.success$`, `^true$`),
	}
}

// improvements are differences that hold always.
func improvements() []Allowance {
	return []Allowance{
		{
			ID: "no-store", Why: "answers that set a cookie or carry a token are never cached",
			Where: regexp.MustCompile(`^header (cache-control|pragma)$`), Left: regexp.MustCompile(`^none$`), Right: regexp.MustCompile(`^(no-store|no-cache)$`),
		},
	}
}
