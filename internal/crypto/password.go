package crypto

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/text/unicode/norm"
)

// The scrypt parameters are part of the stored format, which does not name
// them: changing one makes every existing hash useless.
const (
	scryptN      = 16384
	scryptR      = 16
	scryptP      = 1
	scryptKeyLen = 64
	saltLen      = 16
)

// maxWaiters bounds the queue in front of the hashes. At 50 ms a hash a
// longer queue could only serve callers that gave up minutes ago.
const maxWaiters = 4096

var (
	// ErrBusy reports that too many password hashes are already waiting.
	// The caller should answer "try again later".
	ErrBusy = errors.New("crypto: too many password hashes waiting")
	// ErrInvalidHash reports a stored password that is not of the form
	// saltHex:keyHex.
	ErrInvalidHash = errors.New("crypto: invalid password hash")
)

// Passwords hashes and verifies passwords with scrypt in the format
// saltHex:keyHex (N=16384, r=16, p=1, 64 bytes). One hash takes about 32 MiB
// and 50 ms, so only a fixed number runs at once; the others wait in order of
// arrival. It is safe for concurrent use.
type Passwords struct {
	rand    io.Reader
	slots   chan struct{}
	waiters atomic.Int64
	memory  scratches
}

// NewPasswords returns a hasher that takes salts from rand, which must be
// safe for concurrent use, and runs at most parallel hashes at once
// (0 or less: one per available CPU).
func NewPasswords(rand io.Reader, parallel int) *Passwords {
	if parallel <= 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	return &Passwords{rand: rand, slots: make(chan struct{}, parallel)}
}

// Hash returns the stored form of password under a fresh salt. It returns
// [ErrBusy] when the queue is full and ctx's error when ctx ends first.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	var raw [saltLen]byte
	if _, err := io.ReadFull(p.rand, raw[:]); err != nil {
		return "", fmt.Errorf("crypto: reading a salt: %w", err)
	}
	salt := hex.EncodeToString(raw[:])
	key, err := p.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return salt + ":" + key, nil
}

// Verify reports whether password is the one hash was made from. A malformed
// hash is false with [ErrInvalidHash]; the other errors are those of
// [Passwords.Hash]. As in the reference, hex digits compare as written: a key
// stored in upper case does not match.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	salt, rest, _ := strings.Cut(hash, ":")
	want, _, _ := strings.Cut(rest, ":")
	if salt == "" || want == "" {
		return false, ErrInvalidHash
	}
	got, err := p.derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1, nil
}

// derive computes the hex key. The salt is used as its text, not decoded.
func (p *Passwords) derive(ctx context.Context, password, salt string) (string, error) {
	if err := p.acquire(ctx); err != nil {
		return "", err
	}
	defer p.release()
	memory := p.memory.take()
	defer p.memory.give(memory)
	// On a stack of its own: the place of a stack decides which of its words share cache lines, and a hash
	// takes a percent more or less with it. Otherwise the caller's depth, which differs between a known
	// user's password and an unknown's, would show in the time.
	var key []byte
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		key, err = scryptKey(norm.NFKC.String(password), []byte(salt), memory)
	}()
	<-done
	if err != nil {
		return "", fmt.Errorf("crypto: hashing a password: %w", err)
	}
	return hex.EncodeToString(key), nil
}

// acquire takes a slot or waits for one. Goroutines blocked on a channel send
// are served in order of arrival, and a freed slot goes to the first of them,
// so a newcomer cannot overtake the queue.
func (p *Passwords) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	defer p.waiters.Add(-1)
	if p.waiters.Add(1) > maxWaiters {
		return ErrBusy
	}
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Passwords) release() { <-p.slots }
