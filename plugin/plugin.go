package plugin

import (
	"context"
	"fmt"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/errors"
)

// A Plugin adds endpoints, hooks and tables. A value belongs to one Auth.
type Plugin interface {
	// ID names the plugin: "username".
	ID() string
	// Register adds the plugin's parts. It runs once, during betterauth.New.
	Register(r *Registry) error
}

// A Registry collects what plugins add. It is open during betterauth.New only; faults are collected
// and returned by New together.
type Registry struct {
	// App is the instance being built. Its Config and clock may be read; its DB is not open yet.
	App *App
	// Config is the resolved configuration.
	Config *Config

	plugin string
	closed bool
	faults []error
}

// Tables adds tables, or fields to tables that exist.
func (r *Registry) Tables(tables ...adapter.Table) {
	r.App.tables = append(r.App.tables, tables...)
}

// Rows adds database hooks, made with adapter.Rows.Hook. They run in order of registration, before
// the application's own.
func (r *Registry) Rows(hooks ...adapter.Hook) {
	r.App.rowHooks = append(r.App.rowHooks, hooks...)
}

// Before adds a hook that runs before the endpoints that match accepts; a nil match is every endpoint.
// The body is not validated yet.
func (r *Registry) Before(match Match, fn HookFunc) {
	r.App.before = append(r.App.before, hook{r.plugin, match, fn})
}

// After adds a hook that runs after the endpoints that match accepts, also when they failed.
func (r *Registry) After(match Match, fn HookFunc) {
	r.App.after = append(r.App.after, hook{r.plugin, match, fn})
}

// OnRequest adds a function that sees every HTTP request before it is routed. A response ends it.
func (r *Registry) OnRequest(fn func(req *http.Request) (*http.Request, *http.Response, error)) {
	r.App.onRequest = append(r.App.onRequest, fn)
}

// OnResponse adds a function that sees every HTTP response before it is written, in order; the first
// that returns a response replaces it and is the last to run.
func (r *Registry) OnResponse(fn func(c *Context, res *http.Response) (*http.Response, error)) {
	r.App.onResponse = append(r.App.onResponse, fn)
}

// Middleware adds a function that runs before the hooks of HTTP requests whose path matches pattern
// (exact, or with * for a segment and ** for any rest). An error ends the request.
func (r *Registry) Middleware(pattern string, fn Middleware) {
	r.App.middleware = append(r.App.middleware, pathMiddleware{pattern, fn})
}

// RateLimit adds a rule; it replaces the core's special rules for the paths it matches.
func (r *Registry) RateLimit(rules ...RateLimitRule) {
	r.App.limitRules = append(r.App.limitRules, rules)
}

// TrustOrigin adds trusted origins or patterns.
func (r *Registry) TrustOrigin(origins ...string) {
	r.App.pluginOrigins = append(r.App.pluginOrigins, origins...)
}

// OnClose adds a function that Auth.Close runs.
func (r *Registry) OnClose(fn func(ctx context.Context) error) {
	r.App.onClose = append(r.App.onClose, fn)
}

func (r *Registry) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf(format, args...))
}

// RegisterAll runs the Register methods of the core and of plugins in order and closes the registry.
// betterauth.New calls it.
func (r *Registry) RegisterAll(plugins []Plugin) error {
	seen := map[string]bool{}
	for _, p := range plugins {
		if p == nil {
			r.fault("plugins: a nil plugin; remove it from Config.Plugins")
			continue
		}
		if seen[p.ID()] {
			r.fault("plugin %q is listed twice; remove one from Config.Plugins", p.ID())
			continue
		}
		seen[p.ID()] = true
		r.plugin = p.ID()
		if err := p.Register(r); err != nil {
			r.fault("plugin %s: %w", p.ID(), err)
		}
	}
	r.closed = true
	return errors.Join(append(r.faults, r.App.checkProviders())...)
}

// Find returns the plugin of type P of this instance.
//
//	org, ok := plugin.Find[*organization.Plugin](r.App)
func Find[P Plugin](app *App) (p P, ok bool) {
	for _, candidate := range app.Config.Plugins {
		if p, ok = candidate.(P); ok {
			return p, true
		}
	}
	return p, false
}

// A HookFunc runs before or after an endpoint. An error is the answer; see [Context.Reply] for
// answering with a value.
type HookFunc func(c *Context) error

// A Middleware runs before an endpoint. An error is the answer.
type Middleware func(c *Context) error

// A Match tells whether a hook is for an endpoint. It is asked once for each endpoint during New.
type Match func(e *Endpoint) bool

// Path matches endpoints by path.
func Path(paths ...string) Match {
	return func(e *Endpoint) bool {
		for _, p := range paths {
			if e.Path == p {
				return true
			}
		}
		return false
	}
}

type hook struct {
	plugin string
	match  Match
	fn     HookFunc
}

type pathMiddleware struct {
	pattern string
	fn      Middleware
}

// Func makes a Plugin of a function.
func Func(id string, register func(r *Registry) error) Plugin { return funcPlugin{id, register} }

type funcPlugin struct {
	id       string
	register func(r *Registry) error
}

// ID implements Plugin.
func (p funcPlugin) ID() string { return p.id }

// Register implements Plugin.
func (p funcPlugin) Register(r *Registry) error { return p.register(r) }
