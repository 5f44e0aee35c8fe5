package session_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
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

// kv is a SecondaryStorage in memory that follows the clock of the test.
type kv struct {
	mu     sync.Mutex
	clock  *plugintest.Clock
	values map[string]item
	fail   error
	onGet  func(key string) // may use the storage
}

type item struct {
	value string
	until time.Time
	ttl   time.Duration
}

func (s *kv) live(key string) (item, bool) {
	v, ok := s.values[key]
	return v, ok && (v.until.IsZero() || v.until.After(s.clock.Now()))
}

func (s *kv) Get(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	seen := s.onGet
	v, ok := s.live(key)
	s.mu.Unlock()
	if seen != nil {
		seen(key)
	}
	return v.value, ok && s.fail == nil, s.fail
}

func (s *kv) GetAndDelete(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.live(key)
	delete(s.values, key)
	return v.value, ok, s.fail
}

func (s *kv) Increment(_ context.Context, key string, ttl time.Duration) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.live(key)
	n, _ := strconv.ParseInt(v.value, 10, 64)
	if !ok {
		n, v.until = 0, s.clock.Now().Add(ttl)
	}
	v.value = strconv.FormatInt(n+1, 10)
	s.values[key] = v
	return n + 1, s.fail
}

func (s *kv) Set(_ context.Context, key, value string, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := item{value: value, ttl: ttl}
	if ttl > 0 {
		v.until = s.clock.Now().Add(ttl)
	}
	s.values[key] = v
	return s.fail
}

func (s *kv) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	return s.fail
}

func (s *kv) item(t *testing.T, key string) item {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.live(key)
	if !ok {
		t.Fatalf("no %s in %v", key, s.values)
	}
	return v
}

func stored(t *testing.T, change ...func(*betterauth.Config)) (*plugintest.Kit, *kv) {
	t.Helper()
	store := &kv{values: map[string]item{}}
	s := plugintest.New(t, append(change, func(s *betterauth.Config) { s.SecondaryStorage = store })...)
	store.clock = s.Clock
	return s, store
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
	v := store.item(t, token(t, c))
	if v.ttl != 7*24*time.Hour || v.value != a.Body {
		t.Errorf("%s for %s, want %s", v.value, v.ttl, a.Body)
	}
	s.Client().Post("/sign-in/email", map[string]any{"email": "user@example.com", "password": plugintest.Password, "rememberMe": false}).Expect(200)
	list := store.item(t, "active-sessions-"+id)
	var entries []struct {
		Token     string
		ExpiresAt int64
	}
	if err := json.Unmarshal([]byte(list.value), &entries); err != nil || len(entries) != 2 || list.ttl != 7*24*time.Hour {
		t.Fatalf("%s for %s, %v", list.value, list.ttl, err)
	}
	if entries[0].ExpiresAt >= entries[1].ExpiresAt || entries[1].Token != token(t, c) {
		t.Errorf("list %s is not in order of expiry", list.value)
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
			if v := store.item(t, token(t, c)); !strings.Contains(v.value, `"expiresAt":"2026-01-10T04:04:05.678Z"`) {
				t.Errorf("stored %s", v.value)
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
	old := store.item(t, token(t, c))
	key := token(t, c)
	thief := c.Replay()
	s.Clock.Advance(time.Second)
	c.Post("/revoke-sessions", map[string]any{}).Expect(200)
	if err := store.Set(t.Context(), key, old.value, 0); err != nil {
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
			store.mu.Lock()
			clear(store.values)
			store.mu.Unlock()
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
	if v := store.item(t, token(t, c)); !strings.Contains(v.value, "s-hidden-s") || !strings.Contains(v.value, "dark") {
		t.Errorf("stored %s", v.value)
	}
}

// TestStorageSignUpRefused checks that a session hook's refusal leaves no user behind.
func TestStorageSignUpRefused(t *testing.T) {
	t.Parallel()
	s, store := stored(t, func(s *betterauth.Config) {
		s.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return adapter.Abort }
	})
	s.Client().Post("/sign-up/email", map[string]any{"email": "user@example.com", "password": plugintest.Password, "name": ""}).ExpectError(400, "FAILED_TO_CREATE_SESSION")
	if s.Count("user") != 0 || s.Count("account") != 0 || len(store.values) != 0 {
		t.Errorf("%d users, %d accounts, stored %v", s.Count("user"), s.Count("account"), store.values)
	}
}

func TestStorageFails(t *testing.T) {
	t.Parallel()
	s, store := stored(t)
	c := s.SignUp("user@example.com")
	store.mu.Lock()
	store.fail = errors.New("storage is down")
	store.mu.Unlock()
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
			if v := store.item(t, "verification:reset-password:"+reset); v.ttl != time.Hour || !strings.Contains(v.value, `"identifier":"reset-password:`+reset) {
				t.Errorf("stored %+v", v)
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
	if list := store.item(t, "active-sessions-"+s.User("user@example.com").ID); list.ttl != time.Second {
		t.Errorf("the list lives for %v", list.ttl)
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
	store.mu.Lock()
	store.onGet = func(name string) {
		if name != key || !met.CompareAndSwap(false, true) {
			return
		}
		go func() { defer close(done); two.Post("/sign-out", nil).Expect(200) }()
		select {
		case <-done:
		case <-time.After(50 * time.Millisecond): // it waits
		}
	}
	store.mu.Unlock()
	one.Post("/update-user", map[string]any{"name": "New"}).Expect(200)
	<-done
	if _, ok, _ := store.Get(t.Context(), key); ok {
		t.Error("the session that ended is back")
	}
}
