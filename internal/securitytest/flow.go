package securitytest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
)

// A flow is one request that writes, with what has to happen before.
type flow struct {
	name   string
	config func(c *betterauth.Config, box *Mailbox)
	// prepare leads to the moment before the request, with a user of its own, and returns the request.
	prepare func(s *stage) func() *Answer
	// silent flows write outside the answer, which is a success whatever comes of it.
	silent bool
	// ends says that the request ends a flow at a provider: see [flow.judgeEnd].
	ends bool
	// refused is the status of a failure; 0 stands for any above 499.
	refused int
}

// A stage is what a flow plays on.
type stage struct {
	*Client
	auth  *betterauth.Auth
	box   *Mailbox
	clock *Clock
	email string // of the user of this round
}

func (s *stage) post(path string, body map[string]any) func() *Answer {
	return func() *Answer { return s.Post(path, body) }
}

// signedUp signs up, then sends the request.
func signedUp(path string, body map[string]any) func(s *stage) func() *Answer {
	return func(s *stage) func() *Answer {
		s.SignUp(s.email)
		return s.post(path, body)
	}
}

// mailed signs up, posts the first request, and returns the second one with the token of the mail.
func mailed(path string, body map[string]any, next func(s *stage, m betterauth.Mail) func() *Answer) func(s *stage) func() *Answer {
	return func(s *stage) func() *Answer {
		s.SignUp(s.email)
		first := map[string]any{}
		for name, value := range body {
			if value == "email" {
				value = s.email
			}
			if value == "new email" {
				value = "new-" + s.email
			}
			first[name] = value
		}
		s.Post(path, first).Expect(http.StatusOK)
		Wait(s.T, s.auth)
		return next(s, s.box.Last(s.T))
	}
}

func open(s *stage, m betterauth.Mail) func() *Answer {
	return func() *Answer { return s.Get(PathOf(m.URL)) }
}

func redeem(s *stage, m betterauth.Mail) func() *Answer {
	return s.post("/reset-password", map[string]any{"token": m.Token, "newPassword": "password5678"})
}

// later signs up, lets time pass and reads the session.
func later(d time.Duration) func(s *stage) func() *Answer {
	return func(s *stage) func() *Answer {
		s.SignUp(s.email)
		s.clock.Advance(d)
		return func() *Answer { return s.Get("/get-session") }
	}
}

// direct calls a function in process and words its outcome as an answer.
func direct(s *stage, call func(ctx context.Context) error) func() *Answer {
	return func() *Answer {
		err := call(s.T.Context())
		e, ok := errors.AsType[*errors.APIError](err)
		switch {
		case err == nil:
			return &Answer{T: s.T, Status: http.StatusOK}
		case !ok:
			return &Answer{T: s.T, Status: -1, Body: err.Error()}
		}
		header := http.Header{"Content-Type": {"application/json"}}
		return &Answer{T: s.T, Status: e.Status, Header: header, Body: fmt.Sprintf(`{"code":%q,"message":%q}`, e.Code, e.Message)}
	}
}

func plain(*betterauth.Config, *Mailbox) {}

func mails(c *betterauth.Config, box *Mailbox) { box.Connect(c) }

// flows are the core's requests that write, in each of the ways that a configuration gives them.
func flows() []flow {
	return slices.Concat(signInFlows(), userFlows(), mailFlows(), socialFlows())
}

func signInFlows() []flow {
	return []flow{
		{name: "sign up", config: plain, prepare: func(s *stage) func() *Answer {
			return s.post("/sign-up/email", map[string]any{"email": s.email, "password": Password, "name": "Ann"})
		}},
		{name: "sign up with a hook", config: watched, prepare: func(s *stage) func() *Answer {
			return s.post("/sign-up/email", map[string]any{"email": s.email, "password": Password, "name": "Ann"})
		}},
		{name: "sign in", config: plain, prepare: func(s *stage) func() *Answer {
			s.SignUp(s.email)
			s.DropCookies()
			return s.post("/sign-in/email", map[string]any{"email": s.email, "password": Password})
		}},
		{name: "sign out", config: plain, prepare: signedUp("/sign-out", map[string]any{})},
		{name: "refresh", config: plain, prepare: later(25 * time.Hour)},
		{name: "expiry", config: plain, prepare: later(8 * 24 * time.Hour)},
		{name: "revoke sessions", config: plain, prepare: signedUp("/revoke-sessions", map[string]any{})},
		{name: "revoke other sessions", config: plain, prepare: func(s *stage) func() *Answer {
			s.SignUp(s.email)
			s.Clone().SignIn(s.email)
			return s.post("/revoke-other-sessions", map[string]any{})
		}},
		{name: "revoke session", config: plain, prepare: func(s *stage) func() *Answer {
			token := s.SignUp(s.email).String("token")
			return s.post("/revoke-session", map[string]any{"token": token})
		}},
		{name: "update session", config: func(c *betterauth.Config, _ *Mailbox) {
			c.Session.AdditionalFields = []adapter.Field{{Name: "theme", Type: adapter.String, Optional: true}}
		}, prepare: signedUp("/update-session", map[string]any{"theme": "dark"})},
	}
}

// watched makes sign-up use a transaction: a before hook may write.
func watched(c *betterauth.Config, _ *Mailbox) {
	c.DatabaseHooks.User.BeforeCreate = func(_ context.Context, u *api.User) error {
		u.Name += " Watched"
		return nil
	}
}

