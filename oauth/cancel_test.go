package oauth_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// TestCancelledAnywhere ends the request of a callback at its first call of the database, then at the second,
// and so on (REL-07): a user always has an account, and the next sign-in succeeds.
func TestCancelledAnywhere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sign-in/social", "/link-social"} {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			for k := int64(1); cancelledAt(t, path, k); k++ {
				if k > 20 {
					t.Fatal("a callback calls the database without end")
				}
			}
		})
	}
}

// cancelledAt ends a callback at its k-th call of the database and reports whether it came to that.
func cancelledAt(t *testing.T, path string, k int64) bool {
	t.Helper()
	db := securitytest.NewGated(memory.New())
	p := &provider{is: who{"1", "pro@example.com", true}}
	kit := plugintest.New(t, p.install, func(c *betterauth.Config) { c.Database = db })
	c := kit.Client()
	if path == "/link-social" {
		p.is.email = ann
		c = annSigns(t, kit, true)
	}
	state := leave(t, c, path, request())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls atomic.Int64
	db.Set(func(ctx context.Context, _ securitytest.Op) error {
		if calls.Add(1) == k {
			cancel()
		}
		return ctx.Err()
	})
	a := c.Send(c.Request(http.MethodGet, "/callback/pro?code=CODE&state="+state, nil).WithContext(ctx))
	db.Set(nil)
	came := calls.Load() >= k
	if done := a.Header.Get("Location") == "/in"; done == came {
		t.Errorf("call %d: cancelled %t, but redirected to %q", k, came, a.Header.Get("Location"))
	}
	if kit.Count("account") < kit.Count("user") || kit.Count("user") > 1 {
		t.Errorf("call %d: %d users, %d accounts", k, kit.Count("user"), kit.Count("account"))
	}
	next := kit.Client()
	visit(t, next, "/sign-in/social", request()).ExpectRedirect("/in")
	if next.SignedIn() != p.is.email || linked(t, kit) == nil || kit.Count("user") != 1 {
		t.Errorf("call %d: afterwards signed in as %q, %d users", k, next.SignedIn(), kit.Count("user"))
	}
	return came
}
