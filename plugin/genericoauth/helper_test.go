package genericoauth_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

type provider = genericoauth.Provider

const tenant = "0123abcd-0123-4567-89ab-0123456789ab"

// helpers makes every provider that a helper knows, from what the application has to give.
func helpers() map[string]provider {
	app := provider{ClientID: "app", ClientSecret: "s3cret"}
	return map[string]provider{
		"okta": genericoauth.Okta("https://issuer.example.com/realms/x", app), "keycloak": genericoauth.Keycloak("https://issuer.example.com/realms/x/", app),
		"auth0": genericoauth.Auth0("tenant.example.com", app), "microsoft-entra-id": genericoauth.MicrosoftEntraID(strings.ToUpper(tenant), app),
		"hubspot": genericoauth.HubSpot(app), "slack": genericoauth.Slack(app), "line": genericoauth.LINE(app), "gumroad": genericoauth.Gumroad(app),
		"patreon": genericoauth.Patreon(app), "yandex": genericoauth.Yandex(app),
	}
}

// TestHelpers compares the helpers with the reference's.
func TestHelpers(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/helpers.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded map[string]struct {
		DiscoveryURL     string   `json:"discoveryUrl"`
		AuthorizationURL string   `json:"authorizationUrl"`
		TokenURL         string   `json:"tokenUrl"`
		UserInfoURL      string   `json:"userInfoUrl"`
		Scopes           []string `json:"scopes"`
	}
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	for id, p := range helpers() {
		want, ok := recorded[id]
		if id == "microsoft-entra-id" {
			base := "https://login.microsoftonline.com/" + tenant
			want.DiscoveryURL, want.AuthorizationURL = base+"/v2.0"+discoveryPath, base+"/oauth2/v2.0/authorize"
			want.TokenURL, want.UserInfoURL = base+"/oauth2/v2.0/token", "https://graph.microsoft.com/oidc/userinfo"
			want.Scopes, ok = []string{"openid", "profile", "email"}, p.RequireIDTokenVerification
		}
		got := []string{p.DiscoveryURL, p.AuthorizationURL, p.TokenURL, p.UserInfoURL}
		if !ok || p.ID != id || p.Name == "" || !slices.Equal(got, []string{want.DiscoveryURL, want.AuthorizationURL, want.TokenURL, want.UserInfoURL}) {
			t.Errorf("%s: %+v", id, p)
		}
		if !slices.Equal(p.Scopes, want.Scopes) {
			t.Errorf("%s: scopes %v", id, p.Scopes)
		}
	}
	kit := plugintest.New(t, plugintest.With(genericoauth.New(slicesOf(helpers())...)))
	if n := len(kit.Config.Plugins); n != 1 {
		t.Errorf("%d plugins", n)
	}
}

func slicesOf(m map[string]provider) (list []provider) {
	for _, p := range m {
		list = append(list, p)
	}
	return list
}

// TestHelperOptions shows that a helper replaces nothing that is set.
func TestHelperOptions(t *testing.T) {
	t.Parallel()
	own := provider{ID: "line-jp", Name: "LINE Japan", Scopes: []string{}, AuthorizationURL: "https://a.example", TokenURL: "https://t.example", UserInfoURL: "https://u.example"}
	p := genericoauth.LINE(own)
	if p.ID != own.ID || p.Name != own.Name || len(p.Scopes) != 0 || p.AuthorizationURL != own.AuthorizationURL || p.TokenURL != own.TokenURL || p.UserInfoURL != own.UserInfoURL {
		t.Errorf("%+v", p)
	}
	if p := genericoauth.Okta("https://x.example", provider{DiscoveryURL: "https://y.example"}); p.DiscoveryURL != "https://y.example" {
		t.Error(p.DiscoveryURL)
	}
}

// A brand answers the token request and one request for the profile.
type brand struct {
	profile string
	asked   *http.Request
}

