package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// providers answers what reference/provider.mjs answers: the code of a callback is the profile itself, and
// tokens carry it on.
type providers struct{}

// told is what a code holds.
type told struct {
	ID       int     `json:"id"`
	Name     string  `json:"name"`
	Email    string  `json:"email"`
	Verified bool    `json:"verified"`
	Scope    *string `json:"scope"`
	Broken   string  `json:"broken"`
	Expires  int     `json:"expires"`
	Plain    bool    `json:"plain"`
}

func decode(code string) (t told) {
	text, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil || json.Unmarshal(text, &t) != nil {
		return told{}
	}
	return t
}

type object = map[string]any

// Do implements plugin.HTTPClient.
func (providers) Do(r *http.Request) (*http.Response, error) {
	if keys, ok := googleKeys(r); ok {
		return keys, nil
	}
	status, value, err := 404, any(object{}), error(nil)
	if r.Method == http.MethodPost {
		if status, value, err = token(r); err != nil {
			return nil, err
		}
	} else {
		status, value = profile(r)
	}
	text, err := json.Marshal(value)
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(text)), Request: r,
	}, err
}

func token(r *http.Request) (int, any, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return 0, nil, err
	}
	refreshing := form.Get("grant_type") == "refresh_token"
	code, kind, where := form.Get("code"), "at.", "token"
	if refreshing {
		code, kind, where = strings.TrimPrefix(form.Get("refresh_token"), "rt."), "new.", "refresh"
	}
	t := decode(code)
	if t.Broken == where {
		return 400, object{"error": "invalid_grant"}, nil
	}
	answer := object{"access_token": kind + code, "token_type": "bearer", "scope": "read:user"}
	if t.Scope != nil {
		answer["scope"] = *t.Scope
	}
	if t.Expires != 0 {
		answer["expires_in"] = t.Expires
	}
	if !t.Plain && !refreshing {
		answer["refresh_token"] = "rt." + code
	}
	return 200, answer, nil
}

func profile(r *http.Request) (int, any) {
	_, code, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	t := decode(code)
	switch {
	case t.Broken == "profile":
		return 500, object{"message": "broken"}
	case r.URL.Path == "/user/emails" && t.Email == "":
		return 200, []object{}
	case r.URL.Path == "/user/emails":
		return 200, []object{{"email": t.Email, "primary": true, "verified": t.Verified}}
	case r.URL.Path == "/user":
		answer := object{"id": t.ID, "login": "login", "name": t.Name, "email": nil, "avatar_url": "https://img.example/a.png"}
		if t.Email != "" {
			answer["email"] = t.Email
		}
		return 200, answer
	}
	return 404, object{}
}

// socialTree is the configuration of a provider.
type socialTree struct {
	ClientID                 string   `json:"clientId"`
	ClientSecret             string   `json:"clientSecret"`
	ClientKey                string   `json:"clientKey"`
	Scope                    []string `json:"scope"`
	DisableSignUp            bool     `json:"disableSignUp"`
	DisableImplicitSignUp    bool     `json:"disableImplicitSignUp"`
	DisableIDTokenSignIn     bool     `json:"disableIdTokenSignIn"`
	OverrideUserInfoOnSignIn bool     `json:"overrideUserInfoOnSignIn"`
	RequireEmailVerification bool     `json:"requireEmailVerification"`
	Domain                   string   `json:"domain"`
	Region                   string   `json:"region"`
	UserPoolID               string   `json:"userPoolId"`
}

func (s socialTree) options() social.Options {
	return social.Options{
		ClientID: s.ClientID, ClientSecret: s.ClientSecret, Scopes: s.Scope, DisableSignUp: s.DisableSignUp,
		DisableImplicitSignUp: s.DisableImplicitSignUp, DisableIDTokenSignIn: s.DisableIDTokenSignIn,
		OverrideUserInfoOnSignIn: s.OverrideUserInfoOnSignIn, RequireEmailVerification: s.RequireEmailVerification,
	}
}

