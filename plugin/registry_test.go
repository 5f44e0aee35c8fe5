package plugin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// pong is an endpoint that answers a text.
func pong(text string) func(*plugin.Context, struct{}) (string, error) {
	return func(*plugin.Context, struct{}) (string, error) { return text, nil }
}

func withEndpoint(id string, e plugin.Endpoint) plugin.Plugin {
	return plugin.Func(id, func(r *plugin.Registry) error {
		plugin.Handle(r, e, pong(id))
		return nil
	})
}

// TestFaults shows that New refuses what cannot work and names everything at once.
func TestFaults(t *testing.T) {
	t.Parallel()
	one := plugin.Endpoint{ID: "one", Method: "GET", Path: "/one"}
	cases := []struct {
		name    string
		plugins []plugin.Plugin
		want    []string
	}{
		{"same endpoint id", []plugin.Plugin{withEndpoint("a", one), withEndpoint("b", plugin.Endpoint{ID: "one", Method: "GET", Path: "/two"})}, []string{`endpoint id "one" is taken by plugin a`}},
		{"same method and path", []plugin.Plugin{withEndpoint("a", one), withEndpoint("b", plugin.Endpoint{ID: "two", Method: "GET", Path: "/one"})}, []string{"/one"}},
		{"same path but for the parameter's name", []plugin.Plugin{
			withEndpoint("a", plugin.Endpoint{ID: "a", Method: "GET", Path: "/x/:a"}), withEndpoint("b", plugin.Endpoint{ID: "b", Method: "GET", Path: "/x/:b"}),
		}, []string{"/x/:b"}},
		{"path of the core", []plugin.Plugin{withEndpoint("a", plugin.Endpoint{ID: "mine", Method: "POST", Path: "/sign-out"})}, []string{"/sign-out"}},
		{"same plugin id", []plugin.Plugin{withEndpoint("a", one), withEndpoint("a", one)}, []string{`plugin "a" is listed twice`}},
		{"nil", []plugin.Plugin{nil}, []string{"a nil plugin"}},
		{"no id", []plugin.Plugin{withEndpoint("a", plugin.Endpoint{Method: "GET", Path: "/one"})}, []string{"needs an ID and a Method"}},
		{"no method", []plugin.Plugin{withEndpoint("a", plugin.Endpoint{ID: "one", Path: "/one"})}, []string{"needs an ID and a Method"}},
		{"faults joined", []plugin.Plugin{
			nil,
			plugin.Func("broken", func(*plugin.Registry) error { return errors.New("out of order") }),
			withEndpoint("a", plugin.Endpoint{ID: "signOut", Method: "GET", Path: "/mine"}),
		}, []string{"a nil plugin", "plugin broken: out of order", `endpoint id "signOut" is taken by plugin core`}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := plugintest.TryNew(t, plugintest.With(tc.plugins...))
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// TestLateEndpoint shows that endpoints added after Register are a fault of New or never mounted.
func TestLateEndpoint(t *testing.T) {
	t.Parallel()
	var late *plugin.Registry
	kit := plugintest.New(t, plugintest.With(plugin.Func("late", func(r *plugin.Registry) error { late = r; return nil })))
	plugin.Handle(late, plugin.Endpoint{ID: "late", Method: "GET", Path: "/late"}, pong("late"))
	kit.Client().Get("/late").Expect(http.StatusNotFound)
}

// TestOverride shows that a replacement serves every surface, the core's typed function included.
func TestOverride(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t, plugintest.With(plugin.Func("mine", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "ok", Method: "GET", Path: "/ok", Override: true},
			func(*plugin.Context, api.OKInput) (*api.OKOutput, error) { return &api.OKOutput{OK: false}, nil })
		plugin.Handle(r, plugin.Endpoint{ID: "getSession", Method: "GET", Path: "/get-session", Override: true}, pong("another"))
		return nil
	})))
	if a := kit.Client().Get("/ok").Expect(http.StatusOK); a.Body != `{"ok":false}` {
		t.Errorf("HTTP: %s", a.Body)
	}
	out, err := kit.API.OK(t.Context(), api.OKInput{})
	if err != nil || out.OK {
		t.Errorf("typed: %v, %v", out, err)
	}
	if a := kit.Client().Get("/get-session").Expect(http.StatusOK); a.Body != "another" {
		t.Errorf("HTTP: %s", a.Body)
	}
	_, err = kit.API.GetSession(t.Context(), api.GetSessionInput{}, api.WithHeaders(http.Header{}))
	if replaced, ok := errors.AsType[*api.ReplacedError](err); !ok || replaced.Value != "another" {
		t.Errorf("typed: %v", err)
	}
	v, err := kit.API.Call(t.Context(), "getSession", api.Request{})
	if err != nil || v != "another" {
		t.Errorf("dynamic: %v, %v", v, err)
	}
	for _, e := range kit.Endpoints() {
		if e.ID == "ok" && e.Plugin() != "mine" {
			t.Errorf("the endpoint belongs to %s", e.Plugin())
		}
	}
}