// Do implements plugin.HTTPClient.
func (b *brand) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Method == http.MethodPost {
		status(200, `{"access_token":"a/t"}`)(w, r)
	} else {
		b.asked = r
		status(200, b.profile)(w, r)
	}
	return w.Result(), nil
}

// TestBrands reads the profiles of servers that have a dialect.
func TestBrands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile string
		url     string
		account string
		email   string
		show    string // name, image and whether the address is verified
	}{
		"hubspot":          {`{"user":"h@example.com","user_id":77}`, "https://api.hubapi.com/oauth/v1/access-tokens/a%2Ft", "77", "h@example.com", "h@example.com  false"},
		"hubspot signed":   {`{"user":"h@example.com","signed_access_token":{"userId":78}}`, "https://api.hubapi.com/oauth/v1/access-tokens/a%2Ft", "78", "h@example.com", "h@example.com  false"},
		"hubspot no id":    {`{"user":"h@example.com"}`, "", "", "", ""},
		"slack":            {`{"sub":"U1","email":"s@example.com","email_verified":true,"name":"S","picture":"p"}`, "https://slack.com/api/openid.connect.userInfo", "U1", "s@example.com", "S p true"},
		"slack image":      {`{"sub":"U1","email":"s@example.com","https://slack.com/user_image_512":"i"}`, "https://slack.com/api/openid.connect.userInfo", "U1", "s@example.com", " i false"},
		"line":             {`{"sub":"L1","email":"l@example.com","email_verified":true,"name":"L"}`, "https://api.line.me/oauth2/v2.1/userinfo", "L1", "l@example.com", "L  false"},
		"gumroad":          {`{"success":true,"user":{"user_id":"G1","email":"g@example.com","name":"G","profile_url":"p"}}`, "https://api.gumroad.com/v2/user", "G1", "g@example.com", "G p false"},
		"gumroad failed":   {`{"success":false,"user":{"user_id":"G1"}}`, "", "", "", ""},
		"gumroad no user":  {`{"success":true}`, "", "", "", ""},
		"patreon":          {`{"data":{"id":"P1","attributes":{"email":"p@example.com","full_name":"P","image_url":"p","is_email_verified":true}}}`, "https://www.patreon.com/api/oauth2/v2/identity?fields[user]=email,full_name,image_url,is_email_verified", "P1", "p@example.com", "P p true"},
		"patreon empty":    {`{"data":[]}`, "", "", "", ""},
		"yandex":           {`{"id":"Y1","default_email":"y@example.com","login":"l","real_name":"Y","default_avatar_id":"1/2"}`, "https://login.yandex.ru/info?format=json", "Y1", "y@example.com", "Y https://avatars.yandex.net/get-yapic/1/2/islands-200 false"},
		"yandex second":    {`{"id":"Y1","emails":["z@example.com"],"login":"l","is_avatar_empty":true,"default_avatar_id":"1"}`, "https://login.yandex.ru/info?format=json", "Y1", "z@example.com", "l  false"},
		"yandex none":      {`{"id":"Y1","emails":[]}`, "", "", "", ""},
		"yandex not a id":  {`{"id":{},"default_email":"y@example.com"}`, "", "", "", ""},
		"gumroad a list":   {`[]`, "", "", "", ""},
		"slack wrong type": {`{"sub":true,"email":"s@example.com"}`, "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, _, _ := strings.Cut(name, " ")
			b := &brand{profile: c.profile}
			kit := plugintest.New(t, plugintest.With(genericoauth.New(helpers()[id])), func(o *betterauth.Config) { o.HTTPClient = b })
			f := &flow{kit.Client(), kit, nil}
			state := f.Post("/sign-in/social", object{"provider": id, "callbackURL": "/home", "errorCallbackURL": "/oops"}).Expect(http.StatusOK).String("url")
			_, state, _ = strings.Cut(state, "&state=")
			a := f.Get("/callback/" + id + "?code=c&state=" + state[:32])
			if c.account == "" {
				a.ExpectRedirect("/oops?error=unable_to_get_user_info")
				return
			}
			a.ExpectRedirect("/home")
			if got := b.asked.URL.String(); got != c.url {
				t.Errorf("asked %s", got)
			}
			u := kit.User(c.email)
			image := ""
			if u.Image != nil {
				image = *u.Image
			}
			shown := u.Name + " " + image + " " + map[bool]string{true: "true", false: "false"}[u.EmailVerified]
			if n := kit.Count("account", adapter.Eq("accountId", c.account)); n != 1 || shown != c.show {
				t.Errorf("%d accounts, user %q", n, shown)
			}
		})
	}
}

