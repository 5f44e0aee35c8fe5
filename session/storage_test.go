package session_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func stored(t *testing.T, change ...func(*betterauth.Config)) (*plugintest.Kit, *plugintest.Storage) {
	t.Helper()
	var store *plugintest.Storage
	s := plugintest.New(t, append(change, func(s *betterauth.Config) {
		store = plugintest.NewStorage(s.Now)
		s.SecondaryStorage = store
	})...)
	return s, store
}

// value returns a stored value and its life, or ends the test if there is none.
func value(t *testing.T, store *plugintest.Storage, key string) (string, time.Duration) {
	t.Helper()
	text, life, ok := store.Value(key)
	if !ok {
		t.Fatalf("no %s among %v", key, store.Keys())
	}
	return text, life
}

func inDatabase(s *betterauth.Config) { s.Session.StoreInDatabase = true }

func token(t *testing.T, c *plugintest.Client) string {
	t.Helper()
	text := c.Get("/get-session").String("session.token")
	if text == "" {
		t.Fatal("not signed in")
	}
	return text
}

func TestStorageKeys(t *testing.T) {
	t.Parallel()
	s, store := stored(t)
	c := s.SignUp("user@example.com")
	a := c.Get("/get-session")
	id := a.String("user.id")
	if s.Count("session") != 0 {
		t.Error("a row was made too")
	}
	if text, life := value(t, store, token(t, c)); life != 7*24*time.Hour || text != a.Body {
		t.Errorf("%s for %s, want %s", text, life, a.Body)
	}
	s.Client().Post("/sign-in/email", map[string]any{"email": "user@example.com", "password": plugintest.Password, "rememberMe": false}).Expect(200)
	list, life := value(t, store, "active-sessions-"+id)
	var entries []struct {
		Token     string
		ExpiresAt int64
	}
	if err := json.Unmarshal([]byte(list), &entries); err != nil || len(entries) != 2 || life != 7*24*time.Hour {
		t.Fatalf("%s for %s, %v", list, life, err)
	}
	if entries[0].ExpiresAt >= entries[1].ExpiresAt || entries[1].Token != token(t, c) {
		t.Errorf("list %s is not in order of expiry", list)
	}
}

func TestStorageLife(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*betterauth.Config){"storage alone": nil, "database too": inDatabase} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, store := stored(t, change)
			c, other := s.SignUp("user@example.com"), s.SignIn("user@example.com")
			s.Clock.Advance(25 * time.Hour)
			if a := c.Get("/get-session"); a.String("session.expiresAt") != "2026-01-10T04:04:05.678Z" {
				t.Errorf("not extended: %s", a.Body)
			}
			if text, _ := value(t, store, token(t, c)); !strings.Contains(text, `"expiresAt":"2026-01-10T04:04:05.678Z"`) {
				t.Errorf("stored %s", text)
			}
			c.Post("/update-user", map[string]any{"name": "New"}).Expect(200)
			if got := other.Get("/get-session").String("user.name"); got != "New" {
				t.Errorf("another session of the user shows %q", got)
			}
			other.Post("/sign-out", nil).Expect(200)
			fresh := s.SignIn("user@example.com")
			if list, _ := fresh.Get("/list-sessions").Expect(200).Get("").([]any); len(list) != 2 {
				t.Errorf("%d sessions, want 2", len(list))
			}
			fresh.Post("/revoke-other-sessions", map[string]any{}).Expect(200)
			if c.SignedIn() != "" || fresh.SignedIn() == "" {
				t.Error("revoke-other-sessions ended the wrong sessions")
			}
			s.Clock.Advance(time.Second)
			fresh.Post("/revoke-sessions", map[string]any{}).Expect(200)
			if fresh.SignedIn() != "" || s.Count("session") != 0 {
				t.Errorf("after revoke-sessions: %d rows", s.Count("session"))
			}
			if s.SignIn("user@example.com").SignedIn() == "" {
				t.Error("cannot sign in again")
			}
		})
	}
}

