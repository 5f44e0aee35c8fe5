package cookie_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/betterauth-go/betterauth/internal/cookie"
)

// options are those of the reference that decide about cookies.
type options struct {
	BaseURL  json.RawMessage
	Advanced struct {
		UseSecureCookies      *bool
		CookiePrefix          string
		CrossSubDomainCookies struct {
			Enabled bool
			Domain  string
		}
		Cookies map[string]struct {
			Name       string
			Attributes attributes
		}
		DefaultCookieAttributes attributes
	}
	Session struct {
		ExpiresIn   int
		CookieCache struct{ MaxAge int }
	}
}

func (o options) settings() cookie.Settings {
	s := cookie.Settings{
		Prefix: o.Advanced.CookiePrefix, UseSecure: o.Advanced.UseSecureCookies,
		CrossSubDomain: o.Advanced.CrossSubDomainCookies.Enabled, Domain: o.Advanced.CrossSubDomainCookies.Domain,
		Defaults: o.Advanced.DefaultCookieAttributes.override(), Cookies: map[string]cookie.Custom{},
	}
	for key, c := range o.Advanced.Cookies {
		s.Cookies[key] = cookie.Custom{Name: c.Name, Attributes: c.Attributes.override()}
	}
	if json.Unmarshal(o.BaseURL, &s.BaseURL) != nil {
		var dynamic struct{ Protocol string }
		s.DynamicBaseURL = json.Unmarshal(o.BaseURL, &dynamic) == nil
		s.Protocol = dynamic.Protocol
	}
	return s
}

func TestNameMatrix(t *testing.T) {
	t.Parallel()
	var v struct {
		NameMatrix []struct {
			Case    string
			Options options
			Cookies map[string]struct {
				Name       string
				Attributes attributes
			}
		}
	}
	load(t, "vectors.json", &v)
	keys := map[string]string{
		"sessionToken": "session_token", "sessionData": "session_data", "dontRememberToken": "dont_remember",
		"accountData": "account_data", "state": "state", "two_factor": "two_factor",
	}
	for _, x := range v.NameMatrix {
		set, err := cookie.New(x.Options.settings())
		if err != nil {
			t.Errorf("%s: %v", x.Case, err)
			continue
		}
		ages := map[string]int{"session_token": 604800, "session_data": 300, "account_data": 300, "state": 300, "two_factor": 600}
		if s := x.Options.Session; s.ExpiresIn > 0 {
			ages["session_token"], ages["session_data"], ages["account_data"] = s.ExpiresIn, s.CookieCache.MaxAge, s.CookieCache.MaxAge
		}
		for name, want := range x.Cookies {
			var o cookie.Override
			if age, ok := ages[keys[name]]; ok {
				o.MaxAge = &age
			}
			got := set.Cookie(keys[name], o)
			if got.Name != want.Name || set.Name(keys[name]) != want.Name || got.String() != want.Attributes.cookie(want.Name, "").String() {
				t.Errorf("%s, %s:\ngot  %s\nwant %s", x.Case, name, got, want.Attributes.cookie(want.Name, ""))
			}
			if got.Secure != set.Secure() {
				t.Errorf("%s, %s: Secure is %v", x.Case, name, got.Secure)
			}
		}
	}
}

func TestSettingsOrder(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		settings cookie.Settings
		want     bool
	}{
		{"nothing", cookie.Settings{}, false},
		{"production", cookie.Settings{Production: true}, true},
		{"http URL in production", cookie.Settings{Production: true, BaseURL: "http://x"}, false},
		{"dynamic http in production", cookie.Settings{Production: true, DynamicBaseURL: true, Protocol: "http"}, false},
		{"dynamic auto in production", cookie.Settings{Production: true, DynamicBaseURL: true, Protocol: "auto"}, true},
		{"switched off", cookie.Settings{UseSecure: new(false), BaseURL: "https://x", Production: true}, false},
	}
	for _, c := range cases {
		set, err := cookie.New(c.settings)
		if err != nil || set.Secure() != c.want {
			t.Errorf("%s: %v, %v", c.name, set, err)
		}
	}
}

func TestCustomAttributesWin(t *testing.T) {
	t.Parallel()
	set, err := cookie.New(cookie.Settings{
		Defaults: cookie.Override{HTTPOnly: new(false), MaxAge: new(1)},
		Cookies:  map[string]cookie.Custom{"a": {Attributes: cookie.Override{MaxAge: new(3)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	caller := cookie.Override{MaxAge: new(2)}
	for key, want := range map[string]string{
		"a": "better-auth.a=; Max-Age=3; Path=/; SameSite=Lax",
		"b": "better-auth.b=; Max-Age=2; Path=/; SameSite=Lax",
	} {
		if got := set.Cookie(key, caller).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestNewErrors(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]cookie.Settings{
		"no domain": {CrossSubDomain: true},
		"no host":   {CrossSubDomain: true, BaseURL: "/auth"},
		"not a URL": {CrossSubDomain: true, BaseURL: "http://[::1"},
	} {
		if set, err := cookie.New(s); set != nil || !errors.Is(err, cookie.ErrNoDomain) {
			t.Errorf("%s: %v, %v", name, set, err)
		}
	}
	for name, s := range map[string]cookie.Settings{
		"prefix":   {Prefix: "my app"},
		"default":  {Defaults: cookie.Override{Path: new("/;")}},
		"name":     {Cookies: map[string]cookie.Custom{"a": {Name: "a;b"}}},
		"lifetime": {Cookies: map[string]cookie.Custom{"a": {Attributes: cookie.Override{MaxAge: new(34560001)}}}},
	} {
		if set, err := cookie.New(s); set != nil || err == nil {
			t.Errorf("%s: %v, %v", name, set, err)
		}
	}
	if _, err := cookie.New(cookie.Settings{CrossSubDomain: true, DynamicBaseURL: true}); err != nil {
		t.Errorf("dynamic base URL without a domain: %v", err)
	}
}
