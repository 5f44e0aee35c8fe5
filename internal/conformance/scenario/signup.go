package scenario

import "strings"

const (
	signUpPath  = "POST /sign-up/email"
	fieldsPatch = `{"user":{"additionalFields":{
		"age":{"type":"number","required":false},
		"plan":{"type":"string","required":false,"input":false,"defaultValue":"free"},
		"tier":{"type":"string","required":false,"input":false},
		"secretNote":{"type":"string","required":false,"returned":false},
		"active":{"type":"boolean","required":false,"defaultValue":true},
		"born":{"type":"date","required":false},
		"tags":{"type":"string[]","required":false},
		"scores":{"type":"number[]","required":false}}}}`
	requiredPatch = `{"user":{"additionalFields":{"company":{"type":"string","required":true}}}}`
)

// joinsWith is a sign-up of Ann with more members.
func joinsWith(members string, mods ...Mod) Step {
	return Post("/sign-up/email", ann[:len(ann)-1]+","+members+"}", append(mods, Jar("a"))...)
}

// enrols is a sign-up with a given address, password and name, as JSON texts.
func enrols(name, email, password string) Step {
	return Post("/sign-up/email", `{"name":`+name+`,"email":`+email+`,"password":`+password+`}`, Jar("a"))
}

func signUp() []Scenario {
	return join(signUpPlain(), signUpValues(), signUpOptions(), signUpFields())
}

func signUpPlain() []Scenario {
	return of(signUpPath, Options(),
		flow("a new person", joins(), who("a")),
		the("with image and callback", joinsWith(`"image":"https://example.com/a.png","callbackURL":"/welcome"`)),
		the("without cookies or origin", Post("/sign-up/email", ann, Without("origin"))),
		flow("remembered not", joinsWith(`"rememberMe":false`), who("a")),
		the("remembered", joinsWith(`"rememberMe":true`)),
		the("image null", joinsWith(`"image":null`)),
		flow("address taken", joins(), Post("/sign-up/email", ann, Jar("x"))),
		flow("address taken in other case", joins(), enrols(`"Two"`, `"ANN@Example.COM"`, `"password1234"`)),
		the("address in capitals is lowered", enrols(`"A"`, `"MiXed@Example.COM"`, `"password1234"`)),
		the("core columns in the body are ignored", joinsWith(`"emailVerified":true,"role":"admin","banned":true,"id":"x","createdAt":"2020-01-01T00:00:00.000Z"`)),
		the("as a form", Post("/sign-up/email", "name=Ann&email=ann%40example.com&password=password1234", Jar("a"), With("content-type", "application/x-www-form-urlencoded"))),
		the("callback on another origin", joinsWith(`"callbackURL":"https://evil.example"`)),
		the("while signed in", joins(), Post("/sign-up/email", bob, Jar("a")), who("a")),
		the("nothing", Post("/sign-up/email", emptyObj, Jar("a"))),
		the("no body", Post("/sign-up/email", noBody, Jar("a"))),
	)
}

// signUpValues are the values of the bad-input table.
func signUpValues() []Scenario {
	base := Options()
	email := func(name, text string) Scenario {
		return the("email "+name, enrols(`"Ann"`, text, `"password1234"`))
	}
	pass := func(name, text string) Scenario {
		return the("password "+name, enrols(`"Ann"`, `"ann@example.com"`, text))
	}
	name := func(name, text string) Scenario {
		return the("name "+name, enrols(text, `"ann@example.com"`, `"password1234"`))
	}
	return of(signUpPath, base,
		email("without @", `"nope"`), email("empty", `""`), email("CRLF", `"a@example.com\r\nBcc: b@example.com"`),
		email("Cyrillic domain", `"a@ex\u0430mple.com"`), email("quoted local part", `"\"a b\"@example.com"`),
		email("plus tag", `"ann+tag@example.com"`), email("long local part", `"`+strings.Repeat("a", 70)+`@example.com"`),
		email("trailing dot", `"ann@example.com."`), email("two dots", `"a..b@example.com"`), email("leading dot", `".a@example.com"`),
		email("display name", `"Ann <ann@example.com>"`), email("two addresses", `"a@example.com,b@example.com"`),
		email("apostrophe", `"o'neil@example.com"`), email("space", `"ann @example.com"`), email("IP domain", `"ann@127.0.0.1"`),
		email("one-letter top level", `"ann@example.c"`), email("hyphen domain", `"ann@ex-ample.co"`), email("underscore", `"_ann_@example.com"`),
		pass("empty", `""`), pass("7 characters", `"1234567"`), pass("8 characters", `"12345678"`),
		pass("128 characters", `"`+strings.Repeat("x", 128)+`"`), pass("129 characters", `"`+strings.Repeat("x", 129)+`"`),
		pass("4 emoji are 8 units", `"😀😀😀😀"`), pass("3 emoji are 6 units", `"😀😀😀"`), pass("spaces", `"          "`),
		name("empty", `""`), name("lone surrogate", `"a\ud800b"`), name("emoji and markup", `"<b>&\u2028😀</b>"`),
		name("long", `"`+strings.Repeat("n", 2000)+`"`), name("quotes and backslash", `"a\"b\\c\td"`),
		the("image javascript", joinsWith(`"image":"javascript:alert(1)"`)),
		the("unknown members", joinsWith(`"whatever":{"a":[1,2]},"constructor":{"prototype":{}}`)),
		the("prototype", Post("/sign-up/email", `{"__proto__":{"isAdmin":true},"name":"Ann","email":"ann@example.com","password":"password1234"}`, Jar("a"))),
	)
}

