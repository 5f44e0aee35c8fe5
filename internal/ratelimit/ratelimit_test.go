package ratelimit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/ratelimit"
)

type vectorRule struct {
	Window       int // seconds
	Max          int
	MatchesPaths []string
}

func (v vectorRule) rule() ratelimit.Rule {
	return ratelimit.Rule{Window: time.Duration(v.Window) * time.Second, Max: v.Max}
}

type vectors struct {
	Defaults vectorRule
	Core     []vectorRule
	Plugins  map[string][]vectorRule
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	data, err := os.ReadFile("testdata/rate-limits.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func check(t *testing.T, rules *ratelimit.Rules, path string, want ratelimit.Rule) {
	t.Helper()
	if got, limited := rules.For(nil, path); !limited || got != want {
		t.Errorf("%s: got %+v %t, want %+v", path, got, limited, want)
	}
}

func TestVectorsCore(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	rules := ratelimit.NewRules(ratelimit.Rule{}, nil, nil)
	paths := [][]string{
		{"/sign-in", "/sign-in/email", "/sign-in/social", "/sign-inside", "/sign-up/email", "/change-password", "/change-email"},
		{"/request-password-reset", "/send-verification-email", "/forget-password", "/forget-password/email-otp", "/email-otp/send-verification-otp", "/email-otp/request-password-reset"},
	}
	if len(v.Core) != len(paths) {
		t.Fatalf("%d core rules", len(v.Core))
	}
	for i, rule := range v.Core {
		for _, path := range paths[i] {
			check(t, rules, path, rule.rule())
		}
	}
	for _, path := range []string{"/", "/ok", "/get-session", "/reset-password/x", "/x/sign-in", "/SIGN-IN/email", "/request-password-reset/x", "/other/x"} {
		check(t, rules, path, v.Defaults.rule())
	}
}

func TestVectorsPlugins(t *testing.T) {
	t.Parallel()
	for name, vector := range readVectors(t).Plugins {
		var plugin []ratelimit.PathRule
		for _, rule := range vector {
			plugin = append(plugin, ratelimit.PathRule{Match: ratelimit.Paths(rule.MatchesPaths...), Rule: rule.rule()})
		}
		rules := ratelimit.NewRules(ratelimit.Rule{}, [][]ratelimit.PathRule{nil, plugin}, nil)
		for _, rule := range vector {
			for _, path := range rule.MatchesPaths {
				t.Run(name+path, func(t *testing.T) { check(t, rules, path, rule.rule()) })
			}
		}
		check(t, rules, "/sign-up/email", ratelimit.Rule{Window: 10 * time.Second, Max: 3})
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	seconds := func(n, limit int) ratelimit.Rule {
		return ratelimit.Rule{Window: time.Duration(n) * time.Second, Max: limit}
	}
	prefix := func(p string) func(string) bool { return func(path string) bool { return strings.HasPrefix(path, p) } }
	rules := ratelimit.NewRules(seconds(7, 77),
		[][]ratelimit.PathRule{
			{{prefix("/sign-in/a"), seconds(1, 11)}, {prefix("/sign-in/"), seconds(1, 12)}},
			{{prefix("/sign-in/"), seconds(2, 21)}, {prefix("/two"), seconds(2, 22)}},
		},
		[]ratelimit.CustomRule{
			{Pattern: "/exact", Rule: seconds(3, 31)},
			{Pattern: "/glob/*", Rule: seconds(3, 32)},
			{Pattern: "/glob/one", Rule: seconds(3, 33)},
			{Pattern: "/question?", Rule: seconds(3, 34)},
			{Pattern: "/sign-in/free", Unlimited: true},
			{Pattern: "/sign-in/decide", Decide: func(r *http.Request, otherwise ratelimit.Rule) (ratelimit.Rule, bool) {
				return ratelimit.Rule{Window: otherwise.Window, Max: otherwise.Max * 2}, r == nil
			}},
		})
	for path, want := range map[string]ratelimit.Rule{
		"/":                seconds(7, 77),
		"/sign-up/x":       seconds(10, 3),
		"/sign-in/abc":     seconds(1, 11),
		"/sign-in/xyz":     seconds(1, 12),
		"/two-factor":      seconds(2, 22),
		"/exact":           seconds(3, 31),
		"/exact/x":         seconds(7, 77),
		"/glob/one":        seconds(3, 32),
		"/glob/one/two":    seconds(7, 77),
		"/questionx":       seconds(7, 77),
		"/question?":       seconds(3, 34),
		"/sign-in/decide":  seconds(1, 24),
		"/sign-in/decided": seconds(1, 12),
	} {
		check(t, rules, path, want)
	}
	if _, limited := rules.For(nil, "/sign-in/free"); limited {
		t.Error("unlimited path is limited")
	}
	if _, limited := rules.For(&http.Request{}, "/sign-in/decide"); limited {
		t.Error("path decided to be unlimited is limited")
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	if got := ratelimit.Key("203.0.113.7", "/sign-in/email"); got != "203.0.113.7|/sign-in/email" {
		t.Errorf("got %q", got)
	}
	if got := ratelimit.Key("", "/ok"); got != "no-trusted-ip|/ok" {
		t.Errorf("got %q", got)
	}
	long := "/" + strings.Repeat("x", 5000)
	one, two := ratelimit.Key("1.1.1.1", long+"1"), ratelimit.Key("1.1.1.1", long+"2")
	if len(one) != 255 || len(two) != 255 || one == two || !strings.HasPrefix(one, "1.1.1.1|/xxx") {
		t.Errorf("long keys: %q, %q", one, two)
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	rule := ratelimit.Rule{Window: 10 * time.Second, Max: 2}
	start := time.UnixMilli(1_700_000_000_000)
	var s ratelimit.State
	steps := []struct {
		at         time.Duration
		allowed    bool
		count      int
		retry      time.Duration
		retryAfter int64
	}{
		{0, true, 1, 0, 0},
		{6 * time.Second, true, 2, 0, 0},
		{12 * time.Second, false, 2, 4 * time.Second, 4}, // the second request moved the window
		{15999 * time.Millisecond, false, 2, time.Millisecond, 1},
		{16 * time.Second, true, 1, 0, 0}, // a refused request does not
		{25999 * time.Millisecond, true, 2, 0, 0},
		{26 * time.Second, false, 2, 9999 * time.Millisecond, 10},
		{20 * time.Second, false, 2, 10 * time.Second, 10}, // the clock was set back
		{35999 * time.Millisecond, true, 1, 0, 0},
	}
	for _, step := range steps {
		before := s
		var d ratelimit.Decision
		s, d = ratelimit.Next(s, rule, start.Add(step.at))
		if d.Allowed != step.allowed || s.Count != step.count || d.RetryAfter != step.retry || d.RetrySeconds() != step.retryAfter {
			t.Errorf("at %v: got %+v %+v, want %+v", step.at, s, d, step)
		}
		if !d.Allowed && s != before {
			t.Errorf("at %v: a refused request changed the state", step.at)
		}
	}
}

// clock is a settable time.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMilli(1_700_000_000_000 + c.ms.Load()) }
func (c *clock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

func consume(t *testing.T, s ratelimit.Store, key string, rule ratelimit.Rule) ratelimit.Decision {
	t.Helper()
	d, err := s.Consume(t.Context(), key, rule)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMemory(t *testing.T) {
	t.Parallel()
	var c clock
	m := ratelimit.NewMemory(c.now)
	rule := ratelimit.Rule{Window: 10 * time.Second, Max: 3}
	for i := range 5 {
		if d := consume(t, m, "a", rule); d.Allowed != (i < 3) {
			t.Errorf("request %d: %+v", i, d)
		}
	}
	if !consume(t, m, "b", rule).Allowed {
		t.Error("another key shares the count")
	}
	c.advance(rule.Window - time.Millisecond)
	if d := consume(t, m, "a", rule); d.Allowed || d.RetryAfter != time.Millisecond {
		t.Errorf("before the window ends: %+v", d)
	}
	c.advance(time.Millisecond)
	if !consume(t, m, "a", rule).Allowed {
		t.Error("after the window: refused")
	}
}

func TestMemoryForgetsExpired(t *testing.T) {
	t.Parallel()
	var c clock
	m := ratelimit.NewMemory(c.now)
	rule := ratelimit.Rule{Window: time.Second, Max: 3}
	for i := range 100 {
		consume(t, m, fmt.Sprint(i), rule)
	}
	c.advance(time.Second)
	for range 100 {
		consume(t, m, "x", rule)
	}
	if n := m.Len(); n != 1 {
		t.Errorf("%d keys", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	var c clock
	m := ratelimit.NewMemory(c.now)
	rule := ratelimit.Rule{Window: time.Hour, Max: 1}
	for i := range ratelimit.MemoryKeys + 10 {
		consume(t, m, fmt.Sprint(i), rule)
	}
	if n := m.Len(); n != ratelimit.MemoryKeys {
		t.Errorf("%d keys", n)
	}
	if !consume(t, m, "0", rule).Allowed {
		t.Error("the oldest key is still held")
	}
	if consume(t, m, fmt.Sprint(ratelimit.MemoryKeys), rule).Allowed {
		t.Error("a recent key is forgotten")
	}
}

// passed counts how many of n parallel requests a store lets through.
func passed(t *testing.T, s ratelimit.Store, n int, rule ratelimit.Rule) int64 {
	t.Helper()
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			d, err := s.Consume(t.Context(), "key", rule)
			if err != nil {
				t.Error(err)
			}
			if d.Allowed {
				allowed.Add(1)
			}
		})
	}
	wg.Wait()
	return allowed.Load()
}

func TestExactInParallel(t *testing.T) {
	t.Parallel()
	var c clock
	for name, s := range map[string]ratelimit.Store{
		"memory":  ratelimit.NewMemory(c.now),
		"counter": ratelimit.NewCounter(&storage{now: c.now}),
	} {
		for _, limit := range []int{3, 17} {
			rule := ratelimit.Rule{Window: time.Minute, Max: limit}
			if got := passed(t, s, 200, rule); got != int64(limit) {
				t.Errorf("%s: %d passed, limit %d", name, got, limit)
			}
			c.advance(time.Minute)
		}
	}
}

// storage counts as a secondary storage does.
type storage struct {
	now func() time.Time
	err error

	mu      sync.Mutex
	n       int64
	expires time.Time
}

func (s *storage) Increment(_ context.Context, _ string, ttl time.Duration) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.now().Before(s.expires) {
		s.n, s.expires = 0, s.now().Add(ttl)
	}
	s.n++
	return s.n, s.err
}

func TestCounter(t *testing.T) {
	t.Parallel()
	var c clock
	s := &storage{now: c.now}
	counter := ratelimit.NewCounter(s)
	rule := ratelimit.Rule{Window: 10 * time.Second, Max: 2}
	for i, allowed := range []bool{true, true, false} {
		d := consume(t, counter, "key", rule)
		if d.Allowed != allowed || !allowed && d.RetryAfter != rule.Window {
			t.Errorf("request %d: %+v", i, d)
		}
		c.advance(3 * time.Second)
	}
	c.advance(time.Second)
	if !consume(t, counter, "key", rule).Allowed {
		t.Error("the window did not end ten seconds after it began")
	}
	s.err = errors.New("storage is down")
	if d, err := counter.Consume(t.Context(), "key", rule); !errors.Is(err, s.err) || d.Allowed {
		t.Errorf("got %+v, %v", d, err)
	}
}

func BenchmarkMemory(b *testing.B) {
	m := ratelimit.NewMemory(time.Now)
	keys := make([]string, 1024)
	for i := range keys {
		keys[i] = ratelimit.Key(fmt.Sprintf("10.0.0.%d", i), "/get-session")
	}
	rule := ratelimit.Rule{Window: time.Second, Max: 1 << 30}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := m.Consume(b.Context(), keys[i%len(keys)], rule); err != nil {
			b.Fatal(err)
		}
	}
}
