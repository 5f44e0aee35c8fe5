package betterauth_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// slowMail starts a server whose reset mail runs send.
func slowMail(t *testing.T, send func(ctx context.Context) error, change ...func(*betterauth.Config)) *plugintest.Kit {
	return plugintest.New(t, append(change, func(s *betterauth.Config) {
		s.EmailAndPassword.SendResetPassword = func(ctx context.Context, _ betterauth.Mail) error { return send(ctx) }
	})...)
}

func requestReset(s *plugintest.Kit) {
	s.SignUp("user@example.com").Post("/request-password-reset", map[string]any{"email": "user@example.com"}).Expect(200)
}

func TestWaitDrains(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var done atomic.Bool
		s := slowMail(t, func(context.Context) error {
			time.Sleep(time.Minute)
			done.Store(true)
			return nil
		})
		requestReset(s)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Wait(short); !errors.Is(err, context.DeadlineExceeded) || done.Load() {
			t.Errorf("a short wait: %v, done %t", err, done.Load())
		}
		if err := s.Wait(t.Context()); err != nil || !done.Load() {
			t.Errorf("a long wait: %v, done %t", err, done.Load())
		}
	})
}

func TestCloseCancels(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var cause error
		s := slowMail(t, func(ctx context.Context) error {
			<-ctx.Done()
			cause = context.Cause(ctx)
			return cause
		})
		requestReset(s)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Close(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v", err)
		}
		if err := s.Wait(t.Context()); err != nil || cause == nil || errors.Is(cause, context.DeadlineExceeded) {
			t.Errorf("%v; the work ended with %v", err, cause)
		}
	})
}

// TestMailOutlivesTheRequest checks that the end of a request does not end its mail.
func TestMailOutlivesTheRequest(t *testing.T) {
	t.Parallel()
	release, result := make(chan struct{}), make(chan error, 1)
	s := slowMail(t, func(ctx context.Context) error {
		<-release
		result <- ctx.Err()
		return nil
	})
	s.SignUp("user@example.com")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := s.API.RequestPasswordReset(ctx, api.RequestPasswordResetInput{Email: "user@example.com"}); err != nil {
		t.Fatal(err)
	}
	cancel()
	close(release)
	if err := <-result; err != nil {
		t.Errorf("the mail's context: %v", err)
	}
}

// TestBackgroundFailures checks that failing and panicking callbacks are logged and change no answer.
func TestBackgroundFailures(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return errors.New("smtp is down") },
		"panic": func(context.Context) error { panic("smtp is down") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log buffer
			s := slowMail(t, send, func(s *betterauth.Config) { s.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
			requestReset(s)
			if err := s.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if text := log.String(); !strings.Contains(text, "smtp is down") || strings.Contains(text, plugintest.Password) {
				t.Errorf("log %s", text)
			}
		})
	}
}

type buffer struct {
	mu sync.Mutex
	strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(p)
}

// TestOwnBackground checks Config.Background.
func TestOwnBackground(t *testing.T) {
	t.Parallel()
	var tasks []func()
	sent := 0
	s := slowMail(t, func(context.Context) error { sent++; return nil },
		func(s *betterauth.Config) { s.Background = func(task func()) { tasks = append(tasks, task) } })
	requestReset(s)
	if len(tasks) != 1 || sent != 0 {
		t.Fatalf("%d tasks, %d sent", len(tasks), sent)
	}
	tasks[0]()
	if err := s.Wait(t.Context()); err != nil || sent != 1 {
		t.Errorf("%v, %d sent", err, sent)
	}
}

func TestCloseRunsPlugins(t *testing.T) {
	t.Parallel()
	var order []string
	closing := func(id string, err error) plugin.Plugin {
		return plugin.Func(id, func(r *plugin.Registry) error {
			r.OnClose(func(context.Context) error { order = append(order, id); return err })
			return nil
		})
	}
	failure := errors.New("cannot close")
	auth, err := betterauth.New(betterauth.Config{Secret: plugintest.Secret, Plugins: []plugin.Plugin{closing("a", failure), closing("b", nil)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := auth.Close(t.Context()); !errors.Is(err, failure) || !slices.Equal(order, []string{"a", "b"}) {
		t.Errorf("%v, closed %q", err, order)
	}
}

// TestConcurrentUse lets many browsers use one Auth at once, for the race detector and for lost writes.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.User.DeleteUser.Enabled = true
		s.Session.CookieCache.Enabled = true
		s.RateLimit = betterauth.RateLimit{Max: 1e6, Rules: []betterauth.RateLimitRule{{Path: "/**", Max: 1e6, Window: time.Minute}}}
	})
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			email := fmt.Sprintf("user%d@example.com", i)
			c := s.SignUp(email)
			for range 5 {
				c.Post("/update-user", map[string]any{"name": email}).Expect(200)
				if got := c.Get("/get-session").String("user.name"); got != email {
					t.Errorf("name %q, want %q", got, email)
				}
				c.Post("/request-password-reset", map[string]any{"email": email}).Expect(200)
				if err := s.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				if _, err := s.API.ListSessions(t.Context(), api.ListSessionsInput{}, api.WithHeaders(c.Headers())); err != nil {
					t.Error(err)
				}
			}
			if i%2 == 0 {
				c.Post("/delete-user", map[string]any{}).Expect(200)
			}
		})
	}
	wg.Wait()
	if n := s.Count("user"); n != 8 {
		t.Errorf("%d users, want 8", n)
	}
}

// TestOneOfManySignUps checks that of many sign-ups with one address one wins.
func TestOneOfManySignUps(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	var wg sync.WaitGroup
	codes := make([]int, 12)
	for i := range codes {
		wg.Go(func() {
			codes[i] = s.Client().Post("/sign-up/email", map[string]any{"email": "user@example.com", "password": plugintest.Password, "name": ""}).Status
		})
	}
	wg.Wait()
	slices.Sort(codes)
	if codes[0] != 200 || codes[1] != 422 || codes[len(codes)-1] != 422 || s.Count("user") != 1 || s.Count("account") != 1 || s.Count("session") != 1 {
		t.Errorf("statuses %v; %d users, %d accounts, %d sessions", codes, s.Count("user"), s.Count("account"), s.Count("session"))
	}
}

// TestOneOfManyResets checks that a reset token is redeemed once.
func TestOneOfManyResets(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	requestReset(s)
	token := s.Mail("reset").Token
	var wg sync.WaitGroup
	codes := make([]int, 12)
	for i := range codes {
		wg.Go(func() {
			codes[i] = s.Client().Post("/reset-password", map[string]any{"token": token, "newPassword": fmt.Sprintf("newpassword%d", i)}).Status
		})
	}
	wg.Wait()
	slices.Sort(codes)
	if codes[0] != 200 || codes[1] != 400 || codes[len(codes)-1] != 400 {
		t.Errorf("statuses %v", codes)
	}
}