func signUpOptions() []Scenario {
	verify := `{"emailAndPassword":{"requireEmailVerification":true,"onExistingUserSignUp":true}}`
	return of(signUpPath, nil,
		under(the("disabled altogether", joins()), `{"emailAndPassword":{"enabled":false}}`),
		under(the("sign-up disabled", joins()), `{"emailAndPassword":{"disableSignUp":true}}`),
		under(flow("not signed in after", joins(), who("a")), `{"emailAndPassword":{"autoSignIn":false}}`),
		under(flow("not signed in after, address taken", joins(), Post("/sign-up/email", ann, Jar("x"))), `{"emailAndPassword":{"autoSignIn":false}}`),
		under(flow("verification required", joins(), who("a")), verify),
		under(flow("verification required, address taken", joins(), Post("/sign-up/email", ann, Jar("x"))), verify),
		under(the("verification required, callback in the mail", joinsWith(`"callbackURL":"/hello?x=1&y=2"`)), verify),
		under(the("verification required, no mail on sign-up", joins()), verify, `{"emailVerification":{"sendOnSignUp":false}}`),
		under(the("mail on sign-up", joins()), `{"emailVerification":{"sendOnSignUp":true}}`),
		under(the("mail on sign-up fails", joins()), `{"emailVerification":{"sendOnSignUp":true,"sendVerificationEmail":"fail"}}`),
		under(the("minimum 4", enrols(`"A"`, `"a@example.com"`, `"abc"`), enrols(`"A"`, `"a@example.com"`, `"abcd"`)), `{"emailAndPassword":{"minPasswordLength":4}}`),
		under(the("maximum 12", enrols(`"A"`, `"a@example.com"`, `"1234567890123"`), enrols(`"A"`, `"a@example.com"`, `"123456789012"`)), `{"emailAndPassword":{"maxPasswordLength":12}}`),
		under(flow("real hash", joins(), returns("b"), who("b")), `{"emailAndPassword":{"password":null}}`),
		under(the("session lives an hour", joins()), `{"session":{"expiresIn":3600}}`),
		under(the("session fields", joins(), who("a")), `{"session":{"additionalFields":{"theme":{"type":"string","required":false,"defaultValue":"dark"}}}}`),
		under(the("uuid ids", joins(), who("a")), `{"advanced":{"database":{"generateId":"uuid"}}}`),
		under(flow("serial ids", joins(), who("a")), `{"advanced":{"database":{"generateId":"serial"}}}`),
		under(flow("own names for tables and columns", joins(), who("a")), `{"user":{"modelName":"people","fields":{"email":"email_address","emailVerified":"email_verified"}},"session":{"modelName":"logins","fields":{"userId":"user_id","expiresAt":"expires_at"}},"account":{"modelName":"credentials","fields":{"userId":"user_id"}}}`),
	)
}

func signUpFields() []Scenario {
	fields := Options(fieldsPatch)
	return of(signUpPath, fields,
		flow("fields left out", joins(), who("a")),
		flow("fields given", joinsWith(`"age":42,"secretNote":"hush","active":false,"born":"1990-05-06T07:08:09.010Z","tags":["a","b"],"scores":[1,2.5]`), who("a")),
		the("fields null", joinsWith(`"age":null,"active":null,"tags":null`)),
		the("age a string", joinsWith(`"age":"42"`)),
		the("age a fraction", joinsWith(`"age":1.5`)),
		the("age negative", joinsWith(`"age":-3`)),
		the("age too big for JSON", joinsWith(`"age":1e400`)),
		the("field not for input, with default", joinsWith(`"plan":"gold"`)),
		the("field not for input, without default", joinsWith(`"tier":"gold"`)),
		the("field not for input, empty", joinsWith(`"tier":""`)),
		under(the("required field missing", joins()), requiredPatch),
		under(the("required field given", joinsWith(`"company":"Acme"`), who("a")), requiredPatch),
		under(the("required field empty", joinsWith(`"company":""`)), requiredPatch),
		under(the("required field null", joinsWith(`"company":null`)), requiredPatch),
		under(the("field in another column", joinsWith(`"nick":"annie"`), who("a")), `{"user":{"additionalFields":{"nick":{"type":"string","required":false,"fieldName":"nick_name"}}}}`),
	)
}
