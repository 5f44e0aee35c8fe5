package oauth2

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// A Provider is one authorization server and this application's registration with it. It is not
// changed after it was filled.
type Provider struct {
	ProviderID string
	Title      string
	Rules      plugin.SocialSettings

	// ClientIDs are the ids of the application. The first makes requests, all are audiences.
	ClientIDs    []string
	ClientSecret string
	// NeedSecret makes the secret required.
	NeedSecret bool
	// Check is a further test of the configuration.
	Check func() error

	Authorization Authorization
	Token         Token
	EndSession    EndSession

	// UserInfo reads the profile. An error or a nil profile fails the sign-in.
	UserInfo func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (Claims, error)
	// Subject is the id of the account in a profile; empty is refused.
	Subject func(profile Claims) string
	// User maps the profile.
	User func(profile Claims) plugin.OAuthUser
	// Read replaces UserInfo and User where the user depends on more than the profile. A result without
	// Subject gets it from Data.
	Read func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error)
	// RequireEmail refuses profiles without an address.
	RequireEmail bool

	// IDToken verifies ID tokens of clients. Without it they are not supported.
	IDToken func(ctx context.Context, out plugin.Outbound, token, nonce string) error

	Custom Custom
}

// Authorization describes the authorization URL.
type Authorization struct {
	// URL is the endpoint. Its query and fragment are kept.
	URL         string
	RedirectURI string // replaces the one of the request
	// Scopes merges the requested scopes with the configured ones. Without it no scope is sent.
	Scopes func(requested []string) []string
	// Challenge sends the PKCE challenge, LoginHint and Nonce those of the request.
	Challenge, LoginHint, Nonce bool
	ResponseType                string // default "code"
	Duration, Display, Prompt   string
	HostedDomain, AccessType    string
	ResponseMode                string
	Claims                      []string // OpenID Connect claims of the ID token
	// Params are set before those of the request, Fixed after them.
	Params, Fixed plugin.Params
	// ScopeParam is set before Params when the scope IfScope is asked for.
	ScopeParam plugin.Param
	IfScope    string
	// IgnoreParams drops those of the request.
	IgnoreParams bool
	// ScopeLast writes the scope at the end, with %20 for spaces.
	ScopeLast bool
	// Standard replaces the standard parameters for servers that name them differently. The
	// parameters that it makes are reserved, except those named in Open.
	Standard func(req plugin.AuthorizationRequest, redirectURI, scope string) plugin.Params
	Open     []string
	// ScopeSeparator is a space by default.
	ScopeSeparator string
}

// Token describes the token endpoint.
type Token struct {
	URL string
	// Auth proves the client. RefreshAuth replaces it for refreshes.
	Auth        plugin.TokenEndpointAuth
	RefreshAuth *plugin.TokenEndpointAuth
	// Credentials replace Auth by parameters of the body.
	Credentials plugin.Params
	// Verifier sends the PKCE verifier, DeviceID the device id of the callback.
	Verifier, DeviceID bool
	// Headers are added to exchanges, RefreshHeaders to refreshes.
	Headers, RefreshHeaders map[string]string
	// Params are added to exchanges unless set already, RefreshParams replace those of refreshes.
	Params        plugin.Params
	RefreshParams func(ctx context.Context, req plugin.RefreshRequest) (plugin.Params, error)
	// Strict refuses an answer with status 200 that has an error or is no object.
	Strict bool
	// NoRefresh says that there are no refreshes.
	NoRefresh bool
	// DefaultExpiry is the life of access tokens that come without one.
	DefaultExpiry time.Duration
}

// EndSession describes RP-initiated logout.
type EndSession struct {
	URL string
	// PostLogoutRedirectURI is used when the request has none.
	PostLogoutRedirectURI string
}

// Custom are functions of the application, or of an unusual provider, that replace ours.
type Custom struct {
	Exchange    func(ctx context.Context, out plugin.Outbound, req plugin.ExchangeRequest) (*plugin.OAuthTokens, error)
	Refresh     func(ctx context.Context, out plugin.Outbound, req plugin.RefreshRequest) (*plugin.OAuthTokens, error)
	UserInfo    func(ctx context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error)
	MapUser     func(ctx context.Context, profile map[string]any, user *plugin.OAuthUser) error
	BeforeUser  func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) error
	VerifyToken func(ctx context.Context, token, nonce string) error
}

var _ plugin.SocialProvider = (*Provider)(nil)

// ID is the provider's id.
func (p *Provider) ID() string { return p.ProviderID }

// Name is the provider's name for people.
func (p *Provider) Name() string { return p.Title }

// Settings are the rules of the configuration.
func (p *Provider) Settings() plugin.SocialSettings { return p.Rules }

// ClientID is the id that makes requests, or "".
func (p *Provider) ClientID() string {
	if len(p.ClientIDs) == 0 {
		return ""
	}
	return p.ClientIDs[0]
}

// Validate reports a missing client id or secret, and contradictory authentication.
func (p *Provider) Validate() error {
	auths := []plugin.TokenEndpointAuth{p.Token.Auth}
	if p.Token.RefreshAuth != nil {
		auths = append(auths, *p.Token.RefreshAuth)
	}
	if p.ClientID() == "" {
		return p.invalid("the client id is missing")
	}
	if slices.Contains(p.ClientIDs, "") {
		return p.invalid("a client id is empty")
	}
	if p.NeedSecret && p.ClientSecret == "" {
		return p.invalid("the client secret is missing")
	}
	for _, auth := range auths {
		if problem := AuthProblem(auth, p.ClientSecret != ""); problem != "" {
			return p.invalid(problem)
		}
	}
	if p.Check != nil {
		if err := p.Check(); err != nil {
			return fmt.Errorf("social provider %s: %w", p.ProviderID, err)
		}
	}
	return nil
}

func (p *Provider) invalid(problem string) error {
	return errors.New("social provider " + p.ProviderID + ": " + problem)
}

// EndSessionURL adds the hint, where to return to and the state to the logout endpoint.
func (p *Provider) EndSessionURL(_ context.Context, _ plugin.Outbound, req plugin.EndSessionRequest) (string, error) {
	if p.EndSession.URL == "" {
		return "", plugin.ErrNotSupported
	}
	back := req.PostLogoutRedirectURI
	if back == "" {
		back = p.EndSession.PostLogoutRedirectURI
	}
	var params plugin.Params
	if req.IDToken != "" {
		params.Set("id_token_hint", req.IDToken)
	}
	if back != "" {
		params.Set("post_logout_redirect_uri", back)
	}
	if back != "" || req.IDToken == "" {
		params.Set("client_id", p.ClientID())
	}
	if back != "" && req.State != "" {
		params.Set("state", req.State)
	}
	return AppendQuery(p.EndSession.URL, params)
}

// VerifyIDToken asks the application's function or the provider's verifier.
func (p *Provider) VerifyIDToken(ctx context.Context, out plugin.Outbound, token, nonce string) error {
	switch {
	case p.Rules.DisableIDTokenSignIn:
		return plugin.ErrNotSupported
	case p.Custom.VerifyToken != nil:
		return p.Custom.VerifyToken(ctx, token, nonce)
	case p.IDToken != nil:
		return p.IDToken(ctx, out, token, nonce)
	}
	return plugin.ErrNotSupported
}
