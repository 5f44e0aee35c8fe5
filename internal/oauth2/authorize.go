package oauth2

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/plugin"
)

// AuthorizationURL builds the URL; it makes no requests.
func (p *Provider) AuthorizationURL(_ context.Context, _ plugin.Outbound, req plugin.AuthorizationRequest) (string, error) {
	a := &p.Authorization
	if p.ClientID() == "" || p.NeedSecret && p.ClientSecret == "" {
		return "", p.Validate()
	}
	if a.Challenge && req.CodeVerifier == "" {
		return "", p.invalid("the code verifier is missing")
	}
	var scopes []string
	if a.Scopes != nil {
		scopes = a.Scopes(req.Scopes)
	}
	params := p.standardParams(req, scopes)
	a.addParams(&params, scopes, req.Params)
	if !a.ScopeLast {
		return AppendQuery(a.URL, params)
	}
	return scopeLast(a.URL, params)
}

func (p *Provider) standardParams(req plugin.AuthorizationRequest, scopes []string) plugin.Params {
	a := &p.Authorization
	redirectURI := or(a.RedirectURI, req.RedirectURI)
	scope := strings.Join(scopes, or(a.ScopeSeparator, " "))
	if a.Standard != nil {
		return a.Standard(req, redirectURI, scope)
	}
	params := plugin.Params{
		{Name: "response_type", Value: or(a.ResponseType, "code")},
		{Name: "client_id", Value: p.ClientID()},
		{Name: "state", Value: req.State},
	}
	setNonEmpty(&params, "scope", scope)
	params.Set("redirect_uri", redirectURI)
	a.addOptional(&params, req)
	return params
}

// addOptional keeps the order of the reference, so that URLs are equal byte for byte.
func (a *Authorization) addOptional(params *plugin.Params, req plugin.AuthorizationRequest) {
	setNonEmpty(params, "duration", a.Duration)
	setNonEmpty(params, "display", a.Display)
	if a.LoginHint {
		setNonEmpty(params, "login_hint", req.LoginHint)
	}
	if a.Nonce {
		setNonEmpty(params, "nonce", req.Nonce)
	}
	setNonEmpty(params, "prompt", a.Prompt)
	setNonEmpty(params, "hd", a.HostedDomain)
	setNonEmpty(params, "access_type", a.AccessType)
	setNonEmpty(params, "response_mode", a.ResponseMode)
	if a.Challenge {
		params.Set("code_challenge_method", "S256")
		params.Set("code_challenge", Challenge(req.CodeVerifier))
	}
	if a.Claims != nil {
		params.Set("claims", claimsParam(a.Claims))
	}
}

func setNonEmpty(params *plugin.Params, name, value string) {
	if value != "" {
		params.Set(name, value)
	}
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// addParams merges the provider's parameters with the request's: the request's win over Params, Fixed
// wins over both, and nobody replaces a reserved one.
func (a *Authorization) addParams(params *plugin.Params, scopes []string, requested plugin.Params) {
	if a.IgnoreParams {
		requested = nil
	}
	reserved := plugin.ReservedAuthorizationParams()
	if a.Standard != nil {
		for _, p := range *params {
			if !slices.Contains(a.Open, p.Name) {
				reserved = append(reserved, p.Name)
			}
		}
	}
	for _, list := range []plugin.Params{a.ownParams(scopes), requested, a.Fixed} {
		for _, p := range list {
			if !slices.Contains(reserved, p.Name) {
				params.Set(p.Name, p.Value)
			}
		}
	}
}

func (a *Authorization) ownParams(scopes []string) plugin.Params {
	if a.ScopeParam.Name != "" && slices.Contains(scopes, a.IfScope) {
		return append(plugin.Params{a.ScopeParam}, a.Params...)
	}
	return a.Params
}

// claimsParam asks for claims in the ID token (OpenID Connect Core 5.5); the address always.
func claimsParam(names []string) string {
	var b strings.Builder
	b.WriteString(`{"id_token":{"email":null,"email_verified":null`)
	seen := []string{"email", "email_verified"}
	for _, name := range names {
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		quoted, _ := json.Marshal(name) // a string always can be
		b.WriteString("," + string(quoted) + ":null")
	}
	return b.String() + "}}"
}

func scopeLast(endpoint string, params plugin.Params) (string, error) {
	i := slices.IndexFunc(params, func(p plugin.Param) bool { return p.Name == "scope" })
	if i < 0 {
		return AppendQuery(endpoint, params)
	}
	scope := params[i].Value
	u, err := appendQuery(endpoint, slices.Delete(slices.Clone(params), i, i+1), params)
	return u + "&scope=" + plugin.EncodeURIComponent(scope), err
}

// MergeScopes is the usual merge: defaults, configured, requested.
func MergeScopes(defaults, configured []string) func(requested []string) []string {
	return func(requested []string) []string { return slices.Concat(defaults, configured, requested) }
}
