package plugin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

type echoInput struct {
	Text string `json:"text"`
	// Secret is for trusted callers.
	Secret string `json:"-"`
	Page   string `query:"page,omitempty"`
}

type echoOutput struct {
	Text   string `json:"text"`
	Secret string `json:"secret,omitempty"`
	Page   string `json:"page,omitempty"`
}

// echo is a plugin with one endpoint and whatever else a test registers.
type echo struct {
	call  api.Func[echoInput, *echoOutput]
	extra func(*plugin.Registry)
}

func (*echo) ID() string { return "echo" }

func (p *echo) Register(r *plugin.Registry) error {
	p.call = plugin.Handle(r, plugin.Endpoint{ID: "echo", Method: http.MethodPost, Path: "/echo"},
		func(_ *plugin.Context, in echoInput) (*echoOutput, error) {
			if in.Text == "fail" {
				return nil, errors.Define(http.StatusTeapot, "FAILED", "It failed")
			}
			return &echoOutput{Text: in.Text, Secret: in.Secret, Page: in.Page}, nil
		})
	if p.extra != nil {
		p.extra(r)
	}
	return nil
}

func echoing(t *testing.T, extra func(*plugin.Registry), changes ...func(*betterauth.Config)) (*plugintest.Kit, *echo) {
	t.Helper()
	p := &echo{extra: extra}
	changes = append(changes, plugintest.With(p), func(c *betterauth.Config) { c.Advanced.StrictResponses = true })
	return plugintest.New(t, changes...), p
}

// A hookCase is what a hook does to a request, over HTTP and in process.
type hookCase struct {
	name     string
	text     string
	register func(*plugin.Registry)
	status   int
	body     string
	// err is what the typed call returns: "" for success, "replaced", or an error's code.
	err string
}

var echoPath = plugin.Path("/echo")

func before(fn plugin.HookFunc) func(*plugin.Registry) {
	return func(r *plugin.Registry) { r.Before(echoPath, fn) }
}

func after(fn plugin.HookFunc) func(*plugin.Registry) {
	return func(r *plugin.Registry) { r.After(echoPath, fn) }
}

func hookCases() []hookCase {
	stop := errors.Define(http.StatusForbidden, "STOP", "No")
	return []hookCase{
		{"nothing", "a", nil, 200, `{"text":"a"}`, ""},
		{"before changes a member", "a", before(func(c *plugin.Context) error { c.SetBody("text", "b"); return nil }), 200, `{"text":"b"}`, ""},
		{
			"before spoils a member", "a", before(func(c *plugin.Context) error { c.SetBody("text", 1); return nil }), 400,
			`{"message":"[body.text] Invalid input: expected string, received number","code":"VALIDATION_ERROR"}`, "VALIDATION_ERROR",
		},
		{
			"before removes a member", "a", before(func(c *plugin.Context) error { c.DeleteBody("text"); return nil }), 400,
			`{"message":"[body.text] Invalid input: expected string, received undefined","code":"VALIDATION_ERROR"}`, "VALIDATION_ERROR",
		},
		{"before replies with the same type", "a", before(func(c *plugin.Context) error { c.Reply(&echoOutput{Text: "hook"}); return nil }), 200, `{"text":"hook"}`, ""},
		{"before replies with another type", "a", before(func(c *plugin.Context) error { c.Reply(map[string]int{"n": 1}); return nil }), 200, `{"n":1}`, "replaced"},
		{"before fails", "a", before(func(*plugin.Context) error { return stop }), 403, `{"message":"No","code":"STOP"}`, "STOP"},
		{"before redirects", "a", before(func(c *plugin.Context) error { return c.Redirect("/x") }), 302, ``, "redirect"},
		{"before fails unexpectedly", "a", before(func(*plugin.Context) error { return errors.New("boom") }), 500, internal, "INTERNAL_SERVER_ERROR"},
		{"after sees the error", "fail", after(func(c *plugin.Context) error {
			_, err := c.Returned()
			return errors.Define(http.StatusConflict, "SEEN", err.Error())
		}), 409, `{"message":"It failed (FAILED)","code":"SEEN"}`, "SEEN"},
		{"after replaces the value", "a", after(func(c *plugin.Context) error { c.Reply(&echoOutput{Text: "new"}); return nil }), 200, `{"text":"new"}`, ""},
		{"after replaces the value by another type", "a", after(func(c *plugin.Context) error { c.Reply("text"); return nil }), 200, `text`, "replaced"},
		{"after replaces an error, not its status", "fail", after(func(c *plugin.Context) error { c.Reply(map[string]bool{"replaced": true}); return nil }), 418, `{"replaced":true}`, "replaced"},
		{"after sets the status", "a", after(func(c *plugin.Context) error { c.SetStatus(http.StatusCreated); return nil }), 201, `{"text":"a"}`, ""},
		{"after fails", "a", after(func(*plugin.Context) error { return stop }), 403, `{"message":"No","code":"STOP"}`, "STOP"},
		{"after fails unexpectedly", "a", after(func(*plugin.Context) error { return errors.New("boom") }), 500, internal, "INTERNAL_SERVER_ERROR"},
		{"the chain goes on after an error", "a", func(r *plugin.Registry) {
			r.After(echoPath, func(*plugin.Context) error { return stop })
			r.After(echoPath, func(c *plugin.Context) error {
				if _, err := c.Returned(); errors.Is(err, stop) {
					c.SetHeader("X-Saw", "stop")
				}
				return nil
			})
		}, 403, `{"message":"No","code":"STOP"}`, "STOP"},
		{"only the first reply before counts", "a", func(r *plugin.Registry) {
			r.Before(echoPath, func(c *plugin.Context) error { c.Reply(&echoOutput{Text: "first"}); return nil })
			r.Before(echoPath, func(c *plugin.Context) error { c.Reply(&echoOutput{Text: "second"}); return nil })
			r.After(echoPath, func(c *plugin.Context) error { c.Reply(&echoOutput{Text: "after"}); return nil })
		}, 200, `{"text":"first"}`, ""},
		{"hooks of other paths do not run", "a", func(r *plugin.Registry) {
			r.Before(plugin.Path("/other"), func(*plugin.Context) error { return stop })
		}, 200, `{"text":"a"}`, ""},
	}
}

