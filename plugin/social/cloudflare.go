package social

import (
	"context"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// CloudflareOptions are the options of [Cloudflare].
type CloudflareOptions struct {
	Options
	// TokenEndpointAuth says how the client proves itself. Default: client_secret_basic with a secret,
	// else none.
	TokenEndpointAuth plugin.TokenEndpointAuth
}

// Cloudflare signs in with Cloudflare, provider id "cloudflare". The address is never taken as
// verified. Additional parameters of a request are not passed on.
func Cloudflare[O Options | CloudflareOptions](o O) plugin.SocialProvider {
	c := specific(o, func(o Options) CloudflareOptions { return CloudflareOptions{Options: o} })
	auth := c.TokenEndpointAuth
	if auth.Method == "" {
		auth.Method = oauth2.NoSecret
		if c.ClientSecret != "" {
			auth.Method = oauth2.SecretBasic
		}
	}
	p := c.provider(oauth2.Provider{
		ProviderID: "cloudflare",
		Title:      "Cloudflare",
		Authorization: oauth2.Authorization{
			URL:          "https://dash.cloudflare.com/oauth2/auth",
			Challenge:    true,
			IgnoreParams: true,
		},
		Token:    oauth2.Token{URL: "https://dash.cloudflare.com/oauth2/token", Verifier: true, Auth: auth},
		UserInfo: cloudflareProfile,
		Subject:  oauth2.SubjectAt("id"),
		User:     cloudflareUser,
	}, "user-details.read")
	merge := p.Authorization.Scopes
	p.Authorization.Scopes = func(requested []string) []string { return unique(merge(requested)) }
	return p
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// cloudflareProfile asks the API: the userinfo endpoint of OpenID Connect tells nothing but the id.
func cloudflareProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromUserInfo("https://api.cloudflare.com/client/v4/user", nil)(ctx, out, req)
	if err == nil && c["success"] != true {
		err = oauth2.ErrNoProfile
	}
	return c.Object("result"), err
}

func cloudflareUser(c oauth2.Claims) plugin.OAuthUser {
	name := strings.TrimSpace(*c.Named("first_name") + " " + *c.Named("last_name"))
	if name == "" {
		name = *c.Named("email")
	}
	return plugin.OAuthUser{Name: &name, Email: c.String("email")}
}
