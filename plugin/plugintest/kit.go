package plugintest

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
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
	// Site is what browsers talk to: the Auth's handler, unless a test puts its own application here.
	Site  http.Handler
	mails map[string]*Mailbox
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
	verifications, resets := &Mailbox{}, &Mailbox{}
	kit := &Kit{T: t, Clock: NewClock(), mails: map[string]*Mailbox{"verification": verifications, "reset": resets}}
	kit.Config = Config(memory.New())
	kit.Config.EmailAndPassword.SendResetPassword = resets.Keep
	kit.Config.EmailVerification.SendVerificationEmail = verifications.Keep
	kit.Config.Now, kit.Config.Rand = kit.Clock.Now, newSeeded()
	for _, change := range changes {
		if change != nil {
			change(&kit.Config)
		}
	}
	auth, err := betterauth.New(kit.Config)
	if err != nil {
		return nil, err
	}
	kit.Auth, kit.Site = auth, auth.Handler()
	t.Cleanup(func() { _ = auth.Close(context.Background()) })
	return kit, nil
}

// Config is what a Kit's configuration starts with, but for its clock, mailboxes and randomness: for tests
// that start several instances on one database.
func Config(db adapter.Adapter) betterauth.Config {
	return betterauth.Config{
		BaseURL: Origin, Secret: Secret, Database: db,
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true, Password: PlainHash},
		RateLimit:        betterauth.RateLimit{Disabled: true},
		Logger:           slog.New(slog.DiscardHandler),
		Getenv:           func(string) string { return "" },
	}
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

// Mails returns the mails of a kind sent so far, "verification" or "reset". It first waits for the
// background work that sends them.
func (k *Kit) Mails(kind string) []betterauth.Mail {
	k.T.Helper()
	box := k.mails[kind]
	if box == nil {
		k.T.Fatalf("there is no mailbox %q", kind)
	}
	if err := k.Wait(k.T.Context()); err != nil {
		k.T.Fatal(err)
	}
	return box.List()
}

// Mail returns the latest mail of a kind, as Mails does, or ends the test if none was sent.
func (k *Kit) Mail(kind string) betterauth.Mail {
	k.T.Helper()
	k.Mails(kind) // waits
	return k.mails[kind].Last(k.T)
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

// NewClock returns a clock that shows Start.
func NewClock() *Clock { return &Clock{now: Start} }

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

// A Mailbox keeps mails for tests of callbacks that a Kit does not have by itself. It is empty at first and
// safe for concurrent use:
//
//	var box plugintest.Mailbox
//	kit := plugintest.New(t, func(c *betterauth.Config) {
//		c.User.DeleteUser.SendDeleteAccountVerification = box.Keep
//	})
//
// Mails go out in the background: call the Kit's Wait before reading.
type Mailbox struct {
	mu    sync.Mutex
	mails []betterauth.Mail
}

// Keep is a mail callback.
func (b *Mailbox) Keep(_ context.Context, m betterauth.Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, m)
	return nil
}

// List returns the mails kept so far.
func (b *Mailbox) List() []betterauth.Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.mails)
}

// Last returns the latest mail, or ends the test if there is none.
func (b *Mailbox) Last(t testing.TB) betterauth.Mail {
	t.Helper()
	sent := b.List()
	if len(sent) == 0 {
		t.Fatal("no mail was sent")
	}
	return sent[len(sent)-1]
}

// Connect keeps the mails of resets and verifications, and lets users change their address and delete
// themselves.
func (b *Mailbox) Connect(c *betterauth.Config) {
	c.EmailAndPassword.SendResetPassword = b.Keep
	c.EmailVerification.SendVerificationEmail = b.Keep
	c.User.ChangeEmail.Enabled = true
	c.User.DeleteUser.Enabled = true
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