// TestTokensInURLs shows that HubSpot's token, which stands in the path, does not get into the log.
func TestTokensInURLs(t *testing.T) {
	t.Parallel()
	b := &brand{profile: "<html>"}
	p := resolved(t, genericoauth.HubSpot(provider{ClientID: "app", ClientSecret: "s"}), b)
	_, err := p.Profile(t.Context(), outbound(b), plugin.ProfileRequest{Tokens: &plugin.OAuthTokens{AccessToken: "s3cret-token"}})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Error(err)
	}
	for _, o := range []provider{genericoauth.HubSpot(provider{}), genericoauth.Yandex(provider{}), genericoauth.Slack(provider{})} {
		if _, err := resolved(t, o, b).Profile(t.Context(), outbound(b), plugin.ProfileRequest{Tokens: &plugin.OAuthTokens{}}); err == nil {
			t.Errorf("%s: a profile without a token", o.ID)
		}
	}
}

func outbound(client plugin.HTTPClient) plugin.Outbound {
	return plugin.Outbound{HTTP: client, Now: plugintest.NewClock().Now}
}

// A spy is a plugin that keeps the instance.
type spy struct{ app *plugin.App }

func (*spy) ID() string { return "spy" }

func (s *spy) Register(r *plugin.Registry) error {
	s.app = r.App
	return nil
}

// resolved is the provider as requests use it.
func resolved(t testing.TB, o provider, client plugin.HTTPClient) plugin.SocialProvider {
	t.Helper()
	o.ClientID = "app"
	var s spy
	plugintest.New(t, plugintest.With(genericoauth.New(o), &s))
	registered, ok := s.app.SocialProvider(o.ID).(plugin.ResolvingProvider)
	if !ok {
		t.Fatalf("%s is no resolving provider", o.ID)
	}
	p, err := registered.Resolve(t.Context(), outbound(client))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// FuzzProfiles feeds every way to read a profile with what servers might send. A profile that comes of it names
// somebody.
func FuzzProfiles(f *testing.F) {
	for _, s := range []string{
		`{"sub":"s","id":1,"email":"a@b.co","email_verified":"true","picture":null}`, `{"user":{"user_id":[]},"success":true}`,
		`{"data":{"id":{},"attributes":null}}`, `{"emails":[{}],"id":1e999}`, `{"oid":" ","emailVerified":1}`, "null", "[]", "", "<html>",
	} {
		f.Add([]byte(s))
	}
	var b brand
	providers := map[string]plugin.SocialProvider{"acme": resolved(f, fixed(nil), &b)}
	for id, o := range helpers() {
		if o.DiscoveryURL == "" {
			providers[id] = resolved(f, o, &b)
		}
	}
	out := outbound(&b)
	f.Fuzz(func(t *testing.T, body []byte) {
		b.profile = string(body)
		for id, p := range providers {
			for _, tokens := range []*plugin.OAuthTokens{{AccessToken: "at"}, {IDToken: "e30." + base64.RawURLEncoding.EncodeToString(body) + "."}} {
				profile, err := p.Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens})
				if err == nil && (strings.TrimSpace(profile.Subject) == "" || profile.Data == nil) {
					t.Fatalf("%s: %+v", id, profile)
				}
			}
		}
	})
}
