package social

import (
	"context"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

const wechatAPI = "https://api.weixin.qq.com/sns/"

// WeChatOptions are the options of [WeChat].
type WeChatOptions struct {
	Options
	// Lang is the language of the page with the QR code: "cn" (the default) or "en".
	Lang string
}

// WeChat signs in with WeChat on web sites, provider id "wechat". WeChat tells no address: users get a
// placeholder, and none is taken as verified.
func WeChat[O Options | WeChatOptions](o O) plugin.SocialProvider {
	w := specific(o, func(o Options) WeChatOptions { return WeChatOptions{Options: o} })
	p := w.provider(oauth2.Provider{
		ProviderID: "wechat",
		Title:      "WeChat",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:            "https://open.weixin.qq.com/connect/qrconnect#wechat_redirect",
			ScopeSeparator: ",",
			Standard: func(req plugin.AuthorizationRequest, redirectURI, scope string) plugin.Params {
				return plugin.Params{
					{Name: "scope", Value: scope},
					{Name: "response_type", Value: "code"},
					{Name: "appid", Value: w.ClientID},
					{Name: "redirect_uri", Value: redirectURI},
					{Name: "state", Value: req.State},
					{Name: "lang", Value: or(w.Lang, "cn")},
				}
			},
			Open: []string{"lang"},
		},
		UserInfo: wechatProfile,
		Subject:  func(c oauth2.Claims) string { return or(c.ID("unionid"), c.ID("openid")) },
		User:     wechatUser,
	}, "snsapi_login")
	p.Custom.Exchange = w.exchange
	if p.Custom.Refresh == nil {
		p.Custom.Refresh = w.refresh
	}
	return p
}

func (w WeChatOptions) exchange(ctx context.Context, out plugin.Outbound, req plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	return wechatTokens(ctx, out, "oauth2/access_token", plugin.Params{
		{Name: "appid", Value: w.ClientID},
		{Name: "secret", Value: w.ClientSecret},
		{Name: "code", Value: req.Code},
		{Name: "grant_type", Value: "authorization_code"},
	})
}

func (w WeChatOptions) refresh(ctx context.Context, out plugin.Outbound, req plugin.RefreshRequest) (*plugin.OAuthTokens, error) {
	return wechatTokens(ctx, out, "oauth2/refresh_token", plugin.Params{
		{Name: "appid", Value: w.ClientID},
		{Name: "grant_type", Value: "refresh_token"},
		{Name: "refresh_token", Value: req.Token},
	})
}

// wechatTokens asks with GET, and gets errors with status 200.
func wechatTokens(ctx context.Context, out plugin.Outbound, path string, query plugin.Params) (*plugin.OAuthTokens, error) {
	m, err := wechatGet(ctx, out, path, query)
	if err != nil {
		return nil, err
	}
	read := oauth2.ReadTokens(m, out.Now())
	return &plugin.OAuthTokens{
		TokenType:            "Bearer",
		AccessToken:          read.AccessToken,
		RefreshToken:         read.RefreshToken,
		AccessTokenExpiresAt: read.AccessTokenExpiresAt,
		Scopes:               strings.Split(*m.Named("scope"), ","),
		Raw:                  m,
	}, nil
}

func wechatGet(ctx context.Context, out plugin.Outbound, path string, query plugin.Params) (oauth2.Claims, error) {
	m, err := oauth2.SendJSON(ctx, out, oauth2.Request{URL: wechatAPI + path + "?" + oauth2.Encode(query)})
	if err != nil {
		return nil, err
	}
	if code := oauth2.Claims(m).ID("errcode"); code != "" && code != "0" {
		return nil, &oauth2.Error{URL: wechatAPI + path, Status: 200, Code: code, Err: oauth2.ErrStatus}
	}
	return m, nil
}

// wechatProfile needs the open id that came with the access token.
func wechatProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	openID := oauth2.Claims(req.Tokens.Raw).ID("openid")
	if openID == "" || req.Tokens.AccessToken == "" {
		return nil, oauth2.ErrNoToken
	}
	return wechatGet(ctx, out, "userinfo", plugin.Params{
		{Name: "access_token", Value: req.Tokens.AccessToken},
		{Name: "openid", Value: openID},
		{Name: "lang", Value: "zh_CN"},
	})
}

func wechatUser(c oauth2.Claims) plugin.OAuthUser {
	email := c.First("email")
	if email == nil {
		email = oauth2.Placeholder(or(c.ID("unionid"), c.ID("openid")), "wechat")
	}
	return plugin.OAuthUser{Name: c.String("nickname"), Email: email, Image: c.String("headimgurl")}
}
