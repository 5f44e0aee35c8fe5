package securitytest_test

import (
	"bytes"
	"context"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// TestTiming times requests about known and unknown addresses from a process of its own, as an attacker
// would, and reports how well their times tell them apart: the probability that a known address takes
// longer, 0.5 being a coin's. It is not parallel: nothing else of this package runs meanwhile. The bound
// leaves room for the noise of few samples, and a hash that is faster stands for the real one. On a quiet
// machine BETTERAUTH_TIMING_SAMPLES=500 times the real one and tightens the bound.
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
	NewClient(t, auth.Handler()).SignUp(timedAddress)
	mux := http.NewServeMux()
	mux.Handle("/", auth.Handler())
	mux.HandleFunc("/settle", func(http.ResponseWriter, *http.Request) { Wait(t, auth) })
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range timedPaths() {
		known, unknown := attack(t, server.URL, path, samples)
		area := auc(known, unknown)
		// Of equal distributions the area has this deviation; five of them never happen by chance.
		deviation := math.Sqrt(float64(2*samples+1) / (12 * float64(samples) * float64(samples)))
		t.Logf("%s: AUC %.3f of %d samples a side (deviation %.3f; medians %v and %v)",
			path, area, samples, deviation, median(known), median(unknown))
		if math.Abs(area-0.5) > 0.05+5*deviation {
			t.Errorf("%s: AUC %.3f tells known addresses from unknown ones", path, area)
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

const (
	timedAddress = "known@example.com"
	timingTarget = "BETTERAUTH_TIMING_TARGET"
)

func timedPaths() []string {
	return []string{"/sign-in/email", "/request-password-reset", "/sign-up/email"}
}

// TestMain makes the test binary the other process of TestTiming.
func TestMain(m *testing.M) {
	if target := os.Getenv(timingTarget); target != "" {
		if err := attacker(os.Stdout, target, os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// attack starts the other process and returns what it measured.
func attack(t *testing.T, server, path string, samples int) (known, unknown []time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], path, strconv.Itoa(samples))
	cmd.Env = append(os.Environ(), timingTarget+"="+server)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var times [2][]time.Duration
	if err := json.Unmarshal(text, &times); err != nil {
		t.Fatal(err)
	}
	return times[0], times[1]
}

// attacker asks about known and unknown addresses in a random order, because the garbage collector comes
// round every few hashes, and writes the times as two lists.
func attacker(w io.Writer, server, path, count string) error {
	samples, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	var times [2][]time.Duration
	for i, n := range rand.Perm(2 * samples) {
		side, email := 0, timedAddress
		if n >= samples {
			side, email = 1, fmt.Sprintf("nobody%d@example.com", i)
		}
		// Which memory scrypt visits follows from password and salt, so one password would only measure its luck.
		body := map[string]any{"email": email, "password": fmt.Sprintf("some-password%d", i), "name": "Ann"}
		took, err := timed(server, path, body)
		if err != nil {
			return err
		}
		times[side] = append(times[side], took)
	}
	return json.NewEncoder(w).Encode(times)
}

// timed is how long an answer takes over a connection that is kept alive.
func timed(server, path string, body map[string]any) (time.Duration, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	res, err := http.Post(server+"/api/auth"+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	answer, err := io.ReadAll(res.Body)
	took := time.Since(start)
	if err = stderrors.Join(err, res.Body.Close()); err != nil || res.StatusCode >= 500 {
		return 0, fmt.Errorf("%s: %d %s %w", path, res.StatusCode, answer, err)
	}
	if res, err = http.Get(server + "/settle"); err == nil {
		_, err = io.Copy(io.Discard, res.Body)
		err = stderrors.Join(err, res.Body.Close())
	}
	return took, err
}

func median(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2]
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
