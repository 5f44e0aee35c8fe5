package plugin

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// An Endpoint describes one endpoint; the function that Handle is given does its work.
type Endpoint struct {
	// ID names the endpoint in API.Call: "signInEmail".
	ID string
	// Method is one HTTP method or several: "POST", "GET POST".
	Method string
	// Path below the base path, with :name for parameters. Empty means server only: no route.
	Path string
	// Use are middlewares that run after validation.
	Use []Middleware
	// Summary says in a sentence what the endpoint does, for API documents.
	Summary string
	// MediaTypes are accepted besides application/json.
	MediaTypes []string
	// NoBody ignores the request body.
	NoBody bool
	// NoStore sends cache-control: no-store and pragma: no-cache.
	NoStore bool
	// RequireHeaders refuses calls in process without headers.
	RequireHeaders bool
	// RequireRequest refuses calls in process without a request.
	RequireRequest bool
	// Override replaces an endpoint of the same ID that is mounted already.
	Override bool

	plugin string
}

// Plugin returns the id of the plugin that added the endpoint; the core's is "core".
func (e *Endpoint) Plugin() string { return e.plugin }

// ServerOnly reports whether the endpoint has no route.
func (e *Endpoint) ServerOnly() bool { return e.Path == "" }

// Methods returns the HTTP methods.
func (e *Endpoint) Methods() []string { return strings.Fields(e.Method) }

func (e *Endpoint) allows(mediaType string) bool {
	return mediaType == "application/json" || slices.Contains(e.MediaTypes, mediaType)
}

// Use lists middlewares, for Endpoint.Use.
func Use(m ...Middleware) []Middleware { return m }

// Handle adds an endpoint: it mounts fn on the router and in API.Call and returns it as a typed
// function. In and Out are inferred from fn. In is a struct whose tags say where members come from
// (see package api); Out is a pointer, a slice, a string for text/plain, or *http.Response.
func Handle[In, Out any](r *Registry, e Endpoint, fn func(c *Context, in In) (Out, error)) api.Func[In, Out] {
	e.plugin = r.plugin
	in := reflect.TypeFor[In]()
	t := &typed[In, Out]{
		mount: mount{Endpoint: &e}, fn: fn,
		rules: hasRules(in), bodiless: bodiless(in), queries: queryNames(in),
	}
	if err := wire.Verify(*new(In)); err != nil {
		r.fault("plugin %s: endpoint %s: %w", r.plugin, e.ID, err)
	}
	slot := r.mount(t)
	app := r.App
	return func(ctx context.Context, in In, opts ...api.Option) (Out, error) {
		if t2, ok := (*slot).(*typed[In, Out]); ok {
			return t2.call(ctx, app, in, opts)
		}
		return callReplaced[In, Out](ctx, app, *slot, in, opts)
	}
}

// A route is an endpoint with its types erased.
type route interface {
	meta() *mount
	// serve runs the endpoint on a context whose body, query and parameters are raw.
	serve(c *Context) (any, error)
}

// A mount is what the pipeline knows about an endpoint, whatever its types.
type mount struct {
	*Endpoint
	method        string // the first of Methods
	before, after []HookFunc
}

// mount adds a route under its id and returns the place where the current holder of the id is kept.
func (r *Registry) mount(t route) *route {
	e := t.meta().Endpoint
	if r.closed {
		r.fault("plugin %s: endpoint %s was added after Register returned", e.plugin, e.ID)
	}
	if e.ID == "" || e.Method == "" && e.Path != "" {
		r.fault("plugin %s: endpoint %q %q needs an ID and a Method", e.plugin, e.ID, e.Path)
	}
	slot, taken := r.App.routes[e.ID]
	switch {
	case taken && !e.Override:
		r.fault("plugin %s: endpoint id %q is taken by plugin %s; choose another or set Override", e.plugin, e.ID, (*slot).meta().plugin)
	case taken:
		*slot = t
	default:
		slot = new(route)
		*slot = t
		r.App.routes[e.ID] = slot
		r.App.order = append(r.App.order, e.ID)
	}
	return slot
}

type typed[In, Out any] struct {
	mount
	fn    func(c *Context, in In) (Out, error)
	rules bool
	// bodiless are the fields of In that neither body nor query has.
	bodiless [][]int
	// queries are the query values that In declares.
	queries []string
}

func (t *typed[In, Out]) meta() *mount { return &t.mount }

// call is the typed, in-process surface.
func (t *typed[In, Out]) call(ctx context.Context, app *App, in In, opts []api.Option) (out Out, err error) {
	c, err := app.enter(ctx, &t.mount, opts)
	if err != nil {
		return out, err
	}
	defer c.leave(&err)
	if len(t.before)+len(t.after) > 0 {
		c.encode = func() { c.body, c.query = wire.Encode(in) }
	}
	value, err := t.run(c, in, false)
	return typedResult[Out](c, value, err)
}

