package social

import (
	"context"
	"net/http"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// DropboxOptions are the options of [Dropbox].
type DropboxOptions struct {
	Options
	// AccessType "offline" asks for a refresh token; "online" and "legacy" do not.
	AccessType string
}

// Dropbox signs in with Dropbox, provider id "dropbox".
func Dropbox[O Options | DropboxOptions](o O) plugin.SocialProvider {
	d := specific(o, func(o Options) DropboxOptions { return DropboxOptions{Options: o} })
	var params plugin.Params
	if d.AccessType != "" {
		params = plugin.Params{{Name: "token_access_type", Value: d.AccessType}}
	}
	return d.provider(oauth2.Provider{
		ProviderID: "dropbox",
		Title:      "Dropbox",
		Authorization: oauth2.Authorization{
			URL:       "https://www.dropbox.com/oauth2/authorize",
			Challenge: true,
			Params:    params,
		},
		Token:    oauth2.Token{URL: "https://api.dropboxapi.com/oauth2/token", Verifier: true},
		UserInfo: dropboxProfile,
		Subject:  oauth2.SubjectAt("account_id"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{
				Name:          c.String("name", "display_name"),
				Email:         c.String("email"),
				Image:         c.String("profile_photo_url"),
				EmailVerified: c.True("email_verified"),
			}
		},
	}, "account_info.read")
}

func dropboxProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	r, err := oauth2.WithToken(oauth2.Request{
		Method: http.MethodPost, URL: "https://api.dropboxapi.com/2/users/get_current_account",
	}, req)
	if err != nil {
		return nil, err
	}
	return oauth2.SendJSON(ctx, out, r)
}
