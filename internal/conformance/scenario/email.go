package scenario

import "time"

const (
	sendPath   = "POST /send-verification-email"
	verifyMail = "GET /verify-email"
	changeMail = "POST /change-email"
)

// asks requests a verification mail for Ann in her own browser.
func asks() Step { return Post("/send-verification-email", annMail, Jar("a")) }

func verification() []Scenario { return join(sendVerification(), verifyEmail()) }

func sendVerification() []Scenario {
	return of(sendPath, Options(`{"trustedOrigins":["https://app.example.com"]}`),
		flow("own address", joins(), asks()),
		the("own address in capitals", joins(), Post("/send-verification-email", `{"email":"ANN@example.com"}`, Jar("a"))),
		the("another address", joins(), Post("/send-verification-email", `{"email":"bob@example.com"}`, Jar("a"))),
		the("verified already", joins(), asks(), verifies(), asks()),
		the("callback", joins(), Post("/send-verification-email", `{"email":"ann@example.com","callbackURL":"/hello?a=b"}`, Jar("a"))),
		the("callback on a trusted origin", joins(), Post("/send-verification-email", `{"email":"ann@example.com","callbackURL":"https://app.example.com/x"}`, Jar("a"))),
		the("callback elsewhere", joins(), Post("/send-verification-email", `{"email":"ann@example.com","callbackURL":"https://evil.example"}`, Jar("a"))),
		flow("signed out, known address", joins(), Post("/send-verification-email", annMail)),
		the("signed out, unknown address", Post("/send-verification-email", annMail)),
		the("signed out, verified already", joins(), asks(), verifies(), Post("/send-verification-email", annMail)),
		the("address without form", Post("/send-verification-email", `{"email":"nope"}`)),
		under(the("no mail function", joins(), asks()), `{"emailVerification":null}`),
		under(the("no mail function, signed out", Post("/send-verification-email", annMail)), `{"emailVerification":null}`),
		under(the("mail fails", joins(), asks()), `{"emailVerification":{"sendVerificationEmail":"fail"}}`),
		under(the("mail fails, signed out", joins(), Post("/send-verification-email", annMail)), `{"emailVerification":{"sendVerificationEmail":"fail"}}`),
		under(the("longer life", joins(), asks()), `{"emailVerification":{"expiresIn":86400}}`),
		under(the("https", joins(), asks()), `{"baseURL":"https://auth.example.com"}`),
	)
}