func (t *typed[In, Out]) serve(c *Context) (any, error) {
	var in In
	return t.run(c, in, true)
}

// run is the life of a call from the before hooks to the after hooks. raw tells that the input is
// still to be decoded from the request.
func (t *typed[In, Out]) run(c *Context, in In, raw bool) (any, error) {
	if len(t.before) > 0 {
		if err := c.runBefore(t.before); err != nil || c.replied {
			return c.reply, err
		}
		raw = raw || c.bodyChanged
	}
	value, err := t.handle(c, in, raw)
	if _, ok := value.(*http.Response); ok || len(t.after) == 0 {
		return value, err
	}
	return c.runAfter(t.after, value, err)
}

func (t *typed[In, Out]) handle(c *Context, in In, raw bool) (any, error) {
	var err error
	switch {
	case raw:
		given := in
		if in, err = decode[In](c); c.bodyChanged {
			t.carry(&in, &given)
		}
		c.dropQueries(t.queries)
	case t.rules:
		err = invalid(wire.Check(in))
	}
	if err == nil {
		err = t.checkCall(c)
	}
	if err != nil {
		return nil, err
	}
	for _, use := range t.Use {
		if err := use(c); err != nil {
			return nil, err
		}
	}
	out, err := t.fn(c, in)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// carry copies what only a typed call can give, such as the members for trusted callers, to an input that
// was decoded anew because a hook changed the body.
func (t *typed[In, Out]) carry(to, from *In) {
	for _, index := range t.bodiless {
		if v := reflect.ValueOf(from).Elem().FieldByIndex(index); !v.IsZero() {
			reflect.ValueOf(to).Elem().FieldByIndex(index).Set(v)
		}
	}
}

// bodiless lists the exported fields of an input that no body and no query fills.
func bodiless(t reflect.Type) [][]int {
	var list [][]int
	if t.Kind() != reflect.Struct {
		return nil
	}
	for f := range t.Fields() {
		if _, path := f.Tag.Lookup("path"); f.IsExported() && (path || f.Tag.Get("json") == "-") {
			list = append(list, f.Index)
		}
	}
	return list
}

func decode[In any](c *Context) (In, error) {
	var in In
	issues := wire.Decode(&in, wire.Source{Body: c.body, Query: c.query, Params: c.Param})
	return in, invalid(issues)
}

func invalid(issues []wire.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return errors.ValidationError.WithMessage(wire.Message(issues))
}

func (m *mount) checkCall(c *Context) error {
	switch {
	case m.RequireHeaders && c.Header == nil:
		return errors.ValidationError.WithMessage("Headers is required")
	case m.RequireRequest && c.Request == nil:
		return errors.ValidationError.WithMessage("Request is required")
	}
	return nil
}

// dropQueries forgets query values that the endpoint does not declare, as the reference's validation
// does; an endpoint that declares none keeps them all.
func (c *Context) dropQueries(declared []string) {
	if len(declared) > 0 && len(c.query) > 0 {
		c.query = slices.DeleteFunc(c.query, func(m wire.Member) bool { return !slices.Contains(declared, m.Name) })
	}
}

func queryNames(in reflect.Type) []string {
	if in.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for f := range in.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("query"), ","); name != "" {
			names = append(names, name)
		} else if f.Anonymous {
			names = append(names, queryNames(f.Type)...)
		}
	}
	return names
}

// hasRules reports whether a typed input has anything that wire.Check would look at.
func hasRules(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return hasRules(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return false
		}
		for f := range t.Fields() {
			if f.Tag.Get("validate") != "" || hasRules(f.Type) {
				return true
			}
		}
	}
	return false
}

// callReplaced is the typed surface of an endpoint that a plugin replaced by one of other types.
func callReplaced[In, Out any](ctx context.Context, app *App, rt route, in In, opts []api.Option) (out Out, err error) {
	c, err := app.enter(ctx, rt.meta(), opts)
	if err != nil {
		return out, err
	}
	defer c.leave(&err)
	c.body, c.query = wire.Encode(in)
	value, err := rt.serve(c)
	return typedResult[Out](c, value, err)
}

func typedResult[Out any](c *Context, value any, err error) (out Out, _ error) {
	if c.call.Response != nil {
		*c.call.Response = c.response(value, err)
	}
	if err != nil {
		return out, c.apiError(err)
	}
	if value == nil {
		return out, nil
	}
	out, ok := value.(Out)
	if !ok {
		return out, &api.ReplacedError{Value: value}
	}
	return out, nil
}
