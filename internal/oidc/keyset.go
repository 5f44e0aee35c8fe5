package oidc

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

const (
	// keysTTL is how long fetched keys are trusted, refetchAfter how long an unknown key id has to
	// wait for the next fetch: made-up ids must not become requests.
	keysTTL      = 5 * time.Minute
	refetchAfter = 30 * time.Second
	fetchTimeout = 5 * time.Second
	// fresh is how old keys may be that need no refetch: the same call has fetched them.
	fresh   = time.Second
	maxKeys = 100
)

// ErrNoKey says that the provider has no key for the token.
var ErrNoKey = errors.New("oidc: no key of the provider fits the token")

// A KeySet is the JSON Web Key Set of a provider (RFC 7517), fetched when it is needed. It belongs to
// one provider value and is safe for concurrent use; concurrent callers share one fetch.
type KeySet struct {
	// URL is where the keys are.
	URL string
	// Header is sent along.
	Header map[string]string

	mu        sync.Mutex
	keys      []jose.JSONWebKey
	fetchedAt time.Time     // of keys
	triedAt   time.Time     // of the last refetch for an unknown id
	fetching  chan struct{} // closed at the end of the fetch in flight
}

// find returns the keys that may have signed a token: those with its key id, or all if it has none.
func (s *KeySet) find(ctx context.Context, out plugin.Outbound, kid, alg string) ([]jose.JSONWebKey, error) {
	keys, err := s.current(ctx, out)
	if err != nil {
		return nil, err
	}
	if found := usable(keys, kid, alg); len(found) > 0 {
		return found, nil
	}
	if keys, err = s.refetch(ctx, out); err != nil {
		return nil, err
	}
	if found := usable(keys, kid, alg); len(found) > 0 {
		return found, nil
	}
	return nil, ErrNoKey
}

func usable(keys []jose.JSONWebKey, kid, alg string) []jose.JSONWebKey {
	var found []jose.JSONWebKey
	for _, k := range keys {
		if (kid == "" || k.KeyID == kid) && (k.Algorithm == "" || k.Algorithm == alg) && k.Use != "enc" {
			found = append(found, k)
		}
	}
	return found
}

// current returns the cached keys, or fetches them when there are none or they are too old.
func (s *KeySet) current(ctx context.Context, out plugin.Outbound) ([]jose.JSONWebKey, error) {
	now := out.Now()
	s.mu.Lock()
	if s.keys != nil && now.Sub(s.fetchedAt) < keysTTL {
		defer s.mu.Unlock()
		return s.keys, nil
	}
	return s.fetch(ctx, out, now)
}

// refetch looks for keys that are newer than the cached ones, at most once per refetchAfter.
func (s *KeySet) refetch(ctx context.Context, out plugin.Outbound) ([]jose.JSONWebKey, error) {
	now := out.Now()
	s.mu.Lock()
	if s.fetching == nil && (now.Sub(s.fetchedAt) < fresh || now.Sub(s.triedAt) < refetchAfter) {
		defer s.mu.Unlock()
		return s.keys, nil
	}
	s.triedAt = now
	return s.fetch(ctx, out, now)
}

// fetch gets the keys, or waits for the fetch in flight. It is called with the lock and releases it.
// The first caller fetches in its own goroutine; when that caller goes away, the next one takes over.
func (s *KeySet) fetch(ctx context.Context, out plugin.Outbound, now time.Time) ([]jose.JSONWebKey, error) {
	for s.fetching != nil {
		done := s.fetching
		s.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s.mu.Lock()
		if s.keys != nil && !s.fetchedAt.Before(now) {
			defer s.mu.Unlock()
			return s.keys, nil
		}
	}
	s.fetching = make(chan struct{})
	s.mu.Unlock()
	return s.download(ctx, out, now)
}

// download gets the keys, stores them and wakes who waits, also when the transport panics.
func (s *KeySet) download(ctx context.Context, out plugin.Outbound, now time.Time) (keys []jose.JSONWebKey, err error) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(s.fetching)
		s.fetching = nil
		if keys != nil {
			s.keys, s.fetchedAt = keys, now
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	a, err := oauth2.Send(ctx, out, oauth2.Request{URL: s.URL, Header: s.Header})
	if err != nil {
		return nil, err
	}
	return parseKeys(a.Body)
}

// parseKeys skips keys that we cannot use: providers publish new types before they sign with them.
func parseKeys(data []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil || set.Keys == nil || len(set.Keys) > maxKeys {
		return nil, errors.New("oidc: the key set is malformed")
	}
	keys := make([]jose.JSONWebKey, 0, len(set.Keys))
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if json.Unmarshal(raw, &k) == nil && k.Valid() && k.IsPublic() {
			keys = append(keys, k)
		}
	}
	return keys, nil
}
