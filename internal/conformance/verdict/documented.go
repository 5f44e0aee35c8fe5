package verdict

import (
	"regexp"
	"slices"
)

// Documented are the differences between the reference and us that are meant.
// docs/differences.md gives the long form.
func Documented() []Allowance {
	return slices.Concat(supersets(), improvements(), oauth(), functions(), flows())
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
		added("updated-user", "PATCH /user also answers the user", `^body\.user$`, `^\{`),
		{
			ID: "empty-session", Why: "GET /session answers an object with nulls when nobody is signed in; /get-session answers null", Superset: true,
			Where: pattern(`^body$`), Left: pattern(`^null null$`), Right: pattern(`^object \{user,session\}$`),
		},
		{
			ID: "session-order", Why: "GET /session answers the user first", Superset: true,
			Where: pattern(`^body \(member order\)$`), Left: pattern(`^session,user$`), Right: pattern(`^user,session$`),
		},
	}
}

// improvements are differences that hold always: where the reference fails
// without a word, leaks, or trusts what it should not.
func improvements() []Allowance {
	return slices.Concat(requests(), sessions(), links(), storage(), told())
}

// meant is a difference that named scenarios show.
func meant(id, why, scenario, where, left, right string) Allowance {
	return Allowance{ID: id, Why: why, Scenario: pattern(scenario), Where: pattern(where), Left: pattern(left), Right: pattern(right)}
}

// requests are about what is accepted and how refusals look.
func requests() []Allowance {
	return []Allowance{
		{
			ID: "typed-fields", Why: "values of a wrong type are refused for additional fields and in update-user; the reference stores them or fails",
			Cause: refusedType,
		},
		{
			ID: "no-bare-500", Why: "where the reference answers an empty 500, we answer a status and a JSON body that say what is wrong",
			Where: pattern(`^(status|header content-type|body)$`), Cause: bareFailure,
		},
		{
			ID: "no-store", Why: "answers that set a cookie or carry a token are never cached",
			Where: pattern(`^header (cache-control|pragma)$`), Left: pattern(`^none$`), Right: pattern(`^(no-store|no-cache)$`), Cause: confidential,
		},
		{
			ID: "empty-callback", Why: "an empty callbackURL is none",
			Where: pattern(`^(body\.url|rows verification\[\d+\]\.value\.\w+|set-cookie [\w.-]*oauth_state)$`), Cause: emptyURL,
		},
		{
			ID: "account-message", Why: "a body that names an account in two ways is invalid, whichever of them has the wrong type",
			Step:  pattern(`/(refresh-token|get-access-token|account-info)`),
			Where: pattern(`^body\.message$`), Left: pattern(`^"\[(body|query)\] Unrecognized keys?: `), Right: pattern(`^"\[(body|query)\] Invalid input"`),
		},
		meant("nul", "NUL is refused before it reaches a database", `with NUL`, `^body\.(message|code)$`, ``, ``),
		meant("body-limit", "a body of more than 1 MiB is refused before anything else happens", `over a mebibyte`, `^(status|set-cookie|body\.(message|code|status)|rows session)$`, ``,
			`^(413|absent|"Request body is too large"|"PAYLOAD_TOO_LARGE"|1 rows|none)$`),
		meant("surrogate", "a lone surrogate is one replacement character, as in any UTF-8 program", `lone surrogate`, `name$`, ``, ``),
		meant("peer-address", "without a usable forwarded header the client is the peer; the reference stores no address", ``, `ipAddress$`, `^""$`, `^"127\.0\.0\.1"$`),
		{
			ID: "error-page", Why: "the error page is always there, with a charset; the reference redirects to / in production unless its page is customised",
			Step: pattern(`^GET /error(\?|$)`), Where: pattern(`^(status|header (content-type|location))$`),
		},
	}
}

