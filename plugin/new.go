package plugin

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/clientip"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/origin"
)

// Open resolves a configuration and returns the instance and the registry for its plugins. All faults
// come back together. memory is the adapter to use when the configuration has no database.
// betterauth.New calls it, then Registry.RegisterAll and App.Build.
func Open(config Config, memory adapter.Adapter) (*App, *Registry, error) {
	c := &config
	c.setDefaults()
	a := &App{
		Config: c, Log: slog.New(safeLog{c.Logger.Handler()}), HTTP: c.HTTPClient, Rand: c.Rand, clock: c.Now,
		providers: slices.Clone(c.SocialProviders), routes: map[string]*route{}, database: c.Database,
	}
	if a.database == nil {
		a.database = memory
	}
	a.router.SkipTrailingSlashes = c.Advanced.SkipTrailingSlashes
	a.work.open()
	r := &Registry{App: a, Config: c, plugin: "core"}
	r.hooks(c.Hooks)
	err := errors.Join(c.check(), a.buildKeys(), a.buildCookies(), a.buildClientIP())
	a.buildPasswords()
	return a, r, err
}

// hooks adds those of the configuration, ahead of all that plugins will add.
func (r *Registry) hooks(h Hooks) {
	if h.Before != nil {
		r.Before(nil, h.Before)
	}
	if h.After != nil {
		r.After(nil, h.After)
	}
}

func (c *Config) setDefaults() {
	def(&c.AppName, "Better Auth")
	def(&c.BasePath, "/api/auth")
	def(&c.Logger, slog.Default())
	def(&c.Rand, rand.Reader)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Getenv == nil {
		c.Getenv = os.Getenv
	}
	if c.BaseURL == "" && c.DynamicBaseURL == nil {
		c.BaseURL = c.Getenv("BETTER_AUTH_URL")
	}
	c.EmailAndPassword.setDefaults()
	c.Session.setDefaults()
	def(&c.EmailVerification.ExpiresIn, time.Hour)
	def(&c.User.DeleteUser.DeleteTokenExpiresIn, 24*time.Hour)
	def(&c.RateLimit.Window, 10*time.Second)
	def(&c.RateLimit.Max, 100)
	def(&c.Advanced.MaxBodySize, 1<<20)
	def(&c.Advanced.BackgroundTimeout, time.Minute)
	def(&c.Advanced.Database.Timeout, 5*time.Second)
	def(&c.Advanced.Database.DefaultLimit, 100)
	if c.RateLimit.Storage == "" {
		c.RateLimit.Storage = "memory"
		if c.SecondaryStorage != nil {
			c.RateLimit.Storage = "secondary-storage"
		}
	}
	if c.SecondaryStorage != nil {
		c.SecondaryStorage = timedStorage{c.SecondaryStorage, c.Advanced.Database.Timeout}
	}
	c.setBasePath()
	c.setStateless()
}

