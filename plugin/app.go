package plugin

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/clientip"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/router"
)

// An App is one instance of the library, as endpoints and plugins see it. It does not change after
// betterauth.New.
type App struct {
	// Config is the configuration with its defaults filled in.
	Config *Config
	// DB stores and finds rows; see [Users] and its siblings for the typed tables.
	DB *adapter.Store
	// Log receives what people who run the server should know.
	Log *slog.Logger
	// Keys signs and encrypts.
	Keys *crypto.Keyring
	// Passwords hashes passwords.
	Passwords PasswordHash
	// Cookies makes cookies by key: Cookies.Cookie("two_factor").
	Cookies *cookie.Set
	// SessionCookies are the four cookies of every session.
	SessionCookies SessionCookies
	// HTTP makes outbound requests.
	HTTP HTTPClient
	// Rand is the source of tokens.
	Rand io.Reader

	providers  []SocialProvider
	database   adapter.Adapter // Config.Database, or memory when there is none
	clock      func() time.Time
	routes     map[string]*route
	order      []string
	router     router.Router[*route]
	before     []hook
	after      []hook
	onRequest  []func(*http.Request) (*http.Request, *http.Response, error)
	onResponse []func(*Context, *http.Response) (*http.Response, error)
	middleware []pathMiddleware
	tables     []adapter.Table
	rowHooks   []adapter.Hook
	onClose    []func(context.Context) error

	pluginOrigins []string
	static        *base // nil when the base URL depends on the request
	dynamic       *dynamicBase
	limitRules    [][]RateLimitRule
	limiter       *limiter
	chosenWindow  atomic.Int64 // longest window chosen by a RateLimitRule.Func
	clientIP      *clientip.Resolver
	cleanup       cleanup
	work          work
	locks         locks
	hidden        map[string]bool             // tables with hidden fields
	inputs        map[string][]*adapter.Field // fields that are not the core's, by core table
}

// SessionCookies are templates of the session's cookies: name and attributes, no value.
type SessionCookies struct {
	// Token carries the signed session token, Data the cookie cache, DontRemember marks sessions that
	// end with the browser, Account the provider's account.
	Token, Data, DontRemember, Account cookie.Cookie
}

// Now is the time of the configured clock, in UTC and whole milliseconds, the precision of the wire
// and the databases.
func (a *App) Now() time.Time { return a.clock().UTC().Truncate(time.Millisecond) }

// Endpoints describes every endpoint, in order of registration.
func (a *App) Endpoints() []Endpoint {
	list := make([]Endpoint, 0, len(a.order))
	for _, id := range a.order {
		list = append(list, *a.routes[id].Endpoint)
	}
	return list
}

// Random returns n characters of the alphabet, each drawn from Config.Rand with equal chance; letters and
// digits when the alphabet is empty.
func (a *App) Random(n int, alphabet string) (string, error) {
	if alphabet == "" {
		alphabet = crypto.AlphaNumeric
	}
	return crypto.RandomString(a.Rand, n, alphabet)
}

// Stateful reports whether sessions are kept on the server: in the database or secondary storage.
func (a *App) Stateful() bool { return a.Config.Database != nil || a.Config.SecondaryStorage != nil }

// Build opens the store and mounts the routes once all plugins are registered. betterauth.New calls it.
func (a *App) Build() error {
	if err := errors.Join(a.buildBase(), a.openStore()); err != nil {
		return err
	}
	a.findHidden()
	a.findInputs()
	for _, id := range a.order {
		if err := a.mountRoute(a.routes[id]); err != nil {
			return err
		}
	}
	a.buildLimiter()
	return nil
}

func (a *App) mountRoute(rt *route) error {
	rt.before = matching(a.before, rt.Endpoint)
	rt.after = matching(a.after, rt.Endpoint)
	rt.method = "POST"
	if methods := rt.Methods(); len(methods) > 0 {
		rt.method = methods[0]
	}
	if rt.ServerOnly() {
		return nil
	}
	for _, method := range rt.Methods() {
		if err := a.router.Add(method, rt.Path, rt); err != nil {
			return err
		}
	}
	return nil
}

func matching(hooks []hook, e *Endpoint) []HookFunc {
	var list []HookFunc
	for _, h := range hooks {
		if h.match == nil || h.match(e) {
			list = append(list, h.fn)
		}
	}
	return list
}

func (a *App) openStore() error {
	schema, err := adapter.NewSchema(a.schemaTables()...)
	if err != nil {
		return err
	}
	options := adapter.Options{
		Adapter: a.database, Schema: schema, Now: a.clock, Rand: a.Rand, Log: a.Log,
		Timeout: a.Config.Advanced.Database.Timeout, DefaultLimit: a.Config.Advanced.Database.DefaultLimit,
		NewID: a.Config.Advanced.Database.GenerateID, IDs: idStrategies[a.Config.Advanced.Database.IDs],
	}
	a.DB, err = adapter.NewStore(options)
	if err != nil {
		return err
	}
	h := a.Config.DatabaseHooks
	own := []adapter.Hook{Users.Hook(h.User), Sessions.Hook(h.Session), Accounts.Hook(h.Account), Verifications.Hook(h.Verification)}
	return a.DB.AddHooks(append(a.rowHooks, own...)...)
}

var idStrategies = map[string]adapter.IDStrategy{
	"": adapter.RandomIDs, "uuid": adapter.UUIDs, "serial": adapter.SerialIDs, "database": adapter.DatabaseIDs,
}

// schemaTables merges in the order of the reference: core, plugins, the application.
func (a *App) schemaTables() []adapter.Table {
	tables := adapter.CoreTables(a.clock)
	if a.Config.RateLimit.Storage == "database" {
		tables = append(tables, adapter.RateLimitTable(a.clock))
	}
	tables = append(tables, a.tables...)
	c := a.Config
	for name, m := range map[string]Model{
		"user": c.User.Model, "session": c.Session.Model,
		"account": c.Account.Model, "verification": c.Verification.Model, "rateLimit": c.RateLimit.Model,
	} {
		tables = m.apply(tables, name)
	}
	return tables
}

// apply renames a table and its columns and appends the additional fields.
func (m Model) apply(tables []adapter.Table, name string) []adapter.Table {
	for i := range tables {
		if tables[i].Name != name {
			continue
		}
		if m.ModelName != "" {
			tables[i].Physical = m.ModelName
		}
		tables[i].Fields = slices.Clone(tables[i].Fields)
		for j := range tables[i].Fields {
			if column := m.Fields[tables[i].Fields[j].Name]; column != "" {
				tables[i].Fields[j].Column = column
			}
		}
	}
	if len(m.AdditionalFields) > 0 {
		tables = append(tables, adapter.Table{Name: name, Fields: m.AdditionalFields})
	}
	return tables
}
