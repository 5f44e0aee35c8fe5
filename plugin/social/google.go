package social

import (
	"context"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// GoogleOptions are the options of [Google].
type GoogleOptions struct {
	Options
	// AccessType "offline" asks for a refresh token; "online" is Google's default.
	AccessType string
	// Display is the parameter display: "page", "popup", "touch" or "wap".
	Display string
	// HD lets in only accounts of this Google Workspace domain, or of any with "*".
	HD string
	// ExcludeGrantedScopes asks for the scopes of this sign-in only. Otherwise those that were granted
	// earlier are added (reference: includeGrantedScopes false).
	ExcludeGrantedScopes bool
}

// Google signs in with Google, provider id "google", also with ID tokens.
func Google[O Options | GoogleOptions](o O) plugin.SocialProvider {
	g := specific(o, func(o Options) GoogleOptions { return GoogleOptions{Options: o} })
	var params plugin.Params
	if !g.ExcludeGrantedScopes {
		params = plugin.Params{{Name: "include_granted_scopes", Value: "true"}}
	}
	p := g.provider(oauth2.Provider{
		ProviderID: "google",
		Title:      "Google",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:          "https://accounts.google.com/o/oauth2/v2/auth",
			Challenge:    true,
			LoginHint:    true,
			AccessType:   g.AccessType,
			Display:      g.Display,
			HostedDomain: g.HD,
			Params:       params,
		},
		Token:    oauth2.Token{URL: "https://oauth2.googleapis.com/token", Verifier: true},
		UserInfo: g.profile,
		Subject:  oauth2.SubjectAt("sub"),
		User:     openIDUser,
	}, "email", "profile", "openid")
	p.IDToken = oidc.Google(p.ClientIDs, g.HD).VerifyIDToken
	return p
}

func (g GoogleOptions) profile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromIDToken(ctx, out, req)
	if err == nil && !oidc.OfGoogleDomain(c, g.HD) { // the parameter hd of the authorization URL is only a hint
		err = errors.New("social provider google: the account is not of the configured hosted domain")
	}
	return c, err
}

// openIDUser maps the standard claims of OpenID Connect.
func openIDUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:          c.String("name"),
		Email:         c.String("email"),
		Image:         c.String("picture"),
		EmailVerified: c.True("email_verified"),
	}
}