const internal = `{"message":"Internal Server Error","code":"INTERNAL_SERVER_ERROR"}`

func TestHooks(t *testing.T) {
	t.Parallel()
	for _, tc := range hookCases() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			kit, p := echoing(t, tc.register)
			a := kit.Client().Post("/echo", map[string]string{"text": tc.text})
			if a.Status != tc.status || a.Body != tc.body {
				t.Errorf("HTTP: %d %s, want %d %s", a.Status, a.Body, tc.status, tc.body)
			}
			var status int
			_, err := p.call(t.Context(), echoInput{Text: tc.text}, api.CaptureStatus(&status))
			if status != tc.status {
				t.Errorf("in process: status %d, want %d", status, tc.status)
			}
			checkTyped(t, err, tc.err)
			res, err := p.call.Response(t.Context(), echoInput{Text: tc.text})
			if err != nil || res.StatusCode != tc.status {
				t.Errorf("Response: %v, %v", res, err)
			}
		})
	}
}

func checkTyped(t *testing.T, err error, want string) {
	t.Helper()
	_, replaced := errors.AsType[*api.ReplacedError](err)
	e, isAPI := errors.AsType[*errors.APIError](err)
	ok := false
	switch want {
	case "":
		ok = err == nil
	case "replaced":
		ok = replaced
	case "redirect":
		ok = isAPI && e.IsRedirect()
	default:
		ok = isAPI && e.Code == want
	}
	if !ok {
		t.Errorf("in process: error %v, want %q", err, want)
	}
}

// TestReplacedValue shows that the answer of a hook is at hand for typed callers, and is the plain result
// of dynamic ones.
func TestReplacedValue(t *testing.T) {
	t.Parallel()
	kit, p := echoing(t, before(func(c *plugin.Context) error { c.Reply(map[string]int{"n": 1}); return nil }))
	_, err := p.call(t.Context(), echoInput{Text: "a"})
	if replaced, ok := errors.AsType[*api.ReplacedError](err); !ok || replaced.Value.(map[string]int)["n"] != 1 {
		t.Errorf("error %v", err)
	}
	v, err := kit.API.Call(t.Context(), "echo", api.Request{Body: map[string]any{"text": "a"}})
	if err != nil || v.(map[string]int)["n"] != 1 {
		t.Errorf("dynamic: %v, %v", v, err)
	}
}

