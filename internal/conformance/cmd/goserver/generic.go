package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
)

// genericTree is the configuration of a provider of the generic-oauth plugin. Functions are those of
// reference/generic.mjs.
type genericTree struct {
	Helper        string `json:"helper"`
	HelperOptions struct {
		Issuer   string `json:"issuer"`
		Domain   string `json:"domain"`
		TenantID string `json:"tenantId"`
	} `json:"helperOptions"`

	ProviderID             string            `json:"providerId"`
	Name                   string            `json:"name"`
	ClientID               string            `json:"clientId"`
	ClientSecret           string            `json:"clientSecret"`
	DiscoveryURL           string            `json:"discoveryUrl"`
	DiscoveryHeaders       map[string]string `json:"discoveryHeaders"`
	AuthorizationURL       string            `json:"authorizationUrl"`
	TokenURL               string            `json:"tokenUrl"`
	UserInfoURL            string            `json:"userInfoUrl"`
	EndSessionEndpoint     string            `json:"endSessionEndpoint"`
	PostLogoutRedirectURI  string            `json:"postLogoutRedirectURI"`
	DisableProviderLogout  bool              `json:"disableProviderLogout"`
	Scopes                 []string          `json:"scopes"`
	RedirectURI            string            `json:"redirectURI"`
	ResponseType           string            `json:"responseType"`
	ResponseMode           string            `json:"responseMode"`
	Prompt                 string            `json:"prompt"`
	AccessType             string            `json:"accessType"`
	PKCE                   *bool             `json:"pkce"`
	AuthorizationURLParams map[string]string `json:"authorizationUrlParams"`
	Authentication         string            `json:"authentication"`
	TokenEndpointAuth      struct {
		Method string `json:"method"`
	} `json:"tokenEndpointAuth"`
	AuthorizationHeaders map[string]string `json:"authorizationHeaders"`
	TokenURLParams       map[string]string `json:"tokenUrlParams"`
	RefreshTokenParams   json.RawMessage   `json:"refreshTokenParams"`
	AccessTokenExpiresIn int               `json:"accessTokenExpiresIn"`

	GetToken         bool   `json:"getToken"`
	GetUserInfo      bool   `json:"getUserInfo"`
	MapProfileToUser bool   `json:"mapProfileToUser"`
	AccountSubject   string `json:"accountSubject"`

	RequireIDTokenVerification bool `json:"requireIdTokenVerification"`
	DisableIDTokenNonceBinding bool `json:"disableIdTokenNonceBinding"`
	AllowIDPInitiated          bool `json:"allowIdpInitiated"`
	DisableSignUp              bool `json:"disableSignUp"`
	DisableImplicitSignUp      bool `json:"disableImplicitSignUp"`
	OverrideUserInfo           bool `json:"overrideUserInfo"`
	RequireEmailVerification   bool `json:"requireEmailVerification"`
}

