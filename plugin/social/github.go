package social

import (
	"context"
	"slices"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// GitHub signs in with GitHub, provider id "github". The address is that of the profile or the primary
// one, verified if GitHub says so.
func GitHub(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "github",
		Title:      "GitHub",
		Authorization: oauth2.Authorization{
			URL:       "https://github.com/login/oauth/authorize",
			Challenge: true,
			LoginHint: true,
		},
		Token: oauth2.Token{
			URL:      "https://github.com/login/oauth/access_token",
			Verifier: true,
			Strict:   true, // errors come with status 200
		},
		Read:    readGitHub,
		Subject: oauth2.SubjectAt("id"),
	}, "read:user", "user:email")
}

// readGitHub reads the profile and the list of addresses, which alone says whether they are verified.
func readGitHub(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	agent := map[string]string{"User-Agent": "better-auth"}
	c, err := oauth2.FromUserInfo("https://api.github.com/user", agent)(ctx, out, req)
	if err != nil {
		return nil, err
	}
	r, err := oauth2.WithToken(oauth2.Request{URL: "https://api.github.com/user/emails", Header: agent, Follow: true}, req)
	if err != nil {
		return nil, err
	}
	verified := false
	// Without the scope user:email the list is refused: the profile's address then counts as unverified.
	if answer, err := oauth2.SendAny(ctx, out, r); err == nil {
		verified = addGitHubEmail(c, answer)
	}
	return &plugin.OAuthProfile{Data: c, User: plugin.OAuthUser{
		Name:          c.Named("name", "login"),
		Email:         c.String("email"),
		Image:         c.String("avatar_url"),
		EmailVerified: verified,
	}}, nil
}

// addGitHubEmail gives a profile without an address the primary one, and tells whether it is verified.
func addGitHubEmail(c oauth2.Claims, answer any) (verified bool) {
	list, _ := answer.([]any)
	emails := make([]oauth2.Claims, 0, len(list))
	for _, item := range list {
		if email, ok := item.(map[string]any); ok {
			emails = append(emails, email)
		}
	}
	if c.First("email") == nil && len(emails) > 0 {
		i := slices.IndexFunc(emails, func(e oauth2.Claims) bool { return e.True("primary") })
		c["email"] = emails[max(i, 0)]["email"]
	}
	i := slices.IndexFunc(emails, func(e oauth2.Claims) bool {
		email := e.First("email")
		return email != nil && *email == c["email"]
	})
	return i >= 0 && emails[i].True("verified")
}
