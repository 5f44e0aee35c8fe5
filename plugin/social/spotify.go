package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Spotify signs in with Spotify, provider id "spotify". The address is never taken as verified.
func Spotify(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "spotify",
		Title:      "Spotify",
		Authorization: oauth2.Authorization{
			URL:       "https://accounts.spotify.com/authorize",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://accounts.spotify.com/api/token",
			Verifier: true,
		},
		UserInfo: oauth2.FromUserInfo("https://api.spotify.com/v1/me", nil),
		Subject:  oauth2.SubjectAt("id"),
		User:     spotifyUser,
	}, "user-read-email")
}

func spotifyUser(c oauth2.Claims) plugin.OAuthUser {
	u := plugin.OAuthUser{Name: c.String("display_name"), Email: c.String("email")}
	if images, _ := c["images"].([]any); len(images) > 0 {
		first, _ := images[0].(map[string]any)
		u.Image = oauth2.Claims(first).String("url")
	}
	return u
}
