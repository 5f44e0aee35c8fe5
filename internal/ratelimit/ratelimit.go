package ratelimit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// UnknownClient stands for the client address in keys of requests whose
// address is not known.
const UnknownClient = "no-trusted-ip"

// Rule allows Max requests per Window.
type Rule struct {
	Window time.Duration
	Max    int
}

// Decision says whether a request may go on and, if not, how long to wait.
type Decision struct {
	Allowed    bool
	RetryAfter time.Duration
}

// RetrySeconds is RetryAfter in whole seconds, rounded up: the value of the
// X-Retry-After header.
func (d Decision) RetrySeconds() int64 {
	return int64((d.RetryAfter + time.Second - 1) / time.Second)
}

// Store counts one request for a key and decides about it, in one atomic step.
// Implementations are safe for concurrent use: of any number of simultaneous
// requests no more than rule.Max pass.
type Store interface {
	Consume(ctx context.Context, key string, rule Rule) (Decision, error)
}

// maxKey bounds keys: they carry the path of the request, which the client
// chooses, and must fit a column of 255 characters.
const maxKey = 255

// Key names the bucket of a client and a path: "203.0.113.7|/sign-in/email".
// ip is the normalised client address, "" when it is not known; path is the
// request path below the base path without trailing slashes. Keys longer than
// 255 bytes end in a hash instead.
func Key(ip, path string) string {
	if ip == "" {
		ip = UnknownClient
	}
	key := ip + "|" + path
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return key[:maxKey-2*len(sum)] + hex.EncodeToString(sum[:])
}

// State is what a store remembers per key. The zero State is a new key.
type State struct {
	Count       int   // requests allowed since the last pause of a whole window
	LastRequest int64 // time of the last allowed request, Unix milliseconds
}

// Next decides about a request at now and returns the state to store. The
// window is a sliding gap: every allowed request restarts it, and only a pause
// of a whole window clears the count. A refused request leaves the state as it
// was.
func Next(s State, rule Rule, now time.Time) (State, Decision) {
	ms := now.UnixMilli()
	idle, window := ms-s.LastRequest, rule.Window.Milliseconds()
	switch {
	case s.Count == 0, idle >= window:
		return State{Count: 1, LastRequest: ms}, Decision{Allowed: true}
	case s.Count >= rule.Max:
		return s, Decision{RetryAfter: time.Duration(min(window-idle, window)) * time.Millisecond}
	}
	return State{Count: s.Count + 1, LastRequest: ms}, Decision{Allowed: true}
}
