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
	// Every pair of types gets its own copy of this function, so what needs no types is elsewhere.
	rt := r.mount(&e, reflect.TypeFor[In](), func(c *Context, in any) (any, error) {
		out, err := fn(c, *in.(*In))
		if err != nil {
			return nil, err
		}
		return out, nil
	})
	return func(ctx context.Context, in In, opts ...api.Option) (out Out, err error) {
		call := &struct { // both live as long as the call: one allocation
			context Context
			in      In
		}{in: in}
		value, err := rt.call(ctx, &call.context, &call.in, opts)
		if value == nil || err != nil {
			return out, err
		}
		out, ok := value.(Out)
		if !ok {
			err = &api.ReplacedError{Value: value}
		}
		return out, err
	}
}

// A route is an endpoint with its types erased. Inputs are pointers to In.
type route struct {
	*Endpoint
	app           *App
	method        string // the first of Methods
	before, after []HookFunc
	fn            func(c *Context, in any) (any, error)
	in            reflect.Type
	rules         bool // of validation, in In
	// bodiless are the fields of In that neither body nor query has.
	bodiless [][]int
	// queries are the query values that In declares.
	queries []string
}

// mount adds an endpoint under its id and returns the route that holds the id from then on.
func (r *Registry) mount(e *Endpoint, in reflect.Type, fn func(c *Context, in any) (any, error)) *route {
	e.plugin = r.plugin
	if err := wire.Verify(reflect.Zero(in).Interface()); err != nil {
		r.fault("plugin %s: endpoint %s: %w", r.plugin, e.ID, err)
	}
	if r.closed {
		r.fault("plugin %s: endpoint %s was added after Register returned", e.plugin, e.ID)
	}
	if e.ID == "" || e.Method == "" && e.Path != "" {
		r.fault("plugin %s: endpoint %q %q needs an ID and a Method", e.plugin, e.ID, e.Path)
	}
	rt, taken := r.App.routes[e.ID]
	switch {
	case taken && !e.Override:
		r.fault("plugin %s: endpoint id %q is taken by plugin %s; choose another or set Override", e.plugin, e.ID, rt.plugin)
		return rt
	case !taken:
		rt = new(route)
		r.App.routes[e.ID] = rt
		r.App.order = append(r.App.order, e.ID)
	}
	*rt = route{
		Endpoint: e, app: r.App, fn: fn, in: in,
		rules: hasRules(in), bodiless: bodiless(in), queries: queryNames(in),
	}
	return rt
}

// call runs the endpoint for a caller in process. The input is of another type than the route's if a
// plugin replaced the endpoint that the caller knows.
func (rt *route) call(ctx context.Context, c *Context, in any, opts []api.Option) (_ any, err error) {
	if err := rt.enter(ctx, c, opts); err != nil {
		return nil, err
	}
	defer c.leave(&err)
	replaced := reflect.TypeOf(in).Elem() != rt.in
	switch {
	case replaced:
		c.take(in)
		in = nil
	case len(rt.before)+len(rt.after) > 0:
		c.encode = func() { c.take(in) }
	}
	value, err := rt.run(c, in)
	return c.result(value, err)
}

// take makes the raw input of a typed one.
func (c *Context) take(in any) {
	c.body, c.query = wire.Encode(in)
	c.values = wire.EncodeParams(in)
}

// run is the life of a call from the before hooks to the after hooks. in is nil when it is still to be
// decoded from body, query and parameters.
func (rt *route) run(c *Context, in any) (any, error) {
	if len(rt.before) > 0 {
		if err := c.runBefore(rt.before); err != nil || c.replied {
			return c.reply, err
		}
	}
	value, err := rt.handle(c, in)
	if _, ok := value.(*http.Response); ok || len(rt.after) == 0 {
		return value, err
	}
	return c.runAfter(rt.after, value, err)
}

func (rt *route) handle(c *Context, in any) (any, error) {
	var err error
	switch {
	case in == nil || c.bodyChanged:
		in, err = rt.decode(c, in)
		c.dropQueries(rt.queries)
	case rt.rules:
		err = invalid(wire.Check(in))
	}
	if err == nil {
		err = rt.checkCall(c)
	}
	if err != nil {
		return nil, err
	}
	for _, use := range rt.Use {
		if err := use(c); err != nil {
			return nil, err
		}
	}
	return rt.fn(c, in)
}

// decode makes the input of a raw request. From the input of a typed call, which is decoded anew because
// a hook changed the body, it takes over what only such a call can give: members for trusted callers.
func (rt *route) decode(c *Context, given any) (any, error) {
	in := reflect.New(rt.in)
	issues := wire.Decode(in.Interface(), wire.Source{Body: c.body, Query: c.query, Params: c.Param})
	if given != nil {
		from := reflect.ValueOf(given).Elem()
		for _, index := range rt.bodiless {
			if v := from.FieldByIndex(index); !v.IsZero() {
				in.Elem().FieldByIndex(index).Set(v)
			}
		}
	}
	return in.Interface(), invalid(issues)
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

func invalid(issues []wire.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return errors.ValidationError.WithMessage(wire.Message(issues))
}

func (rt *route) checkCall(c *Context) error {
	switch {
	case rt.RequireHeaders && c.Header == nil:
		return errors.ValidationError.WithMessage("Headers is required")
	case rt.RequireRequest && c.Request == nil:
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

// result is what the caller in process gets.
func (c *Context) result(value any, err error) (any, error) {
	if c.call.Response != nil {
		*c.call.Response = c.response(value, err)
	}
	if err != nil {
		return nil, c.apiError(err)
	}
	return value, nil
}
