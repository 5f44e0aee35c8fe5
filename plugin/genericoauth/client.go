package genericoauth

import (
	"context"
	"maps"
	"slices"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// client is the provider with what its server says about itself.
func (o *Provider) client(m *oidc.Metadata) *oauth2.Provider {
	r := &reader{Provider: o, userInfoURL: or(o.UserInfoURL, m.UserInfoEndpoint), signs: len(m.IDTokenAlgorithms) > 0}
	p := &oauth2.Provider{
		ProviderID: o.ID, Title: or(o.Name, o.ID), ClientIDs: []string{o.ClientID}, ClientSecret: o.ClientSecret,
		Rules: o.rules(), Authorization: o.authorization(m), Token: o.token(m), Read: r.read,
	}
	p.Rules.Issuer = m.Issuer
	if m.JWKSURI != "" && m.Issuer != "" {
		r.verifier = o.verifier(m)
		p.IDToken = r.verifier.VerifyIDToken
		p.Rules.RequireIDTokenNonce = !o.DisableIDTokenNonceBinding
	}
	if !o.DisableProviderLogout {
		p.EndSession = oauth2.EndSession{URL: or(o.EndSessionURL, m.EndSessionEndpoint), PostLogoutRedirectURI: o.PostLogoutRedirectURI}
	}
	p.Custom.MapUser = o.MapProfileToUser
	if o.GetToken != nil {
		p.Custom.Exchange = o.exchange
	}
	return p
}

func (o *Provider) rules() plugin.SocialSettings {
	return plugin.SocialSettings{
		AllowIDPInitiated:        o.AllowIDPInitiated,
		DisableSignUp:            o.DisableSignUp,
		DisableImplicitSignUp:    o.DisableImplicitSignUp,
		OverrideUserInfoOnSignIn: o.OverrideUserInfo,
		RequireEmailVerification: o.RequireEmailVerification,
	}
}

func (o *Provider) authorization(m *oidc.Metadata) oauth2.Authorization {
	signs := len(m.IDTokenAlgorithms) > 0
	return oauth2.Authorization{
		URL: or(o.AuthorizationURL, m.AuthorizationEndpoint), RedirectURI: o.RedirectURI,
		Scopes:    func(requested []string) []string { return o.scopes(requested, signs) },
		Challenge: !o.DisablePKCE, LoginHint: true, Nonce: true,
		ResponseType: o.ResponseType, ResponseMode: o.ResponseMode, Prompt: o.Prompt, AccessType: o.AccessType,
		Params: params(o.AuthorizationParams),
	}
}

// scopes puts the requested ones first, as the reference does.
func (o *Provider) scopes(requested []string, openID bool) []string {
	all := slices.Concat(requested, o.Scopes)
	if openID && !slices.Contains(all, "openid") {
		all = slices.Insert(all, 0, "openid")
	}
	return all
}

func (o *Provider) token(m *oidc.Metadata) oauth2.Token {
	t := oauth2.Token{
		URL: or(o.TokenURL, m.TokenEndpoint), Auth: o.TokenEndpointAuth, Verifier: !o.DisablePKCE,
		Headers: o.TokenHeader, RefreshHeaders: o.TokenHeader,
		Params: params(o.TokenParams), DefaultExpiry: o.AccessTokenExpiresIn,
	}
	if o.Authentication == "basic" {
		t.Auth.Method = oauth2.SecretBasic
	}
	t.RefreshParams = func(ctx context.Context, req plugin.RefreshRequest) (plugin.Params, error) {
		if o.RefreshTokenParamsFunc == nil {
			return params(o.RefreshTokenParams), nil
		}
		more, err := o.RefreshTokenParamsFunc(ctx, req)
		return params(more), err
	}
	return t
}

// verifier checks ID tokens with the keys of the server.
func (o *Provider) verifier(m *oidc.Metadata) *oidc.Verifier {
	keys := &oidc.KeySet{URL: m.JWKSURI}
	if oidc.SameOrigin(m.JWKSURI, o.DiscoveryURL) {
		keys.Header = o.DiscoveryHeader
	}
	return &oidc.Verifier{Keys: keys, Issuers: []string{m.Issuer}, Audiences: []string{o.ClientID}, Algorithms: m.IDTokenAlgorithms}
}

// exchange redeems a code with the application's function.
func (o *Provider) exchange(ctx context.Context, out plugin.Outbound, req plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	req.RedirectURI = or(o.RedirectURI, req.RedirectURI)
	tokens, err := o.GetToken(ctx, req)
	if err != nil || tokens == nil || tokens.AccessTokenExpiresAt != nil || o.AccessTokenExpiresIn == 0 {
		return tokens, err
	}
	dated := *tokens
	dated.AccessTokenExpiresAt = new(out.Now().Add(o.AccessTokenExpiresIn))
	return &dated, nil
}

// params sorts parameters by name: a map has no order.
func params(m map[string]string) plugin.Params {
	var list plugin.Params
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list.Set(name, m[name])
	}
	return list
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
