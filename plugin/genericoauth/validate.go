package genericoauth

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
)

// credential is the provider id of accounts with a password.
const credential = "credential"

// check reports everything that is wrong with the options.
func (o *Provider) check() error {
	var faults []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("generic provider %q: "+format, append([]any{o.ID}, args...)...))
		}
	}
	fault(o.fault != "", "%s", o.fault)
	fault(o.ID == "", "ID is missing; name it, such as \"acme\"")
	fault(o.ID != "" && !fitsPath(o.ID), "ID does not fit a path; use letters, digits, - and _")
	fault(o.ID == credential, "ID is that of accounts with a password; choose another")
	fault(o.ClientID == "", "ClientID is missing; set what the server calls this application")
	if o.DiscoveryURL == "" {
		fault(o.AuthorizationURL == "", "AuthorizationURL is missing; set it, or DiscoveryURL")
		fault(o.TokenURL == "" && o.GetToken == nil, "TokenURL is missing; set it, DiscoveryURL or GetToken")
		fault(o.RequireIDTokenVerification, "RequireIDTokenVerification needs DiscoveryURL, which tells issuer and keys")
	}
	for _, u := range o.urls() {
		fault(u.value != "" && !oidc.IsWebURL(u.value), "%s is no absolute http or https URL; correct it", u.name)
	}
	fault(!isAbsolute(o.PostLogoutRedirectURI), "PostLogoutRedirectURI is no absolute URL, nor is there Config.BaseURL to resolve it; correct it")
	fault(!slices.Contains([]string{"", "query", "form_post"}, o.ResponseMode), "ResponseMode %q is unknown; use \"query\" or \"form_post\"", o.ResponseMode)
	fault(o.AccessTokenExpiresIn < 0, "AccessTokenExpiresIn is negative; give a positive duration")
	fault(o.RefreshTokenParams != nil && o.RefreshTokenParamsFunc != nil, "RefreshTokenParams and RefreshTokenParamsFunc are both set; remove one")
	o.checkAuth(fault)
	return errors.Join(faults...)
}

func (o *Provider) checkAuth(fault func(bad bool, format string, args ...any)) {
	a, method := o.Authentication, o.TokenEndpointAuth.Method
	fault(!slices.Contains([]string{"", "basic", "post"}, a), "Authentication %q is unknown; use \"basic\" or \"post\"", a)
	fault(a != "" && method != "", "Authentication and TokenEndpointAuth are both set; remove one")
	fault(a == "basic" && method == "" && o.ClientSecret == "", "Authentication \"basic\" needs ClientSecret; set it")
	problem := oauth2.AuthProblem(o.TokenEndpointAuth, o.ClientSecret != "")
	fault(problem != "", "TokenEndpointAuth: %s; correct it", problem)
}

type named struct{ name, value string }

func (o *Provider) urls() []named {
	return []named{
		{"DiscoveryURL", o.DiscoveryURL},
		{"AuthorizationURL", o.AuthorizationURL},
		{"TokenURL", o.TokenURL},
		{"UserInfoURL", o.UserInfoURL},
		{"EndSessionURL", o.EndSessionURL},
		{"RedirectURI", o.RedirectURI},
	}
}

func fitsPath(id string) bool {
	return url.PathEscape(id) == id && strings.Trim(id, ".") != ""
}

// isAbsolute lets empty ones pass, and the schemes of apps.
func isAbsolute(s string) bool {
	u, err := url.Parse(s)
	return s == "" || err == nil && u.Scheme != "" && u.Scheme != "javascript"
}

// absolute resolves a URL against the site. What cannot be resolved stays, for check to find.
func absolute(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil || ref == "" {
		return ref
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}
