package plugin

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/router"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// A Context is one call of an endpoint: the request, the response so far and the instance. It lives
// as long as the call and belongs to one goroutine. It is the call's context.Context; inside [Context.Tx]
// it carries the transaction.
type Context struct {
	context.Context
	*App
	// Endpoint is the endpoint being called; nil in middlewares of unknown paths.
	Endpoint *Endpoint
	// Request is the HTTP request; nil for a call in process without WithRequest. Its body is gone.
	Request *http.Request
	// Header of the request; may be nil for a call in process.
	Header http.Header
	// Method is the HTTP method; for a call in process the first of the endpoint's, whatever request
	// WithRequest gave.
	Method string

	call        api.Call
	http        bool // a request over HTTP, not a call in process
	body        any  // wire value; wire.Undefined for none
	query       wire.Object
	params      router.Params
	values      map[string]string // route parameters of a call in process
	encode      func()            // fills body, query and values from the typed input
	bodyChanged bool

	outside bool // the error did not come from the endpoint itself
	replied bool
	reply   any
	outcome outcome

	header http.Header
	status int

	session    *api.SessionData
	newSession *api.SessionData
	base       *base
	address    *string
	state      map[any]any
	trace      string // request id, once one was needed

	waits   bool     // background work waits until the answer is out
	pending []func() // background work that waits
}

// outcome is what the endpoint returned, as after hooks see it.
type outcome struct {
	value any
	err   error
}

// Body returns the members of the request's JSON object before validation; nil if there is no object.
// Changing the result has no effect; see SetBody.
func (c *Context) Body() api.Fields {
	c.fill()
	o, _ := c.body.(wire.Object)
	return api.Fields(o)
}

// SetBody changes one member of the body that the endpoint will decode. For before hooks.
func (c *Context) SetBody(name string, value any) {
	c.fill()
	o, _ := c.body.(wire.Object)
	o = o.Clone()
	o.Set(name, value)
	c.body, c.bodyChanged = o, true
}

// DeleteBody removes a member of the body that the endpoint will decode. For before hooks.
func (c *Context) DeleteBody(name string) {
	c.fill()
	if o, ok := c.body.(wire.Object); ok {
		o = o.Clone()
		o.Delete(name)
		c.body, c.bodyChanged = o, true
	}
}

// Query returns a query value; the first when it is repeated.
func (c *Context) Query(name string) string {
	c.fill()
	switch v, _ := c.query.Get(name); v := v.(type) {
	case string:
		return v
	case []any:
		s, _ := v[0].(string)
		return s
	}
	return ""
}

func (c *Context) fill() {
	if c.encode != nil {
		encode := c.encode
		c.encode = nil
		encode()
	}
}

// Param returns a parameter of the route.
func (c *Context) Param(name string) string {
	c.fill()
	if c.values != nil {
		return c.values[name]
	}
	return c.params.Get(name)
}

// Cookie returns the decoded value of a request cookie; the first of several of one name.
func (c *Context) Cookie(name string) (string, bool) { return cookie.Get(c.Header, name) }

// SignedCookie returns the value of a signed cookie if its signature is good. current is false when
// an older secret signed it: the cookie should be set again.
func (c *Context) SignedCookie(name string) (value string, current, ok bool) {
	signed, found := cookie.Get(c.Header, name)
	if !found {
		return "", false, false
	}
	return c.Keys.OpenValue(signed)
}

// RequestCookies yields the decoded cookies of the request in order, each name once with its last value:
// for cookies that are looked for by pattern.
func (c *Context) RequestCookies() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, k := range cookie.List(c.Header) {
			if !yield(k.Name, k.Value) {
				return
			}
		}
	}
}

// SetRequestCookie adds a cookie to those of the request, or replaces it, for the rest of the call. For
// before hooks.
func (c *Context) SetRequestCookie(name, value string) {
	c.Header = c.Header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	cookie.SetRequest(c.Header, name, value)
}

// SetRequestHeader changes a request header for the rest of the call. For before hooks.
func (c *Context) SetRequestHeader(name, value string) {
	c.Header = c.Header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	c.Header.Set(name, value)
}

// ResponseHeader returns the headers of the response so far, for reading and changing.
func (c *Context) ResponseHeader() http.Header {
	if c.header == nil {
		c.header = http.Header{}
	}
	return c.header
}

// SetHeader sets a response header.
func (c *Context) SetHeader(name, value string) { c.ResponseHeader().Set(name, value) }

// SetStatus sets the HTTP status of a successful answer.
func (c *Context) SetStatus(status int) { c.status = status }

// SetCookie adds a cookie to the response.
func (c *Context) SetCookie(k cookie.Cookie) { c.ResponseHeader().Add("Set-Cookie", k.String()) }

