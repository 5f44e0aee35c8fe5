package oauth2

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// maxAnswer bounds an answer in bytes: tokens and profiles are a few KiB.
const maxAnswer = 1 << 20

// defaultTimeout is for callers that set no deadline.
const defaultTimeout = 10 * time.Second

// These are the reasons in an [Error] that do not come from the network.
var (
	ErrTooLarge = errors.New("the answer is larger than 1 MiB")
	ErrRedirect = errors.New("the endpoint redirected: configure its final URL")
	ErrFormat   = errors.New("the answer is not what the endpoint has to send")
	ErrStatus   = errors.New("the endpoint refused")
)

// An Error is a request to a provider that failed.
type Error struct {
	// URL is the endpoint without query and userinfo, which may hold secrets.
	URL string
	// Status is the HTTP status, 0 without an answer.
	Status int
	// Code is the OAuth error code of the answer, "invalid_grant", if it had one.
	Code string
	// Err is the reason.
	Err error
}

// Error names endpoint, status, code and reason.
func (e *Error) Error() string {
	s := "oauth2: " + e.URL
	if e.Status != 0 {
		s += fmt.Sprintf(": status %d", e.Status)
	}
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	return s + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// A Request is one request to a provider.
type Request struct {
	// Method is GET by default, and POST with a body.
	Method string
	URL    string
	Header map[string]string
	// Form is the body, unless JSON is set.
	Form plugin.Params
	// JSON is a body of that type.
	JSON string
	// Follow allows redirects of a GET: to https or the same scheme, and to another host only if its
	// address is public. Header does not go along to another host.
	Follow bool
	// SameOrigin makes Follow refuse redirects that leave scheme, host or port.
	SameOrigin bool
}

// Bearer is the header that carries an access token.
func Bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

// An Answer is a successful answer, status 200 to 299.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

// Send makes a request. Every failure is an *[Error].
func Send(ctx context.Context, out plugin.Outbound, r Request) (*Answer, error) {
	client := outboundClient(out.HTTP)
	if _, ok := ctx.Deadline(); !ok && client.Timeout == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, defaultTimeout)
		defer cancel()
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, &Error{URL: "invalid URL", Err: ErrFormat}
	}
	resp, err := roundTrips(ctx, client, r, u)
	if err != nil {
		return nil, &Error{URL: bare(u), Err: withoutURL(err)}
	}
	defer resp.Body.Close()
	return readAnswer(resp, bare(u))
}

// outboundClient is a copy of c that neither follows redirects nor sends cookies.
func outboundClient(c plugin.HTTPClient) *http.Client {
	var clone http.Client
	switch c := c.(type) {
	case nil:
		clone = *http.DefaultClient
	case *http.Client:
		if c != nil {
			clone = *c
		}
	default:
		clone.Transport = doer{c}
	}
	clone.Jar = nil
	clone.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &clone
}

// A doer is a client as a transport.
type doer struct{ plugin.HTTPClient }

func (d doer) RoundTrip(r *http.Request) (*http.Response, error) { return d.Do(r) }

func (r Request) build(ctx context.Context, u *url.URL) (*http.Request, error) {
	method, body, contentType := r.Method, r.JSON, "application/json"
	if r.JSON == "" && len(r.Form) > 0 {
		body, contentType = Encode(r.Form), "application/x-www-form-urlencoded"
	}
	if method == "" {
		method = http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body == "" {
		req.Body = http.NoBody
	} else {
		req.Header.Set("Content-Type", contentType)
	}
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	return req, nil
}

func readAnswer(resp *http.Response, endpoint string) (*Answer, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &Error{URL: endpoint, Status: resp.StatusCode, Err: withoutURL(err)}
	case len(body) > maxAnswer:
		return nil, &Error{URL: endpoint, Status: resp.StatusCode, Err: ErrTooLarge}
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, &Error{URL: endpoint, Status: resp.StatusCode, Code: errorCode(body), Err: ErrStatus}
	}
	return &Answer{Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type"), Body: body}, nil
}

// SendJSON makes a request whose answer is a JSON object. Numbers are json.Number.
func SendJSON(ctx context.Context, out plugin.Outbound, r Request) (map[string]any, error) {
	v, err := SendAny(ctx, out, r)
	if err != nil {
		return nil, err
	}
	if m, ok := v.(map[string]any); ok {
		return m, nil
	}
	return nil, formatError(r)
}

// SendAny makes a request whose answer is any JSON value.
func SendAny(ctx context.Context, out plugin.Outbound, r Request) (any, error) {
	a, err := Send(ctx, out, r)
	if err != nil {
		return nil, err
	}
	v, err := decodeJSON(a.Body)
	if err != nil {
		return nil, formatError(r)
	}
	return v, nil
}

func formatError(r Request) error {
	return &Error{URL: loggable(r.URL), Status: http.StatusOK, Err: ErrFormat}
}

// decodeJSON reads exactly one JSON value. Numbers keep their digits: account ids may have more than
// a float64 holds.
func decodeJSON(data []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, ErrFormat
	}
	return v, nil
}

// bare is a URL that can be logged.
func bare(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// withoutURL drops the URLs that net/http adds to its errors, a client within a client too: queries may hold
// secrets.
func withoutURL(err error) error {
	for {
		e, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = e.Err
	}
}

// errorCode reads the member "error" of RFC 6749 section 5.2, if it looks like a code.
func errorCode(body []byte) string {
	v, err := decodeJSON(body)
	if err != nil {
		return ""
	}
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	code, _ := m["error"].(string)
	if len(code) > 64 || strings.ContainsFunc(code, notCode) {
		return ""
	}
	return code
}

func notCode(r rune) bool {
	return r != '_' && r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
