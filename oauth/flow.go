package oauth

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
)

// A Flow is a sign-in or a link at a provider, as a request asks for it. Its URLs must have been checked:
// those of request bodies are, before any endpoint runs.
type Flow struct {
	CallbackURL   string // default Config.BaseURL
	ErrorURL      string
	NewUserURL    string
	RequestSignUp *bool
	Link          *Link
	Data          api.Fields
	Scopes        []string
	LoginHint     string
	Params        map[string]string
}

// Begin stores the state of a flow and returns the provider's page to send the browser to.
func Begin(c *plugin.Context, p plugin.SocialProvider, f Flow) (string, error) {
	if lead := detourOf(c).CallbackURL; lead != nil {
		f.CallbackURL = lead(p, f.CallbackURL)
	}
	f.Data.Delete("__proto__") // the reference never stores it, and JavaScript may read the state
	s := &State{
		Data: f.Data, CallbackURL: f.CallbackURL, ErrorURL: f.ErrorURL, NewUserURL: f.NewUserURL,
		Link: f.Link, RequestSignUp: f.RequestSignUp,
	}
	if s.CallbackURL == "" {
		s.CallbackURL = siteURL(c)
	}
	if s.CallbackURL == "" {
		return "", errors.CallbackURLRequired
	}
	var err error
	if p.Settings().RequireIDTokenNonce {
		if s.IDTokenNonce, err = c.Random(32, crypto.URLSafe); err != nil {
			return "", err
		}
	}
	if err := s.Save(c); err != nil {
		return "", err
	}
	return authorizationURL(c, p, f, s)
}

func authorizationURL(c *plugin.Context, p plugin.SocialProvider, f Flow, s *State) (string, error) {
	req := plugin.AuthorizationRequest{
		State: s.ID, CodeVerifier: s.CodeVerifier, Nonce: s.IDTokenNonce, RedirectURI: RedirectURI(c, p),
		Scopes: f.Scopes, LoginHint: f.LoginHint,
	}
	if seal := detourOf(c).StateParam; seal != nil {
		var err error
		if req.State, err = seal(s); err != nil {
			return "", err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Params)) {
		req.Params.Set(name, f.Params[name])
	}
	url, err := p.AuthorizationURL(c, c.Outbound(), req)
	if err != nil {
		c.Log.ErrorContext(c, "cannot make an authorization URL", slog.String("provider", p.ID()), slog.Any("error", err))
		return "", errors.InternalServerError.WithCause(err)
	}
	return url, nil
}

// siteURL is the base URL as it was configured, or the origin of this request.
func siteURL(c *plugin.Context) string {
	if c.Config.BaseURL != "" {
		return c.Config.BaseURL
	}
	u, err := origin.Parse(c.BaseURL())
	if err != nil {
		return ""
	}
	return u.Origin()
}

// RedirectURI is where a provider sends the browser back to.
func RedirectURI(c *plugin.Context, p plugin.SocialProvider) string {
	path := p.Settings().CallbackPath
	if path == "" {
		path = "/callback/" + p.ID()
	}
	base := detourOf(c).BaseURL
	if base == "" {
		base = c.BaseURL()
	}
	return base + "/" + strings.TrimPrefix(path, "/")
}

// Fail returns the redirect that tells a browser why a flow failed: to the flow's own page, or with an empty
// target to the error page.
func Fail(c *plugin.Context, target, code, description string) error {
	pairs := []string{"error", code}
	if description != "" {
		pairs = append(pairs, "error_description", description)
	}
	fallback := c.Config.OnAPIError.ErrorURL
	if fallback == "" {
		fallback = c.BaseURL() + "/error"
	}
	for _, target := range []string{target, fallback} {
		if target == "" {
			continue
		}
		if url, err := origin.AppendQuery(target, origin.Query(pairs...)); err == nil {
			return c.Redirect(url)
		}
	}
	return errors.InternalServerError
}

// Refuse returns the redirect for an error of [SignIn.Run] or [Link.Finish]: what the rules and hooks refuse
// goes to target with a code, as with [Fail]. Any other error comes back as it is.
func Refuse(c *plugin.Context, target string, err error) error {
	if r, ok := errors.AsType[Refusal](err); ok {
		return Fail(c, target, strings.ReplaceAll(string(r), " ", "_"), "")
	}
	if errors.Is(err, ErrLookup) {
		c.Log.ErrorContext(c, "cannot look up an account", slog.Any("error", err))
		return Fail(c, "", "internal_server_error", "")
	}
	if e, ok := errors.AsType[*errors.APIError](err); ok && e.Code != "" {
		return Fail(c, target, e.Code, e.Message)
	}
	return err
}

// A Callback is what a provider sent the browser back with.
type Callback struct {
	Code     string
	Issuer   string // the parameter iss
	DeviceID string
	User     *plugin.CallbackUser
}

// The codes of failed exchanges, as callbacks tell them.
const (
	codeIssuer  = "issuer_mismatch"
	codeNonce   = "nonce_binding_missing"
	codeCode    = "invalid_code"
	codeProfile = "unable_to_get_user_info"
)

// An ExchangeError says why a callback gave no account.
type ExchangeError struct {
	// Code is the parameter error of the redirect: "invalid_code".
	Code string
	err  error
}

// Error names code and reason.
func (e *ExchangeError) Error() string {
	if e.err != nil {
		return "oauth: " + e.Code + ": " + e.err.Error()
	}
	return "oauth: " + e.Code
}

// Unwrap returns the reason.
func (e *ExchangeError) Unwrap() error { return e.err }

// Exchange turns a callback into tokens and the account that they belong to. The error is an
// *[ExchangeError].
func Exchange(c *plugin.Context, p plugin.SocialProvider, s *State, cb Callback) (*plugin.OAuthTokens, *plugin.OAuthProfile, error) {
	settings := p.Settings()
	if cb.Issuer != "" && settings.Issuer != "" && cb.Issuer != settings.Issuer {
		return nil, nil, &ExchangeError{Code: codeIssuer}
	}
	if settings.RequireIDTokenNonce && s.IDTokenNonce == "" {
		return nil, nil, &ExchangeError{Code: codeNonce}
	}
	tokens, err := p.Exchange(c, c.Outbound(), plugin.ExchangeRequest{
		Code: cb.Code, CodeVerifier: s.CodeVerifier, RedirectURI: RedirectURI(c, p), DeviceID: cb.DeviceID,
	})
	if err == nil && tokens == nil {
		err = errNothing
	}
	if err != nil {
		return nil, nil, &ExchangeError{Code: codeCode, err: err}
	}
	profile, err := Profile(c, c.Outbound(), p, plugin.ProfileRequest{Tokens: tokens, Nonce: s.IDTokenNonce, User: cb.User})
	if err != nil {
		return nil, nil, &ExchangeError{Code: codeProfile, err: err}
	}
	return tokens, profile, nil
}

var (
	errNothing = errors.New("the provider implementation returned nothing")
	errSubject = errors.New("the profile does not identify the account")
)

// Profile asks a provider whom tokens belong to and refuses an answer that names nobody.
func Profile(ctx context.Context, out plugin.Outbound, p plugin.SocialProvider, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	profile, err := p.Profile(ctx, out, req)
	switch {
	case err != nil:
		return nil, err
	case profile == nil:
		return nil, errNothing
	case strings.TrimSpace(profile.Subject) == "":
		return nil, errSubject
	}
	return profile, nil
}
