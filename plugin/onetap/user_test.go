package onetap_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/onetap"
)

func TestLinking(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		local   bool
		claims  claims
		change  func(*betterauth.AccountLinking)
		refused bool
	}{
		"both verified":      {local: true},
		"local not verified": {refused: true},
		"local need not be":  {change: func(l *betterauth.AccountLinking) { l.AllowUnverifiedLocalEmail = true }},
		"token not verified": {local: true, claims: claims{"email_verified": false}, refused: true},
		"trusted provider":   {local: true, claims: claims{"email_verified": false}, change: func(l *betterauth.AccountLinking) { l.TrustedProviders = []string{"google"} }},
		"linking off":        {local: true, change: func(l *betterauth.AccountLinking) { l.Disabled = true }, refused: true},
		"implicit off":       {local: true, change: func(l *betterauth.AccountLinking) { l.DisableImplicit = true }, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, options, func(cfg *betterauth.Config) {
				if c.change != nil {
					c.change(&cfg.Account.AccountLinking)
				}
			})
			s.SignUp("ann@example.com")
			if c.local {
				if _, err := plugin.Users.Update(t.Context(), s.Store(), adapter.Changes{"emailVerified": true}, adapter.Eq("email", "ann@example.com")); err != nil {
					t.Fatal(err)
				}
			}
			a := tap(s.Client(), s.token(c.claims))
			if c.refused {
				a.ExpectError(http.StatusUnauthorized, "")
				if a.String("message") != "account not linked" || s.Count("account") != 1 || s.Count("session") != 1 {
					t.Errorf("answer %s, %d accounts", a.Body, s.Count("account"))
				}
				return
			}
			if a.Expect(http.StatusOK); a.String("user.email") != "ann@example.com" || s.Count("account") != 2 || s.Count("user") != 1 {
				t.Errorf("answer %s, %d accounts", a.Body, s.Count("account"))
			}
		})
	}
}

func TestOrphan(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	if _, err := plugin.Users.Delete(t.Context(), s.Store()); err != nil {
		t.Fatal(err)
	}
	if s.Count("account") == 0 {
		if _, err := plugin.Accounts.Create(t.Context(), s.Store(), &api.Account{ProviderID: "google", AccountID: "google-1", UserID: "gone"}); err != nil {
			t.Fatal(err)
		}
	}
	a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusUnauthorized, "")
	if a.String("message") != "unable to link account" {
		t.Errorf("answer %s", a.Body)
	}
}

func TestTwins(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	twin := func(userID string) {
		t.Helper()
		if _, err := plugin.Accounts.Create(t.Context(), s.Store(), &api.Account{ProviderID: "google", AccountID: "google-1", UserID: userID}); err != nil {
			t.Fatal(err)
		}
	}
	s.Clock.Advance(time.Second)
	twin(s.User("ann@example.com").ID)
	tap(s.Client(), s.token(claims{"nonce": "later"})).Expect(http.StatusOK)
	accounts, err := plugin.Accounts.Find(t.Context(), s.Store(), adapter.Query{SortBy: []adapter.Sort{{Field: "createdAt"}}})
	if err != nil || len(accounts) != 2 || accounts[0].IDToken == nil || accounts[1].IDToken != nil {
		t.Errorf("accounts %v, %v", accounts, err)
	}
	s.SignUp("bob@example.com")
	twin(s.User("bob@example.com").ID)
	tap(s.Client(), s.token(nil)).ExpectError(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
}

func TestAtOnce(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{false, true} {
		s := start(t, options, func(c *betterauth.Config) { c.Account.AccountLinking.AllowUnverifiedLocalEmail = true })
		accounts := 1
		if known {
			s.SignUp("ann@example.com")
			accounts = 2
		}
		in := onetap.CallbackInput{IDToken: s.token(nil)}
		var calls sync.WaitGroup
		for range 16 {
			calls.Go(func() {
				if _, err := s.p.API.OneTapCallback(t.Context(), in); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if s.Count("user") != 1 || s.Count("account") != accounts {
			t.Errorf("%d users, %d accounts", s.Count("user"), s.Count("account"))
		}
	}
}

func TestDisableSignUp(t *testing.T) {
	t.Parallel()
	s := start(t, onetap.Options{ClientID: "tap", DisableSignUp: true}, func(c *betterauth.Config) { c.Account.AccountLinking.AllowUnverifiedLocalEmail = true })
	a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusUnauthorized, "")
	if a.String("message") != "signup disabled" || s.Count("user") != 0 {
		t.Errorf("answer %s", a.Body)
	}
	s.SignUp("ann@example.com")
	for range 2 { // to link, and linked
		tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	}
}
