package endpoints_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// physical returns the rows of a table by its name in the database.
func physical(t *testing.T, db adapter.Adapter, table string) []adapter.Record {
	t.Helper()
	rows, err := db.Find(t.Context(), adapter.Query{Table: table})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTableAndColumnNames(t *testing.T) {
	t.Parallel()
	db := memory.New()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Database = db
		s.User.ModelName, s.User.Fields = "people", map[string]string{"email": "email_address", "emailVerified": "is_verified"}
		s.User.AdditionalFields = []adapter.Field{{Name: "plan", Column: "plan_name", Type: adapter.String, Optional: true}}
		s.Session.ModelName, s.Session.Fields = "logins", map[string]string{"userId": "person", "token": "secret"}
		s.Account.ModelName, s.Account.Fields = "ways", map[string]string{"providerId": "provider"}
		s.Verification.ModelName, s.Verification.Fields = "values", map[string]string{"identifier": "name"}
	})
	c := s.SignUp("user@example.com", "plan", "pro")
	c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
	wait(t, s)
	person, login := physical(t, db, "people")[0], physical(t, db, "logins")[0]
	if person["email_address"] != "user@example.com" || person["is_verified"] != false || person["plan_name"] != "pro" {
		t.Errorf("user row %v", person)
	}
	if login["person"] != person["id"] || login["secret"] == nil {
		t.Errorf("session row %v", login)
	}
	if way := physical(t, db, "ways")[0]; way["provider"] != "credential" {
		t.Errorf("account row %v", way)
	}
	if value := physical(t, db, "values")[0]; !strings.HasPrefix(value["name"].(string), "reset-password:") {
		t.Errorf("verification row %v", value)
	}
	if a := c.Get("/get-session"); a.String("user.email") != "user@example.com" || a.String("user.plan") != "pro" {
		t.Errorf("body %s", a.Body)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		database plugin.Database
		form     string
	}{
		{"random", plugin.Database{}, `^[a-zA-Z0-9]{32}$`},
		{"uuid", plugin.Database{IDs: "uuid"}, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`},
		{"serial", plugin.Database{IDs: "serial"}, `^1$`},
		{"own", plugin.Database{GenerateID: func(table string) string { return table + "-7" }}, `^user-7$`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) { s.Advanced.Database = tc.database })
			c := s.SignUp("user@example.com")
			a := c.Get("/get-session")
			if id := a.String("user.id"); !regexp.MustCompile(tc.form).MatchString(id) || a.String("session.userId") != id {
				t.Errorf("id %q, session of %q", id, a.String("session.userId"))
			}
		})
	}
}

// TestSyntheticIDs checks that the user who is not made looks like one who is, whatever the ids.
func TestSyntheticIDs(t *testing.T) {
	t.Parallel()
	for _, ids := range []string{"", "uuid", "serial"} {
		s := plugintest.New(t, func(s *betterauth.Config) {
			s.Advanced.Database.IDs = ids
			s.EmailAndPassword.RequireEmailVerification = true
		})
		s.SignUp("user@example.com")
		if id := s.Client().Post("/sign-up/email", signUpBody("user@example.com")).Expect(200).String("user.id"); id == "" {
			t.Errorf("%q: no id", ids)
		}
	}
}

func TestStoreIdentifier(t *testing.T) {
	t.Parallel()
	own := func(name string) (string, error) { return "own:" + name, nil }
	cases := []struct {
		name string
		rule plugin.StoreIdentifier
		want func(identifier string) string
	}{
		{"plain", plugin.StoreIdentifier{}, func(s string) string { return s }},
		{"hashed", plugin.StoreIdentifier{Hashed: true}, crypto.HashToken},
		{"own hash", plugin.StoreIdentifier{Hash: own}, func(s string) string { return "own:" + s }},
		{"override", plugin.StoreIdentifier{Overrides: map[string]plugin.StoreIdentifier{"reset-password": {Hashed: true}}}, crypto.HashToken},
		{"other override", plugin.StoreIdentifier{Overrides: map[string]plugin.StoreIdentifier{"magic": {Hashed: true}}}, func(s string) string { return s }},
		{"override back to plain", plugin.StoreIdentifier{Hashed: true, Overrides: map[string]plugin.StoreIdentifier{"reset-password": {}}}, func(s string) string { return s }},
		{"longest override", plugin.StoreIdentifier{Overrides: map[string]plugin.StoreIdentifier{"reset": {}, "reset-password:": {Hash: own}}}, func(s string) string { return "own:" + s }},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) { s.Verification.StoreIdentifier = tc.rule })
			c := s.SignUp("user@example.com")
			c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
			token := s.Mail("reset").Token
			row, err := plugin.Verifications.FindOne(t.Context(), s.Store())
			if err != nil || row.Identifier != tc.want("reset-password:"+token) {
				t.Fatalf("stored %+v, %v; want %s", row, err, tc.want("reset-password:"+token))
			}
			c.Post("/reset-password", body{"token": token, "newPassword": "newpassword123"}).Expect(200)
			if s.Count("verification") != 0 {
				t.Error("the value was not consumed")
			}
		})
	}
}

func TestVerificationCleanup(t *testing.T) {
	t.Parallel()
	for name, disabled := range map[string]bool{"default": false, "disabled": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) { s.Verification.DisableCleanup = disabled })
			c := s.SignUp("user@example.com")
			c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
			wait(t, s)
			s.Clock.Advance(2 * time.Hour)
			c.Get("/reset-password/unknown?callbackURL=/r").Expect(302)
			wait(t, s)
			if left := s.Count("verification") == 1; left != disabled {
				t.Errorf("expired row left: %t", left)
			}
		})
	}
}

func TestDisabledPaths(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.DisabledPaths = []string{"/sign-up/email", "/ok"} })
	a := s.Client().Post("/sign-up/email", signUpBody("user@example.com")).Expect(404)
	if a.Body != "Not Found" || a.Header.Get("Content-Type") != "text/plain;charset=UTF-8" {
		t.Errorf("%q, %v", a.Body, a.Header)
	}
	for _, path := range []string{"/api/auth/ok", "/api/auth/ok/"} {
		s.Client().Do("GET", path, nil).Expect(404)
	}
	s.Client().Get("/get-session").Expect(200)
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		setup setup
		base  string
	}{
		{"own", func(s *betterauth.Config) { s.BasePath = "/auth" }, "/auth"},
		{"untidy", func(s *betterauth.Config) { s.BasePath = "auth/v1/" }, "/auth/v1"},
		{"of the base URL", func(s *betterauth.Config) { s.BaseURL = plugintest.Origin + "/custom" }, "/custom"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			c := s.Client()
			c.Do("GET", tc.base+"/ok", nil).Expect(200)
			c.Do("GET", "/api/auth/ok", nil).Expect(404)
			c.Do("POST", tc.base+"/sign-up/email", signUpBody("user@example.com")).Expect(200)
			c.Do("POST", tc.base+"/request-password-reset", body{"email": "user@example.com"}).Expect(200)
			if link := s.Mail("reset").URL; !strings.HasPrefix(link, plugintest.Origin+tc.base+"/reset-password/") {
				t.Errorf("link %s", link)
			}
		})
	}
}

func TestSkipTrailingSlashes(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Advanced.SkipTrailingSlashes = true })
	s.Client().Get("/ok/").Expect(200)
}

func TestTrustedOrigins(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.TrustedOrigins = []string{"https://app.example.com", "https://*.example.org", "app://"}
		s.TrustedOriginsFunc = func(r *http.Request) []string {
			if r != nil && r.Header.Get("X-Tenant") == "a" {
				return []string{"https://a.example.net"}
			}
			return nil
		}
		s.Getenv = func(name string) string {
			return map[string]string{"BETTER_AUTH_TRUSTED_ORIGINS": "https://env.example.com,https://env2.example.com"}[name]
		}
	})
	c := s.SignUp("user@example.com")
	for from, trusted := range map[string]bool{
		plugintest.Origin: true, "https://app.example.com": true, "https://x.example.org": true, "https://env2.example.com": true,
		"https://a.example.net": false, "https://example.org": false, "https://app.example.com.evil.example": false,
		"http://app.example.com": false, "https://app.example.com:8443": false, "null": false, "app://": true,
	} {
		c.Header.Set("Origin", from)
		if a := c.Post("/update-user", body{"name": "X"}); (a.Status == 200) != trusted {
			t.Errorf("%s: %d %s", from, a.Status, a.Body)
		}
	}
	c.Header.Set("Origin", "https://a.example.net")
	c.Header.Set("X-Tenant", "a")
	c.Post("/update-user", body{"name": "X"}).Expect(200)
}

func TestOriginChecksOff(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name           string
		setup          setup
		origin, target int // statuses for a foreign origin and a foreign redirect target
	}{
		{"on", nil, 403, 403},
		{"no CSRF check", func(s *betterauth.Config) { s.Advanced.DisableCSRFCheck = true }, 200, 403},
		{"no origin check", func(s *betterauth.Config) { s.Advanced.DisableOriginCheck = true }, 200, 200},
		{"path", func(s *betterauth.Config) { s.Advanced.DisableOriginCheckPaths = []string{"/update-user", "/sign-in"} }, 200, 200},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			c := s.SignUp("user@example.com")
			c.Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password, "callbackURL": "https://evil.example"}).Expect(tc.target)
			c.Header.Set("Origin", "https://evil.example")
			c.Post("/update-user", body{"name": "X"}).Expect(tc.origin)
		})
	}
}

func TestCookieOptions(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		setup setup
		want  string // the attributes; the name before "="
	}{
		{"default", nil, "better-auth.session_token=; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"},
		{"https", func(s *betterauth.Config) { s.BaseURL = "https://example.com" }, "__Secure-better-auth.session_token=; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"secure off", func(s *betterauth.Config) {
			s.BaseURL, s.Advanced.UseSecureCookies = "https://example.com", new(false)
		}, "better-auth.session_token=; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"},
		{"prefix", func(s *betterauth.Config) { s.Advanced.CookiePrefix = "my" }, "my.session_token=; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"},
		{"name and attributes", func(s *betterauth.Config) {
			s.Advanced.Cookies = map[string]plugin.Cookie{"session_token": {Name: "sid", Attributes: plugin.CookieAttributes{Path: "/app", SameSite: http.SameSiteStrictMode}}}
		}, "sid=; Max-Age=604800; Path=/app; HttpOnly; SameSite=Strict"},
		{"default attributes", func(s *betterauth.Config) {
			s.Advanced.DefaultCookieAttributes = plugin.CookieAttributes{Secure: new(true), SameSite: http.SameSiteNoneMode, Partitioned: new(true)}
		}, "better-auth.session_token=; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"subdomains", func(s *betterauth.Config) {
			s.BaseURL = "https://auth.example.com"
			s.Advanced.CrossSubDomainCookies = plugin.CrossSubDomainCookies{Enabled: true, Domain: "example.com"}
		}, "__Secure-better-auth.session_token=; Max-Age=604800; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup, func(s *betterauth.Config) { s.TrustedOrigins = []string{plugintest.Origin} })
			c := s.Client()
			line := c.Post("/sign-up/email", signUpBody("user@example.com")).Expect(200).Header.Get("Set-Cookie")
			if got := regexp.MustCompile("=[^;]*").ReplaceAllString(line[:strings.Index(line, ";")], "=") + line[strings.Index(line, ";"):]; got != tc.want {
				t.Errorf("cookie %s, want %s", got, tc.want)
			}
			if c.SignedIn() == "" {
				t.Error("the cookie is not read back")
			}
		})
	}
}

func TestMaxBodySize(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Advanced.MaxBodySize = 100 })
	in := signUpBody("user@example.com")
	in["name"] = strings.Repeat("x", 100)
	s.Client().Post("/sign-up/email", in).Expect(413)
}

func TestDynamicBaseURL(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.BaseURL = ""
		s.DynamicBaseURL = &plugin.DynamicBaseURL{AllowedHosts: []string{"localhost:*", "*.example.com"}, Protocol: "http"}
	})
	c := s.SignUp("user@example.com")
	c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
	link, err := url.Parse(s.Mail("reset").URL)
	if err != nil || link.Host != "localhost:3000" {
		t.Errorf("link %s, %v", link, err)
	}
}
