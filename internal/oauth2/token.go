package oauth2

import (
	"context"
	"net/http"

	"github.com/betterauth-go/betterauth/plugin"
)

// The authentication methods of a token endpoint (OpenID Connect Core 9).
const (
	SecretPost  = "client_secret_post"
	SecretBasic = "client_secret_basic"
	PrivateKey  = "private_key_jwt"
	NoSecret    = "none"
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

// Refresh gets a new access token. An answer without one is an error.
func (p *Provider) Refresh(ctx context.Context, out plugin.Outbound, req plugin.RefreshRequest) (*plugin.OAuthTokens, error) {
	switch {
	case p.Custom.Refresh != nil:
		return p.Custom.Refresh(ctx, out, req)
	case p.Token.NoRefresh:
		return nil, plugin.ErrNotSupported
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
	header := map[string]string{"Accept": "application/json"}
	for name, value := range headers {
		header[http.CanonicalHeaderKey(name)] = value
	}
	if err := p.authenticate(ctx, auth, &form, header); err != nil {
		return nil, err
	}
	return Send(ctx, out, Request{URL: p.Token.URL, Header: header, Form: form})
}

// authenticate adds the client's proof to a token request.
func (p *Provider) authenticate(ctx context.Context, auth plugin.TokenEndpointAuth, form *plugin.Params, header map[string]string) error {
	if p.Token.Credentials != nil {
		*form = append(*form, p.Token.Credentials...)
		return nil
	}
	if problem := authProblem(auth, p.ClientSecret != ""); problem != "" {
		return p.invalid(problem)
	}
	switch {
	case auth.Method == SecretBasic:
		header["Authorization"] = basic(p.ClientID(), p.ClientSecret)
		return nil
	case auth.Method == PrivateKey:
		return p.assert(ctx, auth, form)
	}
	form.Set("client_id", p.ClientID())
	setNonEmpty(form, "client_secret", p.ClientSecret)
	return nil
}

func (p *Provider) assert(ctx context.Context, auth plugin.TokenEndpointAuth, form *plugin.Params) error {
	assertion, err := auth.ClientAssertion(ctx, plugin.AssertionRequest{
		ClientID: p.ClientID(), TokenEndpoint: p.Token.URL, GrantType: (*form)[0].Value,
	})
	if err != nil {
		return err
	}
	form.Set("client_id", p.ClientID())
	form.Set("client_assertion", assertion)
	form.Set("client_assertion_type", assertionType)
	return nil
}

// authProblem says what contradicts in the authentication, or "".
func authProblem(auth plugin.TokenEndpointAuth, secret bool) string {
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
	default:
		return "the authentication method is unknown"
	}
	return ""
}
