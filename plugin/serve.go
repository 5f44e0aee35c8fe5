package plugin

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/glob"
	"github.com/betterauth-go/betterauth/internal/router"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// ServeHTTP is the HTTP surface: the whole life of a request, in the order of the reference.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &Context{
		Context: r.Context(), App: a, Request: r, Header: r.Header, Method: r.Method,
		http: true, waits: true, body: wire.Undefined{},
	}
	defer c.finish(w)
	defer func() {
		if v := recover(); v != nil {
			c.write(w, nil, c.panicked(v))
		}
	}()
	path, below := router.Path(r, a.Config.BasePath)
	value, err, done := c.gate(path)
	if !done {
		value, err = c.dispatch(path, below)
		if len(a.onResponse) > 0 {
			c.send(w, c.respond(value, err)) // has the headers of the call already
			return
		}
	}
	c.write(w, value, err)
}

// finish sends the answer on its way and then starts the background work.
func (c *Context) finish(w http.ResponseWriter) {
	if len(c.pending) == 0 {
		return
	}
	if err := http.NewResponseController(w).Flush(); err != nil {
		c.Log.DebugContext(c, "cannot flush the answer", slog.Any("error", err))
	}
	c.release()
}

// gate is what happens before routing: disabled paths, the rate limit and the plugins' OnRequest.
func (c *Context) gate(path string) (value any, err error, done bool) {
	if err := c.resolveBase(); err != nil {
		c.report(err)
		return nil, err, true
	}
	trimmed := router.Trim(path)
	if slices.Contains(c.Config.DisabledPaths, trimmed) {
		return plainNotFound(), nil, true
	}
	if err := c.limit(trimmed); err != nil {
		return nil, err, true
	}
	for _, fn := range c.App.onRequest {
		r, res, err := fn(c.Request)
		if err != nil {
			c.report(err)
			return nil, err, true
		}
		if res != nil {
			return res, nil, true
		}
		if r != nil {
			c.Request, c.Header, c.Context = r, r.Header, r.Context()
		}
	}
	return nil, nil, false
}

// dispatch finds the endpoint and runs it with everything around it.
func (c *Context) dispatch(path string, below bool) (any, error) {
	rt, params, ok := c.router.Lookup(c.Method, path)
	if !ok || !below {
		return &http.Response{StatusCode: http.StatusNotFound}, nil
	}
	c.Endpoint, c.params = rt.Endpoint, params
	c.query = wire.ParseQuery(c.Request.URL.RawQuery)
	if err := c.prepare(router.Trim(path)); err != nil {
		c.report(err)
		return nil, err
	}
	value, err := rt.run(c, nil)
	if err != nil && (c.outside || !errors.IsAPIError(err)) {
		c.report(err)
	}
	return value, err
}