func def[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (e *EmailAndPassword) setDefaults() {
	def(&e.MinPasswordLength, 8)
	def(&e.MaxPasswordLength, 128)
	def(&e.ResetPasswordTokenExpiresIn, time.Hour)
}

func (s *SessionConfig) setDefaults() {
	def(&s.ExpiresIn, 7*24*time.Hour)
	def(&s.UpdateAge, 24*time.Hour)
	def(&s.FreshAge, 24*time.Hour)
	s.UpdateAge = max(s.UpdateAge, 0)
	s.FreshAge = max(s.FreshAge, 0)
	def(&s.CookieCache.Version, "1")
}

// setBasePath takes the base path from the base URL if that has one.
func (c *Config) setBasePath() {
	c.BasePath = "/" + strings.Trim(c.BasePath, "/")
	if u, err := origin.Parse(c.BaseURL); err == nil && u.Path != "" && u.Path != "/" {
		c.BasePath = strings.TrimRight(u.Path, "/")
	}
}

// setStateless turns on what replaces the server's store: without a database and secondary storage the
// session lives in its encrypted cookie.
func (c *Config) setStateless() {
	cache := &c.Session.CookieCache
	if c.Database == nil && c.SecondaryStorage == nil {
		cache.Enabled, cache.RefreshCache = true, true
		def(&cache.Strategy, JWE)
		def(&cache.MaxAge, c.Session.ExpiresIn)
	} else {
		cache.RefreshCache = false
	}
	if c.Database == nil {
		c.Account.StoreAccountCookie = true
	}
	if c.Account.StoreStateStrategy == "" {
		c.Account.StoreStateStrategy = StateInDatabase
		if c.Database == nil && c.SecondaryStorage == nil {
			c.Account.StoreStateStrategy = StateInCookie
		}
	}
	def(&cache.Strategy, Compact)
	def(&cache.MaxAge, 5*time.Minute)
	def(&cache.RefreshUpdateAge, cache.MaxAge/5)
}

// check finds what would be unsafe or cannot work.
func (c *Config) check() error {
	var faults []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("betterauth: "+format, args...))
		}
	}
	fault(c.BaseURL != "" && c.DynamicBaseURL != nil, "both BaseURL and DynamicBaseURL are set; remove one")
	fault(c.BaseURL == "" && c.DynamicBaseURL == nil && c.mails(), "mails with links need BaseURL; set Config.BaseURL (or the environment's BETTER_AUTH_URL) to the public origin, such as \"https://example.com\"")
	fault(c.DynamicBaseURL != nil && len(c.DynamicBaseURL.AllowedHosts) == 0, "DynamicBaseURL has no AllowedHosts; list the hosts that you serve")
	p := c.EmailAndPassword
	fault((p.Password.Hash == nil) != (p.Password.Verify == nil), "EmailAndPassword.Password needs both Hash and Verify")
	fault(p.MinPasswordLength < 1 || p.MaxPasswordLength < p.MinPasswordLength, "EmailAndPassword: MinPasswordLength %d and MaxPasswordLength %d leave no valid password", p.MinPasswordLength, p.MaxPasswordLength)
	fault(c.Session.ExpiresIn < 0, "Session.ExpiresIn is negative; give a positive duration")
	fault(!slices.Contains([]Strategy{Compact, JWT, JWE}, c.Session.CookieCache.Strategy), "Session.CookieCache.Strategy %q is unknown; use Compact, JWT or JWE", c.Session.CookieCache.Strategy)
	fault(!slices.Contains([]StateStrategy{StateInDatabase, StateInCookie}, c.Account.StoreStateStrategy), "Account.StoreStateStrategy %q is unknown; use StateInDatabase or StateInCookie", c.Account.StoreStateStrategy)
	fault(!slices.Contains([]string{"memory", "database", "secondary-storage"}, c.RateLimit.Storage), "RateLimit.Storage %q is unknown; use \"memory\", \"database\" or \"secondary-storage\"", c.RateLimit.Storage)
	fault(c.RateLimit.Storage == "database" && c.Database == nil, "RateLimit.Storage is \"database\" but there is no Database")
	fault(c.RateLimit.Storage == "secondary-storage" && c.SecondaryStorage == nil && c.RateLimit.Custom == nil, "RateLimit.Storage is \"secondary-storage\" but there is no SecondaryStorage")
	fault(c.RateLimit.Window < 0 || c.RateLimit.Max < 0, "RateLimit.Window and Max must not be negative")
	_, known := idStrategies[c.Advanced.Database.IDs]
	fault(!known, "Advanced.Database.IDs %q is unknown; use \"\", \"uuid\", \"serial\" or \"database\"", c.Advanced.Database.IDs)
	fault(c.Advanced.MaxBodySize < 0, "Advanced.MaxBodySize is negative")
	return errors.Join(faults...)
}

// mails reports whether a callback is set that sends links.
func (c *Config) mails() bool {
	return c.EmailAndPassword.SendResetPassword != nil || c.EmailVerification.SendVerificationEmail != nil ||
		c.User.ChangeEmail.SendChangeEmailConfirmation != nil || c.User.DeleteUser.SendDeleteAccountVerification != nil
}

func (a *App) buildKeys() error {
	c := a.Config
	secrets := make([]crypto.Secret, 0, len(c.Secrets))
	for _, s := range c.Secrets {
		secrets = append(secrets, crypto.Secret{Version: s.Version, Value: s.Value})
	}
	var err error
	if len(secrets) == 0 {
		if secrets, err = crypto.ParseSecrets(c.Getenv("BETTER_AUTH_SECRETS")); err != nil {
			return fmt.Errorf("betterauth: %w", err)
		}
	}
	legacy := c.Secret
	for _, name := range []string{"BETTER_AUTH_SECRET", "AUTH_SECRET"} {
		def(&legacy, c.Getenv(name))
	}
	current := legacy
	if len(secrets) > 0 {
		current = secrets[0].Value
	}
	if err := a.checkSecret(current); err != nil {
		return err
	}
	a.Keys, err = crypto.NewKeyring(secrets, legacy)
	return err
}

