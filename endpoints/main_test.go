package endpoints_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// A recorder keeps what callbacks were called with.
type recorder struct {
	mu    sync.Mutex
	users []string
}

// user is a callback that notes the address.
func (r *recorder) user(_ context.Context, u *api.User) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.users = append(r.users, u.Email)
	return nil
}

func (r *recorder) calls() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.users)
}

var errCallback = errors.New("the callback refuses")

func refuse(context.Context, *api.User) error { return errCallback }

type setup = func(*betterauth.Config)

// body is a JSON object.
type body = map[string]any

// wantError ends the test unless err is an API error with this status and code.
func wantError(t *testing.T, err error, status int, code string) {
	t.Helper()
	e, ok := errors.AsType[*errors.APIError](err)
	if !ok || e.Status != status || e.Code != code {
		t.Fatalf("error %v, want %d %s", err, status, code)
	}
}

// last returns the latest mail of a mailbox, or ends the test.
func last(t *testing.T, s *plugintest.Kit, box *plugintest.Mailbox) betterauth.Mail {
	t.Helper()
	wait(t, s)
	return box.Last(t)
}

// wait waits for background work.
func wait(t *testing.T, s *plugintest.Kit) {
	t.Helper()
	if err := s.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
