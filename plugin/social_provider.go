package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
)

// ErrNotSupported answers an operation that a [SocialProvider] does not offer: a refresh, a sign-in
// with an ID token, a logout at the provider.
var ErrNotSupported = errors.New("plugin: the provider does not support this")

// A SocialProvider signs users in with an account elsewhere: "Sign in with …". Package social has the
// well-known ones. Implementations are immutable and safe for concurrent use; everything that a
// request needs from outside comes with the call, in [Outbound].
//
// Errors never hold tokens, codes or secrets, so that they may be logged.
type SocialProvider interface {
	// ID names the provider in paths and in the column account.providerId: "google".
	ID() string
	// Name is for people: "Google".
	Name() string
	// Validate reports what is missing or contradictory in the configuration.
	Validate() error
	// Settings are the rules that the endpoints apply to sign-ins with this provider.
	Settings() SocialSettings
	// AuthorizationURL is where the browser is sent.
	AuthorizationURL(ctx context.Context, out Outbound, req AuthorizationRequest) (string, error)
	// Exchange redeems the code of a callback. Tokens without an access token are possible: the
	// provider then answered with something else, and Profile fails.
	Exchange(ctx context.Context, out Outbound, req ExchangeRequest) (*OAuthTokens, error)
	// Profile reads who the tokens belong to. It fails when the provider does not tell.
	Profile(ctx context.Context, out Outbound, req ProfileRequest) (*OAuthProfile, error)
	// Refresh gets a new access token. Tokens hold only what the provider sent: an empty refresh
	// token means that the old one stays. ErrNotSupported when there is no refresh; an empty token is
	// refused without a request.
	Refresh(ctx context.Context, out Outbound, req RefreshRequest) (*OAuthTokens, error)
	// VerifyIDToken checks an ID token that a client sent. With a nonce, the token must carry it.
	// ErrNotSupported when sign-in with an ID token is not offered or is disabled.
	VerifyIDToken(ctx context.Context, out Outbound, token, nonce string) error
	// EndSessionURL is where the browser is sent to sign out at the provider (OpenID Connect
	// RP-Initiated Logout). ErrNotSupported when there is none.
	EndSessionURL(ctx context.Context, out Outbound, req EndSessionRequest) (string, error)
}

// A ResolvingProvider is a SocialProvider that asks its server for what it is before it can be used
// (OpenID Connect Discovery). [Context.SocialProvider] resolves it; its own methods know only what was
// configured.
type ResolvingProvider interface {
	SocialProvider
	// Resolve returns the provider for use. It is called by every request, so the answer of the server is
	// to be kept. With an error the provider counts as not configured for this request.
	Resolve(ctx context.Context, out Outbound) (SocialProvider, error)
}

// Outbound is what a provider needs from its surroundings for one call.
type Outbound struct {
	// HTTP makes the requests. Default: http.DefaultClient with a deadline of 10 s.
	HTTP HTTPClient
	// Now is the clock; it is never nil.
	Now func() time.Time
	// Log receives why a provider failed. Default: nothing is logged.
	Log *slog.Logger
}

// SocialSettings are the rules that the endpoints apply to sign-ins with a provider.
type SocialSettings struct {
	// CallbackPath is the path of the callback below the base URL, if not /callback/<id>.
	CallbackPath string
	// Issuer must equal the parameter iss of a callback that has one (RFC 9207). Empty: not checked.
	Issuer string
	// RequireIDTokenNonce asks for AuthorizationRequest.Nonce, which comes back in
	// ProfileRequest.Nonce.
	RequireIDTokenNonce bool
	// AllowIDPInitiated restarts the flow for a callback without a state instead of refusing it.
	AllowIDPInitiated bool
	// DisableSignUp never makes users.
	DisableSignUp bool
	// DisableImplicitSignUp makes users only when the request asks for it with requestSignUp.
	DisableImplicitSignUp bool
	// DisableIDTokenSignIn refuses sign-in with an ID token.
	DisableIDTokenSignIn bool
	// OverrideUserInfoOnSignIn rewrites the user from the profile at each sign-in.
	OverrideUserInfoOnSignIn bool
	// RequireEmailVerification makes no session before the address is verified.
	RequireEmailVerification bool
}

// An AuthorizationRequest is what one sign-in adds to the authorization URL.
type AuthorizationRequest struct {
	State        string
	CodeVerifier string // PKCE (RFC 7636); the challenge is derived from it
	RedirectURI  string // <base URL>/callback/<id>; the provider's option RedirectURI wins
	Scopes       []string
	LoginHint    string
	Nonce        string
	// Params are further parameters. Reserved ones ([ReservedAuthorizationParams]) are ignored.
	Params Params
}