func verifyEmail() []Scenario {
	link := func(rest string, mods ...Mod) Step {
		return Get("/verify-email?token={{call.sendVerificationEmail.token}}"+rest, mods...)
	}
	signs := `{"emailVerification":{"autoSignInAfterVerification":true}}`
	return of(verifyMail, Options(`{"trustedOrigins":["https://app.example.com"]}`),
		flow("live token", joins(), asks(), link(""), who("a")),
		flow("the mailed link", joins(), asks(), verifies()),
		the("in the person's browser", joins(), asks(), link("", Jar("a")), who("a")),
		the("twice", joins(), asks(), link(""), link("")),
		the("twice, with callback", joins(), asks(), link(""), link("&callbackURL=/done")),
		the("callback", joins(), asks(), link("&callbackURL=/done")),
		the("callback with query", joins(), asks(), link("&callbackURL=%2Fdone%3Fa%3Db%23c")),
		the("callback on a trusted origin", joins(), asks(), link("&callbackURL=https://app.example.com/x")),
		the("callback elsewhere", joins(), asks(), link("&callbackURL=https://evil.example")),
		the("callback empty", joins(), asks(), link("&callbackURL=")),
		the("expired", joins(), asks(), link("", After(time.Hour))),
		the("expired, with callback", joins(), asks(), link("&callbackURL=/done?x=1", After(time.Hour))),
		the("just before expiry", joins(), asks(), link("", After(time.Hour-2*time.Second))),
		the("garbage", Get("/verify-email?token=garbage")),
		the("garbage, with callback", Get("/verify-email?token=garbage&callbackURL=/ok")),
		the("garbage, trusted callback", Get("/verify-email?token=garbage&callbackURL=https://app.example.com/x")),
		the("garbage, foreign callback", Get("/verify-email?token=garbage&callbackURL=https://evil.example")),
		the("garbage, double slash", Get("/verify-email?token=garbage&callbackURL=//evil.example")),
		the("garbage, backslash", Get("/verify-email?token=garbage&callbackURL=/%5Cevil.example")),
		the("tampered", joins(), asks(), Get("/verify-email?token={{call.sendVerificationEmail.token}}x")),
		the("no algorithm", Get("/verify-email?token=eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFubkBleGFtcGxlLmNvbSJ9.")),
		the("empty token", Get("/verify-email?token=")),
		the("two tokens", Get("/verify-email?token=a&token=b")),
		the("token as an array", Get("/verify-email?token[]=a")),
		the("user gone", joins(), asks(), SQL(`DELETE FROM session`), SQL(`DELETE FROM account`), SQL(`DELETE FROM "user"`), link("")),
		the("user gone, with callback", joins(), asks(), SQL(`DELETE FROM session`), SQL(`DELETE FROM account`), SQL(`DELETE FROM "user"`), link("&callbackURL=/done")),
		the("POST", Post("/verify-email?token=x", emptyObj)),
		under(flow("signs in", joins(), asks(), link("", Jar("c")), who("c")), signs),
		under(the("signs in, already signed in", joins(), asks(), link("", Jar("a")), who("a")), signs),
		under(the("signs in, with callback", joins(), asks(), link("&callbackURL=/done", Jar("c")), who("c")), signs),
		under(the("signs in, cookie cache", joins(), asks(), link("", Jar("c")), who("c")), signs, `{"session":{"cookieCache":{"enabled":true}}}`),
		under(the("signs in, already signed in, cookie cache", joins(), asks(), link("", Jar("a")), who("a")), signs, `{"session":{"cookieCache":{"enabled":true}}}`),
		under(the("signs in only once", joins(), asks(), link("", Jar("c")), link("", Jar("d"))), signs),
		under(the("in the browser of another person", joins(), asks(), bobJoins(), link("", Jar("b")), who("b")), signs),
		under(the("hooks", joins(), asks(), link("")), `{"emailVerification":{"beforeEmailVerification":true,"afterEmailVerification":true}}`),
		under(flow("opens a required verification", Post("/sign-up/email", ann, Jar("a")), verifies(Jar("a")), returns("b")), `{"emailAndPassword":{"requireEmailVerification":true}}`),
		under(the("with a cookie cache", joins(), asks(), link("", Jar("a")), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
	)
}

func changeEmail() []Scenario {
	const wish = `{"newEmail":"new@example.com"}`
	change := func(body string) Step { return Post("/change-email", body, Jar("a")) }
	verified := []Step{joins(), asks(), verifies(), change(wish)}
	confirm := `{"user":{"changeEmail":{"sendChangeEmailConfirmation":true}}}`
	return of(changeMail, Options(`{"trustedOrigins":["https://app.example.com"]}`),
		the("unverified person", joins(), change(wish)),
		flow("unverified person, link followed", joins(), change(wish), verifies(Jar("a")), who("a")),
		flow("verified person, link followed", append(verified, verifies(Jar("a")), who("a"))...),
		under(the("link followed, cookie cache", joins(), change(wish), verifies(Jar("a")), who("a")), `{"session":{"cookieCache":{"enabled":true}}}`),
		the("link followed twice", append(verified, verifies(Jar("a")), verifies(Jar("a")))...),
		the("link followed elsewhere", append(verified, verifies(Jar("c")), who("c"), who("a"))...),
		the("link followed by another person", append(verified, bobJoins(), verifies(Jar("b")), who("b"), who("a"))...),
		the("link followed after an hour", append(verified, verifies(After(time.Hour)))...),
		the("callback", joins(), change(`{"newEmail":"new@example.com","callbackURL":"/changed"}`), verifies(Jar("a"))),
		the("callback elsewhere", joins(), change(`{"newEmail":"new@example.com","callbackURL":"https://evil.example"}`)),
		the("the same address", joins(), change(`{"newEmail":"ann@example.com"}`)),
		the("the same address in capitals", joins(), change(`{"newEmail":"ANN@EXAMPLE.COM"}`)),
		the("an address that is taken", joins(), bobJoins(), change(`{"newEmail":"bob@example.com"}`)),
		the("an address taken meanwhile", joins(), change(`{"newEmail":"bob@example.com"}`), bobJoins(), verifies(Jar("a")), who("a")),
		the("without form", joins(), change(`{"newEmail":"nope"}`)),
		the("capitals are lowered", joins(), change(`{"newEmail":"NEW@Example.com"}`)),
		under(the("disabled", joins(), change(wish)), `{"user":{"changeEmail":null}}`),
		under(the("no mail function", joins(), change(wish)), `{"emailVerification":null}`),
		under(flow("at once", joins(), change(wish), who("a")), `{"user":{"changeEmail":{"updateEmailWithoutVerification":true}}}`),
		under(the("at once, address taken", joins(), bobJoins(), change(`{"newEmail":"bob@example.com"}`)), `{"user":{"changeEmail":{"updateEmailWithoutVerification":true}}}`),
		under(the("at once, but verified", joins(), asks(), verifies(), change(wish), who("a")), `{"user":{"changeEmail":{"updateEmailWithoutVerification":true}}}`),
		under(the("at once, no mail function", joins(), change(wish), who("a")), `{"user":{"changeEmail":{"updateEmailWithoutVerification":true}},"emailVerification":null}`),
		under(flow("confirmed by the old address", append(verified, Get("{{call.sendChangeEmailConfirmation.url}}", Jar("a")), verifies(Jar("a")), who("a"))...), confirm),
		under(the("confirmation for the unverified", joins(), change(wish)), confirm),
		under(the("confirmation followed twice", append(verified, Get("{{call.sendChangeEmailConfirmation.url}}", Jar("a")), Get("{{call.sendChangeEmailConfirmation.url}}", Jar("a")))...), confirm),
		under(the("confirmation signed out", append(verified, Get("{{call.sendChangeEmailConfirmation.url}}"))...), confirm),
		under(the("confirmation fails", verified...), `{"user":{"changeEmail":{"sendChangeEmailConfirmation":"fail"}}}`),
	)
}
