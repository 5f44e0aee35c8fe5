package securitytest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
)

// recorded is what the reference did to its secondary storage, by step.
type recorded map[string][]struct {
	Op, Key, Value string
	TTL            int64
}

func readRecorded(t *testing.T) recorded {
	t.Helper()
	text, err := os.ReadFile("testdata/secondary-storage.json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	steps := recorded{}
	for name, part := range raw {
		if name != "databaseTablesWritten" {
			list := steps[name]
			if err := json.Unmarshal(part, &list); err != nil {
				t.Fatal(err)
			}
			steps[name] = list
		}
	}
	return steps
}

var (
	randomID  = regexp.MustCompile(`\b[A-Za-z0-9]{32}\b`)
	randomKey = regexp.MustCompile(`\b[A-Za-z0-9]{24}\b`)
)

// shape writes a call with random parts masked and JSON members in order.
func shape(op, key, value string, ttl int64) string {
	var v any
	if json.Unmarshal([]byte(value), &v) == nil {
		if text, err := json.Marshal(v); err == nil {
			value = string(text)
		}
	}
	text := fmt.Sprintf("%s %s %s %d", op, key, value, ttl)
	return randomKey.ReplaceAllString(randomID.ReplaceAllString(text, "ID"), "KEY")
}

// TestStorageRecording plays the recording of the reference: the same operations, keys, values and lives.
// Values differ where ours keep members that the reference leaves out.
func TestStorageRecording(t *testing.T) {
	t.Parallel()
	clock, box := NewClock(), &Mailbox{}
	storage := NewStorage(clock.Now)
	db := NewGated(memory.New())
	config := Config(db)
	box.Connect(&config)
	config.Now, config.SecondaryStorage = clock.Now, storage
	config.RateLimit = betterauth.RateLimit{}
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.RemoteAddr = "203.0.113.7:1"
	want := readRecorded(t)
	play := func(step string, r *http.Request) {
		t.Helper()
		r.Header.Set("User-Agent", "UA")
		c.Send(r).Expect(http.StatusOK)
		Wait(t, auth)
		var got, expected []string
		for _, call := range storage.Calls() {
			got = append(got, shape(call.Op, call.Key, strip(call.Value), int64(call.TTL/time.Second)))
		}
		for _, call := range want[step] {
			expected = append(expected, shape(call.Op, strings.Replace(call.Key, "no-trusted-ip", "203.0.113.7", 1), strip(call.Value), call.TTL))
		}
		slices.Sort(got)
		slices.Sort(expected)
		if !slices.Equal(got, expected) {
			t.Errorf("%s:\n%s\nwant\n%s", step, strings.Join(got, "\n"), strings.Join(expected, "\n"))
		}
	}
	play("signUp", c.Request("POST", "/sign-up/email", map[string]any{"email": "sec@example.com", "password": Password, "name": "Sec"}))
	clock.Advance(48 * time.Hour)
	play("getSessionAfterUpdateAge", c.Request("GET", "/get-session", nil))
	play("requestPasswordReset", c.Request("POST", "/request-password-reset", map[string]any{"email": "sec@example.com"}))
	play("revokeSessions", c.Request("POST", "/revoke-sessions", map[string]any{}))
	for _, line := range strings.Split(Dump(t, auth), "\n") {
		if table, _, _ := strings.Cut(line, " "); table != "user" && table != "account" {
			t.Errorf("the database holds %s", line)
		}
	}
}

// strip removes members that only ours has: a user's image when it is null, and a value's id.
func strip(value string) string {
	var o map[string]any
	if json.Unmarshal([]byte(value), &o) != nil {
		return value
	}
	if u, ok := o["user"].(map[string]any); ok && u["image"] == nil {
		delete(u, "image")
	}
	if o["identifier"] != nil {
		delete(o, "id")
	}
	text, err := json.Marshal(o)
	if err != nil {
		return value
	}
	return string(text)
}

// withStorage starts an instance with secondary storage.
func withStorage(t *testing.T, change func(c *betterauth.Config)) (*betterauth.Auth, *Storage, *Clock, *Mailbox) {
	t.Helper()
	clock, box := NewClock(), &Mailbox{}
	storage := NewStorage(clock.Now)
	config := Config(memory.New())
	box.Connect(&config)
	config.Now, config.SecondaryStorage = clock.Now, storage
	if change != nil {
		change(&config)
	}
	return New(t, config), storage, clock, box
}

func inDatabase(c *betterauth.Config) { c.Session.StoreInDatabase = true }

// TestStorageSessions checks where sessions are and that ended ones are over at once, in each place.
func TestStorageSessions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func(c *betterauth.Config)
		rows, left int64 // in the database, before and after all sessions end
	}{
		"storage only": {func(*betterauth.Config) {}, 0, 0},
		"both":         {inDatabase, 2, 0},
		"preserved":    {func(c *betterauth.Config) { inDatabase(c); c.Session.PreserveInDatabase = true }, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			auth, storage, clock, _ := withStorage(t, c.change)
			one := NewClient(t, auth.Handler())
			one.SignUp("ann@example.com")
			two := one.Clone()
			two.SignIn("ann@example.com")
			if n, err := auth.Store().Count(t.Context(), "session"); n != c.rows || err != nil {
				t.Errorf("%d rows, error %v, want %d", n, err, c.rows)
			}
			old := two.Clone()
			kept := storage.Keys()
			clock.Advance(time.Millisecond)
			one.Post("/revoke-sessions", map[string]any{}).Expect(http.StatusOK)
			for _, gone := range []*Client{one, two, old} {
				if gone.SignedIn() != "" {
					t.Error("a session survived")
				}
			}
			if n, err := auth.Store().Count(t.Context(), "session"); n != c.left || err != nil {
				t.Errorf("%d rows left, error %v, want %d", n, err, c.left)
			}
			for _, key := range storage.Keys() {
				if slices.Contains(kept, key) {
					t.Errorf("the key %s is left", key)
				}
			}
		})
	}
}

