package genericoauth

import (
	"context"
	"time"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// A Provider is a server to sign in with and this application's registration with it. The functions may run
// in parallel.
type Provider struct {
	// ID names the provider in paths and in account.providerId: "acme". Required, and unique among all
	// providers of the Auth.
	ID string
	// Name is for people. Default ID.
	Name string
	// ClientID is what the server calls this application. Required.
	ClientID string
	// ClientSecret is the secret that goes with it. Public clients have none.
	ClientSecret string

	// DiscoveryURL is the OpenID configuration of the server, usually
	// <issuer>/.well-known/openid-configuration. It fills the URLs that are empty here, and without it
	// AuthorizationURL and TokenURL are required.
	DiscoveryURL string
	// DiscoveryHeader is sent to DiscoveryURL, which then must not redirect to another origin, and to the
	// keys if they are at the same origin.
	DiscoveryHeader map[string]string
	// AuthorizationURL is where browsers are sent.
	AuthorizationURL string
	// TokenURL redeems codes and refresh tokens.
	TokenURL string
	// UserInfoURL tells the profile when there is no ID token with an address.
	UserInfoURL string
	// EndSessionURL is where browsers are sent to sign out at the server (OpenID Connect RP-Initiated
	// Logout); /sign-out answers with it.
	EndSessionURL string
	// PostLogoutRedirectURI is where the server sends them then: absolute, or a path of the site if there is
	// Config.BaseURL: "/bye". The callbackURL of /sign-out wins.
	PostLogoutRedirectURI string
	// DisableProviderLogout signs out here only.
	DisableProviderLogout bool

	// Scopes are asked for besides those of the request. Servers that sign ID tokens are asked for openid in
	// any case.
	Scopes []string
	// RedirectURI replaces <base URL>/callback/<ID>.
	RedirectURI string
	// ResponseType is the parameter response_type. Default "code".
	ResponseType string
	// ResponseMode is the parameter response_mode: "query" or "form_post".
	ResponseMode string
	// Prompt is the parameter prompt: "none", "login", "create", "consent", "select_account" or several.
	Prompt string
	// AccessType is the parameter access_type: "offline" asks some servers for a refresh token.
	AccessType string
	// DisablePKCE sends no code challenge (RFC 7636). For servers that refuse one.
	DisablePKCE bool
	// AuthorizationParams are further parameters of the authorization URL. Those of
	// plugin.ReservedAuthorizationParams are ignored; those of the request win.
	AuthorizationParams map[string]string

	// Authentication is "post", which sends the secret in the body and is the default, or "basic".
	Authentication string
	// TokenEndpointAuth is for all other ways to prove the client, and excludes Authentication.
	TokenEndpointAuth plugin.TokenEndpointAuth
	// TokenHeader is sent with requests to TokenURL (reference: authorizationHeaders).
	TokenHeader map[string]string
	// TokenParams are further parameters of an exchange; they replace none.
	TokenParams map[string]string
	// RefreshTokenParams are further parameters of a refresh, such as scope or audience; they replace any but
	// grant_type and refresh_token, and the client's proof.
	RefreshTokenParams map[string]string
	// RefreshTokenParamsFunc makes them for each request instead. What it takes from the request's header
	// comes from the browser: check it.
	RefreshTokenParamsFunc func(ctx context.Context, req plugin.RefreshRequest) (map[string]string, error)
	// AccessTokenExpiresIn is the life of access tokens that come without one, so that they are refreshed in
	// time. Default: unknown.
	AccessTokenExpiresIn time.Duration

	// GetToken replaces the exchange of a code, for servers with a dialect.
	GetToken func(ctx context.Context, req plugin.ExchangeRequest) (*plugin.OAuthTokens, error)
	// GetUserInfo replaces the reading of the profile. Its Subject, if set, is the account's id; nil fails
	// the sign-in. With a verified ID token, the member sub of its Data, if there is one, must be the
	// token's.
	GetUserInfo func(ctx context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error)
	// MapProfileToUser changes what becomes of the profile. profile is the server's JSON, with numbers as
	// json.Number; user is filled already.
	MapProfileToUser func(ctx context.Context, profile map[string]any, user *plugin.OAuthUser) error
	// AccountSubject chooses the id of the account, which must never change. Default: the member sub if the
	// discovery document says that the server signs ID tokens, and id otherwise.
	AccountSubject func(ctx context.Context, tokens *plugin.OAuthTokens, profile map[string]any) (string, error)

	// RequireIDTokenVerification makes the provider unavailable unless its discovery document has an issuer
	// and keys.
	RequireIDTokenVerification bool
	// DisableIDTokenNonceBinding sends no nonce, for servers that do not return it. ID tokens of other
	// sign-ins can then be replayed.
	DisableIDTokenNonceBinding bool
	// AllowIDPInitiated restarts the flow for a callback without a state instead of refusing it.
	AllowIDPInitiated bool
	// DisableSignUp never makes users.
	DisableSignUp bool
	// DisableImplicitSignUp makes users only when the request asks for it with requestSignUp.
	DisableImplicitSignUp bool
	// OverrideUserInfo rewrites the user from the profile at each sign-in.
	OverrideUserInfo bool
	// RequireEmailVerification makes no session before the user's address is verified. For servers whose
	// email_verified can be believed.
	RequireEmailVerification bool

	// userInfo is GetUserInfo of a helper: it returns the profile in the names of the standard one.
	userInfo func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error)
	// fault is what a helper found wrong.
	fault string
}
