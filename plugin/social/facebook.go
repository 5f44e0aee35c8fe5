package social

import (
	"context"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
)

// FacebookOptions are the options of [Facebook].
type FacebookOptions struct {
	Options
	// Fields are asked for besides id, name, email and picture.
	Fields []string
	// ConfigID names a configuration of Facebook Login for Business.
	ConfigID string
}

// Facebook signs in with Facebook, provider id "facebook", also with ID tokens of Limited Login and
// with access tokens of the JavaScript SDK in their place.
func Facebook[O Options | FacebookOptions](o O) plugin.SocialProvider {
	f := specific(o, func(o Options) FacebookOptions { return FacebookOptions{Options: o} })
	var params plugin.Params
	if f.ConfigID != "" {
		params = plugin.Params{{Name: "config_id", Value: f.ConfigID}}
	}
	p := f.provider(oauth2.Provider{
		ProviderID: "facebook",
		Title:      "Facebook",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:       "https://www.facebook.com/v24.0/dialog/oauth",
			LoginHint: true,
			Params:    params,
		},
		Token: oauth2.Token{URL: "https://graph.facebook.com/v24.0/oauth/access_token"},
		Subject: func(c oauth2.Claims) string {
			if _, ok := c["sub"]; ok {
				return c.ID("sub")
			}
			return c.ID("id")
		},
	}, "email", "public_profile")
	app := facebookApp{ids: p.ClientIDs, secret: p.ClientSecret, fields: f.Fields}
	p.Read = app.read
	if p.Custom.UserInfo != nil {
		p.Custom.BeforeUser = app.checkForeign
	}
	v := rs256("https://limited.facebook.com/.well-known/oauth/openid/jwks/", p.ClientIDs, "https://www.facebook.com")
	v.MaxAge = 0
	v.Opaque = true
	p.IDToken = v.VerifyIDToken
	return p
}

// A facebookApp is our registration, which access tokens must have been issued to.
type facebookApp struct {
	ids    []string
	secret string
	fields []string
}

func (a facebookApp) read(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	if c, err := oauth2.FromIDToken(ctx, out, req); err == nil {
		user := openIDUser(c)
		user.EmailVerified = false // Facebook does not say
		return &plugin.OAuthProfile{Data: c, User: user}, nil
	}
	c, err := a.me(ctx, out, req)
	if err != nil {
		return nil, err
	}
	user := openIDUser(c)
	user.Image = c.String("picture", "data", "url")
	return &plugin.OAuthProfile{Data: c, User: user}, nil
}

// me reads the profile of an access token that was issued to us and to that very user.
func (a facebookApp) me(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	userID, err := a.inspect(ctx, out, req.Tokens.AccessToken)
	if err != nil {
		return nil, err
	}
	fields := slices.Concat([]string{"id", "name", "email", "picture"}, a.fields)
	endpoint := "https://graph.facebook.com/me?fields=" + origin.FormEscape(strings.Join(fields, ","))
	c, err := oauth2.FromUserInfo(endpoint, nil)(ctx, out, req)
	if err == nil && c.ID("id") != userID {
		err = oauth2.ErrNoProfile
	}
	return c, err
}

// inspect asks whose access token it is and which application's. Graph answers tokens of any
// application, so that without this question one that was issued to another site would sign in here.
func (a facebookApp) inspect(ctx context.Context, out plugin.Outbound, token string) (userID string, err error) {
	if token == "" || a.secret == "" {
		return "", oauth2.ErrNoToken
	}
	query := oauth2.Encode(plugin.Params{
		{Name: "input_token", Value: token}, {Name: "access_token", Value: a.ids[0] + "|" + a.secret},
	})
	c, err := oauth2.SendJSON(ctx, out, oauth2.Request{URL: "https://graph.facebook.com/debug_token?" + query})
	if err != nil {
		return "", err
	}
	data := oauth2.Claims(c).Object("data")
	if data["is_valid"] != true || !slices.Contains(a.ids, data.ID("app_id")) || data.ID("user_id") == "" {
		return "", oauth2.ErrNoProfile
	}
	return data.ID("user_id"), nil
}

// checkForeign inspects the token before the application's own GetUserInfo trusts it.
func (a facebookApp) checkForeign(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) error {
	token := req.Tokens.AccessToken
	if token == "" && strings.Count(req.Tokens.IDToken, ".") != 2 {
		token = req.Tokens.IDToken
	}
	if token == "" {
		return nil
	}
	_, err := a.inspect(ctx, out, token)
	return err
}
