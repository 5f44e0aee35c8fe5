package api

import "net/http"

// An Option changes one call. The zero Option does nothing.
type Option struct {
	header   http.Header
	request  *http.Request
	headers  *http.Header
	status   *int
	response **http.Response
}

// WithHeaders gives the endpoint the headers of a request: cookies, Authorization, User-Agent.
// The header is read, never changed.
func WithHeaders(h http.Header) Option { return Option{header: h} }

// WithRequest gives the endpoint the request being served: its headers, and for hooks and callbacks
// the request itself. The body is not read.
func WithRequest(r *http.Request) Option { return Option{request: r} }

// CaptureHeaders stores the response headers, Set-Cookie among them, in *h; also when the call fails.
func CaptureHeaders(h *http.Header) Option { return Option{headers: h} }

// CaptureStatus stores the HTTP status that the endpoint would have answered in *status.
func CaptureStatus(status *int) Option { return Option{status: status} }

// A Call is the sum of the options of one call. The pipeline reads it; callers have no use for it.
type Call struct {
	Header   http.Header
	Request  *http.Request
	Headers  *http.Header
	Status   *int
	Response **http.Response
}

// Apply sums up options; later ones win.
func (c *Call) Apply(opts []Option) {
	for i := range opts {
		o := &opts[i]
		if o.header != nil {
			c.Header = o.header
		}
		if o.request != nil {
			c.Request = o.request
		}
		if o.headers != nil {
			c.Headers = o.headers
		}
		if o.status != nil {
			c.Status = o.status
		}
		if o.response != nil {
			c.Response = o.response
		}
	}
	if c.Header == nil && c.Request != nil {
		c.Header = c.Request.Header
	}
}
