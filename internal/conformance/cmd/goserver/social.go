package main

import (
	"encoding/json"
	"fmt"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// names is a string, or a list of them.
type names []string

// UnmarshalJSON reads a string or a list.
func (n *names) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*n = names{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// socialTree is the configuration of a provider: the common options and those of all providers.
type socialTree struct {
	ClientID                 names    `json:"clientId"`
	ClientSecret             string   `json:"clientSecret"`
	ClientKey                string   `json:"clientKey"`
	Scope                    []string `json:"scope"`
	DisableDefaultScope      bool     `json:"disableDefaultScope"`
	RedirectURI              string   `json:"redirectURI"`
	AuthorizationEndpoint    string   `json:"authorizationEndpoint"`
	Prompt                   string   `json:"prompt"`
	ResponseMode             string   `json:"responseMode"`
	DisableSignUp            bool     `json:"disableSignUp"`
	DisableImplicitSignUp    bool     `json:"disableImplicitSignUp"`
	DisableIDTokenSignIn     bool     `json:"disableIdTokenSignIn"`
	OverrideUserInfoOnSignIn bool     `json:"overrideUserInfoOnSignIn"`
	RequireEmailVerification bool     `json:"requireEmailVerification"`

	socialFunctions

	Domain               string   `json:"domain"`
	Region               string   `json:"region"`
	UserPoolID           string   `json:"userPoolId"`
	RequireClientSecret  bool     `json:"requireClientSecret"`
	IdentityProvider     string   `json:"identityProvider"`
	AppBundleIdentifier  string   `json:"appBundleIdentifier"`
	Audience             names    `json:"audience"`
	Permissions          *int     `json:"permissions"`
	AccessType           string   `json:"accessType"`
	Fields               []string `json:"fields"`
	ConfigID             string   `json:"configId"`
	Issuer               string   `json:"issuer"`
	Display              string   `json:"display"`
	HD                   string   `json:"hd"`
	IncludeGrantedScopes *bool    `json:"includeGrantedScopes"`
	TenantID             string   `json:"tenantId"`
	Authority            string   `json:"authority"`
	Environment          string   `json:"environment"`
	Duration             string   `json:"duration"`
	LoginURL             string   `json:"loginUrl"`
	Claims               []string `json:"claims"`
	Lang                 string   `json:"lang"`
	PKCE                 *bool    `json:"pkce"`
	ClientAssertion      bool     `json:"clientAssertion"`
	DisableProfilePhoto  bool     `json:"disableProfilePhoto"`
}

func (s socialTree) options() social.Options {
	o := social.Options{
		ClientSecret: s.ClientSecret, Scopes: s.Scope, DisableDefaultScope: s.DisableDefaultScope, RedirectURI: s.RedirectURI,
		AuthorizationEndpoint: s.AuthorizationEndpoint, Prompt: s.Prompt, ResponseMode: s.ResponseMode,
		DisableSignUp: s.DisableSignUp, DisableImplicitSignUp: s.DisableImplicitSignUp,
		DisableIDTokenSignIn: s.DisableIDTokenSignIn, OverrideUserInfoOnSignIn: s.OverrideUserInfoOnSignIn,
		RequireEmailVerification: s.RequireEmailVerification,
	}
	if len(s.ClientID) > 0 {
		o.ClientID, o.ClientIDs = s.ClientID[0], s.ClientID[1:]
	}
	s.install(&o)
	return o
}

type maker = func(socialTree) plugin.SocialProvider

// common makes a provider of the common options.
func common(fn func(social.Options) plugin.SocialProvider) maker {
	return func(s socialTree) plugin.SocialProvider { return fn(s.options()) }
}

var makers = map[string]maker{
	"atlassian": common(social.Atlassian), "cloudflare": common(social.Cloudflare[social.Options]), "figma": common(social.Figma),
	"github": common(social.GitHub), "huggingface": common(social.HuggingFace), "kakao": common(social.Kakao), "kick": common(social.Kick),
	"line": common(social.LINE), "linear": common(social.Linear), "linkedin": common(social.LinkedIn), "naver": common(social.Naver),
	"notion": common(social.Notion), "polar": common(social.Polar), "railway": common(social.Railway), "roblox": common(social.Roblox),
	"slack": common(social.Slack), "spotify": common(social.Spotify), "twitter": common(social.Twitter),
	"vercel": common(social.Vercel[social.Options]), "vk": common(social.VK),
	"apple": func(s socialTree) plugin.SocialProvider {
		return social.Apple(social.AppleOptions{Options: s.options(), AppBundleIdentifier: s.AppBundleIdentifier, Audience: s.Audience})
	},
	"cognito": func(s socialTree) plugin.SocialProvider {
		return social.Cognito(social.CognitoOptions{
			Options: s.options(), Domain: s.Domain, Region: s.Region, UserPoolID: s.UserPoolID,
			RequireClientSecret: s.RequireClientSecret, IdentityProvider: s.IdentityProvider,
		})
	},
	"discord": func(s socialTree) plugin.SocialProvider {
		return social.Discord(social.DiscordOptions{Options: s.options(), Permissions: s.Permissions})
	},
	"dropbox": func(s socialTree) plugin.SocialProvider {
		return social.Dropbox(social.DropboxOptions{Options: s.options(), AccessType: s.AccessType})
	},
	"facebook": func(s socialTree) plugin.SocialProvider {
		return social.Facebook(social.FacebookOptions{Options: s.options(), Fields: s.Fields, ConfigID: s.ConfigID})
	},
	"gitlab": func(s socialTree) plugin.SocialProvider {
		return social.GitLab(social.GitLabOptions{Options: s.options(), Issuer: s.Issuer})
	},
	"google": func(s socialTree) plugin.SocialProvider {
		return social.Google(social.GoogleOptions{
			Options: s.options(), AccessType: s.AccessType, Display: s.Display, HD: s.HD,
			ExcludeGrantedScopes: s.IncludeGrantedScopes != nil && !*s.IncludeGrantedScopes,
		})
	},
	"microsoft": func(s socialTree) plugin.SocialProvider {
		o := social.MicrosoftOptions{Options: s.options(), TenantID: s.TenantID, Authority: s.Authority, DisableProfilePhoto: s.DisableProfilePhoto}
		if s.ClientAssertion {
			o.ClientAssertion = assertion
		}
		return social.Microsoft(o)
	},
	"paybin": func(s socialTree) plugin.SocialProvider {
		return social.Paybin(social.PaybinOptions{Options: s.options(), Issuer: s.Issuer})
	},
	"paypal": func(s socialTree) plugin.SocialProvider {
		return social.PayPal(social.PayPalOptions{Options: s.options(), Environment: s.Environment})
	},
	"reddit": func(s socialTree) plugin.SocialProvider {
		return social.Reddit(social.RedditOptions{Options: s.options(), Duration: s.Duration})
	},
	"salesforce": func(s socialTree) plugin.SocialProvider {
		return social.Salesforce(social.SalesforceOptions{Options: s.options(), Environment: s.Environment, LoginURL: s.LoginURL})
	},
	"tiktok": func(s socialTree) plugin.SocialProvider {
		return social.TikTok(social.TikTokOptions{Options: s.options(), ClientKey: s.ClientKey})
	},
	"twitch": func(s socialTree) plugin.SocialProvider {
		return social.Twitch(social.TwitchOptions{Options: s.options(), Claims: s.Claims})
	},
	"wechat": func(s socialTree) plugin.SocialProvider {
		return social.WeChat(social.WeChatOptions{Options: s.options(), Lang: s.Lang})
	},
	"zoom": func(s socialTree) plugin.SocialProvider {
		return social.Zoom(social.ZoomOptions{Options: s.options(), DisablePKCE: s.PKCE != nil && !*s.PKCE})
	},
}

func (s socialTree) provider(id string) (plugin.SocialProvider, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	if fn := makers[id]; fn != nil {
		return fn(s), nil
	}
	return nil, fmt.Errorf("unknown provider %q", id)
}
