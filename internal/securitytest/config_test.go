package securitytest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// faults are misconfigurations with words that their error must hold: what is wrong and how to mend it.
var faults = map[string]struct {
	change func(c *betterauth.Config)
	words  []string
}{
	"no secret":         {func(c *betterauth.Config) { c.Secret = "" }, []string{"no secret", "Config.Secret"}},
	"short secret":      {func(c *betterauth.Config) { c.Secret = "short" }, []string{"shorter than 32", "AllowShortSecret"}},
	"public default":    {func(c *betterauth.Config) { c.Secret = "better-auth-secret-12345678901234567890" }, []string{"public default", "Config.Secret"}},
	"mails without URL": {func(c *betterauth.Config) { c.BaseURL = ""; (&Mailbox{}).Connect(c) }, []string{"BaseURL"}},
	"two base URLs": {func(c *betterauth.Config) {
		c.DynamicBaseURL = &betterauth.DynamicBaseURL{AllowedHosts: []string{"a.b"}}
	}, []string{"BaseURL", "DynamicBaseURL", "remove"}},
	"no hosts": {func(c *betterauth.Config) { c.BaseURL, c.DynamicBaseURL = "", &betterauth.DynamicBaseURL{} }, []string{"AllowedHosts"}},
	"half a hash": {func(c *betterauth.Config) {
		c.EmailAndPassword.Password = plugin.PasswordHash{Hash: func(context.Context, string) (string, error) { return "", nil }}
	}, []string{"Password", "both Hash and Verify"}},
	"no valid password":  {func(c *betterauth.Config) { c.EmailAndPassword.MinPasswordLength = 200 }, []string{"MinPasswordLength", "MaxPasswordLength"}},
	"negative life":      {func(c *betterauth.Config) { c.Session.ExpiresIn = -time.Second }, []string{"ExpiresIn", "positive"}},
	"unknown strategy":   {func(c *betterauth.Config) { c.Session.CookieCache.Strategy = "xml" }, []string{"Strategy", "use Compact"}},
	"unknown limiter":    {func(c *betterauth.Config) { c.RateLimit.Storage = "disk" }, []string{"RateLimit.Storage", "use"}},
	"limiter without DB": {func(c *betterauth.Config) { c.RateLimit.Storage, c.Database = "database", nil }, []string{"RateLimit.Storage", "Database"}},
	"limiter without KV": {func(c *betterauth.Config) { c.RateLimit.Storage = "secondary-storage" }, []string{"SecondaryStorage"}},
	"negative limit":     {func(c *betterauth.Config) { c.RateLimit.Max = -1 }, []string{"RateLimit", "negative"}},
	"unknown ids":        {func(c *betterauth.Config) { c.Advanced.Database.IDs = "ulid" }, []string{"IDs", "use"}},
	"negative body":      {func(c *betterauth.Config) { c.Advanced.MaxBodySize = -1 }, []string{"MaxBodySize"}},
	"broken proxy":       {func(c *betterauth.Config) { c.Advanced.IPAddress.TrustedProxies = []string{"10.0.0.0/99"} }, []string{"IPAddress", "10.0.0.0/99"}},
	"endpoint id twice": {func(c *betterauth.Config) {
		c.Plugins = append(c.Plugins, plugin.Func("again", func(r *plugin.Registry) error {
			plugin.Handle(r, plugin.Endpoint{ID: "ok", Method: "GET", Path: "/ok2"}, func(*plugin.Context, struct{}) (*struct{}, error) { return nil, nil })
			return nil
		}))
	}, []string{`"ok" is taken`, "Override"}},
}

// TestFaults checks that New refuses each misconfiguration in words that help.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := Config(memory.New())
			f.change(&config)
			_, err := betterauth.New(config)
			if err == nil {
				t.Fatal("New accepted it")
			}
			for _, word := range f.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q lacks %q", err, word)
				}
			}
		})
	}
}

// TestFaultsTogether makes many mistakes at once: all of them are named.
func TestFaultsTogether(t *testing.T) {
	t.Parallel()
	config := Config(memory.New())
	together := []string{
		"short secret", "mails without URL", "half a hash", "no valid password", "negative life", "unknown strategy", "unknown limiter",
		"negative limit", "unknown ids", "negative body", "broken proxy", "endpoint id twice",
	}
	for _, name := range together {
		faults[name].change(&config)
	}
	_, err := betterauth.New(config)
	if err == nil {
		t.Fatal("New accepted it")
	}
	for _, name := range together {
		if !strings.Contains(err.Error(), faults[name].words[0]) {
			t.Errorf("nothing about %s in:\n%s", name, err)
		}
	}
}

// TestFieldFaults checks that faults of the tables are errors of New too.
func TestFieldFaults(t *testing.T) {
	t.Parallel()
	config := Config(memory.New())
	config.User.AdditionalFields = []adapter.Field{{Name: "", Type: adapter.String}}
	if _, err := betterauth.New(config); err == nil {
		t.Error("a field without a name was accepted")
	}
}