func userFlows() []flow {
	change := map[string]any{"currentPassword": Password, "newPassword": "password5678"}
	revoke := map[string]any{"currentPassword": Password, "newPassword": "password5678", "revokeOtherSessions": true}
	return []flow{
		{name: "update user", config: plain, prepare: signedUp("/update-user", map[string]any{"name": "Ben"})},
		{name: "change password", config: plain, prepare: signedUp("/change-password", change)},
		{name: "change password and revoke", config: plain, prepare: signedUp("/change-password", revoke)},
		{name: "change email at once", config: func(c *betterauth.Config, box *Mailbox) {
			box.Connect(c)
			c.User.ChangeEmail.UpdateEmailWithoutVerification = true
		}, prepare: func(s *stage) func() *Answer {
			s.SignUp(s.email)
			return s.post("/change-email", map[string]any{"newEmail": "new-" + s.email})
		}},
		{name: "ask for another email", config: mails, prepare: func(s *stage) func() *Answer {
			s.SignUp(s.email)
			return s.post("/change-email", map[string]any{"newEmail": "new-" + s.email})
		}},
		{name: "delete user", config: mails, prepare: signedUp("/delete-user", map[string]any{"password": Password})},
		{name: "create user", config: plain, prepare: func(s *stage) func() *Answer {
			return direct(s, func(ctx context.Context) error {
				_, err := s.auth.API.CreateUser(ctx, api.CreateUserInput{Email: s.email, Password: Password, Name: "Made"})
				return err
			})
		}},
		{name: "set password", config: plain, prepare: func(s *stage) func() *Answer {
			id := s.SignUp(s.email).String("user.id")
			if _, err := s.auth.Store().Delete(s.T.Context(), "account", adapter.Eq("userId", id)); err != nil {
				s.T.Fatal(err)
			}
			return direct(s, func(ctx context.Context) error {
				_, err := s.auth.API.SetPassword(ctx, api.SetPasswordInput{NewPassword: Password}, api.WithHeaders(s.Headers()))
				return err
			})
		}},
	}
}

func mailFlows() []flow {
	reset := map[string]any{"email": "email"}
	return []flow{
		{name: "ask for a reset", config: mails, prepare: func(s *stage) func() *Answer {
			s.SignUp(s.email)
			return s.post("/request-password-reset", map[string]any{"email": s.email})
		}, silent: true},
		{name: "reset password", config: mails, prepare: mailed("/request-password-reset", reset, redeem)},
		{name: "reset password and revoke", config: func(c *betterauth.Config, box *Mailbox) {
			box.Connect(c)
			c.EmailAndPassword.RevokeSessionsOnPasswordReset = true
		}, prepare: mailed("/request-password-reset", reset, redeem)},
		{name: "verify email", config: mails, prepare: mailed("/send-verification-email", map[string]any{"email": "email"}, open)},
		{name: "verify email and sign in", config: func(c *betterauth.Config, box *Mailbox) {
			box.Connect(c)
			c.EmailVerification.AutoSignInAfterVerification = true
		}, prepare: mailed("/send-verification-email", map[string]any{"email": "email"}, func(s *stage, m betterauth.Mail) func() *Answer {
			s.DropCookies()
			return open(s, m)
		})},
		{name: "confirm another email", config: mails, prepare: mailed("/change-email", map[string]any{"newEmail": "new email"}, open)},
		{name: "ask to delete user", config: deletesByMail, prepare: signedUp("/delete-user", map[string]any{})},
		{name: "delete user by mail", config: deletesByMail, prepare: mailed("/delete-user", map[string]any{}, open)},
	}
}

func deletesByMail(c *betterauth.Config, box *Mailbox) {
	box.Connect(c)
	c.User.DeleteUser.SendDeleteAccountVerification = box.Keep
}

// failedWrites makes the first write of every request fail, then the second, and so on until the request
// succeeds. Each failure leaves the database as it was.
func failedWrites(t *testing.T, openDatabase Open) {
	for _, f := range flows() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.play(t, openDatabase)
		})
	}
}

// maxWrites is more than any request writes.
const maxWrites = 20

func (f *flow) play(t *testing.T, openDatabase Open) {
	box, clock := &Mailbox{}, NewClock()
	change := func(c *betterauth.Config) {
		c.Now = clock.Now
		f.config(c, box)
	}
	plain := cluster(t, openDatabase, 1, change)[0] // migrated
	db := NewGated(plain.Store().Adapter())
	config := Config(db)
	change(&config)
	auth := New(t, config)
	for k := int64(1); ; k++ {
		if k > maxWrites {
			t.Fatalf("more than %d writes", maxWrites)
		}
		s := &stage{Client: NewClient(t, auth.Handler()), auth: auth, box: box, clock: clock, email: fmt.Sprintf("user%d@example.com", k)}
		run := f.prepare(s)
		Wait(t, auth)
		before := Dump(t, auth)
		gate, failed := FailWrite(k)
		db.Set(gate)
		a := run()
		Wait(t, auth)
		db.Set(nil)
		if !failed() {
			if k == 1 || a.Status != http.StatusOK && a.Status != http.StatusFound {
				t.Errorf("%d %s after %d writes", a.Status, a.Body, k-1)
			}
			return
		}
		if f.ends {
			f.judgeEnd(s, a, k, before)
			continue
		}
		f.judge(t, a, k)
		Unchanged(t, auth, before, fmt.Sprintf("the failure of write %d", k))
	}
}

func (f *flow) judge(t *testing.T, a *Answer, k int64) {
	t.Helper()
	switch {
	case f.silent && a.Status != http.StatusOK:
		t.Errorf("write %d failed: %d %s, want 200", k, a.Status, a.Body)
	case f.refused != 0 && a.Status == f.refused && a.String("code") != "":
	case !f.silent && (a.Status < 500 || a.String("code") == ""):
		t.Errorf("write %d failed: %d %s, want 5xx with a code", k, a.Status, a.Body)
	}
}
