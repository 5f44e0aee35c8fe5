package securitytest

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
)

// Secret signs what the tests sign.
const Secret = "Fq0zB7wXk2mR9vT4yL6sD1hJ8nC3pE5a"

// Config is the configuration that most tests begin with: email and password with a hash that costs
// nothing, no rate limit, no log.
func Config(db adapter.Adapter) betterauth.Config {
	return betterauth.Config{
		BaseURL: BaseURL, Secret: Secret, Database: db,
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true, Password: CheapHash()},
		RateLimit:        betterauth.RateLimit{Disabled: true},
		Verification:     betterauth.VerificationConfig{DisableCleanup: true},
		Logger:           slog.New(slog.DiscardHandler),
		Getenv:           func(string) string { return "" },
	}
}

// CheapHash stores passwords readably.
func CheapHash() plugin.PasswordHash {
	const mark = "cheap:"
	return plugin.PasswordHash{
		Hash:   func(_ context.Context, password string) (string, error) { return mark + password, nil },
		Verify: func(_ context.Context, hash, password string) (bool, error) { return hash == mark+password, nil },
	}
}

// New builds an Auth and closes it with the test.
func New(tb testing.TB, config betterauth.Config) *betterauth.Auth {
	tb.Helper()
	auth, err := betterauth.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := auth.Close(ctx); err != nil {
			tb.Error(err)
		}
	})
	return auth
}

// Wait waits for background work.
func Wait(tb testing.TB, auth *betterauth.Auth) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	if err := auth.Wait(ctx); err != nil {
		tb.Fatal(err)
	}
}

// A Mailbox collects mails. It is safe for concurrent use.
type Mailbox struct {
	mu    sync.Mutex
	mails []betterauth.Mail
}

// Send is a mail callback.
func (b *Mailbox) Send(_ context.Context, m betterauth.Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, m)
	return nil
}

// All returns the mails so far, the oldest first.
func (b *Mailbox) All() []betterauth.Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]betterauth.Mail(nil), b.mails...)
}

// Last returns the newest mail; the test fails when there is none.
func (b *Mailbox) Last(tb testing.TB) betterauth.Mail {
	tb.Helper()
	all := b.All()
	if len(all) == 0 {
		tb.Fatal("no mail was sent")
	}
	return all[len(all)-1]
}

// Connect sets every mail callback and enables what they belong to.
func (b *Mailbox) Connect(c *betterauth.Config) {
	c.EmailAndPassword.SendResetPassword = b.Send
	c.EmailVerification.SendVerificationEmail = b.Send
	c.User.ChangeEmail.Enabled = true
	c.User.DeleteUser.Enabled = true
}

// A Clock is a clock that stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock at 2026-01-02T03:04:05.678Z.
func NewClock() *Clock { return &Clock{at: time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Move lets time pass.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// PathOf is the path and query below /api/auth of a link in a mail.
func PathOf(link string) string { return strings.TrimPrefix(link, BaseURL+"/api/auth") }
