package social

import (
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// RedditOptions are the options of [Reddit].
type RedditOptions struct {
	Options
	// Duration "permanent" asks for a refresh token; "temporary" is Reddit's default.
	Duration string
}

// Reddit signs in with Reddit, provider id "reddit". Reddit tells no address: users get a placeholder.
func Reddit[O Options | RedditOptions](o O) plugin.SocialProvider {
	r := specific(o, func(o Options) RedditOptions { return RedditOptions{Options: o} })
	return r.provider(oauth2.Provider{
		ProviderID:    "reddit",
		Title:         "Reddit",
		Authorization: oauth2.Authorization{URL: "https://www.reddit.com/api/v1/authorize", Duration: r.Duration},
		Token: oauth2.Token{
			URL:     "https://www.reddit.com/api/v1/access_token",
			Auth:    plugin.TokenEndpointAuth{Method: oauth2.SecretBasic},
			Headers: map[string]string{"Accept": "text/plain", "User-Agent": "better-auth"},
		},
		UserInfo: oauth2.FromUserInfo("https://oauth.reddit.com/api/v1/me", map[string]string{"User-Agent": "better-auth"}),
		Subject:  oauth2.SubjectAt("id"),
		User:     redditUser,
	}, "identity")
}

func redditUser(c oauth2.Claims) plugin.OAuthUser {
	u := plugin.OAuthUser{Name: c.String("name"), Email: oauth2.Placeholder(c.ID("id"), "reddit")}
	if icon := c.String("icon_img"); icon != nil {
		image, _, _ := strings.Cut(*icon, "?")
		u.Image = &image
	}
	return u
}
