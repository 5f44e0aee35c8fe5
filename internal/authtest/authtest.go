// Package authtest sets up an Auth for tests: on memory, with a clock to turn, mails that are kept and
// clients with cookies.
package authtest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

// What every server of this package has.
const (
	Origin = "http://localhost:3000"
	Secret = "contract-secret-0123456789-ABCDEFGHIJ-abcdefghij"
)

// Start is the time at which clocks start.
var Start = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)

// A Setup is a configuration that works, to be changed by the test.
type Setup struct {
	betterauth.Config
	mails *mailbox
}

// Mail returns a callback that keeps mails under a name; see Server.Mail.
func (s *Setup) Mail(kind string) func(context.Context, betterauth.Mail) error {
	return func(_ context.Context, m betterauth.Mail) error {
		s.mails.mu.Lock()
		defer s.mails.mu.Unlock()
		s.mails.sent[kind] = append(s.mails.sent[kind], m)
		return nil
	}
}

type mailbox struct {
	mu   sync.Mutex
	sent map[string][]betterauth.Mail
}

// A Server is a running Auth.
type Server struct {
	*betterauth.Auth
	T     testing.TB
	Clock *Clock
	// Handler is the Auth's, which a test may wrap.
	Handler http.Handler
	mails   *mailbox
}

// New starts an Auth: passwords on, with a hash that costs nothing; the mails "verify" and "reset" kept;
// no rate limit.
func New(t testing.TB, change ...func(*Setup)) *Server {
	t.Helper()
	s, err := TryNew(t, change...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TryNew is New for configurations that may be refused.
func TryNew(t testing.TB, change ...func(*Setup)) (*Server, error) {
	clock := &Clock{now: Start}
	setup := &Setup{mails: &mailbox{sent: map[string][]betterauth.Mail{}}}
	setup.Config = betterauth.Config{
		BaseURL: Origin, Secret: Secret, Database: memory.New(), Now: clock.Now,
		Logger: slog.New(slog.DiscardHandler), Getenv: func(string) string { return "" },
		EmailAndPassword:  betterauth.EmailAndPassword{Enabled: true, Password: PlainHash, SendResetPassword: setup.Mail("reset")},
		EmailVerification: betterauth.EmailVerification{SendVerificationEmail: setup.Mail("verify")},
		RateLimit:         betterauth.RateLimit{Disabled: true},
	}
	for _, fn := range change {
		if fn != nil {
			fn(setup)
		}
	}
	auth, err := betterauth.New(setup.Config)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = auth.Close(context.Background()) })
	return &Server{Auth: auth, T: t, Clock: clock, Handler: auth.Handler(), mails: setup.mails}, nil
}

// PlainHash is a password hash that costs nothing.
var PlainHash = betterauth.PasswordHash{
	Hash:   func(_ context.Context, password string) (string, error) { return "plain:" + password, nil },
	Verify: func(_ context.Context, hash, password string) (bool, error) { return hash == "plain:"+password, nil },
}

// Mails returns the mails of a kind that were sent so far, those of background work included.
func (s *Server) Mails(kind string) []betterauth.Mail {
	s.T.Helper()
	if err := s.Wait(s.T.Context()); err != nil {
		s.T.Fatal(err)
	}
	s.mails.mu.Lock()
	defer s.mails.mu.Unlock()
	return append([]betterauth.Mail(nil), s.mails.sent[kind]...)
}

// Mail returns the latest mail of a kind, or ends the test.
func (s *Server) Mail(kind string) betterauth.Mail {
	s.T.Helper()
	sent := s.Mails(kind)
	if len(sent) == 0 {
		s.T.Fatalf("no %s mail was sent", kind)
	}
	return sent[len(sent)-1]
}

// Rows returns how many rows a table has.
func (s *Server) Rows(table string) int64 {
	s.T.Helper()
	n, err := s.Store().Count(s.T.Context(), table)
	if err != nil {
		s.T.Fatal(err)
	}
	return n
}

// A Clock stands still until it is turned. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance turns the clock, back if d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