// TestRequirements shows what calls in process must bring.
func TestRequirements(t *testing.T) {
	t.Parallel()
	needs := plugin.Func("needs", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "headers", Method: "GET", Path: "/headers", RequireHeaders: true}, pong("h"))
		plugin.Handle(r, plugin.Endpoint{ID: "request", Method: "GET", Path: "/request", RequireRequest: true}, pong("r"))
		plugin.Handle(r, plugin.Endpoint{ID: "server", Method: "GET"}, pong("s"))
		return nil
	})
	kit := plugintest.New(t, plugintest.With(needs))
	call := func(id string, opts ...api.Option) error {
		_, err := kit.API.Call(t.Context(), id, api.Request{}, opts...)
		return err
	}
	const without = "Headers is required (VALIDATION_ERROR)"
	if err := call("headers"); err == nil || err.Error() != without {
		t.Errorf("headers: %v", err)
	}
	if err := call("headers", api.WithHeaders(http.Header{})); err != nil {
		t.Errorf("headers given: %v", err)
	}
	if err := call("request", api.WithHeaders(http.Header{})); err == nil || err.Error() != "Request is required (VALIDATION_ERROR)" {
		t.Errorf("request: %v", err)
	}
	if err := call("nothing"); !errors.Is(err, errors.NotFound) {
		t.Errorf("unknown id: %v", err)
	}
	if err := call("server"); err != nil {
		t.Errorf("server only: %v", err)
	}
	client := kit.Client()
	client.Get("/headers").Expect(http.StatusOK)
	client.Get("/request").Expect(http.StatusOK)
	client.Get("/server").Expect(http.StatusNotFound)
	if _, err := kit.API.GetSession(t.Context(), api.GetSessionInput{}); err == nil || err.Error() != without {
		t.Errorf("getSession: %v", err)
	}
}

// TestOnRequest shows that OnRequest may change or end a request before everything else.
func TestOnRequest(t *testing.T) {
	t.Parallel()
	log := &trace{}
	kit, _ := echoing(t, func(r *plugin.Registry) {
		r.OnRequest(func(req *http.Request) (*http.Request, *http.Response, error) {
			switch req.Header.Get("X-Do") {
			case "end":
				return nil, &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{"X-End": {"1"}}}, nil
			case "fail":
				return nil, nil, errors.Define(http.StatusForbidden, "STOP", "No")
			case "change":
				changed := req.Clone(req.Context())
				changed.Header.Set("X-Do", "changed")
				return changed, nil, nil
			}
			return nil, nil, nil
		})
		r.OnRequest(func(req *http.Request) (*http.Request, *http.Response, error) {
			log.add("second sees %s", req.Header.Get("X-Do"))
			return nil, nil, nil
		})
		r.Before(echoPath, func(c *plugin.Context) error {
			log.add("hook sees %s", c.Header.Get("X-Do"))
			return nil
		})
		r.OnResponse(func(*plugin.Context, *http.Response) (*http.Response, error) {
			log.add("response")
			return nil, nil
		})
	})
	client := kit.Client()
	for _, tc := range []struct {
		do     string
		status int
		trace  string
	}{
		{"end", http.StatusTeapot, ""},
		{"fail", http.StatusForbidden, ""},
		{"change", http.StatusOK, "second sees changed,hook sees changed,response"},
		{"nothing", http.StatusOK, "second sees nothing,hook sees nothing,response"},
	} {
		log.steps = nil
		client.Header.Set("X-Do", tc.do)
		client.Post("/echo", map[string]string{"text": "a"}).Expect(tc.status)
		if got := strings.Join(log.steps, ","); got != tc.trace {
			t.Errorf("%s: %s, want %s", tc.do, got, tc.trace)
		}
	}
}

