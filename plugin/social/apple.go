package social

import (
	"context"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// AppleOptions are the options of [Apple].
type AppleOptions struct {
	Options
	// AppBundleIdentifier is the id of the iOS app whose ID tokens are accepted instead of ClientID's.
	AppBundleIdentifier string
	// Audience lists whose ID tokens are accepted; it wins over AppBundleIdentifier.
	Audience []string
}

// Apple signs in with Apple, provider id "apple", also with ID tokens. Apple sends the name at the
// first sign-in only.
func Apple[O Options | AppleOptions](o O) plugin.SocialProvider {
	a := specific(o, func(o Options) AppleOptions { return AppleOptions{Options: o} })
	p := a.provider(oauth2.Provider{
		ProviderID: "apple",
		Title:      "Apple",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:          "https://appleid.apple.com/auth/authorize",
			Challenge:    true,
			ResponseType: "code id_token",
			ResponseMode: "form_post",
		},
		Token:    oauth2.Token{URL: "https://appleid.apple.com/auth/token", Verifier: true},
		UserInfo: appleProfile,
		Subject:  oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{Name: c.String("name"), Email: c.String("email"), EmailVerified: c.True("email_verified")}
		},
	}, "email", "name")
	v := rs256("https://appleid.apple.com/auth/keys", p.ClientIDs, "https://appleid.apple.com")
	v.HashedNonce = true
	switch {
	case len(a.Audience) > 0:
		v.Audiences = a.Audience
	case a.AppBundleIdentifier != "":
		v.Audiences = []string{a.AppBundleIdentifier}
	}
	p.IDToken = v.VerifyIDToken
	return p
}

// appleProfile adds the name, which is not in the ID token but beside the code.
func appleProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromIDToken(ctx, out, req)
	if err != nil {
		return nil, err
	}
	name := *c.Named("name")
	if req.User != nil && req.User.Name != nil {
		name = strings.TrimSpace(req.User.Name.FirstName + " " + req.User.Name.LastName)
	}
	c["name"] = name
	return c, nil
}
