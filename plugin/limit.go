package plugin

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/ratelimit"
)

// limiter applies the rate limit to HTTP requests.
type limiter struct {
	rules *ratelimit.Rules
	store ratelimit.Store
}

func (a *App) buildLimiter() {
	c := &a.Config.RateLimit
	if c.Disabled || a.Config.Advanced.IPAddress.DisableTracking {
		return
	}
	var custom []ratelimit.CustomRule
	for _, rule := range c.Rules {
		custom = append(custom, rule.custom())
	}
	a.limiter = &limiter{
		rules: ratelimit.NewRules(ratelimit.Rule{Window: c.Window, Max: c.Max}, a.pathRules(), custom),
		store: a.limitStore(),
	}
}

func (a *App) limitStore() ratelimit.Store {
	c := &a.Config.RateLimit
	switch {
	case c.Custom != nil:
		return customLimits{c.Custom, a.Config.Advanced.Database.Timeout}
	case c.Storage == "database":
		return &storedLimits{app: a}
	case c.Storage == "secondary-storage":
		return ratelimit.NewCounter(a.Config.SecondaryStorage)
	}
	return ratelimit.NewMemory(a.clock)
}

// pathRules groups the plugins' rules as they were registered.
func (a *App) pathRules() [][]ratelimit.PathRule {
	var groups [][]ratelimit.PathRule
	for _, group := range a.limitRules {
		var rules []ratelimit.PathRule
		for _, r := range group {
			match := r.Match
			if match == nil {
				match = ratelimit.Paths(r.Path)
			}
			rules = append(rules, ratelimit.PathRule{Match: match, Rule: ratelimit.Rule{Window: r.Window, Max: r.Max}})
		}
		groups = append(groups, rules)
	}
	return groups
}

func (r RateLimitRule) custom() ratelimit.CustomRule {
	rule := ratelimit.CustomRule{Pattern: r.Path, Rule: ratelimit.Rule{Window: r.Window, Max: r.Max}, Unlimited: r.Unlimited}
	if r.Func != nil {
		rule.Decide = func(req *http.Request, otherwise ratelimit.Rule) (ratelimit.Rule, bool) {
			window, limit, ok := r.Func(req, otherwise.Window, otherwise.Max)
			return ratelimit.Rule{Window: window, Max: limit}, ok
		}
	}
	return rule
}

// limit counts the request; TooManyRequests when it is one too many. A storage that fails lets the
// request pass, as in the reference: the limiter must not be a way to take sign-in down.
func (c *Context) limit(path string) error {
	if c.limiter == nil {
		return nil
	}
	rule, limited := c.limiter.rules.For(c.Request, path)
	if !limited {
		return nil
	}
	decision, err := c.limiter.store.Consume(c, ratelimit.Key(c.ClientIP(), path), rule)
	if err != nil {
		c.report(err)
		return nil
	}
	if decision.Allowed {
		return nil
	}
	tooMany := errors.TooManyRequests.WithHeader("X-Retry-After", strconv.FormatInt(decision.RetrySeconds(), 10))
	if c.Config.Advanced.StrictResponses {
		tooMany.Code = ""
	}
	return tooMany
}

// ClientIP is the client's address in the form that rate limits and sessions keep, "" when it is not
// known: the peer's, or what a trusted proxy says.
func (c *Context) ClientIP() string {
	if c.address == nil {
		var ip string
		if c.Request != nil && !c.Config.Advanced.IPAddress.DisableTracking {
			if addr, ok := c.clientIP.Resolve(c.Request.RemoteAddr, c.Header); ok {
				ip = c.clientIP.Key(addr)
			}
		}
		c.address = &ip
	}
	return *c.address
}

type customLimits struct {
	store RateLimitStore
	limit time.Duration // of one call
}

