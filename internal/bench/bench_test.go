package bench_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// An app is an instance on memory with one user who is signed in.
type app struct {
	*betterauth.Auth
	cookies string // of the user, as a request sends them
}

func newApp(tb testing.TB, cache bool) *app {
	config := betterauth.Config{
		BaseURL: "https://example.com", Secret: "a secret of more than 32 characters",
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true, Password: plain()},
		RateLimit:        betterauth.RateLimit{Disabled: true},
		Logger:           slog.New(slog.DiscardHandler),
	}
	config.Session.CookieCache = betterauth.CookieCache{Enabled: cache, MaxAge: 24 * time.Hour}
	auth, err := betterauth.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	a := &app{Auth: auth}
	var header http.Header
	in := api.SignUpEmailInput{Name: "Ann", Email: "ann@example.com", Password: "password-1234"}
	if _, err := auth.API.SignUpEmail(tb.Context(), in, api.CaptureHeaders(&header)); err != nil {
		tb.Fatal(err)
	}
	var pairs []string
	for _, line := range header["Set-Cookie"] {
		pair, _, _ := strings.Cut(line, ";")
		pairs = append(pairs, pair)
	}
	a.cookies = strings.Join(pairs, "; ")
	return a
}

// plain is a password hash that costs nothing, so that the rest can be seen.
func plain() betterauth.PasswordHash {
	return betterauth.PasswordHash{
		Hash:   func(_ context.Context, password string) (string, error) { return password, nil },
		Verify: func(_ context.Context, hash, password string) (bool, error) { return hash == password, nil },
	}
}

func (a *app) header() http.Header {
	return http.Header{"Cookie": {a.cookies}, "User-Agent": {"bench"}, "Origin": {"https://example.com"}}
}

// request returns a request as net/http would hand it to the handler.
func (a *app) request(method, path, body string) *http.Request {
	r := &http.Request{
		Method: method, URL: &url.URL{Path: "/api/auth" + path}, Host: "example.com", RemoteAddr: "127.0.0.1:4000",
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header(), Body: http.NoBody,
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	return r
}

// A response is a reusable http.ResponseWriter.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newResponse() *response { return &response{header: http.Header{}} }

func (w *response) Header() http.Header         { return w.header }
func (w *response) WriteHeader(status int)      { w.status = status }
func (w *response) Write(b []byte) (int, error) { return w.body.Write(b) }

func (w *response) reset() {
	clear(w.header)
	w.status = 0
	w.body.Reset()
}

// TestSessionAllocs bounds what reading a session in process may allocate.
func TestSessionAllocs(t *testing.T) {
	a := newApp(t, false)
	ctx, header := t.Context(), a.header()
	allocs := testing.AllocsPerRun(1000, func() { a.readSession(t, ctx, header) })
	if allocs > maxSessionAllocs {
		t.Errorf("API.GetSession allocates %v times, the limit is %d", allocs, maxSessionAllocs)
	}
}

func (a *app) readSession(tb testing.TB, ctx context.Context, header http.Header) {
	data, err := a.API.GetSession(ctx, api.GetSessionInput{}, api.WithHeaders(header))
	if err != nil || data == nil {
		tb.Fatal(data, err)
	}
}

func BenchmarkAPIGetSession(b *testing.B) {
	for _, cache := range []bool{false, true} {
		b.Run(variant(cache), func(b *testing.B) {
			a := newApp(b, cache)
			ctx, header := b.Context(), a.header()
			b.ReportAllocs()
			for b.Loop() {
				a.readSession(b, ctx, header)
			}
		})
	}
}

func variant(cache bool) string {
	if cache {
		return "cache"
	}
	return "store"
}

// serve times requests to the handler itself, without a connection.
func serve(b *testing.B, a *app, makeRequest func() *http.Request, holds string) {
	b.Helper()
	h, w := a.Handler(), newResponse()
	b.ReportAllocs()
	for b.Loop() {
		w.reset()
		h.ServeHTTP(w, makeRequest())
		if w.status != http.StatusOK || !strings.Contains(w.body.String(), holds) {
			b.Fatal(w.status, w.body.String())
		}
	}
}

func BenchmarkHTTPGetSession(b *testing.B) {
	for _, cache := range []bool{false, true} {
		b.Run(variant(cache), func(b *testing.B) {
			a := newApp(b, cache)
			r := a.request(http.MethodGet, "/get-session", "")
			serve(b, a, func() *http.Request { return r }, `"email":"ann@example.com"`)
		})
	}
	b.Run("unauthenticated", func(b *testing.B) {
		a := newApp(b, false)
		r := a.request(http.MethodGet, "/get-session", "")
		r.Header.Del("Cookie")
		serve(b, a, func() *http.Request { return r }, "null")
	})
}

// BenchmarkHTTPSignIn is what a sign-in costs besides hashing the password. Its requests are part of it.
func BenchmarkHTTPSignIn(b *testing.B) {
	a := newApp(b, false)
	serve(b, a, func() *http.Request {
		r := a.request(http.MethodPost, "/sign-in/email", `{"email":"ann@example.com","password":"password-1234"}`)
		r.Header.Del("Cookie")
		return r
	}, `"redirect":false`)
}

func BenchmarkEncodeSession(b *testing.B) {
	a := newApp(b, false)
	data, err := a.API.GetSession(b.Context(), api.GetSessionInput{}, api.WithHeaders(a.header()))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.Marshal(data); err != nil {
			b.Fatal(err)
		}
	}
}
