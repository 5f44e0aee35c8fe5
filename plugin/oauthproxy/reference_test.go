package oauthproxy_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// recorded is a flow between two deployments of the reference, from testdata/reference.json.
type recorded struct {
	Name       string
	Production string
	Preview    string
	URL        string // of the provider's page
	State      string // its parameter
	Parcel     map[string]any
	StateText  string // as the preview stored it
	Identifier string
	Location   string // where production redirected to
	Profile    string // its parameter
	Payload    string // decrypted
}

func recordings(t testing.TB) (secret string, list []recorded) {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Secret string
		Now    int64
		Cases  []recorded
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if file.Now != plugintest.Start.UnixMilli() || len(file.Cases) != 3 {
		t.Fatalf("recorded %d cases at %d", len(file.Cases), file.Now)
	}
	return file.Secret, file.Cases
}

// optionsOf are the options of the deployments in a recording, and the secrets that their messages have.
func optionsOf(t testing.TB, r recorded, secret string) (oauthproxy.Options, *crypto.Keyring) {
	t.Helper()
	o := oauthproxy.Options{ProductionURL: r.Production}
	var secrets []crypto.Secret
	switch r.Name {
	case "own secret":
		o.Secret = "proxy-secret-0123456789-abcdefghijklmnop"
		secret = o.Secret
	case "own secrets":
		for version, value := range []string{"first-secret-0123456789-abcdefghijklmnopq", "second-secret-0123456789-abcdefghijklmnop"} {
			o.Secrets = append([]plugin.Secret{{Version: version + 1, Value: value}}, o.Secrets...)
			secrets = append([]crypto.Secret{{Version: version + 1, Value: value}}, secrets...)
		}
		secret = ""
	}
	k, err := crypto.NewKeyring(secrets, secret)
	if err != nil {
		t.Fatal(err)
	}
	return o, k
}

// TestReferenceAtPreview ends flows that a Node production led back.
func TestReferenceAtPreview(t *testing.T) {
	t.Parallel()
	secret, list := recordings(t)
	for _, r := range list {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			o, _ := optionsOf(t, r, secret)
			kit := deploy(t, r.Preview, o, func(c *betterauth.Config) { c.Secret, c.Account.SkipStateCookieCheck = secret, true })
			_, err := plugin.Verifications.Create(t.Context(), kit.Store(), &api.Verification{
				Identifier: r.Identifier, Value: r.StateText, ExpiresAt: plugintest.Start.Add(10 * time.Minute),
			})
			if err != nil {
				t.Fatal(err)
			}
			c := plugintest.NewClient(t, r.Preview, kit.Site)
			c.Do(http.MethodGet, r.Location[len(r.Preview):], nil).ExpectRedirect("/welcome")
			if c.SignedIn() != "octo@example.com" {
				t.Errorf("signed in as %q", c.SignedIn())
			}
		})
	}
}

// TestReferenceAtProduction leads flows back that a Node preview began, and tells what a Node production tells.
func TestReferenceAtProduction(t *testing.T) {
	t.Parallel()
	secret, list := recordings(t)
	for _, r := range list {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			o, keys := optionsOf(t, r, secret)
			kit := deploy(t, r.Production, o, func(c *betterauth.Config) { c.Secret = secret })
			c := plugintest.NewClient(t, r.Production, kit.Site)
			a := c.Get("/callback/github?code=" + octo.code(t) + "&state=" + url.QueryEscape(r.State)).Expect(http.StatusFound)
			got, want := query(t, a.Header.Get("Location")), query(t, r.Location)
			if len(got.Get("profile")) != len(want.Get("profile")) || got.Get("callbackURL") != want.Get("callbackURL") {
				t.Errorf("redirects to %s\nwant %s", a.Header.Get("Location"), r.Location)
			}
			if payload := open(t, keys, "oauth-proxy-profile", got.Get("profile")); !reflect.DeepEqual(payload, object(t, r.Payload)) {
				t.Errorf("payload %v\nwant %s", payload, r.Payload)
			}
		})
	}
}

// TestReferenceState compares what a preview sends to production with what a Node preview sends.
func TestReferenceState(t *testing.T) {
	t.Parallel()
	secret, list := recordings(t)
	for _, r := range list {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			o, keys := optionsOf(t, r, secret)
			kit := deploy(t, r.Preview, o, func(c *betterauth.Config) { c.Secret = secret })
			a := plugintest.NewClient(t, r.Preview, kit.Site).Post("/sign-in/social", map[string]any{
				"provider": "github", "callbackURL": "/dash?a=1&b=ü#x", "errorCallbackURL": "/oops", "newUserCallbackURL": "/welcome",
				"requestSignUp": true, "additionalData": map[string]any{"ref": "r"},
			}).Expect(http.StatusOK)
			if len(a.String("url")) != len(r.URL) {
				t.Errorf("URL %s\nwant %s", a.String("url"), r.URL)
			}
			parcel := open(t, keys, "oauth-proxy-package", query(t, a.String("url")).Get("state"))
			got, want := open(t, keys, "oauth-proxy-state", parcel["stateCookie"].(string)), object(t, r.StateText)
			if got["oauthState"] != parcel["state"] || parcel["isOAuthProxy"] != true || len(parcel) != len(r.Parcel) {
				t.Errorf("package %v", parcel)
			}
			for _, random := range []string{"codeVerifier", "oauthState"} {
				got[random] = want[random]
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("state %v\nwant %v", got, want)
			}
		})
	}
}
