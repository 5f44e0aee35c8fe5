package scenario

import (
	"maps"
	"slices"
	"strings"
)

// socialIDs are all providers.
var socialIDs = strings.Fields("apple atlassian cloudflare cognito discord dropbox facebook figma github gitlab google huggingface kakao kick line linear " +
	"linkedin microsoft naver notion paybin paypal polar railway reddit roblox salesforce slack spotify tiktok twitch twitter vercel vk wechat zoom")

// configured is a configuration with a provider: what it needs, and more options.
func configured(id string, more map[string]any) string {
	options := map[string]any{"clientId": "id", "clientSecret": "secret"}
	switch id {
	case "tiktok":
		options = map[string]any{"clientKey": "id", "clientSecret": "secret"}
	case "cognito":
		options["domain"], options["region"], options["userPoolId"] = "d.example.com", "eu-1", "pool"
	}
	maps.Copy(options, more)
	return encode(map[string]any{"socialProviders": map[string]any{id: options}})
}

// someURLs ask for a provider's URL in the ways that a request can.
func someURLs(id string) []Step {
	post := func(more string) Step {
		return Post("/sign-in/social", `{"provider":"`+id+`","callbackURL":"/x"`+more+`}`, Jar("a"))
	}
	return []Step{
		post(`,"scopes":["extra"],"loginHint":"me@example.com"`), post(""),
		post(`,"scopes":["one","two","one"],"additionalParams":{"access_type":"a b&c","hd":"h.example","prompt":"login","zz":"1"},"disableRedirect":true`),
		post(`,"scopes":[]`),
	}
}

// commonOptions are options that every provider has, by the name of their scenario.
var commonOptions = map[string][]map[string]any{
	"scopes":                 {{"scope": []string{"own", "email"}}, {"disableDefaultScope": true}, {"disableDefaultScope": true, "scope": []string{"own"}}},
	"a redirect URI":         {{"redirectURI": "https://app.example.com/back"}},
	"several clients":        {{"clientId": []string{"id", "second"}}},
	"another page":           {{"authorizationEndpoint": "https://own.example/authorize"}, {"authorizationEndpoint": "https://own.example/authorize?a=b"}},
	"prompt and answer mode": {{"prompt": "select_account"}, {"prompt": "select_account consent"}, {"responseMode": "form_post"}},
}

// specificOptions are those of single providers.
var specificOptions = map[string][]map[string]any{
	"cognito":    {{"identityProvider": "Google", "requireClientSecret": true}, {"domain": "https://d.example.com"}},
	"discord":    {{"permissions": 8}, {"permissions": 0}, {"scope": []string{"bot"}, "permissions": 8}},
	"dropbox":    {{"accessType": "offline"}},
	"facebook":   {{"configId": "c", "fields": []string{"x"}}},
	"gitlab":     {{"issuer": "https://git.example.com"}, {"issuer": "https://git.example.com/"}},
	"google":     {{"accessType": "offline", "display": "popup", "hd": "example.com"}, {"includeGrantedScopes": false}, {"prompt": "none"}},
	"microsoft":  {{"tenantId": "t"}, {"authority": "https://login.example.com", "tenantId": "consumers"}, {"authority": "https://login.example.com/"}},
	"paybin":     {{"issuer": "https://p.example.com"}},
	"paypal":     {{"environment": "live"}, {"environment": "sandbox"}},
	"reddit":     {{"duration": "permanent"}},
	"roblox":     {{"prompt": "login"}},
	"salesforce": {{"environment": "sandbox"}, {"environment": "production"}, {"loginUrl": "my.example.com"}},
	"twitch":     {{"claims": []string{"email"}}, {"claims": []string{}}},
	"wechat":     {{"lang": "en"}},
	"zoom":       {{"pkce": false}},
}

// socialURLs compare the authorization URLs of all providers, parameter by parameter.
func socialURLs() []Scenario {
	var list []Scenario
	with := func(id, name string, options []map[string]any) {
		s := the("URL of "+id+name, someURLs(id)...)
		for _, o := range options {
			s.Steps = append(s.Steps, Reconfigure(Options(configured(id, o))))
			s.Steps = append(s.Steps, someURLs(id)...)
		}
		list = append(list, under(s, configured(id, nil)))
	}
	for _, id := range socialIDs {
		with(id, "", nil)
		for _, name := range sortedKeys(commonOptions) {
			with(id, " with "+name, commonOptions[name])
		}
		if own := specificOptions[id]; own != nil {
			with(id, " with its own options", own)
		}
	}
	return of(socialPath, nil, list...)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