// An ExchangeRequest is the callback of a provider.
type ExchangeRequest struct {
	Code         string
	CodeVerifier string
	RedirectURI  string // the same as in the AuthorizationRequest
	DeviceID     string // the parameter device_id (VK)
}

// A ProfileRequest asks who tokens belong to.
type ProfileRequest struct {
	Tokens *OAuthTokens
	// Nonce is the one of the AuthorizationRequest, if Settings.RequireIDTokenNonce.
	Nonce string
	// Verified says that VerifyIDToken accepted Tokens.IDToken already.
	Verified bool
	// User is what the provider told the browser besides the code (Apple, first sign-in only).
	User *CallbackUser
}

// A CallbackUser is the JSON of the callback parameter "user".
type CallbackUser struct {
	Name *struct {
		FirstName string `json:"firstName"`
		LastName  string `json:"lastName"`
	} `json:"name"`
	Email string `json:"email"`
}

// A RefreshRequest is a refresh token and the request that needs it.
type RefreshRequest struct {
	Token string
	// Header is that of the incoming request; nil for a call in process.
	Header http.Header
}

// An EndSessionRequest describes a logout at the provider. All fields may be empty.
type EndSessionRequest struct {
	IDToken               string
	PostLogoutRedirectURI string
	State                 string
}

// OAuthTokens is a token response (RFC 6749 section 5.1). What the provider did not send is empty.
type OAuthTokens struct {
	TokenType             string
	AccessToken           string
	RefreshToken          string
	IDToken               string
	AccessTokenExpiresAt  *time.Time
	RefreshTokenExpiresAt *time.Time
	Scopes                []string
	// Raw is the whole response; numbers are json.Number.
	Raw map[string]any
}

// An OAuthProfile is an account at a provider.
type OAuthProfile struct {
	// Subject identifies the account at the provider and never changes: account.accountId.
	Subject string
	User    OAuthUser
	// Data is the profile as the provider sent it; numbers are json.Number.
	Data map[string]any
}

// An OAuthUser is what a profile says about the user. A nil field was not sent.
type OAuthUser struct {
	Name          *string    `json:"name,omitempty"`
	Email         *string    `json:"email,omitempty"`
	Image         *string    `json:"image,omitempty"`
	EmailVerified bool       `json:"emailVerified"`
	Fields        api.Fields `json:",inline"` // additional fields, by their names in the API
}

// TokenEndpointAuth says how a client proves itself at the token endpoint. The zero value sends the
// secret in the body, or only the client id if there is no secret.
type TokenEndpointAuth struct {
	// Method is "client_secret_post", "client_secret_basic", "private_key_jwt", "none" or "custom".
	Method string
	// ClientAssertion makes the JWT of private_key_jwt (RFC 7523).
	ClientAssertion func(ctx context.Context, req AssertionRequest) (string, error)
	// Customize adds the proof of a custom method to the request.
	Customize func(ctx context.Context, req *TokenRequest) error
}

// A TokenRequest is a request to a token endpoint, before it is sent.
type TokenRequest struct {
	URL    string
	Form   Params // starts with grant_type
	Header http.Header
}

// An AssertionRequest says what a client assertion is for.
type AssertionRequest struct {
	ClientID      string
	TokenEndpoint string // the audience
	GrantType     string // "authorization_code" or "refresh_token"
}

// ReservedAuthorizationParams lists the parameters of an authorization URL that a caller cannot set.
func ReservedAuthorizationParams() []string {
	return []string{
		"state", "client_id", "redirect_uri", "response_type",
		"code_challenge", "code_challenge_method", "nonce", "scope",
	}
}

// Params is an ordered list of parameters. In JSON it is an object, whose order is kept.
type Params []Param

// A Param is a parameter of a URL or a form.
type Param struct{ Name, Value string }

// Set replaces a parameter where it stands, or appends it.
func (p *Params) Set(name, value string) {
	for i := range *p {
		if (*p)[i].Name == name {
			(*p)[i].Value = value
			return
		}
	}
	*p = append(*p, Param{name, value})
}

// Has tells whether the parameter is in the list.
func (p Params) Has(name string) bool {
	for i := range p {
		if p[i].Name == name {
			return true
		}
	}
	return false
}

// UnmarshalJSON reads an object of strings.
func (p *Params) UnmarshalJSON(data []byte) error {
	*p = nil
	d := json.NewDecoder(bytes.NewReader(data))
	t, err := d.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('{') {
		return errors.New("plugin: parameters must be an object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return err
		}
		p.Set(name.(string), value)
	}
	return nil
}
