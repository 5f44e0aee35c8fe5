package social

import (
	"context"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// GitLabOptions are the options of [GitLab].
type GitLabOptions struct {
	Options
	// Issuer is the URL of a self-managed server. Default "https://gitlab.com".
	Issuer string
}

// GitLab signs in with GitLab, provider id "gitlab". Locked and inactive accounts are refused.
func GitLab[O Options | GitLabOptions](o O) plugin.SocialProvider {
	g := specific(o, func(o Options) GitLabOptions { return GitLabOptions{Options: o} })
	base := strings.TrimRight(or(g.Issuer, "https://gitlab.com"), "/")
	return g.provider(oauth2.Provider{
		ProviderID:    "gitlab",
		Title:         "Gitlab",
		Authorization: oauth2.Authorization{URL: base + "/oauth/authorize", Challenge: true, LoginHint: true},
		Token:         oauth2.Token{URL: base + "/oauth/token", Verifier: true},
		UserInfo:      gitlabProfile(base + "/api/v4/user"),
		Subject:       oauth2.SubjectAt("id"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{
				Name:          c.Named("name", "username"),
				Email:         c.String("email"),
				Image:         c.String("avatar_url"),
				EmailVerified: c.True("email_verified"),
			}
		},
	}, "read_user")
}

func gitlabProfile(endpoint string) func(context.Context, plugin.Outbound, plugin.ProfileRequest) (oauth2.Claims, error) {
	read := oauth2.FromUserInfo(endpoint, nil)
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		c, err := read(ctx, out, req)
		if err == nil && (c["state"] != "active" || c.True("locked")) {
			err = oauth2.ErrNoProfile
		}
		return c, err
	}
}