// prepare reads the body and runs what guards the route before the hooks.
func (c *Context) prepare(path string) error {
	if err := c.readBody(); err != nil {
		return err
	}
	if err := c.checkOrigin(path); err != nil {
		return err
	}
	for _, mw := range c.middleware {
		if matchPath(mw.pattern, path) {
			if err := mw.fn(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func matchPath(pattern, path string) bool {
	return pattern == path || glob.Has(pattern) && glob.Compile(pattern).Match(path)
}

// readBody parses the request body as the endpoint allows. A request without a content type or
// without a body has no body, which validation then judges.
func (c *Context) readBody() error {
	contentType := c.Header.Get("Content-Type")
	if c.Endpoint.NoBody || contentType == "" || c.Request.Body == nil || c.Request.Body == http.NoBody || c.Method == http.MethodGet {
		return nil
	}
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	if !c.Endpoint.allows(mediaType) {
		allowed := append(slices.Clip(c.Endpoint.MediaTypes), "application/json")
		return errors.UnsupportedMediaType.WithMessage(`Content-Type "` + contentType + `" is not allowed. Allowed types: ` + strings.Join(allowed, ", "))
	}
	text, err := io.ReadAll(io.LimitReader(c.Request.Body, c.Config.Advanced.MaxBodySize+1))
	switch {
	case err != nil:
		return errors.BadRequest.WithCause(err)
	case int64(len(text)) > c.Config.Advanced.MaxBodySize:
		return errors.PayloadTooLarge
	case len(text) == 0:
		return nil
	case mediaType == "application/x-www-form-urlencoded":
		c.body = wire.ParseForm(string(text))
		return nil
	}
	c.body, err = wire.Parse(bytes.TrimPrefix(text, utf8BOM))
	if err != nil {
		c.body = wire.Undefined{}
		return errors.BadRequest.WithCause(err)
	}
	return nil
}

var utf8BOM = []byte("\xEF\xBB\xBF")

// respond lets the plugins see the response; the first that replaces it is the last.
func (c *Context) respond(value any, err error) *http.Response {
	res := c.response(value, err)
	for _, fn := range c.onResponse {
		changed, err := fn(c, res)
		if err != nil {
			c.report(err)
			return c.response(nil, err)
		}
		if changed != nil {
			return changed
		}
	}
	return res
}

// report hands an error that left the endpoint pipeline to the application, or logs it. Redirects are
// no errors.
func (c *Context) report(err error) {
	if e, ok := errors.AsType[*errors.APIError](err); ok && e.IsRedirect() {
		return
	}
	if fn := c.Config.OnAPIError.OnError; fn != nil {
		defer func() {
			if v := recover(); v != nil {
				c.Log.ErrorContext(c, "panic in OnAPIError.OnError", slog.Any("panic", v))
			}
		}()
		fn(err, c)
		return
	}
	level := slog.LevelError
	if errors.IsAPIError(err) && c.apiError(err).Status < http.StatusInternalServerError {
		level = slog.LevelInfo
	}
	attrs := []slog.Attr{slog.String("endpoint", c.id()), slog.String("request_id", c.requestID()), slog.Any("error", err)}
	if cause := errors.Unwrap(err); cause != nil {
		attrs = append(attrs, slog.Any("cause", cause))
	}
	c.Log.LogAttrs(c, level, "request failed", attrs...)
}

// write sends the answer.
func (c *Context) write(w http.ResponseWriter, value any, err error) {
	if res, ok := value.(*http.Response); ok && err == nil {
		c.send(w, c.merge(res))
		return
	}
	body, contentType := c.encodeAnswer(value, err)
	h := w.Header()
	if c.header == nil {
		c.header = h
	}
	for name, values := range c.headers(err) {
		h[name] = values
	}
	h["Content-Type"] = contentTypes[contentType]
	if len(c.pending) > 0 { // finish flushes, and a flushed answer of unknown length is sent in chunks
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(c.statusOf(err))
	_, failed := w.Write(body)
	c.sent(failed)
}

var contentTypes = map[string][]string{
	"application/json": {"application/json"}, "text/plain": {"text/plain;charset=UTF-8"},
}

func (c *Context) send(w http.ResponseWriter, res *http.Response) {
	h := w.Header()
	for name, values := range res.Header {
		h[name] = values
	}
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // or net/http would guess one
	}
	w.WriteHeader(res.StatusCode)
	if res.Body != nil {
		defer res.Body.Close()
		_, failed := io.Copy(w, res.Body)
		c.sent(failed)
	}
}

// sent notes why an answer did not get through.
func (c *Context) sent(err error) {
	if err != nil {
		c.Log.DebugContext(c, "client went away", slog.Any("error", err))
	}
}

func plainNotFound() *http.Response {
	return &http.Response{
		StatusCode: http.StatusNotFound,
		Header:     http.Header{"Content-Type": {"text/plain;charset=UTF-8"}},
		Body:       io.NopCloser(strings.NewReader("Not Found")),
	}
}

// WriteError answers a request with an error as the endpoints do: for the application's own handlers.
func (a *App) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	c := &Context{Context: r.Context(), App: a, Request: r, Header: r.Header, Method: r.Method, http: true}
	c.write(w, nil, err)
}
