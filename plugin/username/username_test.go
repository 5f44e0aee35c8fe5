package username_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/username"
)

const ann = "ann@example.com"

func start(t *testing.T, o username.Options, changes ...func(*betterauth.Config)) (*plugintest.Kit, *username.Plugin) {
	t.Helper()
	p := username.New(o)
	return plugintest.New(t, append(changes, plugintest.With(p))...), p
}

// names returns what is stored for a user; "" for NULL.
func names(kit *plugintest.Kit, email string) (name, display string) {
	kit.T.Helper()
	u := kit.User(email)
	name, _ = api.Field[string](u.Extra, "username")
	display, _ = api.Field[string](u.Extra, "displayUsername")
	return name, display
}

type fields map[string]any

func signUp(c *plugintest.Client, email string, more fields) *plugintest.Answer {
	body := fields{"email": email, "password": plugintest.Password, "name": "Ann"}
	for name, value := range more {
		body[name] = value
	}
	return c.Post("/sign-up/email", body)
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	refuseAll := func(context.Context, string) (bool, error) { return false, nil }
	suffix := func(s string) func(string) string { return func(v string) string { return v + s } }
	cases := []struct {
		name    string
		options username.Options
		body    fields
		// what is stored, or the error
		username, display string
		code              string
	}{
		{"plain", username.Options{}, fields{"username": "annie"}, "annie", "annie", ""},
		{"lowered", username.Options{}, fields{"username": "AnNie"}, "annie", "AnNie", ""},
		{"both", username.Options{}, fields{"username": "Annie", "displayUsername": "Annie the 1st"}, "annie", "Annie the 1st", ""},
		{"only a display name that can be one", username.Options{}, fields{"displayUsername": "Annie"}, "annie", "Annie", ""},
		{"only a display name that cannot be one", username.Options{}, fields{"displayUsername": "Annie the 1st"}, "", "Annie the 1st", ""},
		{"neither", username.Options{}, nil, "", "", ""},
		{"null", username.Options{}, fields{"username": nil}, "", "", ""},
		{"null with a display name", username.Options{}, fields{"username": nil, "displayUsername": "Annie"}, "", "Annie", ""},
		{"empty display name", username.Options{}, fields{"username": "Annie", "displayUsername": ""}, "annie", "Annie", ""},
		{"empty", username.Options{}, fields{"username": ""}, "", "", "USERNAME_TOO_SHORT"},
		{"short", username.Options{}, fields{"username": "an"}, "", "", "USERNAME_TOO_SHORT"},
		{"as short as may be", username.Options{}, fields{"username": "ann"}, "ann", "ann", ""},
		{"as long as may be", username.Options{}, fields{"username": strings.Repeat("a", 30)}, strings.Repeat("a", 30), strings.Repeat("a", 30), ""},
		{"long", username.Options{}, fields{"username": strings.Repeat("a", 31)}, "", "", "USERNAME_TOO_LONG"},
		{"own lengths", username.Options{MinLength: 1, MaxLength: 2}, fields{"username": "a"}, "a", "a", ""},
		{"over own length", username.Options{MinLength: 1, MaxLength: 2}, fields{"username": "abc"}, "", "", "USERNAME_TOO_LONG"},
		{"space", username.Options{}, fields{"username": "ann ie"}, "", "", "INVALID_USERNAME"},
		{"newline at the end", username.Options{}, fields{"username": "annie\n"}, "", "", "INVALID_USERNAME"},
		{"not ASCII", username.Options{}, fields{"username": "ännie"}, "", "", "INVALID_USERNAME"},
		{"an address", username.Options{}, fields{"username": ann}, "", "", "INVALID_USERNAME"},
		{"dots, digits, underscore", username.Options{}, fields{"username": "a.n_1"}, "a.n_1", "a.n_1", ""},
		{"a number", username.Options{}, fields{"username": 12345}, "", "", "VALIDATION_ERROR"},
		{"an object", username.Options{}, fields{"username": fields{"$ne": ""}}, "", "", "VALIDATION_ERROR"},
		{"display name a number", username.Options{}, fields{"username": "annie", "displayUsername": 5}, "", "", "VALIDATION_ERROR"},
		{"NUL", username.Options{Validate: func(context.Context, string) (bool, error) { return true, nil }}, fields{"username": "ann\x00ie"}, "", "", "VALIDATION_ERROR"},
		{"own rule", username.Options{Validate: refuseAll}, fields{"username": "annie"}, "", "", "INVALID_USERNAME"},
		{"own rule and a display name", username.Options{Validate: refuseAll}, fields{"displayUsername": "annie"}, "", "annie", ""},
		{"own rule fails", username.Options{Validate: func(context.Context, string) (bool, error) { return false, errors.New("down") }}, fields{"username": "annie"}, "", "", "INTERNAL_SERVER_ERROR"},
		{"own rule fails for a display name", username.Options{Validate: func(context.Context, string) (bool, error) { return false, errors.New("down") }}, fields{"displayUsername": "annie"}, "", "", "INTERNAL_SERVER_ERROR"},
		{"lengths in UTF-16", username.Options{MaxLength: 4, Validate: func(context.Context, string) (bool, error) { return true, nil }}, fields{"username": "𝒶𝒶𝒶"}, "", "", "USERNAME_TOO_LONG"},
		{"own normalisation", username.Options{Normalize: suffix("_x")}, fields{"username": "Annie"}, "Annie_x", "Annie", ""},
		{"no normalisation", username.Options{DisableNormalization: true}, fields{"username": "Annie"}, "Annie", "Annie", ""},
		{"checked before normalisation", username.Options{Normalize: suffix("_very_long"), MaxLength: 6}, fields{"username": "Annie"}, "Annie_very_long", "Annie", ""},
		{"checked after normalisation", username.Options{Normalize: suffix("_very_long"), MaxLength: 6, ValidateNormalized: true}, fields{"username": "Annie"}, "", "", "USERNAME_TOO_LONG"},
		{"display name refused", username.Options{ValidateDisplay: refuseAll}, fields{"username": "annie", "displayUsername": "Annie"}, "", "", "INVALID_DISPLAY_USERNAME"},
		{"display name made of the username is not checked", username.Options{ValidateDisplay: refuseAll}, fields{"username": "annie"}, "annie", "annie", ""},
		{"display name normalised", username.Options{NormalizeDisplay: strings.ToUpper}, fields{"username": "annie", "displayUsername": "Annie"}, "annie", "ANNIE", ""},
		{"display name checked before", username.Options{NormalizeDisplay: strings.ToUpper, ValidateDisplay: isUpper}, fields{"displayUsername": "Annie"}, "", "", "INVALID_DISPLAY_USERNAME"},
		{"display name checked after", username.Options{NormalizeDisplay: strings.ToUpper, ValidateDisplay: isUpper, ValidateNormalizedDisplay: true}, fields{"displayUsername": "Annie"}, "annie", "ANNIE", ""},
		{"no display names", username.Options{DisableDisplayUsername: true, ValidateDisplay: refuseAll}, fields{"username": "Annie", "displayUsername": "x"}, "annie", "", ""},
		{"renamed columns", username.Options{Columns: map[string]string{"username": "login", "displayUsername": "shown"}}, fields{"username": "Annie"}, "annie", "Annie", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			kit, _ := start(t, tc.options)
			a := signUp(kit.Client(), ann, tc.body)
			if tc.code != "" {
				status := http.StatusBadRequest
				if tc.code == "INTERNAL_SERVER_ERROR" {
					status = http.StatusInternalServerError
				}
				a.ExpectError(status, tc.code)
				if kit.Count("user") != 0 {
					t.Error("a user was stored")
				}
				return
			}
			a.Expect(http.StatusOK)
			name, display := names(kit, ann)
			if name != tc.username || display != tc.display {
				t.Errorf("stored %q, %q, want %q, %q", name, display, tc.username, tc.display)
			}
			if a.String("user.username") != tc.username || a.String("user.displayUsername") != tc.display {
				t.Errorf("answered %s", a.Body)
			}
		})
	}
}