func newGenericOAuth(text json.RawMessage) (plugin.Plugin, error) {
	var o struct {
		ID     string        `json:"id"`
		Config []genericTree `json:"config"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return nil, fmt.Errorf("generic-oauth: %w", err)
	}
	var providers []genericoauth.Provider
	for _, t := range o.Config {
		p, err := t.provider()
		if err != nil {
			return nil, err
		}
		providers = append(providers, p)
	}
	return genericoauth.New(providers...), nil
}

func (t genericTree) provider() (genericoauth.Provider, error) {
	p := genericoauth.Provider{
		ID: t.ProviderID, Name: t.Name, ClientID: t.ClientID, ClientSecret: t.ClientSecret,
		DiscoveryURL: t.DiscoveryURL, DiscoveryHeader: t.DiscoveryHeaders, AuthorizationURL: t.AuthorizationURL,
		TokenURL: t.TokenURL, UserInfoURL: t.UserInfoURL, EndSessionURL: t.EndSessionEndpoint,
		PostLogoutRedirectURI: t.PostLogoutRedirectURI, DisableProviderLogout: t.DisableProviderLogout,
		Scopes: t.Scopes, RedirectURI: t.RedirectURI, ResponseType: t.ResponseType, ResponseMode: t.ResponseMode,
		Prompt: t.Prompt, AccessType: t.AccessType, DisablePKCE: t.PKCE != nil && !*t.PKCE,
		AuthorizationParams: t.AuthorizationURLParams, Authentication: t.Authentication, TokenEndpointAuth: t.auth(),
		TokenHeader: t.AuthorizationHeaders, TokenParams: t.TokenURLParams, AccessTokenExpiresIn: seconds(t.AccessTokenExpiresIn),
		RequireIDTokenVerification: t.RequireIDTokenVerification, DisableIDTokenNonceBinding: t.DisableIDTokenNonceBinding,
		AllowIDPInitiated: t.AllowIDPInitiated, DisableSignUp: t.DisableSignUp, DisableImplicitSignUp: t.DisableImplicitSignUp,
		OverrideUserInfo: t.OverrideUserInfo, RequireEmailVerification: t.RequireEmailVerification,
	}
	if err := t.functions(&p); err != nil {
		return p, err
	}
	return t.helped(p)
}

func (t genericTree) helped(p genericoauth.Provider) (genericoauth.Provider, error) {
	h := t.HelperOptions
	switch t.Helper {
	case "":
		return p, nil
	case "okta":
		return genericoauth.Okta(h.Issuer, p), nil
	case "keycloak":
		return genericoauth.Keycloak(h.Issuer, p), nil
	case "auth0":
		return genericoauth.Auth0(h.Domain, p), nil
	case "microsoftEntraId":
		return genericoauth.MicrosoftEntraID(h.TenantID, p), nil
	}
	brands := map[string]func(genericoauth.Provider) genericoauth.Provider{
		"hubspot": genericoauth.HubSpot, "slack": genericoauth.Slack, "line": genericoauth.LINE,
		"gumroad": genericoauth.Gumroad, "patreon": genericoauth.Patreon, "yandex": genericoauth.Yandex,
	}
	if fn := brands[t.Helper]; fn != nil {
		return fn(p), nil
	}
	return p, fmt.Errorf("unknown helper %q", t.Helper)
}

func (t genericTree) functions(p *genericoauth.Provider) error {
	if t.GetToken {
		p.GetToken = genericToken
	}
	if t.GetUserInfo {
		p.GetUserInfo = genericUserInfo
	}
	if t.MapProfileToUser {
		p.MapProfileToUser = genericMapping
	}
	if member := t.AccountSubject; member != "" {
		p.AccountSubject = func(_ context.Context, _ *plugin.OAuthTokens, profile map[string]any) (string, error) {
			return fmt.Sprint(profile[member]), nil
		}
	}
	switch {
	case string(t.RefreshTokenParams) == `"header"`:
		p.RefreshTokenParamsFunc = func(_ context.Context, req plugin.RefreshRequest) (map[string]string, error) {
			return map[string]string{"organization": req.Header.Get("x-own")}, nil
		}
	case t.RefreshTokenParams != nil:
		return json.Unmarshal(t.RefreshTokenParams, &p.RefreshTokenParams)
	}
	return nil
}

func (t genericTree) auth() plugin.TokenEndpointAuth {
	a := plugin.TokenEndpointAuth{Method: t.TokenEndpointAuth.Method}
	switch a.Method {
	case "private_key_jwt":
		a.ClientAssertion = assertion
	case "custom":
		a.Customize = func(_ context.Context, r *plugin.TokenRequest) error {
			r.Form.Set("custom", "1")
			r.Header.Set("x-own", "custom")
			return nil
		}
	}
	return a
}

// assertion stands for a signed JWT.
func assertion(_ context.Context, r plugin.AssertionRequest) (string, error) {
	return strings.Join([]string{r.ClientID, r.GrantType, r.TokenEndpoint}, "|"), nil
}

func genericToken(_ context.Context, r plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	scopes := []string{"own", strconv.Itoa(len(r.CodeVerifier))}
	return &plugin.OAuthTokens{AccessToken: "at." + r.Code, RefreshToken: "rt." + r.Code, Scopes: scopes}, nil
}

func genericUserInfo(_ context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
	t := decodeGeneric(strings.TrimPrefix(tokens.AccessToken, "at."))
	var user object
	if err := json.Unmarshal(t.User, &user); err != nil || user == nil {
		return nil, err
	}
	p := &plugin.OAuthProfile{Data: user, User: plugin.OAuthUser{EmailVerified: user["emailVerified"] == true}}
	for name, field := range map[string]**string{"name": &p.User.Name, "email": &p.User.Email, "image": &p.User.Image} {
		if s, ok := user[name].(string); ok {
			*field = &s
		}
	}
	return p, nil
}

func genericMapping(_ context.Context, profile map[string]any, user *plugin.OAuthUser) error {
	user.Name = new(fmt.Sprint("Mapped ", profile["name"]))
	if mail, ok := profile["mail"].(string); ok {
		user.Email = &mail
	}
	return nil
}

// asEcho writes down the parameters and headers of a request, for the scenarios to compare.
func asEcho(lines []string) string {
	slices.Sort(lines)
	return strings.ReplaceAll(strings.Join(lines, "|"), " ", "+")
}