// Consume implements ratelimit.Store.
func (l customLimits) Consume(ctx context.Context, key string, rule ratelimit.Rule) (ratelimit.Decision, error) {
	ctx, cancel := context.WithTimeout(ctx, l.limit)
	defer cancel()
	allowed, after, err := l.store.Consume(ctx, key, rule.Window, rule.Max)
	return ratelimit.Decision{Allowed: allowed, RetryAfter: after}, err
}

// limitRow is a row of the table rateLimit.
type limitRow struct {
	Key         string `json:"key"`
	Count       int64  `json:"count"`
	LastRequest int64  `json:"lastRequest"` // Unix milliseconds
	ID          string `json:"id"`
}

var limits = adapter.Rows[limitRow]{Table: "rateLimit"}

// limitRetries bounds the rounds of compare-and-set; every lost round is a request of the same client
// that got through.
const limitRetries = 100

// longestWindow is the longest of all configured windows and those of requests so far: a rule's function may
// choose any.
func (a *App) longestWindow() time.Duration {
	longest := max(a.Config.RateLimit.Window, ratelimit.LongestCoreWindow, time.Duration(a.chosenWindow.Load()))
	for _, group := range append(slices.Clip(a.limitRules), a.Config.RateLimit.Rules) {
		for _, r := range group {
			longest = max(longest, r.Window)
		}
	}
	return longest
}

// noteWindow remembers a window that a rule's function chose, if it is the longest so far.
func (a *App) noteWindow(window time.Duration) {
	for {
		longest := a.chosenWindow.Load()
		if int64(window) <= longest || a.chosenWindow.CompareAndSwap(longest, int64(window)) {
			return
		}
	}
}

// storedLimits keeps the counters in the database, shared by every process.
type storedLimits struct{ app *App }

// Consume implements ratelimit.Store with compare-and-set, so that of any number of requests at once
// no more than the limit pass.
func (l *storedLimits) Consume(ctx context.Context, key string, rule ratelimit.Rule) (ratelimit.Decision, error) {
	for range limitRetries {
		row, err := limits.FindOne(ctx, l.app.DB, adapter.Eq("key", key))
		if err != nil && !errors.Is(err, adapter.ErrNotFound) {
			return ratelimit.Decision{}, err
		}
		decision, err := l.try(ctx, key, row, rule)
		if errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.ErrUnique) {
			continue // another request was faster
		}
		return decision, err
	}
	return ratelimit.Decision{RetryAfter: rule.Window}, nil
}

func (l *storedLimits) try(ctx context.Context, key string, row *limitRow, rule ratelimit.Rule) (ratelimit.Decision, error) {
	now := l.app.Now()
	l.app.noteWindow(rule.Window)
	if row == nil {
		state, decision := ratelimit.Next(ratelimit.State{}, rule, now)
		if decision.Allowed {
			_, err := limits.Create(ctx, l.app.DB, &limitRow{Key: key, Count: int64(state.Count), LastRequest: state.LastRequest})
			return decision, err
		}
		return decision, nil
	}
	state, decision := ratelimit.Next(ratelimit.State{Count: int(row.Count), LastRequest: row.LastRequest}, rule, now)
	if !decision.Allowed {
		return decision, nil
	}
	n, err := limits.UpdateMany(ctx, l.app.DB,
		adapter.Changes{"count": int64(state.Count), "lastRequest": state.LastRequest},
		adapter.Eq("key", key), adapter.Eq("count", row.Count), adapter.Eq("lastRequest", row.LastRequest))
	if err == nil && n == 0 {
		err = adapter.ErrNotFound
	}
	if err == nil && state.Count == 1 {
		l.prune(ctx, now)
	}
	return decision, err
}

// prune removes counters that no window reaches back to, outside the answer, whenever a window starts
// anew.
func (l *storedLimits) prune(ctx context.Context, now time.Time) {
	l.app.Background(ctx, "rate limit cleanup", func(ctx context.Context) error {
		_, err := limits.Delete(ctx, l.app.DB, adapter.Lt("lastRequest", now.Add(-l.app.longestWindow()).UnixMilli()))
		return err
	})
}
