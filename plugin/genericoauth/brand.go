package genericoauth

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// A userInfoFunc reads the profile of a brand and names its members id or sub, name, email, image and
// emailVerified.
type userInfoFunc = func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error)

// identifiedBy makes a member of the profile the account's id.
func (o Provider) identifiedBy(member string) Provider {
	if o.AccountSubject == nil {
		o.AccountSubject = func(_ context.Context, _ *plugin.OAuthTokens, profile map[string]any) (string, error) {
			return oauth2.Claims(profile).ID(member), nil
		}
	}
	return o
}

// Gumroad completes p for Gumroad, provider id "gumroad". The address never counts as verified.
func Gumroad(p Provider) Provider {
	p = p.with("gumroad", "Gumroad", "view_profile").
		at("https://gumroad.com/oauth/authorize", "https://api.gumroad.com/oauth/token", "")
	p.userInfo = mapped("https://api.gumroad.com/v2/user", func(c oauth2.Claims) oauth2.Claims {
		u := c.Object("user")
		if u == nil || c["success"] != true {
			return nil
		}
		return profile(u["user_id"], "id", u["name"], u["email"], u["profile_url"], false)
	})
	return p.identifiedBy("id")
}

// Patreon completes p for Patreon, provider id "patreon".
func Patreon(p Provider) Provider {
	p = p.with("patreon", "Patreon", "identity[email]").
		at("https://www.patreon.com/oauth2/authorize", "https://www.patreon.com/api/oauth2/token", "")
	const fields = "?fields[user]=email,full_name,image_url,is_email_verified"
	p.userInfo = mapped("https://www.patreon.com/api/oauth2/v2/identity"+fields, func(c oauth2.Claims) oauth2.Claims {
		a := c.Object("data", "attributes")
		if a == nil {
			return nil
		}
		return profile(c.At("data", "id"), "id", a["full_name"], a["email"], a["image_url"], a.True("is_email_verified"))
	})
	return p.identifiedBy("id")
}

// Slack completes p for Slack, provider id "slack". The account's id is sub; that of social.Slack is
// another.
func Slack(p Provider) Provider {
	p = p.with("slack", "Slack", openID()...).
		at("https://slack.com/openid/connect/authorize", "https://slack.com/api/openid.connect.token", "https://slack.com/api/openid.connect.userInfo")
	p.userInfo = mapped(p.UserInfoURL, func(c oauth2.Claims) oauth2.Claims {
		image := firstOf(c["picture"], c["https://slack.com/user_image_512"])
		return profile(c["sub"], "sub", c["name"], c["email"], image, c.True("email_verified"))
	})
	return p.identifiedBy("sub")
}

// LINE completes p for LINE, provider id "line". Every country has a channel of its own: give each an ID,
// such as "line-jp". The address never counts as verified.
func LINE(p Provider) Provider {
	p = p.with("line", "LINE", openID()...).
		at("https://access.line.me/oauth2/v2.1/authorize", "https://api.line.me/oauth2/v2.1/token", "https://api.line.me/oauth2/v2.1/userinfo")
	ask := oauth2.FromUserInfo(p.UserInfoURL, nil)
	p.userInfo = func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		c, err := oauth2.FromIDToken(ctx, out, req)
		if err != nil {
			c, err = ask(ctx, out, req)
		}
		return profile(c["sub"], "sub", c["name"], c["email"], c["picture"], false), err
	}
	return p.identifiedBy("sub")
}

// Yandex completes p for Yandex, provider id "yandex". Users without an address are refused, and it never
// counts as verified.
func Yandex(p Provider) Provider {
	p = p.with("yandex", "Yandex", "login:info", "login:email", "login:avatar").
		at("https://oauth.yandex.com/authorize", "https://oauth.yandex.com/token", "")
	p.userInfo = func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		if req.Tokens.AccessToken == "" {
			return nil, oauth2.ErrNoToken
		}
		c, err := profileOf(oauth2.SendJSON(ctx, out, oauth2.Request{
			URL: "https://login.yandex.ru/info?format=json", Follow: true,
			Header: map[string]string{"Authorization": "OAuth " + req.Tokens.AccessToken},
		}))
		if err != nil {
			return nil, err
		}
		return yandexProfile(c)
	}
	return p.identifiedBy("id")
}

func yandexProfile(c oauth2.Claims) (oauth2.Claims, error) {
	email := c["default_email"]
	if all, _ := c["emails"].([]any); email == nil && len(all) > 0 {
		email = all[0]
	}
	if email == nil || email == "" {
		return nil, oauth2.ErrNoEmail
	}
	var image any
	if id := c.ID("default_avatar_id"); id != "" && !c.True("is_avatar_empty") {
		image = "https://avatars.yandex.net/get-yapic/" + id + "/islands-200"
	}
	name := firstOf(c["display_name"], c["real_name"], c["first_name"], c["login"])
	return profile(c["id"], "id", name, email, image, false), nil
}

// mapped asks an endpoint with the access token. A mapping to nil is no profile.
func mapped(endpoint string, mapping func(oauth2.Claims) oauth2.Claims) userInfoFunc {
	ask := oauth2.FromUserInfo(endpoint, nil)
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		c, err := ask(ctx, out, req)
		if err != nil {
			return nil, err
		}
		data := mapping(c)
		if data == nil {
			return nil, oauth2.ErrNoProfile
		}
		return data, nil
	}
}

// profileOf names the type.
func profileOf(m map[string]any, err error) (oauth2.Claims, error) { return m, err }

// profile has the members that the server sent; null counts as not sent.
func profile(id any, idName string, name, email, image any, verified bool) oauth2.Claims {
	data := oauth2.Claims{"emailVerified": verified}
	take(data, idName, id)
	take(data, "name", name)
	take(data, "email", email)
	take(data, "image", image)
	return data
}