// TestOnResponse shows that the first to replace the response is the last to see it, errors and unknown
// routes included.
func TestOnResponse(t *testing.T) {
	t.Parallel()
	kit, _ := echoing(t, func(r *plugin.Registry) {
		r.OnResponse(func(_ *plugin.Context, res *http.Response) (*http.Response, error) {
			res.Header.Set("X-First", "1")
			if res.StatusCode == http.StatusTeapot {
				return nil, errors.Define(http.StatusForbidden, "STOP", "No")
			}
			return nil, nil
		})
		r.OnResponse(func(_ *plugin.Context, res *http.Response) (*http.Response, error) {
			if res.StatusCode != http.StatusNotFound {
				return nil, nil
			}
			return &http.Response{StatusCode: http.StatusGone, Header: http.Header{"X-Second": {"1"}}}, nil
		})
		r.OnResponse(func(_ *plugin.Context, res *http.Response) (*http.Response, error) {
			res.Header.Set("X-Third", "1")
			return nil, nil
		})
	})
	client := kit.Client()
	if a := client.Post("/echo", `{"text":"a"}`).Expect(http.StatusOK); a.Header.Get("X-First") != "1" || a.Header.Get("X-Third") != "1" {
		t.Errorf("headers %v", a.Header)
	}
	if a := client.Get("/nope").Expect(http.StatusGone); a.Header.Get("X-Second") != "1" || a.Header.Get("X-Third") != "" {
		t.Errorf("headers %v", a.Header)
	}
	client.Post("/echo", `{"text":"fail"}`).ExpectError(http.StatusForbidden, "STOP")
}

// TestPathMiddleware shows which paths patterns match and that calls in process pass by.
func TestPathMiddleware(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t, plugintest.With(plugin.Func("guard", func(r *plugin.Registry) error {
		for _, path := range []string{"/a", "/a/b", "/a/b/c"} {
			plugin.Handle(r, plugin.Endpoint{ID: path, Method: "GET", Path: path}, pong(path))
		}
		for _, pattern := range []string{"/a", "/a/*", "/a/**", "/other"} {
			r.Middleware(pattern, func(c *plugin.Context) error {
				c.ResponseHeader().Add("X-Guard", pattern)
				if c.Query("stop") != "" {
					return errors.Unauthorized
				}
				return nil
			})
		}
		return nil
	})))
	client := kit.Client()
	for path, want := range map[string]string{"/a": "/a /a/**", "/a/b": "/a/* /a/**", "/a/b/c": "/a/**"} {
		a := client.Get(path).Expect(http.StatusOK)
		if got := strings.Join(a.Header["X-Guard"], " "); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		client.Get(path+"?stop=1").ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
		var h http.Header
		if _, err := kit.API.Call(t.Context(), path, api.Request{Query: map[string]string{"stop": "1"}}, api.CaptureHeaders(&h)); err != nil || h["X-Guard"] != nil {
			t.Errorf("in process: %v, %v", h, err)
		}
	}
}

// TestOnClose shows that what plugins opened is closed, all of it, and that faults come back.
func TestOnClose(t *testing.T) {
	t.Parallel()
	log := &trace{}
	kit := plugintest.New(t, plugintest.With(plugin.Func("opener", func(r *plugin.Registry) error {
		for _, name := range []string{"first", "second"} {
			r.OnClose(func(context.Context) error { log.add("%s", name); return errors.New(name + " failed") })
		}
		return nil
	})))
	err := kit.Close(t.Context())
	if err == nil || err.Error() != "first failed\nsecond failed" || strings.Join(log.steps, ",") != "first,second" {
		t.Errorf("%v, %v", err, log.steps)
	}
}

// TestFindAndOrigins shows that a plugin finds its peers and may trust origins.
func TestFindAndOrigins(t *testing.T) {
	t.Parallel()
	p := &echo{extra: func(r *plugin.Registry) {
		r.TrustOrigin("https://*.partner.example")
		if found, ok := plugin.Find[*echo](r.App); !ok || found == nil {
			t.Error("a plugin does not find itself")
		}
		if _, ok := plugin.Find[*tracer](r.App); ok {
			t.Error("found a plugin that is not there")
		}
	}}
	kit := plugintest.New(t, plugintest.With(p))
	client := kit.Client()
	client.SetCookie("a", "b")
	for origin, status := range map[string]int{"https://x.partner.example": 200, "https://partner.example": 403, "https://x.partner.example.evil": 403} {
		client.Header.Set("Origin", origin)
		client.Post("/echo", `{"text":"a"}`).Expect(status)
	}
}

// TestRateLimitRule shows that a plugin's rule counts, on top of the core's being off for its path.
func TestRateLimitRule(t *testing.T) {
	t.Parallel()
	kit, _ := echoing(t, func(r *plugin.Registry) { r.RateLimit(plugin.RateLimitRule{Path: "/echo", Window: 10e9, Max: 2}) },
		func(c *betterauth.Config) { c.RateLimit.Disabled = false })
	client := kit.Client()
	client.Post("/echo", `{"text":"a"}`).Expect(http.StatusOK)
	client.Post("/echo", `{"text":"a"}`).Expect(http.StatusOK)
	if a := client.Post("/echo", `{"text":"a"}`).Expect(http.StatusTooManyRequests); a.Header.Get("X-Retry-After") != "10" {
		t.Errorf("headers %v", a.Header)
	}
	kit.Clock.Advance(10e9)
	client.Post("/echo", `{"text":"a"}`).Expect(http.StatusOK)
}
