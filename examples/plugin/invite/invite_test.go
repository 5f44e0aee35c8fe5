package invite_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/examples/plugin/invite"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

const bob = "bob@example.com"

type body = map[string]any

// start returns an Auth with its first user, who may invite others.
func start(t *testing.T) (*plugintest.Kit, *invite.Plugin, *plugintest.Client) {
	t.Helper()
	p := invite.New(invite.Options{ExpiresIn: 24 * time.Hour})
	kit := plugintest.New(t, plugintest.With(p))
	return kit, p, kit.SignUp("ann@example.com")
}

func signUp(kit *plugintest.Kit, email string, code any) *plugintest.Answer {
	return kit.Client().Post("/sign-up/email", body{"name": "N", "email": email, "password": plugintest.Password, "inviteCode": code})
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	kit, _, ann := start(t)
	code := ann.Post("/invite/create", body{"email": "Bob@example.com"}).Expect(http.StatusOK).String("code")
	for name, answer := range map[string]*plugintest.Answer{
		"no code":         signUp(kit, bob, nil),
		"wrong code":      signUp(kit, bob, "wrong"),
		"no string":       signUp(kit, bob, 5),
		"another address": signUp(kit, "cleo@example.com", code),
	} {
		if answer.Status != http.StatusForbidden || answer.String("code") != "INVITATION_REQUIRED" {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	signUp(kit, bob, code).Expect(http.StatusOK)
	signUp(kit, bob, code).ExpectError(http.StatusForbidden, "INVITATION_REQUIRED")
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	kit, _, ann := start(t)
	code := ann.Post("/invite/create", body{"email": bob}).String("code")
	kit.Clock.Advance(24 * time.Hour)
	signUp(kit, bob, code).ExpectError(http.StatusForbidden, "INVITATION_REQUIRED")
}

// TestFailedSignUp shows that a failure leaves the invitation for the next try.
func TestFailedSignUp(t *testing.T) {
	t.Parallel()
	kit, _, ann := start(t)
	code := ann.Post("/invite/create", body{"email": bob}).String("code")
	kit.Client().Post("/sign-up/email", body{"name": "N", "email": bob, "password": "short", "inviteCode": code}).ExpectError(http.StatusBadRequest, "PASSWORD_TOO_SHORT")
	signUp(kit, bob, code).Expect(http.StatusOK)
}

func TestCreateNeeds(t *testing.T) {
	t.Parallel()
	kit, _, ann := start(t)
	kit.Client().Post("/invite/create", body{"email": bob}).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
	ann.Post("/invite/create", body{"email": "nobody"}).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	ann.Post("/invite/create", body{}).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	kit, p, ann := start(t)
	made, err := p.API.Create(t.Context(), invite.CreateInput{Email: bob}, api.WithHeaders(ann.Headers()))
	if err != nil || made.Email != bob || !made.ExpiresAt.Equal(plugintest.Start.Add(24*time.Hour)) {
		t.Fatalf("got %+v, %v", made, err)
	}
	in := api.SignUpEmailInput{Name: "Bob", Email: bob, Password: plugintest.Password}
	if _, err := kit.API.SignUpEmail(t.Context(), in); !errors.Is(err, invite.Required) {
		t.Errorf("without a code: %v", err)
	}
	in.Extra.Set("inviteCode", made.Code)
	if _, err := kit.API.SignUpEmail(t.Context(), in); err != nil {
		t.Errorf("with the code: %v", err)
	}
}