// sessions are about how sessions live and end.
func sessions() []Allowance {
	return []Allowance{
		{
			ID:    "all-cookies",
			Why:   "every cookie that reading a session sets is sent; outside get-session the reference sends only the last, and none when a hook before the endpoint refuses, so that the browser drops an extended session early",
			Where: pattern(`^set-cookie$`), Cause: lostCookies,
		},
		{
			ID: "refreshed-bearer", Why: "and so an extended session gets its token for clients without cookies",
			Where: pattern(`^header (set-auth-token|access-control-expose-headers)$`), Left: pattern(`^none$`), Cause: extended,
		},
		{
			ID: "confirmed-session", Why: "a session that was revoked neither lists sessions nor writes anything, whatever its cookie cache says",
			Step: pattern(`^POST /(update-(user|session)|multi-session/revoke|unlink-account)(\?|$)|^GET /list-sessions`), Cause: revoked,
		},
		{
			ID: "bearer-first", Why: "a bearer token decides whose session a request has, also where a plugin looks for the session first",
			Step: pattern(`^POST /update-user(\?|$)`), Cause: twoSessions,
		},
		{
			ID: "expired-others", Why: "revoke-other-sessions also removes rows that have expired",
			Step: pattern(`^POST /revoke-other-sessions(\?|$)`), Where: pattern(`^rows session$`), Cause: expiredOthers,
		},
		{
			ID: "cached-order", Why: "members of what was read back from a cookie cache or a secondary storage stay in the order of the database",
			Where: pattern(`(\(member order\)|secondary\[\d+\]\.value\.id)$`), Left: pattern(`^(id,(createdAt|ipAddress)|createdAt,updatedAt,value|absent$)`), Cause: cached,
		},
	}
}

// links are about tokens that are mailed.
func links() []Allowance {
	return []Allowance{
		meant("quiet-mail", "a mail that cannot be sent does not show in the answer",
			`mail fails|confirmation fails`, `^(status|header content-type|body)$`, `^(500|none|"")$`, ``),
		{ID: "change-email-once", Why: "a link that changes an address works once, and a later request voids it", Cause: spentLink},
		{
			ID: "reset-others", Why: "a redeemed reset token ends the other reset tokens of the person",
			Where: pattern(`^rows verification$`), Cause: redeemed,
		},
		meant("reset-mark", "a redeemed reset token ends the other reset tokens of the person, which secondary storage remembers by a mark",
			`(reset|verification in the database) \(secondary`, `^secondary$`, ``, ``),
		{
			ID: "deletion-token", Why: "an attempt that fails, somebody else's for example, does not use up the token of a deletion",
			Where: pattern(`^rows verification$`), Cause: keptDeletion,
		},
	}
}

func storage() []Allowance {
	return []Allowance{
		{
			ID: "state-order", Why: "additionalData with the names of a flow's own members does not move them",
			Where: pattern(`^rows verification\[\d+\]\.value \(member order\)$`), Cause: ownState,
		},
		meant("more-tables", "tables that the secondary storage replaces are made all the same", `secondary storage`, `^tables$`, ``, ``),
	}
}

// told are about what hooks get.
func told() []Allowance {
	return []Allowance{
		meant("hook-row", "hooks of several rows get each row; the reference tells some only how many", `database hooks of a reset`, `^callback databaseHooks\.account\.update\.after$`, `^number 1$`, `^object `),
		meant("hook-commit", "hooks after a write run when it is committed, not amid the others", `database hooks of a deletion`, `^callbacks$`, `\.after`, `\.after$`),
		meant("hook-unset", "hooks before a row is made get a typed row, in which nothing is yet what has no value", ``, `^callback databaseHooks\.\w+\.create\.before\.\w+$`, `^absent$`, `^(null|"")$`),
		meant("hook-order", "what hooks before a write get has no order of members", ``, `^callback databaseHooks\.\w+\.(create|update)\.before \(member order\)$`, ``, ``),
		meant("hook-changes", "hooks before an update get updatedAt always, and the provider only if it changes", ``,
			`^callback databaseHooks\.(user|account)\.update\.before\.(updatedAt|providerId)$`, `^(absent|"(github|google)")$`, `^(absent|"20[-0-9T:.]*Z")$`),
	}
}

func pattern(text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	return regexp.MustCompile(text)
}