// TestTypedInputSurvivesHooks shows that a hook which changes the body leaves alone what no body has.
func TestTypedInputSurvivesHooks(t *testing.T) {
	t.Parallel()
	_, p := echoing(t, before(func(c *plugin.Context) error { c.SetBody("text", c.Body()[0].Value.(string)+"!"); return nil }))
	out, err := p.call(t.Context(), echoInput{Text: "a", Secret: "s", Page: "2"})
	if err != nil || *out != (echoOutput{Text: "a!", Secret: "s", Page: "2"}) {
		t.Errorf("got %+v, %v", out, err)
	}
}

// TestSecretOverHTTP shows that a member for trusted callers cannot be sent.
func TestSecretOverHTTP(t *testing.T) {
	t.Parallel()
	kit, _ := echoing(t, nil)
	a := kit.Client().Post("/echo", `{"text":"a","secret":"s","Secret":"s"}`).Expect(http.StatusOK)
	if a.Body != `{"text":"a"}` {
		t.Errorf("got %s", a.Body)
	}
}

// TestHeaderMerge shows that cookies of hooks and endpoint add up and other headers are replaced.
func TestHeaderMerge(t *testing.T) {
	t.Parallel()
	set := func(cookie, header string) plugin.HookFunc {
		return func(c *plugin.Context) error {
			c.ResponseHeader().Add("Set-Cookie", cookie)
			c.SetHeader("X-Test", header)
			return nil
		}
	}
	kit, _ := echoing(t, func(r *plugin.Registry) {
		r.Before(echoPath, set("a=1", "before"))
		r.After(echoPath, set("b=2", "after"))
		r.After(echoPath, func(*plugin.Context) error {
			return errors.Status(http.StatusForbidden).WithHeader("Set-Cookie", "c=3").WithHeader("X-Error", "1")
		})
	})
	a := kit.Client().Post("/echo", map[string]string{"text": "a"})
	if got := strings.Join(a.Header["Set-Cookie"], " "); got != "a=1 b=2 c=3" || a.Header.Get("X-Test") != "after" || a.Header.Get("X-Error") != "1" || a.Status != 403 {
		t.Errorf("%d %v", a.Status, a.Header)
	}
}

type roomInput struct {
	Room string `path:"room"`
	Text string `json:"text"`
}

// TestHookParam shows hooks the parameters of the route, however the endpoint is called.
func TestHookParam(t *testing.T) {
	t.Parallel()
	var call api.Func[roomInput, *echoOutput]
	var seen []string
	kit, _ := echoing(t, func(r *plugin.Registry) {
		call = plugin.Handle(r, plugin.Endpoint{ID: "room", Method: http.MethodPost, Path: "/room/:room"},
			func(c *plugin.Context, in roomInput) (*echoOutput, error) {
				return &echoOutput{Text: in.Room + "/" + c.Param("room") + "/" + in.Text}, nil
			})
		note := func(c *plugin.Context) error {
			seen = append(seen, c.Param("room")+c.Param("other"))
			c.SetBody("text", "changed")
			return nil
		}
		r.Before(plugin.Path("/room/:room"), note)
		r.After(plugin.Path("/room/:room"), note)
	})
	const want = "blue/blue/changed"
	if got := kit.Client().Post("/room/blue", map[string]any{"text": "x"}).Expect(http.StatusOK).String("text"); got != want {
		t.Errorf("over HTTP: %q", got)
	}
	if out, err := call(t.Context(), roomInput{Room: "blue", Text: "x"}); err != nil || out.Text != want {
		t.Errorf("typed: %+v, %v", out, err)
	}
	out, err := kit.API.Call(t.Context(), "room", api.Request{Params: map[string]string{"room": "blue"}, Body: map[string]any{"text": "x"}})
	if echoed, ok := out.(*echoOutput); err != nil || !ok || echoed.Text != want {
		t.Errorf("dynamic: %+v, %v", out, err)
	}
	if got := strings.Join(seen, " "); got != "blue blue blue blue blue blue" {
		t.Errorf("hooks saw %q", got)
	}
}