// TestStorageMark checks that a session whose key survived its revocation is refused.
func TestStorageMark(t *testing.T) {
	t.Parallel()
	s, store := stored(t)
	c := s.SignUp("user@example.com")
	key := token(t, c)
	old, _ := value(t, store, key)
	thief := c.Replay()
	s.Clock.Advance(time.Second)
	c.Post("/revoke-sessions", map[string]any{}).Expect(200)
	if err := store.Set(t.Context(), key, old, 0); err != nil {
		t.Fatal(err)
	}
	if thief.SignedIn() != "" {
		t.Error("the revoked session is back")
	}
}

func TestStorageLost(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(*betterauth.Config)
		signed bool
	}{
		{"storage alone", nil, false},
		{"database too", inDatabase, true},
		{"ended sessions are kept", func(s *betterauth.Config) { inDatabase(s); s.Session.PreserveInDatabase = true }, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, store := stored(t, tc.change)
			c := s.SignUp("user@example.com")
			store.Clear()
			if got := c.SignedIn() != ""; got != tc.signed {
				t.Errorf("signed in: %t, want %t", got, tc.signed)
			}
		})
	}
}

func TestPreserveInDatabase(t *testing.T) {
	t.Parallel()
	s, _ := stored(t, inDatabase, func(s *betterauth.Config) { s.Session.PreserveInDatabase = true })
	c := s.SignUp("user@example.com")
	s.Clock.Advance(time.Hour)
	c.Post("/sign-out", nil).Expect(200)
	row, err := plugin.Sessions.FindOne(t.Context(), s.Store())
	if err != nil || !row.ExpiresAt.Equal(plugintest.Start.Add(time.Hour)) {
		t.Errorf("row %+v, %v", row, err)
	}
	if c.SignedIn() != "" {
		t.Error("still signed in")
	}
}

// TestStorageKeepsHiddenFields checks that a change of a session does not lose what answers do not show.
func TestStorageKeepsHiddenFields(t *testing.T) {
	t.Parallel()
	s, store := stored(t, func(s *betterauth.Config) {
		s.Session.AdditionalFields = []adapter.Field{
			{Name: "theme", Type: adapter.String, Optional: true},
			{Name: "secret", Type: adapter.String, Optional: true, Hidden: true},
		}
	})
	c := s.SignUp("user@example.com")
	c.Post("/update-session", map[string]any{"secret": "s-hidden-s"}).Expect(200)
	a := c.Post("/update-session", map[string]any{"theme": "dark"}).Expect(200)
	if strings.Contains(a.Body, "secret") {
		t.Errorf("body %s", a.Body)
	}
	s.Clock.Advance(25 * time.Hour)
	if a := c.Get("/get-session").Expect(200); strings.Contains(a.Body, "secret") {
		t.Errorf("an extended session shows its hidden field: %s", a.Body)
	}
	c.Post("/update-user", map[string]any{"name": "New"}).Expect(200)
	if text, _ := value(t, store, token(t, c)); !strings.Contains(text, "s-hidden-s") || !strings.Contains(text, "dark") {
		t.Errorf("stored %s", text)
	}
}

// TestStorageSignUpRefused checks that a session hook's refusal leaves no user behind.
func TestStorageSignUpRefused(t *testing.T) {
	t.Parallel()
	s, store := stored(t, func(s *betterauth.Config) {
		s.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return adapter.Abort }
	})
	s.Client().Post("/sign-up/email", map[string]any{"email": "user@example.com", "password": plugintest.Password, "name": ""}).ExpectError(400, "FAILED_TO_CREATE_SESSION")
	if s.Count("user") != 0 || s.Count("account") != 0 || len(store.Keys()) != 0 {
		t.Errorf("%d users, %d accounts, stored %v", s.Count("user"), s.Count("account"), store.Keys())
	}
}

func TestStorageFails(t *testing.T) {
	t.Parallel()
	s, store := stored(t)
	c := s.SignUp("user@example.com")
	store.Before(func(context.Context, string, string) error { return errors.New("storage is down") })
	if a := c.Get("/get-session").ExpectError(500, "FAILED_TO_GET_SESSION"); strings.Contains(a.Body, "down") || len(c.CookieNames()) == 0 {
		t.Errorf("body %s, cookies %v", a.Body, c.CookieNames())
	}
	c.Post("/update-user", map[string]any{"name": "X"}).Expect(500)
	s.Client().Post("/sign-in/email", map[string]any{"email": "user@example.com", "password": plugintest.Password}).ExpectError(500, "FAILED_TO_CREATE_SESSION")
}

