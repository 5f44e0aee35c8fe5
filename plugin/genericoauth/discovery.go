package genericoauth

import (
	"context"
	"sync"
	"time"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// discoveryTimeout bounds how long requests wait for a discovery document.
const discoveryTimeout = 10 * time.Second

// These are the reasons for a provider that is not available though its server answered.
var (
	errNoEndpoint = errors.New("the discovery document has no authorization or token endpoint; set AuthorizationURL and TokenURL")
	errNoKeys     = errors.New("the discovery document lacks issuer or jwks_uri, which RequireIDTokenVerification needs")
)

// An entry is a provider in the list of the Auth. It reads its server's metadata when it is first needed; the
// embedded provider is what was configured.
type entry struct {
	*oauth2.Provider
	options *Provider

	mu     sync.Mutex
	ready  *oauth2.Provider // nil until it is known
	flight *flight          // the discovery under way
}

var _ plugin.ResolvingProvider = (*entry)(nil)

// A flight is one discovery. Its result may be read when done is closed.
type flight struct {
	done     chan struct{}
	provider *oauth2.Provider
	err      error
}

func newEntry(o *Provider) *entry {
	e := &entry{Provider: o.client(&oidc.Metadata{}), options: o}
	if o.DiscoveryURL == "" {
		e.ready = e.Provider
	}
	return e
}

// Validate implements plugin.SocialProvider.
func (e *entry) Validate() error { return e.options.check() }

// Resolve implements plugin.ResolvingProvider. Concurrent callers share one discovery, and its failure; the
// next caller tries again.
func (e *entry) Resolve(ctx context.Context, out plugin.Outbound) (plugin.SocialProvider, error) {
	e.mu.Lock()
	if p := e.ready; p != nil {
		e.mu.Unlock()
		return p, nil
	}
	f, first := e.flight, e.flight == nil
	if first {
		f = &flight{done: make(chan struct{}), err: errors.New("the discovery was broken off")}
		e.flight = f
	}
	e.mu.Unlock()
	if first {
		e.run(ctx, out, f)
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if f.err != nil {
		return nil, f.err
	}
	return f.provider, nil
}

// run makes a discovery in the goroutine of the first caller. Others may wait for it, so it does not end
// with that caller's request; and they are let go even if the transport panics.
func (e *entry) run(ctx context.Context, out plugin.Outbound, f *flight) {
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.ready, e.flight = f.provider, nil
		close(f.done)
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discoveryTimeout)
	defer cancel()
	f.provider, f.err = e.options.discover(ctx, out)
}

func (o *Provider) discover(ctx context.Context, out plugin.Outbound) (*oauth2.Provider, error) {
	m, err := oidc.Discover(ctx, out, o.DiscoveryURL, o.DiscoveryHeader)
	if err != nil {
		return nil, err
	}
	p := o.client(m)
	switch {
	case p.Authorization.URL == "", p.Token.URL == "" && o.GetToken == nil:
		return nil, errNoEndpoint
	case o.RequireIDTokenVerification && p.IDToken == nil:
		return nil, errNoKeys
	}
	return p, nil
}
