package genericoauth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// A microsoft answers for Microsoft's hosts with what the provider on loopback says.
type microsoft struct{ *idp }

// Do implements plugin.HTTPClient.
func (m microsoft) Do(r *http.Request) (*http.Response, error) {
	path := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/'):]
	if path == "/openid-configuration" {
		path = discoveryPath
	}
	inner := httptest.NewRequest(r.Method, path, r.Body)
	inner.Header = r.Header
	w := httptest.NewRecorder()
	m.ServeHTTP(w, inner)
	return w.Result(), nil
}

func TestMicrosoftEntraID(t *testing.T) {
	t.Parallel()
	const issuer = "https://login.microsoftonline.com/" + tenant + "/v2.0"
	without := func(names ...string) func(*idp) {
		return func(p *idp) {
			for _, name := range names {
				delete(p.claims, name)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*idp)
		email  string // empty for a refusal
		show   string
	}{
		"token":              {without(), "jane@example.com", "Jane Doe true"},
		"userinfo":           {without("email", "name", "email_verified"), "jane@example.com", "Jane true"},
		"parts of a name":    {func(p *idp) { without("name")(p); p.claims["given_name"], p.claims["familyname"] = "J.", "D." }, "jane@example.com", "J. D. true"},
		"no name":            {func(p *idp) { without("name")(p); delete(p.user, "name") }, "jane@example.com", " true"},
		"nothing verified":   {func(p *idp) { without("email_verified")(p); delete(p.user, "email_verified") }, "jane@example.com", "Jane Doe false"},
		"no address":         {func(p *idp) { without("email")(p); delete(p.user, "email") }, "o-1@microsoft-entra-id.placeholder.invalid", "Jane Doe false"},
		"foreign userinfo":   {func(p *idp) { without("email")(p); p.user["sub"] = "other" }, "o-1@microsoft-entra-id.placeholder.invalid", "Jane Doe false"},
		"userinfo broken":    {func(p *idp) { p.pages["/userinfo"] = status(500, "") }, "jane@example.com", "Jane Doe true"},
		"no oid":             {without("oid"), "", ""},
		"blank oid":          {func(p *idp) { p.claims["oid"] = " " }, "", ""},
		"oid out of address": {func(p *idp) { without("email")(p); delete(p.user, "email"); p.claims["oid"] = "a b" }, "", ""},
		"no ID token":        {func(p *idp) { p.claims = nil }, "", ""},
		"another tenant":     {func(p *idp) { p.claims["iss"] = "https://login.microsoftonline.com/other/v2.0" }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newIDP(t)
			p.metadata["issuer"], p.claims["iss"], p.claims["oid"] = issuer, issuer, "o-1"
			c.change(p)
			o := genericoauth.MicrosoftEntraID(tenant, genericoauth.Provider{ID: "acme", ClientID: "app", ClientSecret: "s"})
			f := newFlowWith(t, p, func(config *betterauth.Config) { config.HTTPClient = microsoft{p} }, o)
			a := f.enter()
			if c.email == "" {
				if where := a.Header.Get("Location"); !strings.HasPrefix(where, "/oops?error=") {
					t.Errorf("redirects to %s", where)
				}
				return
			}
			a.ExpectRedirect("/home")
			u := f.kit.User(c.email)
			shown := u.Name + " " + map[bool]string{true: "true", false: "false"}[u.EmailVerified]
			if n := f.kit.Count("account", adapter.Eq("accountId", "o-1")); n != 1 || shown != c.show {
				t.Errorf("%d accounts, user %q", n, shown)
			}
		})
	}
}

func TestTenant(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		tenant: true, strings.ToUpper(tenant): true, "common": false, "": false, tenant + "0": false,
		"{" + tenant + "}": false, strings.Replace(tenant, "a", "g", 1): false, strings.Replace(tenant, "-", "", 1): false,
	} {
		_, err := plugintest.TryNew(t, plugintest.With(genericoauth.New(genericoauth.MicrosoftEntraID(id, genericoauth.Provider{ClientID: "app"}))))
		if (err == nil) != ok {
			t.Errorf("%q: %v", id, err)
		}
	}
}
