package endpoints_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// brokenAdapter fails once it is told to. Without joins and batches it also tests the way of databases that
// have neither.
type brokenAdapter struct {
	adapter.Adapter
	broken *atomic.Bool
}

var errDown = errors.New("connection to db.internal refused")

func (a brokenAdapter) err() error {
	if a.broken.Load() {
		return errDown
	}
	return nil
}

func (a brokenAdapter) SetSchema(s *adapter.Schema) error {
	return a.Adapter.(adapter.SchemaSetter).SetSchema(s)
}

func (a brokenAdapter) Create(ctx context.Context, table string, r adapter.Record) (adapter.Record, error) {
	if err := a.err(); err != nil {
		return nil, err
	}
	return a.Adapter.Create(ctx, table, r)
}

func (a brokenAdapter) Find(ctx context.Context, q adapter.Query) ([]adapter.Record, error) {
	if err := a.err(); err != nil {
		return nil, err
	}
	return a.Adapter.Find(ctx, q)
}

func (a brokenAdapter) Count(ctx context.Context, q adapter.Query) (int64, error) {
	if err := a.err(); err != nil {
		return 0, err
	}
	return a.Adapter.Count(ctx, q)
}

func (a brokenAdapter) Delete(ctx context.Context, q adapter.Query) (int64, error) {
	if err := a.err(); err != nil {
		return 0, err
	}
	return a.Adapter.Delete(ctx, q)
}

func (a brokenAdapter) Transaction(ctx context.Context, fn func(adapter.Adapter) error) error {
	return a.Adapter.Transaction(ctx, func(tx adapter.Adapter) error { return fn(brokenAdapter{tx, a.broken}) })
}

// withoutStore are calls that never come to the store.
var withoutStore = []string{"OK", "Error", "SignUpEmail Bad Request", "VerifyEmail Found", "CallbackOAuth Found", "GetAccessToken Bad Request", "SignInSocial Not Found"}

// TestBrokenStore sends every call while the database is down: each fails as a fault of the server, keeps the
// browser's cookies and says nothing about the cause.
func TestBrokenStore(t *testing.T) {
	t.Parallel()
	for _, v := range calls {
		name := v.field
		if v.status == 302 {
			name += " Found"
		} else if v.status == 400 {
			name += " Bad Request"
		} else if v.status == 404 {
			name += " Not Found"
		}
		if v.method == "" || strings.Contains(strings.Join(withoutStore, ","), name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := brokenAdapter{memory.New(), new(atomic.Bool)}
			s := plugintest.New(t, func(s *betterauth.Config) {
				s.Database = db
				s.User.DeleteUser.Enabled, s.User.ChangeEmail.Enabled = true, true
				s.SocialProviders = []plugin.SocialProvider{&fake{t: t}}
			})
			c := s.SignUp(address)
			if v.prepare != nil {
				v.prepare(s, c, &v)
			}
			wait(t, s)
			db.broken.Store(true)
			path := v.path
			for key, value := range v.query {
				path += map[bool]string{true: "?", false: "&"}[!strings.Contains(path, "?")] + key + "=" + value
			}
			a := c.Do(v.method, "/api/auth"+path, v.body)
			if a.Status < 500 || strings.Contains(a.Body, "internal refused") || strings.Contains(a.Body, "db.internal") {
				t.Errorf("%d %s", a.Status, a.Body)
			}
			if len(a.Header["Set-Cookie"]) > 0 || c.Cookie(tokenCookie) == "" {
				t.Errorf("cookies %q", a.Header["Set-Cookie"])
			}
		})
	}
}

// TestPlainAdapter signs up, in and out on a database without joins and batches.
func TestPlainAdapter(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Database = brokenAdapter{memory.New(), new(atomic.Bool)} })
	c := s.SignUp(address)
	if c.SignedIn() == "" || s.SignIn(address).SignedIn() == "" {
		t.Error("not signed in")
	}
	s.Client().Post("/sign-up/email", signUpBody(address)).ExpectError(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
	c.Post("/sign-out", nil).Expect(200)
	if s.Count("session") != 1 {
		t.Errorf("%d sessions", s.Count("session"))
	}
}

// TestLegacyChangeToken redeems a token without a request type, as older servers made them.
func TestLegacyChangeToken(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, changeSetup(nil, false))
	c := verified(t, s)
	keys, err := crypto.NewKeyring(nil, plugintest.Secret)
	if err != nil {
		t.Fatal(err)
	}
	token, err := keys.SignJWT([]byte(`{"email":"old@example.com","updateTo":"New@example.com","userId":"`+c.Get("/get-session").String("user.id")+`"}`), s.Clock.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	c.Get("/verify-email?token=" + token).Expect(200)
	wantUser(t, c, "new@example.com", false)
	c.Get("/verify-email?token=" + s.Mail("verification").Token).Expect(200)
	wantUser(t, c, "new@example.com", true)
}

// TestForbiddenSignUpIsHidden checks that where users are hidden a hook's refusal looks like a sign-up.
func TestForbiddenSignUpIsHidden(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailAndPassword.RequireEmailVerification = true
		s.DatabaseHooks.User.BeforeCreate = func(context.Context, *api.User) error { return forbidden }
	})
	if a := s.Client().Post("/sign-up/email", signUpBody(address)).Expect(200); a.Get("token") != nil || a.String("user.email") != address {
		t.Errorf("body %s", a.Body)
	}
	if s.Count("user") != 0 || len(s.Mails("verification")) != 0 {
		t.Error("a user was made, or a mail was sent")
	}
}
