package social_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// A recorded is one provider of the reference: testdata/reference.json holds what it sent, with which
// answers, and what came of it, for the same input as in the tests here.
type recorded struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	Authorization map[string]string `json:"authorization"`

	Exchange                   *flow `json:"exchange"`
	ExchangeScoped             *flow `json:"exchangeScoped"`
	ExchangeSpecial            *flow `json:"exchangeSpecial"`
	Refresh                    *flow `json:"refresh"`
	RefreshSpecial             *flow `json:"refreshSpecial"`
	Profile                    *flow `json:"profile"`
	ProfileNoIDToken           *flow `json:"profileNoIDToken"`
	ProfileUnverified          *flow `json:"profileUnverified"`
	ProfileUnverifiedNoIDToken *flow `json:"profileUnverifiedNoIDToken"`
	ProfileSpecial             *flow `json:"profileSpecial"`

	IDToken *struct {
		JWKS string `json:"jwks"`
	} `json:"idToken"`
}

// A flow is a call: its requests in order, and its result.
type flow struct {
	Requests []exchange      `json:"requests"`
	Result   json.RawMessage `json:"result"`
}

type exchange struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Answer  string            `json:"answer"`
}

func reference(t *testing.T) []recorded {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		Strings map[string]string `json:"strings"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for short, long := range head.Strings {
		pairs = append(pairs, short, long)
	}
	data = []byte(strings.NewReplacer(pairs...).Replace(strings.SplitN(string(data), "\n", 2)[1]))
	var body struct {
		Providers []recorded `json:"providers"`
	}
	if err := json.Unmarshal(append([]byte("{"), data...), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Providers) != len(constructors) {
		t.Fatalf("%d providers recorded, %d here", len(body.Providers), len(constructors))
	}
	return body.Providers
}

// A constructor makes a provider from common options, and one with options of its own.
type constructor struct {
	make    func(social.Options) plugin.SocialProvider
	special func(social.Options) plugin.SocialProvider
}

var constructors = map[string]constructor{
	"apple": {social.Apple[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Apple(social.AppleOptions{Options: o, AppBundleIdentifier: "com.example.app"})
	}},
	"atlassian": {social.Atlassian, func(o social.Options) plugin.SocialProvider {
		o.Prompt = "consent"
		return social.Atlassian(o)
	}},
	"cloudflare": {social.Cloudflare[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Cloudflare(social.CloudflareOptions{
			Options: o, TokenEndpointAuth: plugin.TokenEndpointAuth{Method: "client_secret_post"},
		})
	}},
	"cognito": {cognito(""), cognito("Google")},
	"discord": {social.Discord[social.Options], func(o social.Options) plugin.SocialProvider {
		o.Scopes, o.Prompt = []string{"bot"}, "consent"
		return social.Discord(social.DiscordOptions{Options: o, Permissions: new(8)})
	}},
	"dropbox": {social.Dropbox[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Dropbox(social.DropboxOptions{Options: o, AccessType: "offline"})
	}},
	"facebook": {social.Facebook[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Facebook(social.FacebookOptions{Options: o, Fields: []string{"birthday"}, ConfigID: "cfg"})
	}},
	"figma": {make: social.Figma},
	"github": {social.GitHub, func(o social.Options) plugin.SocialProvider {
		o.Prompt = "select_account"
		return social.GitHub(o)
	}},
	"gitlab": {social.GitLab[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.GitLab(social.GitLabOptions{Options: o, Issuer: "https://git.example.com/"})
	}},
	"google": {social.Google[social.Options], func(o social.Options) plugin.SocialProvider {
		o.Prompt = "select_account consent"
		return social.Google(social.GoogleOptions{
			Options: o, AccessType: "offline", Display: "popup", HD: "example.com", ExcludeGrantedScopes: true,
		})
	}},
	"huggingface": {make: social.HuggingFace},
	"kakao":       {make: social.Kakao},
	"kick":        {make: social.Kick},
	"line":        {make: social.LINE},
	"linear":      {make: social.Linear},
	"linkedin":    {make: social.LinkedIn},
	"microsoft": {social.Microsoft[social.Options], func(o social.Options) plugin.SocialProvider {
		o.Prompt = "select_account"
		return social.Microsoft(social.MicrosoftOptions{
			Options: o, TenantID: "tenant-1", Authority: "https://login.example.com/", ProfilePhotoSize: 96,
		})
	}},
	"naver":  {make: social.Naver},
	"notion": {make: social.Notion},
	"paybin": {social.Paybin[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Paybin(social.PaybinOptions{Options: o, Issuer: "https://idp.example.com"})
	}},
	"paypal": {social.PayPal[social.Options], func(o social.Options) plugin.SocialProvider {
		o.Prompt = "login"
		return social.PayPal(social.PayPalOptions{Options: o, Environment: "live"})
	}},
	"polar": {social.Polar, func(o social.Options) plugin.SocialProvider {
		o.Prompt = "consent"
		return social.Polar(o)
	}},
	"railway": {make: social.Railway},
	"reddit": {social.Reddit[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Reddit(social.RedditOptions{Options: o, Duration: "permanent"})
	}},
	"roblox": {social.Roblox, func(o social.Options) plugin.SocialProvider {
		o.Prompt = "login"
		return social.Roblox(o)
	}},
	"salesforce": {social.Salesforce[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Salesforce(social.SalesforceOptions{Options: o, LoginURL: "acme.my.salesforce.com"})
	}},
	"slack":   {make: social.Slack},
	"spotify": {make: social.Spotify},
	"tiktok": {make: func(o social.Options) plugin.SocialProvider {
		o.ClientID = ""
		return social.TikTok(social.TikTokOptions{Options: o, ClientKey: "client-key"})
	}},
	"twitch": {social.Twitch[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Twitch(social.TwitchOptions{Options: o, Claims: []string{"email", "picture", "updated_at"}})
	}},
	"twitter": {make: social.Twitter},
	"vercel": {social.Vercel[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Vercel(social.VercelOptions{
			Options: o, TokenEndpointAuth: plugin.TokenEndpointAuth{Method: "client_secret_basic"},
		})
	}},
	"vk": {make: social.VK},
	"wechat": {social.WeChat[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.WeChat(social.WeChatOptions{Options: o, Lang: "en"})
	}},
	"zoom": {social.Zoom[social.Options], func(o social.Options) plugin.SocialProvider {
		return social.Zoom(social.ZoomOptions{Options: o, DisablePKCE: true})
	}},
}

func cognito(identityProvider string) func(social.Options) plugin.SocialProvider {
	return func(o social.Options) plugin.SocialProvider {
		return social.Cognito(social.CognitoOptions{
			Options: o, Domain: "https://auth.example.com", Region: "us-east-1", UserPoolID: "us-east-1_pool",
			IdentityProvider: identityProvider,
		})
	}
}

func options() social.Options {
	return social.Options{ClientID: "client-id", ClientSecret: "client-secret"}
}

func TestReferenceCoversEveryProvider(t *testing.T) {
	t.Parallel()
	providers := reference(t)
	for _, r := range providers {
		c, ok := constructors[r.ID]
		if !ok {
			t.Errorf("no constructor for %s", r.ID)
			continue
		}
		p := c.make(options())
		if p.ID() != r.ID || p.Name() != r.Name {
			t.Errorf("id %q name %q, want %q %q", p.ID(), p.Name(), r.ID, r.Name)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		if (c.special != nil) != (r.Authorization["special"] != "") {
			t.Errorf("%s: options of its own are recorded and not tested, or the reverse", r.ID)
		}
	}
}