func (a *App) checkSecret(secret string) error {
	err := crypto.CheckSecret(secret)
	const mend = "set Config.Secret (or the environment's BETTER_AUTH_SECRET) to 32 random characters or more, made with `openssl rand -base64 32`"
	switch {
	case errors.Is(err, crypto.ErrNoSecret):
		return errors.New("betterauth: there is no secret; " + mend)
	case errors.Is(err, crypto.ErrDefaultSecret):
		return errors.New("betterauth: the secret is the public default of another library; " + mend)
	case errors.Is(err, crypto.ErrShortSecret) && !a.Config.Advanced.AllowShortSecret:
		return errors.New("betterauth: the secret is shorter than 32 characters; " + mend + ", or, to keep an old one, set Advanced.AllowShortSecret")
	case err != nil:
		a.Log.Warn("the secret is easy to guess; " + mend)
	}
	return nil
}

func (a *App) buildCookies() error {
	c := a.Config
	settings := cookie.Settings{
		Prefix: c.Advanced.CookiePrefix, UseSecure: c.Advanced.UseSecureCookies, BaseURL: c.BaseURL,
		CrossSubDomain: c.Advanced.CrossSubDomainCookies.Enabled, Domain: c.Advanced.CrossSubDomainCookies.Domain,
		Defaults: c.Advanced.DefaultCookieAttributes.override(), Cookies: map[string]cookie.Custom{},
	}
	if d := c.DynamicBaseURL; d != nil {
		settings.DynamicBaseURL, settings.Protocol = true, d.Protocol
		settings.Production = d.Protocol != "http"
	}
	for key, k := range c.Advanced.Cookies {
		settings.Cookies[key] = cookie.Custom{Name: k.Name, Attributes: k.Attributes.override()}
	}
	var err error
	if a.Cookies, err = cookie.New(settings); err != nil {
		return fmt.Errorf("betterauth: cookies: %w", err)
	}
	life, cache := seconds(c.Session.ExpiresIn), seconds(c.Session.CookieCache.MaxAge)
	a.SessionCookies = SessionCookies{
		Token:        a.Cookies.Cookie("session_token", cookie.Override{MaxAge: &life}),
		Data:         a.Cookies.Cookie("session_data", cookie.Override{MaxAge: &cache}),
		DontRemember: a.Cookies.Cookie("dont_remember"),
		Account:      a.Cookies.Cookie("account_data", cookie.Override{MaxAge: &cache}),
	}
	a.SessionCookies.Token.MaxAge = &life // whatever Advanced.Cookies says, as in the reference
	return nil
}

func seconds(d time.Duration) int { return int(d / time.Second) }

func (o CookieAttributes) override() cookie.Override {
	out := cookie.Override{HTTPOnly: o.HTTPOnly, Secure: o.Secure, Partitioned: o.Partitioned}
	if o.MaxAge != nil {
		out.MaxAge = new(seconds(*o.MaxAge))
	}
	if o.Domain != "" {
		out.Domain = &o.Domain
	}
	if o.Path != "" {
		out.Path = &o.Path
	}
	if o.Prefix != "" {
		out.Prefix = &o.Prefix
	}
	if !o.Expires.IsZero() {
		out.Expires = &o.Expires
	}
	sameSite := map[http.SameSite]string{
		http.SameSiteLaxMode: cookie.Lax, http.SameSiteStrictMode: cookie.Strict, http.SameSiteNoneMode: cookie.None,
	}
	if s, ok := sameSite[o.SameSite]; ok {
		out.SameSite = &s
	}
	return out
}

func (a *App) buildClientIP() (err error) {
	ip := a.Config.Advanced.IPAddress
	a.clientIP, err = clientip.New(clientip.Config{Headers: ip.Headers, TrustedProxies: ip.TrustedProxies, IPv6Subnet: ip.IPv6Subnet})
	if err != nil {
		return fmt.Errorf("betterauth: Advanced.IPAddress: %w", err)
	}
	return nil
}

func (a *App) buildPasswords() {
	a.Passwords = a.Config.EmailAndPassword.Password
	if a.Passwords.Hash == nil && a.Passwords.Verify == nil {
		p := crypto.NewPasswords(a.Rand, a.Config.EmailAndPassword.MaxParallelHashes)
		a.Passwords = PasswordHash{Hash: p.Hash, Verify: p.Verify}
	}
}
