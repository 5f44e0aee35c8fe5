package plugintest

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
)

// What every Kit starts with.
const (
	// Origin is the site; the endpoints are below Origin + "/api/auth".
	Origin = "http://localhost:3000"
	// Secret signs the cookies.
	Secret = "plugintest-secret-0123456789-ABCDEFGHIJ-abcdefghij"
	// Password is the one of every user that SignUp makes.
	Password = "password1234"
)

// Start is the time that a new Clock shows.
var Start = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)

// A Kit is an Auth for tests. The embedded Auth gives its API, Store and Handler.
type Kit struct {
	*betterauth.Auth
	T     testing.TB
	Clock *Clock
	// Config is what the Auth was made of.
	Config betterauth.Config
	mails  *mailbox
}

// New starts an Auth and ends the test if the configuration is refused. Before the changes it has a
// memory database, passwords switched on with a hash that costs nothing, verification and reset mails
// that are kept, a seeded source of randomness, no log, no environment and no rate limit.
func New(t testing.TB, changes ...func(*betterauth.Config)) *Kit {
	t.Helper()
	kit, err := TryNew(t, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return kit
}

// TryNew is New for configurations that may be refused.
func TryNew(t testing.TB, changes ...func(*betterauth.Config)) (*Kit, error) {
	kit := &Kit{T: t, Clock: &Clock{now: Start}, mails: &mailbox{}}
	kit.Config = betterauth.Config{
		BaseURL: Origin, Secret: Secret, Database: memory.New(),
		EmailAndPassword:  betterauth.EmailAndPassword{Enabled: true, Password: PlainHash, SendResetPassword: kit.Keep("reset")},
		EmailVerification: betterauth.EmailVerification{SendVerificationEmail: kit.Keep("verification")},
		RateLimit:         betterauth.RateLimit{Disabled: true},
		Now:               kit.Clock.Now, Rand: newSeeded(), Logger: slog.New(slog.DiscardHandler),
		Getenv: func(string) string { return "" },
	}
	for _, change := range changes {
		change(&kit.Config)
	}
	auth, err := betterauth.New(kit.Config)
	if err != nil {
		return nil, err
	}
	kit.Auth = auth
	t.Cleanup(func() { _ = auth.Close(context.Background()) })
	return kit, nil
}

// With adds plugins to the configuration, in order.
func With(plugins ...plugin.Plugin) func(*betterauth.Config) {
	return func(c *betterauth.Config) { c.Plugins = append(c.Plugins, plugins...) }
}

// PlainHash is a password hash that costs nothing, and protects nothing.
var PlainHash = betterauth.PasswordHash{
	Hash:   func(_ context.Context, password string) (string, error) { return "plain:" + password, nil },
	Verify: func(_ context.Context, hash, password string) (bool, error) { return hash == "plain:"+password, nil },
}

// Keep returns a mail callback that keeps what it gets under a name of the caller's choice; see Mails.
func (k *Kit) Keep(kind string) func(context.Context, betterauth.Mail) error {
	return func(_ context.Context, m betterauth.Mail) error {
		k.mails.add(kind, m)
		return nil
	}
}

// Mails returns the mails kept under a name so far: "verification", "reset", or one given to Keep. It
// first waits for the background work that sends them.
func (k *Kit) Mails(kind string) []betterauth.Mail {
	k.T.Helper()
	if err := k.Wait(k.T.Context()); err != nil {
		k.T.Fatal(err)
	}
	return k.mails.list(kind)
}

// User returns a user by email address, hidden fields included, or ends the test.
func (k *Kit) User(email string) *api.User {
	k.T.Helper()
	u, err := plugin.Users.FindOne(k.T.Context(), k.Store(), adapter.Eq("email", email))
	if err != nil {
		k.T.Fatalf("user %s: %v", email, err)
	}
	return u
}

// Count returns how many rows of a table match.
func (k *Kit) Count(table string, where ...adapter.Where) int {
	k.T.Helper()
	n, err := k.Store().Count(k.T.Context(), table, where...)
	if err != nil {
		k.T.Fatal(err)
	}
	return int(n)
}

// A Clock stands still until it is advanced. It is safe for concurrent use.
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

// Advance turns the clock on, or back when d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type mailbox struct {
	mu    sync.Mutex
	mails map[string][]betterauth.Mail
}

func (b *mailbox) add(kind string, m betterauth.Mail) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.mails == nil {
		b.mails = map[string][]betterauth.Mail{}
	}
	b.mails[kind] = append(b.mails[kind], m)
}

func (b *mailbox) list(kind string) []betterauth.Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]betterauth.Mail(nil), b.mails[kind]...)
}

// seeded is a source of randomness that gives the same bytes in every run, to one goroutine at a time.
type seeded struct {
	mu     sync.Mutex
	source io.Reader
}

func newSeeded() io.Reader {
	return &seeded{source: rand.NewChaCha8([32]byte([]byte("plugintest plugintest plugintest")))}
}

// Read implements io.Reader.
func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.Read(p)
}