// SetSignedCookie signs the value of k and adds it to the response.
func (c *Context) SetSignedCookie(k cookie.Cookie) {
	k.Value = c.Keys.SignValue(k.Value)
	c.SetCookie(k)
}

// ExpireCookie tells the browser to drop a cookie and takes back what this response set under its
// name, chunks included, so that no live value leaves the server.
func (c *Context) ExpireCookie(k cookie.Cookie) {
	c.dropCookies(k.Name)
	k.Value = ""
	k.MaxAge = new(0)
	c.SetCookie(k)
}

func (c *Context) dropCookies(name string) {
	if c.header == nil {
		return
	}
	lines := slices.DeleteFunc(c.header["Set-Cookie"], func(line string) bool { return isCookie(line, name) })
	if len(lines) == 0 {
		delete(c.header, "Set-Cookie")
		return
	}
	c.header["Set-Cookie"] = lines
}

// PendingCookie reports whether the response sets a cookie of this name or a chunk of it.
func (c *Context) PendingCookie(name string) bool {
	return slices.ContainsFunc(c.header["Set-Cookie"], func(line string) bool { return isCookie(line, name) })
}

// ResponseCookie returns the decoded value that the response sets for a cookie; ok is false when it sets
// none or tells the browser to drop it. For after hooks.
func (c *Context) ResponseCookie(name string) (value string, ok bool) {
	for _, line := range slices.Backward(c.header["Set-Cookie"]) {
		if rest, found := strings.CutPrefix(line, name+"="); found {
			value, _, _ = strings.Cut(rest, ";")
			return cookie.Unescape(value), value != ""
		}
	}
	return "", false
}

func isCookie(line, name string) bool {
	rest, ok := strings.CutPrefix(line, name)
	return ok && rest != "" && (rest[0] == '=' || rest[0] == '.')
}

// Redirect returns the error that answers 302 to url.
func (c *Context) Redirect(url string) error { return errors.Redirect(url) }

// Reply answers with v. In a before hook it replaces the endpoint; in an after hook it replaces the
// body, not the status.
func (c *Context) Reply(v any) { c.reply, c.replied = v, true }

// Returned is what the endpoint, or the hook before, answered: a value, or an *errors.APIError. For
// after hooks.
func (c *Context) Returned() (any, error) { return c.outcome.value, c.outcome.err }

// Session returns the session that the call runs under, once a middleware or session.Get has read it.
func (c *Context) Session() *api.SessionData { return c.session }

// SetSession sets the session of the call. Package session does so; plugins that authenticate
// requests in other ways may.
func (c *Context) SetSession(s *api.SessionData) { c.session = s }

// NewSession returns the session that this call created or changed, if any. For after hooks.
func (c *Context) NewSession() *api.SessionData { return c.newSession }

// SetNewSession records a session that this call created; nil takes it back.
func (c *Context) SetNewSession(s *api.SessionData) { c.newSession = s }

// Tx runs fn in a transaction: everything that c's database does inside commits together, or not at
// all when fn returns an error. A nested Tx joins.
func (c *Context) Tx(fn func() error) error {
	return c.DB.Transaction(c.Context, func(ctx context.Context) error {
		outer := c.Context
		c.Context = ctx
		defer func() { c.Context = outer }()
		return fn()
	})
}

// Set keeps a value for the rest of the call, under a key of the caller's own type.
func (c *Context) Set(key, value any) {
	if c.state == nil {
		c.state = map[any]any{}
	}
	c.state[key] = value
}

// Get returns a value that Set kept, or nil.
func (c *Context) Get(key any) any { return c.state[key] }

// IsHTTP reports whether the call is a request over HTTP and not a call in process.
func (c *Context) IsHTTP() bool { return c.http }

// Background runs fn when the answer is out, so that its work does not show in the answer's time: see
// Config.Background. Inside a transaction it waits for the commit and is dropped with a rollback. fn's
// context outlives the request; a failure or panic is logged under name and nobody is told.
func (c *Context) Background(name string, fn func(ctx context.Context) error) {
	c.DB.AfterCommit(c.Context, func(ctx context.Context) {
		start := c.prepareBackground(ctx, name, fn)
		if c.waits {
			c.pending = append(c.pending, start)
			return
		}
		start()
	})
}

// release starts the background work that waited for the answer.
func (c *Context) release() {
	c.waits = false
	for _, start := range c.pending {
		start()
	}
	c.pending = nil
}

// Detach returns a Context for background work that outlives the call: the same instance, endpoint and
// request, on ctx. Its response goes nowhere.
func (c *Context) Detach(ctx context.Context) *Context {
	d := &Context{Context: ctx, App: c.App, Endpoint: c.Endpoint, Header: c.Header, Method: c.Method, base: c.base, body: wire.Undefined{}}
	if c.Request != nil {
		d.Request = c.Request.Clone(ctx)
		d.Request.Body = nil
	}
	return d
}
