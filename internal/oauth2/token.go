package oauth2

import (
	"context"
	"net/http"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// The authentication methods of a token endpoint (OpenID Connect Core 9), and the application's own.
const (
	SecretPost  = "client_secret_post"
	SecretBasic = "client_secret_basic"
	PrivateKey  = "private_key_jwt"
	NoSecret    = "none"
	CustomAuth  = "custom"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// Exchange redeems a code.
func (p *Provider) Exchange(ctx context.Context, out plugin.Outbound, req plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	if p.Custom.Exchange != nil {
		return p.Custom.Exchange(ctx, out, req)
	}
	form := plugin.Params{{Name: "grant_type", Value: "authorization_code"}, {Name: "code", Value: req.Code}}
	if p.Token.Verifier {
		setNonEmpty(&form, "code_verifier", req.CodeVerifier)
	}
	if p.Token.DeviceID {
		setNonEmpty(&form, "device_id", req.DeviceID)
	}
	form.Set("redirect_uri", or(p.Authorization.RedirectURI, req.RedirectURI))
	for _, extra := range p.Token.Params {
		if !form.Has(extra.Name) {
			form.Set(extra.Name, extra.Value)
		}
	}
	answer, err := p.sendToken(ctx, out, p.Token.Auth, form, p.Token.Headers)
	if err != nil {
		return nil, err
	}
	return p.parse(out, answer)
}

// ErrNoRefreshToken is a refresh without a token.
var ErrNoRefreshToken = errors.New("oauth2: there is no refresh token")

// Refresh gets a new access token. An answer without one is an error.
func (p *Provider) Refresh(ctx context.Context, out plugin.Outbound, req plugin.RefreshRequest) (*plugin.OAuthTokens, error) {
	switch {
	case p.Token.NoRefresh && p.Custom.Refresh == nil:
		return nil, plugin.ErrNotSupported
	case req.Token == "":
		return nil, ErrNoRefreshToken
	case p.Custom.Refresh != nil:
		return p.Custom.Refresh(ctx, out, req)
	}
	form := plugin.Params{{Name: "grant_type", Value: "refresh_token"}, {Name: "refresh_token", Value: req.Token}}
	if err := p.addRefreshParams(ctx, &form, req); err != nil {
		return nil, err
	}
	auth := p.Token.Auth
	if p.Token.RefreshAuth != nil {
		auth = *p.Token.RefreshAuth
	}
	answer, err := p.sendToken(ctx, out, auth, form, p.Token.RefreshHeaders)
	if err != nil {
		return nil, err
	}
	tokens, err := p.parse(out, answer)
	if err == nil && tokens.AccessToken == "" {
		err = &Error{URL: loggable(p.Token.URL), Status: answer.Status, Code: errorCode(answer.Body), Err: ErrFormat}
	}
	if err != nil {
		return nil, err
	}
	return tokens, nil
}

func (p *Provider) addRefreshParams(ctx context.Context, form *plugin.Params, req plugin.RefreshRequest) error {
	if p.Token.RefreshParams == nil {
		return nil
	}
	params, err := p.Token.RefreshParams(ctx, req)
	for _, extra := range params {
		if extra.Name != "grant_type" && extra.Name != "refresh_token" {
			form.Set(extra.Name, extra.Value)
		}
	}
	return err
}

func (p *Provider) sendToken(ctx context.Context, out plugin.Outbound, auth plugin.TokenEndpointAuth, form plugin.Params, headers map[string]string) (*Answer, error) {
	req := &plugin.TokenRequest{URL: p.Token.URL, Form: form, Header: http.Header{"Accept": {"application/json"}}}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	if err := p.authenticate(ctx, auth, req); err != nil {
		return nil, err
	}
	header := make(map[string]string, len(req.Header))
	for name := range req.Header {
		header[name] = req.Header.Get(name)
	}
	return Send(ctx, out, Request{URL: req.URL, Header: header, Form: req.Form})
}

// authenticate adds the client's proof to a token request.
func (p *Provider) authenticate(ctx context.Context, auth plugin.TokenEndpointAuth, req *plugin.TokenRequest) error {
	if p.Token.Credentials != nil {
		req.Form = append(req.Form, p.Token.Credentials...)
		return nil
	}
	secret := p.ClientSecret
	if req.Form.Has("client_assertion") { // configured as a parameter: it is the proof
		if secret != "" || auth.Method != "" || !req.Form.Has("client_assertion_type") {
			return p.invalid("the parameter client_assertion needs client_assertion_type and no other authentication")
		}
	}
	if problem := AuthProblem(auth, secret != ""); problem != "" {
		return p.invalid(problem)
	}
	switch auth.Method {
	case SecretBasic:
		req.Header.Set("Authorization", basic(p.ClientID(), secret))
	case PrivateKey:
		return p.assert(ctx, auth, req)
	case CustomAuth:
		return auth.Customize(ctx, req)
	default:
		req.Form.Set("client_id", p.ClientID())
		setNonEmpty(&req.Form, "client_secret", secret)
	}
	return nil
}

func (p *Provider) assert(ctx context.Context, auth plugin.TokenEndpointAuth, req *plugin.TokenRequest) error {
	assertion, err := auth.ClientAssertion(ctx, plugin.AssertionRequest{
		ClientID: p.ClientID(), TokenEndpoint: p.Token.URL, GrantType: req.Form[0].Value,
	})
	if err != nil {
		return err
	}
	req.Form.Set("client_id", p.ClientID())
	req.Form.Set("client_assertion", assertion)
	req.Form.Set("client_assertion_type", assertionType)
	return nil
}

// AuthProblem says what contradicts in the authentication, or "".
func AuthProblem(auth plugin.TokenEndpointAuth, secret bool) string {
	switch auth.Method {
	case "":
		return ""
	case SecretPost, SecretBasic:
		if !secret {
			return auth.Method + " needs a client secret"
		}
	case PrivateKey, NoSecret:
		if secret {
			return auth.Method + " cannot be combined with a client secret"
		}
		if auth.Method == PrivateKey && auth.ClientAssertion == nil {
			return auth.Method + " needs a client assertion"
		}
	case CustomAuth:
		if auth.Customize == nil {
			return "the authentication method custom needs a function"
		}
	default:
		return "the authentication method is unknown"
	}
	return ""
}