func isUpper(_ context.Context, s string) (bool, error) { return strings.ToUpper(s) == s, nil }

// TestSignUpInProcess shows that the same rules hold for typed and dynamic calls.
func TestSignUpInProcess(t *testing.T) {
	t.Parallel()
	kit, p := start(t, username.Options{})
	in := api.SignUpEmailInput{Email: ann, Password: plugintest.Password, Name: "Ann"}
	in.Extra.Set("username", "AnNie")
	out, err := kit.API.SignUpEmail(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if name, _ := api.Field[string](out.User.Extra, "username"); name != "annie" {
		t.Errorf("user %+v", out.User)
	}
	in.Email = "bob@example.com"
	if _, err = kit.API.SignUpEmail(t.Context(), in); !errors.Is(err, username.IsAlreadyTaken) {
		t.Errorf("taken: %v", err)
	}
	_, err = kit.API.Call(t.Context(), "signUpEmail", api.Request{Body: fields{"email": "bob@example.com", "password": plugintest.Password, "name": "B", "username": "x"}})
	if !errors.Is(err, username.TooShort) {
		t.Errorf("short: %v", err)
	}
	signedIn, err := p.API.SignInUsername(t.Context(), username.SignInInput{Username: "ANNIE", Password: plugintest.Password})
	if err != nil || signedIn.User.Email != ann || signedIn.Token == "" {
		t.Errorf("sign-in: %+v, %v", signedIn, err)
	}
	available, err := p.API.IsUsernameAvailable(t.Context(), username.AvailableInput{Username: "Annie"})
	if err != nil || available.Available {
		t.Errorf("available: %+v, %v", available, err)
	}
}

func TestTaken(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	signUp(kit.Client(), ann, fields{"username": "annie"}).Expect(http.StatusOK)
	for _, name := range []string{"annie", "ANNIE"} {
		signUp(kit.Client(), "bob@example.com", fields{"username": name}).ExpectError(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN")
		signUp(kit.Client(), ann, fields{"username": name}).ExpectError(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN")
		signUp(kit.Client(), "bob@example.com", fields{"displayUsername": name}).ExpectError(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN")
	}
	if n := kit.Count("user"); n != 1 {
		t.Errorf("%d users", n)
	}
}

// TestHiddenSignUp shows that a known address is answered with a user that looks like a new one, its
// username normalised.
func TestHiddenSignUp(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{}, func(c *betterauth.Config) { c.EmailAndPassword.RequireEmailVerification = true })
	fresh := signUp(kit.Client(), ann, fields{"username": "Annie"}).Expect(http.StatusOK)
	again := signUp(kit.Client(), ann, fields{"username": "Other"}).Expect(http.StatusOK)
	if fresh.String("user.username") != "annie" || again.String("user.username") != "other" || again.String("user.displayUsername") != "Other" {
		t.Errorf("%s %s", fresh.Body, again.Body)
	}
	if n := kit.Count("user"); n != 1 {
		t.Errorf("%d users", n)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	kit.SignUp(ann, "username", "Annie")
	long := strings.Repeat("x", 129)
	cases := []struct {
		name   string
		body   any
		status int
		code   string
	}{
		{"right", fields{"username": "annie", "password": plugintest.Password}, 200, ""},
		{"in capitals", fields{"username": "ANNIE", "password": plugintest.Password}, 200, ""},
		{"wrong password", fields{"username": "annie", "password": "wrong-password"}, 401, "INVALID_USERNAME_OR_PASSWORD"},
		{"unknown", fields{"username": "nobody", "password": plugintest.Password}, 401, "INVALID_USERNAME_OR_PASSWORD"},
		{"empty username", fields{"username": "", "password": plugintest.Password}, 401, "INVALID_USERNAME_OR_PASSWORD"},
		{"empty password", fields{"username": "annie", "password": ""}, 401, "INVALID_USERNAME_OR_PASSWORD"},
		{"short", fields{"username": "an", "password": plugintest.Password}, 422, "USERNAME_TOO_SHORT"},
		{"long", fields{"username": strings.Repeat("a", 31), "password": plugintest.Password}, 422, "USERNAME_TOO_LONG"},
		{"bad characters", fields{"username": "ann ie", "password": plugintest.Password}, 422, "INVALID_USERNAME"},
		{"long password", fields{"username": "annie", "password": long}, 400, "PASSWORD_TOO_LONG"},
		{"bad name before long password", fields{"username": "x", "password": long}, 422, "USERNAME_TOO_SHORT"},
		{"no username", fields{"password": "x"}, 400, "VALIDATION_ERROR"},
		{"no password", fields{"username": "annie"}, 400, "VALIDATION_ERROR"},
		{"username a list", fields{"username": []string{"annie"}, "password": "x"}, 400, "VALIDATION_ERROR"},
		{"password an object", fields{"username": "annie", "password": fields{}}, 400, "VALIDATION_ERROR"},
		{"rememberMe a string", fields{"username": "annie", "password": "x", "rememberMe": "yes"}, 400, "VALIDATION_ERROR"},
		{"callback elsewhere", fields{"username": "annie", "password": plugintest.Password, "callbackURL": "https://evil.example"}, 403, "INVALID_CALLBACK_URL"},
		{"no body", nil, 400, "VALIDATION_ERROR"},
		{"a list", `[]`, 400, "VALIDATION_ERROR"},
		{"broken", `{`, 400, "BAD_REQUEST"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := kit.Client()
			a := c.Post("/sign-in/username", tc.body)
			if tc.code != "" {
				a.ExpectError(tc.status, tc.code)
				if len(c.CookieNames()) != 0 {
					t.Errorf("cookies %v", c.CookieNames())
				}
				return
			}
			a.Expect(tc.status)
			if a.Get("redirect") != false || a.String("token") == "" || a.Get("url") != nil || a.String("user.username") != "annie" || c.SignedIn() != ann {
				t.Errorf("%s", a.Body)
			}
		})
	}
	missing := kit.Client().Post("/sign-in/username", `{}`)
	if got := missing.String("message"); got != "[body.username] Invalid input: expected string, received undefined; [body.password] Invalid input: expected string, received undefined" {
		t.Errorf("message %q", got)
	}
}

func TestSignInOptions(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	kit.SignUp(ann, "username", "annie")
	a := kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": plugintest.Password, "callbackURL": "/dash"}).Expect(http.StatusOK)
	if a.Get("redirect") != true || a.String("url") != "/dash" || a.Header.Get("Location") != "/dash" {
		t.Errorf("callback: %v %s", a.Header, a.Body)
	}
	a = kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": plugintest.Password, "rememberMe": false}).Expect(http.StatusOK)
	if line := a.Cookie("better-auth.session_token"); strings.Contains(line, "Max-Age") || a.Cookie("better-auth.dont_remember") == "" {
		t.Errorf("not remembered: %v", a.Header["Set-Cookie"])
	}
	if got := a.String("session.expiresAt"); got != "2026-01-03T03:04:05.678Z" {
		t.Errorf("expires at %s", got)
	}
}

// TestUnverified shows when a sign-in is refused for an address that is not verified, and when it mails.
func TestUnverified(t *testing.T) {
	t.Parallel()
	for _, mails := range []bool{false, true} {
		kit, _ := start(t, username.Options{}, func(c *betterauth.Config) {
			c.EmailAndPassword.RequireEmailVerification = true
			c.EmailVerification.SendOnSignIn, c.EmailVerification.SendOnSignUp = mails, new(false)
		})
		kit.SignUp(ann, "username", "annie")
		kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": "wrong-password"}).ExpectError(http.StatusUnauthorized, "INVALID_USERNAME_OR_PASSWORD")
		kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": plugintest.Password, "callbackURL": "/x"}).ExpectError(http.StatusForbidden, "EMAIL_NOT_VERIFIED")
		sent := kit.Mails("verification")
		if (len(sent) == 1) != mails {
			t.Fatalf("SendOnSignIn %t: %d mails", mails, len(sent))
		}
		if mails {
			link := strings.TrimPrefix(sent[0].URL, plugintest.Origin+"/api/auth")
			kit.Client().Get(link).Expect(http.StatusFound)
			kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": plugintest.Password}).Expect(http.StatusOK)
		}
	}
}

// TestSameWork shows that unknown users and users without a password cost one hash, as a wrong password
// does.
func TestSameWork(t *testing.T) {
	t.Parallel()
	work := 0
	kit, p := start(t, username.Options{}, func(c *betterauth.Config) {
		c.EmailAndPassword.Password = betterauth.PasswordHash{
			Hash:   func(context.Context, string) (string, error) { work++; return "x", nil },
			Verify: func(context.Context, string, string) (bool, error) { work++; return false, nil },
		}
	})
	kit.SignUp(ann, "username", "annie")
	create := api.CreateUserInput{Email: "bob@example.com", Name: "Bob"}
	create.Extra.Set("username", "bobby")
	if _, err := kit.API.CreateUser(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"annie", "bobby", "nobody"} {
		work = 0
		_, err := p.API.SignInUsername(t.Context(), username.SignInInput{Username: name, Password: "password"})
		if !errors.Is(err, username.InvalidUsernameOrPassword) || work != 1 {
			t.Errorf("%s: %d hashes, %v", name, work, err)
		}
	}
}

// TestRefusedSession shows the status of a session that a database hook refuses.
func TestRefusedSession(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	kit.SignUp(ann, "username", "annie")
	refusing, _ := start(t, username.Options{}, func(c *betterauth.Config) {
		c.Database = kit.Config.Database
		c.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return abort }
	})
	refusing.Client().Post("/sign-in/username", fields{"username": "annie", "password": plugintest.Password}).ExpectError(http.StatusInternalServerError, "FAILED_TO_CREATE_SESSION")
}

func TestIsAvailable(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	client := kit.SignUp(ann, "username", "annie")
	for name, want := range map[string]any{
		"bobby": true, "annie": false, "ANNIE": false, "": "INVALID_USERNAME", "an": "USERNAME_TOO_SHORT",
		strings.Repeat("a", 31): "USERNAME_TOO_LONG", "a b c": "INVALID_USERNAME",
	} {
		for _, c := range []*plugintest.Client{kit.Client(), client} {
			a := c.Post("/is-username-available", fields{"username": name})
			if code, bad := want.(string); bad {
				a.ExpectError(http.StatusUnprocessableEntity, code)
			} else if got := a.Expect(http.StatusOK).Get("available"); got != want {
				t.Errorf("%q: %v, want %v", name, got, want)
			}
		}
	}
	client.Post("/is-username-available", fields{"username": 1}).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	client.Post("/is-username-available", nil).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
}

// TestOptions shows which options New refuses.
func TestOptions(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]username.Options{
		"MinLength 5 and MaxLength 4":   {MinLength: 5, MaxLength: 4},
		"MinLength -1":                  {MinLength: -1},
		"Normalize and DisableNormaliz": {Normalize: strings.ToUpper, DisableNormalization: true},
	} {
		_, err := plugintest.TryNew(t, plugintest.With(username.New(o)))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "plugin username") {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// TestOneAuth shows that a plugin cannot be shared.
func TestOneAuth(t *testing.T) {
	t.Parallel()
	_, p := start(t, username.Options{})
	if _, err := plugintest.TryNew(t, plugintest.With(p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("error %v", err)
	}
}

// TestRateLimit shows that the core's rule for sign-ins holds.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{}, func(c *betterauth.Config) { c.RateLimit.Disabled = false })
	for range 3 {
		kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": "x"}).Expect(http.StatusUnauthorized)
	}
	kit.Client().Post("/sign-in/username", fields{"username": "annie", "password": "x"}).Expect(http.StatusTooManyRequests)
}

var _ plugin.Plugin = (*username.Plugin)(nil)
