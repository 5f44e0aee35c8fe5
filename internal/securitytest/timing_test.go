package securitytest_test

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// TestTiming times requests about known and unknown addresses in turn and reports how well their times
// tell them apart: the probability that a known address takes longer, 0.5 being a coin's. It is not
// parallel: nothing else of this package runs meanwhile. The bound leaves room for the noise of few
// samples, and a hash that is faster stands for the real one. On a quiet machine
// BETTERAUTH_TIMING_SAMPLES=500 times the real one and tightens the bound.
func TestTiming(t *testing.T) {
	samples, hash := 30, slowHash()
	if text := os.Getenv("BETTERAUTH_TIMING_SAMPLES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 30 {
			t.Fatalf("BETTERAUTH_TIMING_SAMPLES=%q is no number of at least 30", text)
		}
		samples, hash = n, plugin.PasswordHash{}
	}
	box := &Mailbox{}
	config := Config(memory.New())
	box.Connect(&config)
	config.EmailAndPassword.Password = hash
	config.EmailAndPassword.RequireEmailVerification = true
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.SignUp("known@example.com")
	for _, r := range []struct {
		path string
		body func(email string, i int) map[string]any
	}{
		{"/sign-in/email", func(email string, _ int) map[string]any {
			return map[string]any{"email": email, "password": "wrong-password"}
		}},
		{"/request-password-reset", func(email string, _ int) map[string]any { return map[string]any{"email": email} }},
		{"/sign-up/email", func(email string, i int) map[string]any {
			if email != "known@example.com" {
				email = "new" + strconv.Itoa(i) + "@example.com"
			}
			return map[string]any{"email": email, "password": Password, "name": "Ann"}
		}},
	} {
		var known, unknown []time.Duration
		// In a random order: the garbage collector comes round every few hashes.
		for i, n := range rand.Perm(2 * samples) {
			if n < samples {
				known = append(known, timed(t, c, auth, r.path, r.body("known@example.com", i)))
			} else {
				unknown = append(unknown, timed(t, c, auth, r.path, r.body("nobody@example.com", i)))
			}
		}
		area := auc(known, unknown)
		// Of equal distributions the area has this deviation; five of them never happen by chance.
		deviation := math.Sqrt(float64(2*samples+1) / (12 * float64(samples) * float64(samples)))
		t.Logf("%s: AUC %.3f of %d samples a side (deviation %.3f)", r.path, area, samples, deviation)
		if math.Abs(area-0.5) > 0.05+5*deviation {
			t.Errorf("%s: AUC %.3f tells known addresses from unknown ones", r.path, area)
		}
	}
}

// slowHash is CheapHash that takes some milliseconds, as unevenly as the real one.
func slowHash() plugin.PasswordHash {
	cheap := CheapHash()
	long := func() time.Duration { return time.Duration(2000+rand.IntN(4000)) * time.Microsecond }
	return plugin.PasswordHash{
		Hash: func(ctx context.Context, password string) (string, error) {
			time.Sleep(long())
			return cheap.Hash(ctx, password)
		},
		Verify: func(ctx context.Context, hash, password string) (bool, error) {
			time.Sleep(long())
			return cheap.Verify(ctx, hash, password)
		},
	}
}

func timed(t *testing.T, c *Client, auth *betterauth.Auth, path string, body map[string]any) time.Duration {
	t.Helper()
	one := c.Clone()
	r := one.Request(http.MethodPost, path, body)
	start := time.Now()
	a := one.Do(r)
	took := time.Since(start)
	if a.Status >= 500 {
		t.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	Wait(t, auth)
	return took
}

// auc is the probability that a value of a is larger than one of b; ties count half.
func auc(a, b []time.Duration) float64 {
	sum := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				sum++
			case x == y:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(a)*len(b))
}
