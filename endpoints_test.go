package betterauth_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// reference is an endpoint of the reference's core, from testdata/endpoints.json. Probe is its answer to an
// empty request without a session.
type reference struct {
	ID      string
	Methods []string
	Path    string
	Probe   *struct {
		Request, ContentType, Body string
		Status                     int
	}
}

func references(t *testing.T) []reference {
	t.Helper()
	text, err := os.ReadFile("testdata/endpoints.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []reference
	if err := json.Unmarshal(text, &list); err != nil || len(list) == 0 {
		t.Fatalf("%d endpoints, %v", len(list), err)
	}
	return list
}

func TestEveryFunctionIsBound(t *testing.T) {
	t.Parallel()
	v := reflect.ValueOf(plugintest.New(t).API).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && v.Field(i).IsNil() {
			t.Errorf("API.%s is nil", f.Name)
		}
	}
}

func TestEndpointsAreTheReferences(t *testing.T) {
	t.Parallel()
	served := map[string]plugin.Endpoint{}
	for _, e := range plugintest.New(t, func(s *betterauth.Config) { s.Advanced.DisableAliases = true }).Endpoints() {
		if e.Plugin() != "core" || e.Summary == "" {
			t.Errorf("%s: plugin %q, summary %q", e.ID, e.Plugin(), e.Summary)
		}
		served[e.ID] = e
	}
	for _, want := range references(t) {
		e, ok := served[want.ID]
		delete(served, want.ID)
		if !ok || !slices.Equal(e.Methods(), want.Methods) || e.Path != want.Path || e.ServerOnly() != (want.Path == "") {
			t.Errorf("%s: %v %q, want %v %q", want.ID, e.Methods(), e.Path, want.Methods, want.Path)
		}
	}
	for id, e := range served {
		if !e.ServerOnly() {
			t.Errorf("%s %s %s is not in the reference", id, e.Method, e.Path)
		}
	}
}

func TestEndpointsOfPlugins(t *testing.T) {
	t.Parallel()
	var appName string
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Plugins = []plugin.Plugin{plugin.Func("hello", func(r *plugin.Registry) error {
			appName = r.Config.AppName
			plugin.Handle(r, plugin.Endpoint{ID: "sayHello", Method: "GET", Path: "/hello/:name"}, func(c *plugin.Context, _ struct{}) (string, error) {
				return "hello " + c.Param("name"), nil
			})
			return nil
		})}
	})
	list := s.Endpoints()
	if last := list[len(list)-1]; last.ID != "sayHello" || last.Plugin() != "hello" {
		t.Errorf("the last endpoint is %s of %s", last.ID, last.Plugin())
	}
	if a := s.Client().Get("/hello/you").Expect(200); a.Body != "hello you" || a.Header.Get("Content-Type") != "text/plain;charset=UTF-8" {
		t.Errorf("%q, %v", a.Body, a.Header)
	}
	value, err := s.API.Call(t.Context(), "sayHello", api.Request{Params: map[string]string{"name": "me"}})
	if err != nil || value != "hello me" {
		t.Errorf("%v, %v", value, err)
	}
	if appName != "Better Auth" {
		t.Errorf("AppName %q", appName)
	}
}

// TestProbes sends every endpoint the empty request that the reference was sent.
func TestProbes(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Advanced.StrictResponses, s.Advanced.DisableAliases = true, true
		s.User.ChangeEmail.Enabled, s.User.DeleteUser.Enabled = true, true
	})
	for _, e := range references(t) {
		if e.Probe == nil {
			continue
		}
		request, payload, _ := strings.Cut(e.Probe.Request, " body ")
		method, path, _ := strings.Cut(request, " ")
		var body any
		if payload != "none" {
			body = payload
		}
		a := s.Client().Do(method, "/api/auth"+path, body)
		if a.Status != e.Probe.Status || !strings.HasPrefix(a.Header.Get("Content-Type"), e.Probe.ContentType) || e.Probe.Body != "" && a.Body != e.Probe.Body {
			t.Errorf("%s: %d %s %s\nwant %d %s %s", e.Probe.Request, a.Status, a.Header.Get("Content-Type"), a.Body, e.Probe.Status, e.Probe.ContentType, e.Probe.Body)
		}
	}
}
