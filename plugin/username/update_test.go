package username_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/username"
)

var abort = adapter.Abort

func TestUpdate(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name              string
		options           username.Options
		body              fields
		username, display string
		status            int
		code              string
	}{
		{"another", username.Options{}, fields{"username": "NewAnn"}, "newann", "Annie", 200, ""},
		{"the same", username.Options{}, fields{"username": "annie"}, "annie", "Annie", 200, ""},
		{"the same in capitals", username.Options{}, fields{"username": "ANNIE"}, "annie", "Annie", 200, ""},
		{"display name", username.Options{}, fields{"displayUsername": "The Ann"}, "annie", "The Ann", 200, ""},
		{"both", username.Options{}, fields{"username": "newann", "displayUsername": "N"}, "newann", "N", 200, ""},
		{"null", username.Options{}, fields{"username": nil}, "", "Annie", 200, ""},
		{"empty", username.Options{}, fields{"username": ""}, "annie", "Annie", 400, "USERNAME_TOO_SHORT"},
		{"short", username.Options{}, fields{"username": "x"}, "annie", "Annie", 400, "USERNAME_TOO_SHORT"},
		{"long", username.Options{}, fields{"username": strings.Repeat("x", 31)}, "annie", "Annie", 400, "USERNAME_TOO_LONG"},
		{"bad", username.Options{}, fields{"username": "a b c"}, "annie", "Annie", 400, "INVALID_USERNAME"},
		{"taken", username.Options{}, fields{"username": "Bobby"}, "annie", "Annie", 400, "USERNAME_IS_ALREADY_TAKEN"},
		{"a number", username.Options{}, fields{"username": 5}, "annie", "Annie", 400, "VALIDATION_ERROR"},
		{"immutable", username.Options{Immutable: true}, fields{"username": "newann"}, "annie", "Annie", 400, "USERNAME_IS_IMMUTABLE"},
		{"immutable, taken", username.Options{Immutable: true}, fields{"username": "bobby"}, "annie", "Annie", 400, "USERNAME_IS_IMMUTABLE"},
		{"immutable, the same", username.Options{Immutable: true}, fields{"username": "ANNIE"}, "annie", "Annie", 200, ""},
		{"immutable, null", username.Options{Immutable: true}, fields{"username": nil}, "annie", "Annie", 400, "USERNAME_IS_IMMUTABLE"},
		{"immutable, display name", username.Options{Immutable: true}, fields{"displayUsername": "N"}, "annie", "N", 200, ""},
		{"display name normalised", username.Options{NormalizeDisplay: strings.TrimSpace}, fields{"displayUsername": " N "}, "annie", "N", 200, ""},
		{"display name refused", username.Options{ValidateDisplay: isTitle}, fields{"displayUsername": "n"}, "annie", "Annie", 400, "INVALID_DISPLAY_USERNAME"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, alias := range []bool{false, true} {
				kit, _ := start(t, tc.options)
				client := kit.SignUp(ann, "username", "Annie")
				kit.SignUp("bob@example.com", "username", "Bobby")
				method, path := http.MethodPost, "/update-user"
				if alias {
					method, path = http.MethodPatch, "/user"
				}
				a := client.Do(method, "/api/auth"+path, tc.body)
				if tc.code == "" {
					a.Expect(tc.status)
				} else {
					a.ExpectError(tc.status, tc.code)
				}
				if name, display := names(kit, ann); name != tc.username || display != tc.display {
					t.Errorf("%s: stored %q, %q, want %q, %q", path, name, display, tc.username, tc.display)
				}
			}
		})
	}
}

func isTitle(_ context.Context, s string) (bool, error) { return strings.ToUpper(s[:1]) == s[:1], nil }

// TestUpdateSession shows who may set a username: nobody without a session, and never somebody else's.
func TestUpdateSession(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{Immutable: true})
	first := kit.SignUp(ann)
	first.Post("/update-user", fields{"username": "annie"}).Expect(http.StatusOK) // the first time is no change
	kit.Client().Post("/update-user", fields{"username": "newann"}).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
	kit.Client().Post("/update-user", fields{"username": "annie"}).ExpectError(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN")
	first.Post("/sign-out", nil).Expect(http.StatusOK)
	first.Post("/update-user", fields{"username": "newann"}).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
	expired := kit.SignUp("cleo@example.com")
	headers := expired.Headers()
	kit.Clock.Advance(8 * 24 * 3600e9)
	in := api.UpdateUserInput{}
	in.Extra.Set("username", "cleopatra")
	if _, err := kit.API.UpdateUser(t.Context(), in, api.WithHeaders(headers)); !errors.Is(err, errors.Unauthorized) {
		t.Errorf("expired: %v", err)
	}
}

// TestTrusted shows that trusted callers in process obey the rules and may act for any user.
func TestTrusted(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{Immutable: true})
	create := func(email, name string) (*api.User, error) {
		in := api.CreateUserInput{Email: email, Name: "N"}
		in.Extra.Set("username", name)
		out, err := kit.API.CreateUser(t.Context(), in)
		if err != nil {
			return nil, err
		}
		return out.User, nil
	}
	u, err := create(ann, "Annie")
	if err != nil {
		t.Fatal(err)
	}
	if name, display := names(kit, ann); name != "annie" || display != "Annie" {
		t.Errorf("stored %q, %q", name, display)
	}
	for name, want := range map[string]error{"x": username.TooShort, "a b c": username.Invalid, "ANNIE": username.IsAlreadyTaken} {
		if _, err := create("bob@example.com", name); !errors.Is(err, want) {
			t.Errorf("create %q: %v", name, err)
		}
	}
	if _, err := create("bob@example.com", "bobby"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"x": username.TooShort, "BOBBY": username.IsAlreadyTaken, "Annie": nil, "NewAnn": nil} {
		in := api.UpdateUserInput{UserID: u.ID}
		in.Extra.Set("username", name)
		if _, err := kit.API.UpdateUser(t.Context(), in); !errors.Is(err, want) {
			t.Errorf("update to %q: %v, want %v", name, err, want)
		}
	}
}

