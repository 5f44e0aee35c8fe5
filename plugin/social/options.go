package social

import (
	"context"
	"slices"
	"time"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// Options are the options that all providers have in common.
type Options struct {
	// ClientID is the id that the provider gave to the application.
	ClientID string
	// ClientIDs are the application's further ids, of its mobile apps for instance. ID tokens for them
	// are accepted too.
	ClientIDs []string
	// ClientSecret is the secret that goes with ClientID.
	ClientSecret string
	// Scopes are asked for besides the provider's default scopes and those of the request.
	Scopes []string
	// DisableDefaultScope drops the provider's default scopes.
	DisableDefaultScope bool
	// RedirectURI replaces <base URL>/callback/<id>.
	RedirectURI string
	// AuthorizationEndpoint replaces the URL that the browser is sent to.
	AuthorizationEndpoint string
	// Prompt is the parameter prompt: "select_account", "consent", "login", "none" or several.
	Prompt string
	// ResponseMode is the parameter response_mode: "query" or "form_post".
	ResponseMode string

	// DisableSignUp never makes users.
	DisableSignUp bool
	// DisableImplicitSignUp makes users only when the request asks for it with requestSignUp.
	DisableImplicitSignUp bool
	// OverrideUserInfoOnSignIn rewrites name and image of the user at each sign-in.
	OverrideUserInfoOnSignIn bool
	// RequireEmailVerification makes no session before the user's address is verified. Several
	// providers never tell whether it is.
	RequireEmailVerification bool
	// DisableIDTokenSignIn refuses sign-in with an ID token of the provider's own SDK.
	DisableIDTokenSignIn bool

	// MapProfileToUser changes what becomes of the profile. profile is the provider's JSON, with
	// numbers as json.Number; user is filled already.
	MapProfileToUser func(ctx context.Context, profile map[string]any, user *plugin.OAuthUser) error
	// GetUserInfo replaces the reading of the profile. A result without Subject gets it from Data.
	GetUserInfo func(ctx context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error)
	// RefreshAccessToken replaces the refresh.
	RefreshAccessToken func(ctx context.Context, refreshToken string) (*plugin.OAuthTokens, error)
	// VerifyIDToken replaces the check of ID tokens, or adds one to a provider that has none. It must
	// check signature, issuer, audience, expiry and, unless it is empty, the nonce.
	VerifyIDToken func(ctx context.Context, token, nonce string) error
}

// specific returns a provider's own options, which the caller gave as they are or as common options.
func specific[S, O any](o O, wrap func(Options) S) S {
	if s, ok := any(o).(S); ok {
		return s
	}
	common, _ := any(o).(Options)
	return wrap(common)
}

// provider fills in what all providers have in common.
func (o Options) provider(p oauth2.Provider, defaultScopes ...string) *oauth2.Provider {
	if o.DisableDefaultScope {
		defaultScopes = nil
	}
	p.ClientIDs = slices.Concat([]string{o.ClientID}, o.ClientIDs)
	p.ClientSecret = o.ClientSecret
	p.Rules = o.settings()
	a := &p.Authorization
	a.URL = or(o.AuthorizationEndpoint, a.URL)
	a.RedirectURI = o.RedirectURI
	a.Scopes = oauth2.MergeScopes(defaultScopes, o.Scopes)
	a.Prompt = or(o.Prompt, a.Prompt)
	a.ResponseMode = or(o.ResponseMode, a.ResponseMode)
	p.Custom.MapUser = o.MapProfileToUser
	p.Custom.UserInfo = o.GetUserInfo
	p.Custom.VerifyToken = o.VerifyIDToken
	if refresh := o.RefreshAccessToken; refresh != nil {
		p.Custom.Refresh = func(ctx context.Context, _ plugin.Outbound, req plugin.RefreshRequest) (*plugin.OAuthTokens, error) {
			return refresh(ctx, req.Token)
		}
	}
	return &p
}

func (o Options) settings() plugin.SocialSettings {
	return plugin.SocialSettings{
		DisableSignUp:            o.DisableSignUp,
		DisableImplicitSignUp:    o.DisableImplicitSignUp,
		DisableIDTokenSignIn:     o.DisableIDTokenSignIn,
		OverrideUserInfoOnSignIn: o.OverrideUserInfoOnSignIn,
		RequireEmailVerification: o.RequireEmailVerification,
	}
}

func or(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// requestedFirst merges scopes in the order of the two providers that list the requested ones before
// the configured ones.
func (o Options) requestedFirst(defaults ...string) func([]string) []string {
	if o.DisableDefaultScope {
		defaults = nil
	}
	return func(requested []string) []string { return slices.Concat(defaults, requested, o.Scopes) }
}

// rs256 verifies ID tokens that are at most an hour old.
func rs256(keys string, audiences []string, issuers ...string) *oidc.Verifier {
	return &oidc.Verifier{
		Keys:       &oidc.KeySet{URL: keys},
		Issuers:    issuers,
		Audiences:  audiences,
		Algorithms: []string{"RS256"},
		MaxAge:     time.Hour,
	}
}
