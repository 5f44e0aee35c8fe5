package securitytest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
)

// CancelSignUps sends n sign-ups, 50 at a time, and ends them at random moments within a time; every
// tenth may take as long as it likes. No write may be half done, and none that was acknowledged lost.
func CancelSignUps(t *testing.T, auth *betterauth.Auth, n int, within time.Duration) {
	t.Helper()
	c := NewClient(t, auth.Handler())
	var done, cancelled atomic.Int64
	var group sync.WaitGroup
	slots := make(chan struct{}, 50)
	for i := range n {
		slots <- struct{}{}
		one := c.Clone()
		group.Go(func() {
			defer func() { <-slots }()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%10 > 0 {
				defer time.AfterFunc(rand.N(within), cancel).Stop()
			}
			r := one.Request(http.MethodPost, "/sign-up/email", map[string]any{"email": fmt.Sprintf("u%d@example.com", i), "password": Password, "name": "U"})
			switch a := one.Send(r.WithContext(ctx)); {
			case a.Status == http.StatusOK:
				done.Add(1)
			case a.Status >= 500 && a.String("code") != "" && ctx.Err() != nil:
				cancelled.Add(1)
			default:
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	group.Wait()
	whole(t, auth, done.Load())
	if done.Load() == 0 || cancelled.Load() == 0 {
		t.Errorf("%d done, %d cancelled: no mixture", done.Load(), cancelled.Load())
	}
	t.Logf("%d done, %d cancelled", done.Load(), cancelled.Load())
}

// whole checks that at least n users have signed up, each with one account and one session.
func whole(t *testing.T, auth *betterauth.Auth, n int64) {
	t.Helper()
	counts := map[string]int64{}
	for _, table := range []string{"user", "account", "session"} {
		rows, err := auth.Store().Count(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		counts[table] = rows
	}
	if counts["user"] != counts["account"] || counts["user"] != counts["session"] || counts["user"] < n {
		t.Errorf("%v after %d acknowledged sign-ups", counts, n)
	}
}
