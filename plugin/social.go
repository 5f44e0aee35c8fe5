package plugin

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/betterauth-go/betterauth/errors"
)

// SocialProviders returns the providers that users can sign in with, those of plugins first.
func (a *App) SocialProviders() []SocialProvider { return slices.Clone(a.providers) }

// SocialProvider returns the provider with an id as it is configured, or nil. Requests use
// [Context.SocialProvider].
func (a *App) SocialProvider(id string) SocialProvider {
	for _, p := range a.providers {
		if p.ID() == id {
			return p
		}
	}
	return nil
}

// SocialProvider returns the provider with an id, ready for use, or nil. A [ResolvingProvider] whose server
// does not answer is nil, too: the log says why.
func (c *Context) SocialProvider(id string) SocialProvider {
	p := c.App.SocialProvider(id)
	resolving, ok := p.(ResolvingProvider)
	if !ok {
		return p
	}
	resolved, err := resolving.Resolve(c, c.Outbound())
	if err != nil {
		c.Log.ErrorContext(c, "a provider is not available", slog.String("provider", id), slog.Any("error", err))
		return nil
	}
	return resolved
}

// SocialProvider adds providers to those of the configuration.
func (r *Registry) SocialProvider(providers ...SocialProvider) {
	r.App.providers = append(slices.Clone(providers), r.App.providers...)
}

// checkProviders finds providers that cannot work.
func (a *App) checkProviders() error {
	var faults []error
	seen := map[string]bool{}
	for _, p := range a.providers {
		if p == nil {
			faults = append(faults, errors.New("betterauth: a social provider is nil; remove it from Config.SocialProviders"))
			continue
		}
		if seen[p.ID()] {
			faults = append(faults, fmt.Errorf("betterauth: the social provider %q is listed twice; remove one", p.ID()))
		}
		seen[p.ID()] = true
		if err := p.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("betterauth: %w", err))
		}
	}
	if c := a.Config; len(a.providers) > 0 && c.BaseURL == "" && c.DynamicBaseURL == nil {
		faults = append(faults, errors.New("betterauth: social providers need BaseURL, because they send browsers back to it; "+
			"set Config.BaseURL (or the environment's BETTER_AUTH_URL) to the public origin, such as \"https://example.com\""))
	}
	return errors.Join(faults...)
}

// Outbound is what a [SocialProvider] needs for one request.
func (a *App) Outbound() Outbound { return Outbound{HTTP: a.HTTP, Now: a.Now, Log: a.Log} }

// TrustsProvider reports whether addresses that the provider tells count as verified.
func (c *Context) TrustsProvider(id string) bool {
	l := &c.Config.Account.AccountLinking
	return slices.Contains(l.TrustedProviders, id) ||
		l.TrustedProvidersFunc != nil && slices.Contains(l.TrustedProvidersFunc(c.Request), id)
}