// TestOtherWriters shows that rows which bypass the endpoints are checked and normalised too.
func TestOtherWriters(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{NormalizeDisplay: strings.TrimSpace})
	u := &api.User{Name: "N", Email: ann, CreatedAt: plugintest.Start, UpdatedAt: plugintest.Start}
	u.Extra.Set("username", "Annie")
	u.Extra.Set("displayUsername", " Ann ")
	if _, err := plugin.Users.Create(t.Context(), kit.Store(), u); err != nil {
		t.Fatal(err)
	}
	if name, display := names(kit, ann); name != "annie" || display != "Ann" {
		t.Errorf("stored %q, %q", name, display)
	}
	update := func(set adapter.Changes) error {
		_, err := plugin.Users.Update(t.Context(), kit.Store(), set, adapter.Eq("email", ann))
		return err
	}
	if err := update(adapter.Changes{"username": "NewAnn", "displayUsername": " New "}); err != nil {
		t.Fatal(err)
	}
	if name, display := names(kit, ann); name != "newann" || display != "New" {
		t.Errorf("stored %q, %q", name, display)
	}
	if err := update(adapter.Changes{"username": "x"}); !errors.Is(err, username.TooShort) {
		t.Errorf("short: %v", err)
	}
}

// TestSignUpRace shows that of people who want one username at once, one gets it and the others are told.
func TestSignUpRace(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	const people = 16
	answers := make([]*httptest.ResponseRecorder, people)
	var ready, done sync.WaitGroup
	ready.Add(1)
	for i := range people {
		done.Go(func() {
			body := `{"email":"` + string(rune('a'+i)) + `@example.com","password":"password1234","name":"N","username":"Wanted"}`
			r := httptest.NewRequest(http.MethodPost, plugintest.Origin+"/api/auth/sign-up/email", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			answers[i] = httptest.NewRecorder()
			ready.Wait()
			kit.Handler().ServeHTTP(answers[i], r)
		})
	}
	ready.Done()
	done.Wait()
	won := 0
	for _, w := range answers {
		switch {
		case w.Code == http.StatusOK:
			won++
		case w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "USERNAME_IS_ALREADY_TAKEN"):
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if won != 1 || kit.Count("user") != 1 || kit.Count("account") != 1 || kit.Count("session") != 1 {
		t.Errorf("%d winners, %d users, %d accounts, %d sessions", won, kit.Count("user"), kit.Count("account"), kit.Count("session"))
	}
}

// TestLostRace makes another take the name between the check and the write.
func TestLostRace(t *testing.T) {
	t.Parallel()
	steal := false
	thief := plugin.Func("thief", func(r *plugin.Registry) error {
		r.Before(nil, func(c *plugin.Context) error {
			if !steal {
				return nil
			}
			_, err := plugin.Users.Update(c, c.DB, adapter.Changes{"username": "wanted"}, adapter.Eq("email", "thief@example.com"))
			return err
		})
		return nil
	})
	kit := plugintest.New(t, plugintest.With(username.New(username.Options{}), thief))
	client := kit.SignUp(ann)
	kit.SignUp("thief@example.com", "username", "thief")
	steal = true
	signUp(kit.Client(), "bob@example.com", fields{"username": "Wanted"}).ExpectError(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN")
	steal = false
	if _, err := plugin.Users.Update(t.Context(), kit.Store(), adapter.Changes{"username": "thief"}, adapter.Eq("username", "wanted")); err != nil {
		t.Fatal(err)
	}
	steal = true
	client.Post("/update-user", fields{"username": "Wanted"}).ExpectError(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN")
	if name, _ := names(kit, ann); name != "" || kit.Count("user") != 2 {
		t.Errorf("stored %q, %d users", name, kit.Count("user"))
	}
}

// TestCreateRace is TestSignUpRace for trusted callers.
func TestCreateRace(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	errs := make([]error, 16)
	var done sync.WaitGroup
	for i := range errs {
		done.Go(func() {
			in := api.CreateUserInput{Email: string(rune('a'+i)) + "@example.com", Name: "N"}
			in.Extra.Set("username", "Wanted")
			_, errs[i] = kit.API.CreateUser(t.Context(), in)
		})
	}
	done.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, username.IsAlreadyTaken) {
			t.Errorf("lost with %v", err)
		}
	}
	if won != 1 || kit.Count("user") != 1 {
		t.Errorf("%d winners, %d users", won, kit.Count("user"))
	}
}

// TestConflictOfAddresses shows that a known address is told apart from a taken name.
func TestConflictOfAddresses(t *testing.T) {
	t.Parallel()
	kit, _ := start(t, username.Options{})
	kit.SignUp(ann, "username", "annie")
	signUp(kit.Client(), ann, fields{"username": "other"}).ExpectError(http.StatusUnprocessableEntity, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
	in := api.CreateUserInput{Email: "ANN@example.com", Name: "Ann"}
	in.Extra.Set("username", "other")
	if _, err := kit.API.CreateUser(t.Context(), in); !errors.Is(err, errors.UserAlreadyExists) {
		t.Errorf("create: %v", err)
	}
}
