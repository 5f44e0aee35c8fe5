package plugin

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// Call runs an endpoint by id: the dynamic surface, behind api.API.Call.
func (a *App) Call(ctx context.Context, id string, in api.Request, opts ...api.Option) (_ any, err error) {
	rt, ok := a.routes[id]
	if !ok {
		return nil, errors.NotFound.WithMessage("There is no endpoint with the id " + strconv.Quote(id))
	}
	c := new(Context)
	if err := rt.enter(ctx, c, opts); err != nil {
		return nil, err
	}
	defer c.leave(&err)
	if err := c.input(in); err != nil {
		return nil, err
	}
	value, err := rt.run(c, nil)
	return c.result(value, err)
}

// input sets the raw input of a dynamic call. Values pass through JSON, so that a struct, a map and a
// request body mean the same.
func (c *Context) input(in api.Request) error {
	c.values = in.Params
	if c.values == nil {
		c.values = map[string]string{}
	}
	for name, value := range in.Query {
		c.query.Set(name, value)
	}
	if in.Body == nil {
		return nil
	}
	text, err := wire.Marshal(in.Body)
	if err == nil {
		c.body, err = wire.Parse(text)
	}
	if err != nil {
		return errors.BadRequest.WithMessage("The body cannot be written as JSON").WithCause(err)
	}
	return nil
}

// enter starts a call in process on a new Context.
func (rt *route) enter(ctx context.Context, c *Context, opts []api.Option) error {
	c.Context, c.App, c.Endpoint, c.Method, c.body = ctx, rt.app, rt.Endpoint, rt.method, wire.Undefined{}
	c.call.Apply(opts)
	c.Header, c.Request = c.call.Header, c.call.Request
	c.waits = true
	if c.dynamic != nil {
		return c.resolveBase()
	}
	return nil
}

// leave ends a call in process: it turns a panic into an error and hands out what was asked for.
func (c *Context) leave(err *error) {
	if v := recover(); v != nil {
		*err = c.panicked(v)
	}
	c.release()
	if c.call.Headers != nil {
		*c.call.Headers = c.headers(*err).Clone()
	}
	if c.call.Status != nil {
		*c.call.Status = c.statusOf(*err)
	}
}

func (c *Context) panicked(v any) *errors.APIError {
	c.Log.ErrorContext(c, "panic in an endpoint", slog.String("endpoint", c.id()),
		slog.String("request_id", c.requestID()), slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
	return errors.InternalServerError
}

func (c *Context) id() string {
	if c.Endpoint == nil {
		return ""
	}
	return c.Endpoint.ID
}

// requestID names the call in logs and in the X-Request-Id header of 5xx answers: the one that the request
// came with, if it looks like one, or a new one.
func (c *Context) requestID() string {
	if c.trace == "" {
		c.trace = c.Header.Get("X-Request-Id")
		if !traceable(c.trace) {
			c.trace, _ = c.Random(16, "")
		}
	}
	return c.trace
}

func traceable(id string) bool {
	return len(id) > 0 && len(id) <= 128 && strings.Trim(id, crypto.AlphaNumeric+"._:/+=-") == ""
}

// apiError gives every error the form of an API error; what was unexpected becomes the cause.
func (c *Context) apiError(err error) *errors.APIError {
	if e, ok := errors.AsType[*errors.APIError](err); ok {
		return e
	}
	if errors.Is(err, adapter.ErrValue) {
		return errors.ValidationError.WithMessage("Invalid input: a value cannot be stored").WithCause(err)
	}
	return errors.InternalServerError.WithCause(err)
}

// runBefore runs the before hooks; the first error or reply ends them.
func (c *Context) runBefore(hooks []HookFunc) error {
	for _, h := range hooks {
		if err := h(c); err != nil {
			c.outside = true
			return err
		}
		if c.replied {
			return nil
		}
	}
	return nil
}

// runAfter runs the after hooks on a value or an API error. A hook's API error replaces the answer and
// the next hooks see it; any other error ends the chain.
func (c *Context) runAfter(hooks []HookFunc, value any, err error) (any, error) {
	if err != nil && !errors.IsAPIError(err) {
		return nil, err
	}
	for _, h := range hooks {
		c.outcome, c.replied = outcome{value, err}, false
		hookErr := h(c)
		switch {
		case hookErr != nil && !errors.IsAPIError(hookErr):
			return nil, hookErr
		case hookErr != nil:
			value, err = nil, hookErr
		case c.replied && err != nil:
			c.status, value, err = c.apiError(err).Status, c.reply, nil
		case c.replied:
			value = c.reply
		}
	}
	return value, err
}

// headers are those of the response: what the call set and what the error adds.
func (c *Context) headers(err error) http.Header {
	h := c.ResponseHeader()
	if c.Endpoint != nil && c.Endpoint.NoStore || len(h["Set-Cookie"]) > 0 {
		h["Cache-Control"] = noStore
		if c.Endpoint != nil && c.Endpoint.NoStore {
			h["Pragma"] = noCache
		}
	}
	if err == nil {
		return h
	}
	e := c.apiError(err)
	if e.Status >= http.StatusInternalServerError {
		h.Set("X-Request-Id", c.requestID())
	}
	for name, values := range e.Headers {
		if name == "Set-Cookie" {
			h[name] = append(h[name], values...)
		} else {
			h[name] = values
		}
	}
	return h
}

var (
	noStore = []string{"no-store"}
	noCache = []string{"no-cache"}
)

func (c *Context) statusOf(err error) int {
	switch {
	case err != nil:
		return c.apiError(err).Status
	case c.status != 0:
		return c.status
	}
	return http.StatusOK
}

// response is the answer as HTTP would have it, for Func.Response.
func (c *Context) response(value any, err error) *http.Response {
	if res, ok := value.(*http.Response); ok && err == nil {
		return c.merge(res)
	}
	body, contentType := c.encodeAnswer(value, err)
	h := c.headers(err).Clone()
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	status := c.statusOf(err)
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: c.Request,
	}
}

// merge adds the headers of the call to a response that the endpoint made itself.
func (c *Context) merge(res *http.Response) *http.Response {
	if res.Header == nil {
		res.Header = http.Header{}
	}
	for name, values := range c.header {
		if name == "Set-Cookie" {
			res.Header[name] = append(res.Header[name], values...)
		} else if res.Header[name] == nil {
			res.Header[name] = values
		}
	}
	return res
}

// encodeAnswer writes the body: a value, or an error with its extra members.
func (c *Context) encodeAnswer(value any, err error) (body []byte, contentType string) {
	if err != nil {
		return c.encodeError(c.apiError(err)), "application/json"
	}
	if text, ok := value.(string); ok {
		return []byte(text), "text/plain"
	}
	body, err = wire.Marshal(value)
	if err != nil {
		c.Log.ErrorContext(c, "cannot write the answer", slog.String("endpoint", c.id()), slog.Any("error", err))
		c.status = http.StatusInternalServerError
		return c.encodeError(errors.InternalServerError), "application/json"
	}
	return body, "application/json"
}

func (c *Context) encodeError(e *errors.APIError) []byte {
	if e.Message == "" && e.Code == "" && len(e.Details()) == 0 {
		return nil
	}
	var o wire.Object
	if e.Message != "" {
		o.Set("message", e.Message)
	}
	if e.Code != "" {
		o.Set("code", e.Code)
	}
	for _, d := range e.Details() {
		o.Set(d.Name, d.Value)
	}
	if !c.Config.Advanced.StrictResponses && e.Message != "" {
		o.Set("status", e.Status)
	}
	body, err := wire.Marshal(o)
	if err != nil {
		return nil
	}
	return body
}