// TestStorageListUnderLoad checks that sign-ins at once do not lose each other's entry.
func TestStorageListUnderLoad(t *testing.T) {
	t.Parallel()
	s, _ := stored(t)
	c := s.SignUp("user@example.com")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { s.SignIn("user@example.com") })
	}
	wg.Wait()
	if list, _ := c.Get("/list-sessions").Expect(200).Get("").([]any); len(list) != 21 {
		t.Errorf("%d sessions, want 21", len(list))
	}
}

// TestStorageVerifications checks verification values in storage, with and without rows.
func TestStorageVerifications(t *testing.T) {
	t.Parallel()
	for rows, change := range []func(*betterauth.Config){nil, func(s *betterauth.Config) { s.Verification.StoreInDatabase = true }} {
		t.Run(fmt.Sprint(rows, " rows"), func(t *testing.T) {
			t.Parallel()
			s, store := stored(t, change)
			c := s.SignUp("user@example.com")
			c.Post("/request-password-reset", map[string]any{"email": "user@example.com"}).Expect(200)
			reset := s.Mail("reset").Token
			if text, life := value(t, store, "verification:reset-password:"+reset); life != time.Hour || !strings.Contains(text, `"identifier":"reset-password:`+reset) {
				t.Errorf("stored %s for %s", text, life)
			}
			if s.Count("verification") != rows {
				t.Errorf("%d rows", s.Count("verification"))
			}
			c.Post("/reset-password", map[string]any{"token": reset, "newPassword": "newpassword123"}).Expect(200)
			c.Post("/reset-password", map[string]any{"token": reset, "newPassword": "newpassword124"}).ExpectError(400, "INVALID_TOKEN")
		})
	}
}

// TestStorageTrustedRevocation checks what callers in process may revoke.
func TestStorageTrustedRevocation(t *testing.T) {
	t.Parallel()
	s, _ := stored(t)
	c := s.SignUp("user@example.com")
	list, err := s.API.ListSessions(t.Context(), api.ListSessionsInput{UserID: c.Get("/get-session").String("user.id")})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	if _, err := s.API.RevokeSession(t.Context(), api.RevokeSessionInput{Token: list[0].Token}); err != nil || c.SignedIn() != "" {
		t.Errorf("%v, signed in %t", err, c.SignedIn() != "")
	}
}

// TestListOutlivesNoSession ends one of two sessions in their last second: the list that is left must not be
// kept for ever.
func TestListOutlivesNoSession(t *testing.T) {
	t.Parallel()
	s, store := stored(t)
	one, two := s.SignUp("user@example.com"), s.SignIn("user@example.com")
	s.Clock.Advance(7*24*time.Hour - 300*time.Millisecond)
	one.Post("/sign-out", nil).Expect(200)
	if _, life := value(t, store, "active-sessions-"+s.User("user@example.com").ID); life != time.Second {
		t.Errorf("the list lives for %v", life)
	}
	if two.SignedIn() == "" {
		t.Error("the other session ended")
	}
}

// TestNoRevival signs a browser out at the moment at which another renews the user in all sessions.
func TestNoRevival(t *testing.T) {
	t.Parallel()
	s, store := stored(t)
	one, two := s.SignUp("user@example.com"), s.SignIn("user@example.com")
	key, done := token(t, two), make(chan struct{})
	var met atomic.Bool
	store.Before(func(_ context.Context, method, name string) error {
		if method != "Set" || name != key || !met.CompareAndSwap(false, true) {
			return nil
		}
		go func() { defer close(done); two.Post("/sign-out", nil).Expect(200) }()
		select {
		case <-done:
		case <-time.After(50 * time.Millisecond): // it waits
		}
		return nil
	})
	one.Post("/update-user", map[string]any{"name": "New"}).Expect(200)
	<-done
	if _, _, ok := store.Value(key); ok {
		t.Error("the session that ended is back")
	}
}
