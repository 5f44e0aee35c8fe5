package multisession_test

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/multisession"
)

// keyValues is a secondary storage that never expires anything.
type keyValues struct {
	mu     sync.Mutex
	values map[string]string
}

func (s *keyValues) Get(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.values[key]
	return value, ok, nil
}

func (s *keyValues) GetAndDelete(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.values[key]
	delete(s.values, key)
	return value, ok, nil
}

func (s *keyValues) Increment(_ context.Context, key string, _ time.Duration) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := strconv.ParseInt("0"+s.values[key], 10, 64)
	s.values[key] = strconv.FormatInt(n+1, 10)
	return n + 1, err
}

func (s *keyValues) Set(_ context.Context, key, value string, _ time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return nil
}

func (s *keyValues) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	return nil
}

// TestSecondaryStorage does a whole round with sessions that are not in the database.
func TestSecondaryStorage(t *testing.T) {
	t.Parallel()
	kv := &keyValues{values: map[string]string{}}
	d := start(t, multisession.Options{}, func(c *betterauth.Config) { c.SecondaryStorage = kv })
	d.enter(ann, bob, cleo)
	old := d.tokens[ann]
	d.enter(ann)
	if _, kept := kv.values[old]; kept {
		t.Error("the replaced session is still stored")
	}
	d.check(ann, bob+" "+cleo+" "+ann)
	d.setActive(d.tokens[cleo]).Expect(http.StatusOK)
	d.check(cleo, bob+" "+cleo+" "+ann)
	d.revoke(d.tokens[cleo]).Expect(http.StatusOK)
	d.check(bob, bob+" "+ann)
	kv.values[d.tokens[ann]] = "broken"
	d.check(bob, bob)
	d.setActive(d.tokens[ann]).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.Post("/sign-out", nil).Expect(http.StatusOK)
	d.check("", "")
	if _, kept := kv.values[d.tokens[bob]]; kept || d.rows() != 0 {
		t.Errorf("left over: %v", kv.values)
	}
}