// TestStorageRevokedBefore writes a session back after all have been ended, as a slower process would.
func TestStorageRevokedBefore(t *testing.T) {
	t.Parallel()
	auth, storage, clock, _ := withStorage(t, nil)
	c := NewClient(t, auth.Handler())
	token := c.SignUp("ann@example.com").String("token")
	value, ok, err := storage.Get(t.Context(), token)
	if !ok || err != nil {
		t.Fatal("the session is not under its token", err)
	}
	late := c.Clone()
	clock.Advance(time.Second)
	c.Post("/revoke-sessions", map[string]any{}).Expect(http.StatusOK)
	if err := storage.Set(t.Context(), token, value, time.Hour); err != nil {
		t.Fatal(err)
	}
	if late.SignedIn() != "" {
		t.Error("a session that was written back is alive")
	}
}

// TestStoragePasswordChange checks that the session of the answer exists when the answer arrives, though
// it was made in a transaction.
func TestStoragePasswordChange(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*betterauth.Config){"storage only": nil, "both": inDatabase} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			auth, _, clock, _ := withStorage(t, change)
			c := NewClient(t, auth.Handler())
			c.SignUp("ann@example.com")
			old := c.Clone()
			clock.Advance(time.Second)
			c.Post("/change-password", map[string]any{"currentPassword": Password, "newPassword": "password5678", "revokeOtherSessions": true}).Expect(http.StatusOK)
			if c.SignedIn() == "" {
				t.Error("the new session is not there")
			}
			if old.SignedIn() != "" {
				t.Error("the old session is alive")
			}
		})
	}
}

// TestStorageFailedWrites fails each write of storage and database in turn while somebody signs up:
// either both have the user's rows or neither.
func TestStorageFailedWrites(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*betterauth.Config){"storage only": nil, "both": inDatabase} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := NewGated(memory.New())
			auth, storage, _, _ := withStorage(t, func(c *betterauth.Config) {
				c.Database = db
				if change != nil {
					change(c)
				}
			})
			for k := int64(1); ; k++ {
				before := Dump(t, auth)
				gate, failed := FailWrite(k)
				db.Set(gate)
				storage.SetGate(gate)
				c := NewClient(t, auth.Handler())
				a := c.Post("/sign-up/email", map[string]any{"email": fmt.Sprintf("u%d@example.com", k), "password": Password, "name": "U"})
				db.Set(nil)
				storage.SetGate(nil)
				if !failed() {
					if a.Status != http.StatusOK || c.SignedIn() == "" {
						t.Errorf("%d %s", a.Status, a.Body)
					}
					break
				}
				if a.Status < 500 || a.String("code") == "" {
					t.Errorf("write %d failed: %d %s", k, a.Status, a.Body)
				}
				Unchanged(t, auth, before, fmt.Sprintf("the failure of write %d", k))
			}
		})
	}
}

// TestStorageVerification redeems a reset token that lives in storage, many times at once.
func TestStorageVerification(t *testing.T) {
	t.Parallel()
	auth, storage, _, box := withStorage(t, nil)
	c := NewClient(t, auth.Handler())
	c.SignUp("ann@example.com")
	c.DropCookies()
	for range 2 {
		c.Post("/request-password-reset", map[string]any{"email": "ann@example.com"}).Expect(http.StatusOK)
		Wait(t, auth)
	}
	tokens := box.List()
	if !slices.Contains(storage.Keys(), "verification:reset-password:"+tokens[0].Token) {
		t.Errorf("keys %q", storage.Keys())
	}
	won := 0
	for _, a := range AtOnce(60, c, func(c *Client, _ int) *http.Request {
		return c.Request("POST", "/reset-password", map[string]any{"token": tokens[0].Token, "newPassword": "password5678"})
	}) {
		switch {
		case a.Status == http.StatusOK:
			won++
		case a.String("code") != "INVALID_TOKEN":
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	if won != 1 {
		t.Errorf("%d redemptions of one token", won)
	}
	if a := c.Post("/reset-password", map[string]any{"token": tokens[1].Token, "newPassword": "password9999"}); a.String("code") != "INVALID_TOKEN" {
		t.Errorf("the other token: %d %s", a.Status, a.Body)
	}
}

// TestStorageLimit counts requests in storage, of two instances at once.
func TestStorageLimit(t *testing.T) {
	t.Parallel()
	limited := func(c *betterauth.Config) { c.RateLimit = betterauth.RateLimit{Max: 5, Window: time.Minute} }
	first, storage, _, _ := withStorage(t, limited)
	second, _, _, _ := withStorage(t, func(c *betterauth.Config) { limited(c); c.SecondaryStorage = storage })
	passed := 0
	for _, a := range AtOnce(60, NewClient(t, nil), func(c *Client, _ int) *http.Request {
		return c.Request("GET", "/ok", nil)
	}, first.Handler(), second.Handler()) {
		switch {
		case a.Status == http.StatusOK:
			passed++
		case a.Status != http.StatusTooManyRequests || a.Header.Get("X-Retry-After") != "60":
			t.Errorf("%d %s, retry after %q", a.Status, a.Body, a.Header.Get("X-Retry-After"))
		}
	}
	if passed != 5 {
		t.Errorf("%d requests passed, want 5", passed)
	}
}