// makers are the providers that the common options suffice for.
var makers = map[string]func(social.Options) plugin.SocialProvider{
	"apple": social.Apple[social.Options], "atlassian": social.Atlassian, "cloudflare": social.Cloudflare[social.Options],
	"discord": social.Discord[social.Options], "dropbox": social.Dropbox[social.Options], "facebook": social.Facebook[social.Options],
	"figma": social.Figma, "github": social.GitHub, "gitlab": social.GitLab[social.Options], "google": social.Google[social.Options],
	"huggingface": social.HuggingFace, "kakao": social.Kakao, "kick": social.Kick, "line": social.LINE, "linear": social.Linear,
	"linkedin": social.LinkedIn, "microsoft": social.Microsoft[social.Options], "naver": social.Naver, "notion": social.Notion,
	"paybin": social.Paybin[social.Options], "paypal": social.PayPal[social.Options], "polar": social.Polar, "railway": social.Railway,
	"reddit": social.Reddit[social.Options], "roblox": social.Roblox, "salesforce": social.Salesforce[social.Options],
	"slack": social.Slack, "spotify": social.Spotify, "twitch": social.Twitch[social.Options], "twitter": social.Twitter,
	"vercel": social.Vercel[social.Options], "vk": social.VK, "wechat": social.WeChat[social.Options], "zoom": social.Zoom[social.Options],
}

func (s socialTree) provider(id string) (plugin.SocialProvider, error) {
	switch id {
	case "cognito":
		return social.Cognito(social.CognitoOptions{Options: s.options(), Domain: s.Domain, Region: s.Region, UserPoolID: s.UserPoolID}), nil
	case "tiktok":
		return social.TikTok(social.TikTokOptions{Options: s.options(), ClientKey: s.ClientKey}), nil
	}
	if fn := makers[id]; fn != nil {
		return fn(s.options()), nil
	}
	return nil, fmt.Errorf("unknown provider %q", id)
}

// accountTree is the configuration of accounts.
type accountTree struct {
	modelTree
	AccountLinking struct {
		Enabled                   *bool    `json:"enabled"`
		DisableImplicitLinking    bool     `json:"disableImplicitLinking"`
		RequireLocalEmailVerified *bool    `json:"requireLocalEmailVerified"`
		TrustedProviders          []string `json:"trustedProviders"`
		AllowDifferentEmails      bool     `json:"allowDifferentEmails"`
		AllowUnlinkingAll         bool     `json:"allowUnlinkingAll"`
		UpdateUserInfoOnLink      bool     `json:"updateUserInfoOnLink"`
	} `json:"accountLinking"`
	UpdateAccountOnSignIn *bool                `json:"updateAccountOnSignIn"`
	EncryptOAuthTokens    bool                 `json:"encryptOAuthTokens"`
	SkipStateCookieCheck  bool                 `json:"skipStateCookieCheck"`
	StoreStateStrategy    plugin.StateStrategy `json:"storeStateStrategy"`
	StoreAccountCookie    bool                 `json:"storeAccountCookie"`
}

func (a accountTree) config() plugin.AccountConfig {
	off := func(b *bool) bool { return b != nil && !*b }
	l := a.AccountLinking
	return plugin.AccountConfig{
		Model: a.model(), DisableUpdateOnSignIn: off(a.UpdateAccountOnSignIn), EncryptOAuthTokens: a.EncryptOAuthTokens,
		SkipStateCookieCheck: a.SkipStateCookieCheck, StoreStateStrategy: a.StoreStateStrategy, StoreAccountCookie: a.StoreAccountCookie,
		AccountLinking: plugin.AccountLinking{
			Disabled: off(l.Enabled), DisableImplicit: l.DisableImplicitLinking,
			AllowUnverifiedLocalEmail: off(l.RequireLocalEmailVerified), TrustedProviders: l.TrustedProviders,
			AllowDifferentEmails: l.AllowDifferentEmails, AllowUnlinkingAll: l.AllowUnlinkingAll, UpdateUserInfoOnLink: l.UpdateUserInfoOnLink,
		},
	}
}
