package verdict

import "regexp"

// Documented are the differences between the reference and us that are meant.
// docs/differences.md gives the long form.
func Documented() []Allowance {
	return append(append(supersets(), improvements()...), oauth()...)
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
	meant := func(id, why, scenario, where, left, right string) Allowance {
		return Allowance{ID: id, Why: why, Scenario: pattern(scenario), Where: pattern(where), Left: pattern(left), Right: pattern(right)}
	}
	return []Allowance{
		meant("no-store", "answers that set a cookie or carry a token are never cached", ``, `^header (cache-control|pragma)$`, `^none$`, `^(no-store|no-cache)$`),
		meant("no-bare-500", "where the reference answers an empty 500, we answer a status and a JSON body that say what is wrong",
			`^random|broken stored hash, real|address taken meanwhile|hook refuses|name null`, `^(status|header content-type|body)$`, `^(500|none|"")$`, ``),
		meant("quiet-mail", "a mail that cannot be sent does not show in the answer",
			`mail fails|confirmation fails`, `^(status|header content-type|body)$`, `^(500|none|"")$`, ``),
		meant("typed-fields", "values of a wrong type are refused for additional fields and in update-user; the reference stores them or fails",
			`username (an object|a number|display name a number)$|age a string$|name a number$|field of wrong type$|required field (null$|is not asked)`,
			`^(status|set-cookie|header content-type|body(\.(token|user|status|message|code))?|rows (user|account|session)(\[0\]\.(name|age|updatedAt))?)$`, ``,
			`^(400|none|absent|application/json|.*\[body\.(age|name|company|username|displayUsername)\] Invalid input: expected .*|"VALIDATION_ERROR"|0 rows|null null|"Ann"|"20[^"]*Z")( \(no pair of random values\))?$`),
		meant("refreshed-token", "a session extended at any endpoint gets its cookie anew; outside get-session the reference sends only the cache, and the browser drops the session early",
			``, `^set-cookie$`, `^better-auth\.session_data(, better-auth\.session_token_multi-\w+)*$`, `^better-auth\.session_token, better-auth\.session_data(, better-auth\.session_token_multi-\w+)*$`),
		meant("refreshed-bearer", "and so gets its token for clients without cookies", ``, `^header (set-auth-token|access-control-expose-headers)$`, `^none$`, ``),
		meant("stale-cache", "and a cookie cache that nobody can read is dropped", `^random`, `^set-cookie$`,
			`^better-auth\.session_token(, better-auth\.session_token_multi-\w+)*$`, `^better-auth\.session_data, better-auth\.session_token(, better-auth\.session_token_multi-\w+)*$`),
		meant("typed-age", "and so are other additional fields of a wrong type", `^random`, `^(status|set-cookie|body\.(status|message|code|session|token|user))$`, ``,
			`^(400$|none$|absent$|"\[body\.(age|name)\] |"VALIDATION_ERROR")`),
		meant("typed-username", "a username that is no text is refused before the address is looked at", `^random`, `^(status|body\.(message|code))$`,
			`^(422$|"User already exists|"USER_ALREADY_EXISTS|"Failed to create user|"FAILED_TO_CREATE_USER)`,
			`^(400$|"\[body\.username\] |"VALIDATION_ERROR")`),
		meant("confirmed-session", "a session that was revoked writes nothing, whatever its cookie cache says", `^random`,
			`^(status|set-cookie|body\.(message|code))$`, ``, `^(401$|"Unauthorized"|"UNAUTHORIZED"|better-auth\.session_token, better-auth\.session_data, better-auth\.dont_remember$)`),
		meant("empty-callback", "an empty callbackURL is none", `callback empty`, `^body\.url$`, `^""$`, `^absent$`),
		meant("nul", "NUL is refused before it reaches a database", `with NUL`, `^body\.(message|code)$`, ``, ``),
		meant("body-limit", "a body of more than 1 MiB is refused before anything else happens", `over a mebibyte`, `^(status|set-cookie|body\.(message|code|status)|rows session)$`, ``,
			`^(413|absent|"Request body is too large"|"PAYLOAD_TOO_LARGE"|1 rows|none)$`),
		meant("peer-address", "without a usable forwarded header the client is the peer; the reference stores no address", ``, `ipAddress$`, `^""$`, `^"127\.0\.0\.1"$`),
		meant("expired-others", "revoke-other-sessions also removes rows that have expired", `expired others`, `^rows session$`, ``, ``),
		meant("change-email-once", "a change of address is recorded, so that its link works once and a later request voids it",
			`/change-email|^random|database hooks`, `^callbacks$`, ``, ``),
		meant("change-email-twice", "the second use of a confirmation link is an invalid token", `confirmation followed twice`, `^(header location|callbacks)$`, ``, ``),
		meant("deletion-token", "somebody else's attempt does not use up the token of a deletion", `(mail, token of another|callback: another) person`, `^rows verification$`, ``, ``),
		meant("hook-row", "hooks of several rows get each row; the reference tells some only how many", `database hooks of a reset`, `^callback databaseHooks\.account\.update\.after$`, `^number 1$`, `^object `),
		meant("surrogate", "a lone surrogate is one replacement character, as in any UTF-8 program", `lone surrogate`, `name$`, ``, ``),
		meant("more-tables", "tables that the secondary storage replaces are made all the same", `secondary storage`, `^tables$`, ``, ``),
		meant("reset-mark", "a redeemed reset token ends the other reset tokens of the person, which secondary storage remembers by a mark",
			`(reset|verification in the database) \(secondary`, `^secondary$`, ``, ``),
		meant("cached-order", "members of what was read back from a cookie cache or a secondary storage stay in the order of the database",
			``, `(\(member order\)|secondary\[\d+\]\.value\.id)$`, `^(id,(createdAt|ipAddress)|createdAt,updatedAt,value|absent$)`, ``),
		meant("reset-others", "a redeemed reset token ends the other reset tokens of the person", `^random`, `^rows verification$`, `^[1-9]\d* rows$`, `^\d+ rows$`),
		{
			ID: "error-page", Why: "the error page is always there, with a charset; the reference redirects to / in production unless its page is customised",
			Step: pattern(`^GET /error(\?|$)`), Where: pattern(`^(status|header (content-type|location))$`),
		},
	}
}

func pattern(text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	return regexp.MustCompile(text)
}
