package router_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/router"
)

func newRouter(t testing.TB) *router.Router[string] {
	t.Helper()
	r := &router.Router[string]{}
	for _, route := range []string{
		"GET /ok", "POST /sign-in/email", "GET /get-session", "POST /get-session", "GET /callback/:id", "POST /callback/:id",
		"GET /callback/list", "GET /a/:x/b/:y", "GET /a/z/b/:y", "GET /a/z/c", "GET /s/:id/t", "GET /s/x/:u",
	} {
		method, path, _ := strings.Cut(route, " ")
		if err := r.Add(method, path, route); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// TestLookup holds answers of the reference's router.
func TestLookup(t *testing.T) {
	t.Parallel()
	r := newRouter(t)
	tests := []struct{ method, path, want, params string }{
		{"GET", "/ok", "GET /ok", ""},
		{"GET", "/OK", "", ""},
		{"GET", "/ok/", "", ""},
		{"GET", "/ok//", "", ""},
		{"GET", "//ok", "", ""},
		{"GET", "/o%6b", "", ""},
		{"GET", "/ok%2f", "", ""},
		{"GET", "/ok%00", "", ""},
		{"GET", "", "", ""},
		{"GET", "/", "", ""},
		{"GET", "ok", "", ""},
		{"HEAD", "/ok", "", ""},
		{"OPTIONS", "/ok", "", ""},
		{"get", "/ok", "", ""},
		{"GET", "/sign-in/email", "", ""},
		{"PATCH", "/sign-in/email", "", ""},
		{"POST", "/sign-in//email", "", ""},
		{"POST", "/sign-in/email", "POST /sign-in/email", ""},
		{"GET", "/callback", "", ""},
		{"GET", "/callback/", "", ""},
		{"GET", "/callback//", "", ""},
		{"GET", "/callback/x/", "", ""},
		{"GET", "/callback/gith%75b", "GET /callback/:id", "id=gith%75b"},
		{"POST", "/callback/github", "POST /callback/:id", "id=github"},
		{"GET", "/callback/..%2f..%2fok", "GET /callback/:id", "id=..%2f..%2fok"},
		{"GET", "/callback/%ff", "GET /callback/:id", "id=%ff"},
		{"GET", "/callback/list", "GET /callback/list", ""},
		{"POST", "/callback/list", "POST /callback/:id", "id=list"},
		{"GET", "/a/q/b/w", "GET /a/:x/b/:y", "x=q&y=w"},
		{"GET", "/a/z/b/w", "GET /a/z/b/:y", "y=w"},
		{"GET", "/a/z/c", "GET /a/z/c", ""},
		{"GET", "/a/z/d", "", ""},
		{"GET", "/a//b/w", "", ""},
		{"GET", "/s/x/t", "GET /s/x/:u", "u=t"},
		{"GET", "/s/y/t", "GET /s/:id/t", "id=y"},
		{"GET", "/callback/:id", "GET /callback/:id", "id=:id"},
	}
	for _, tt := range tests {
		got, params, ok := r.Lookup(tt.method, tt.path)
		if got != tt.want || ok != (tt.want != "") || text(params) != tt.params {
			t.Errorf("%s %s: got %q %v %t, want %q %s", tt.method, tt.path, got, params, ok, tt.want, tt.params)
		}
	}
}

func text(params router.Params) string {
	var all []string
	for _, p := range params {
		all = append(all, p.Name+"="+p.Value)
	}
	return strings.Join(all, "&")
}

func TestLookupBacktracks(t *testing.T) {
	t.Parallel()
	r := &router.Router[int]{}
	for i, path := range []string{"/a/b/:x/c", "/a/:y/d/e"} {
		if err := r.Add("GET", path, i); err != nil {
			t.Fatal(err)
		}
	}
	got, params, ok := r.Lookup("GET", "/a/b/d/e")
	if got != 1 || !ok || params.Get("y") != "b" || params.Get("x") != "" || len(params) != 1 {
		t.Errorf("got %d %v %t", got, params, ok)
	}
}

func TestSkipTrailingSlashes(t *testing.T) {
	t.Parallel()
	r := newRouter(t)
	r.SkipTrailingSlashes = true
	for path, want := range map[string]string{
		"/ok": "GET /ok", "/ok/": "GET /ok", "/ok//": "", "/callback/": "", "/callback/x/": "GET /callback/:id", "/": "",
	} {
		if got, _, _ := r.Lookup("GET", path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestZeroRouter(t *testing.T) {
	t.Parallel()
	var r router.Router[int]
	if _, _, ok := r.Lookup("GET", "/ok"); ok {
		t.Error("found in an empty router")
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	for _, bad := range [][2]string{
		{"GET", "/ok"},
		{"GET", "/callback/:other"},
		{"GET", "/s/:a/t"},
		{"GET", ""},
		{"GET", "ok"},
		{"GET", "/"},
		{"GET", "/x/"},
		{"GET", "/x//y"},
		{"GET", "/:"},
		{"GET", "/:a/:a"},
		{"", "/x"},
		{"", "/:x"},
	} {
		if err := newRouter(t).Add(bad[0], bad[1], "x"); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target, base, want string
		ok                 bool
	}{
		{"/api/auth/ok", "/api/auth", "/ok", true},
		{"/api/auth/ok?a=%zz", "/api/auth", "/ok", true},
		{"/api/auth/ok", "/api/auth/", "/ok", true},
		{"/ok", "", "/ok", true},
		{"/ok", "/", "/ok", true},
		{"/api/auth/./ok", "/api/auth", "/ok", true},
		{"/api/auth/%2e/ok", "/api/auth", "/ok", true},
		{"/api/auth/x/../ok", "/api/auth", "/ok", true},
		{"/api/auth/x/.%2E/ok", "/api/auth", "/ok", true},
		{"/api/../api/auth/ok", "/api/auth", "/ok", true},
		{"/../api/auth/ok", "/api/auth", "/ok", true},
		{"/api/auth/...", "/api/auth", "/...", true},
		{"/api/auth/ok/.", "/api/auth", "/ok/", true},
		{"/api/auth/ok/..", "/api/auth", "/", true},
		{"/api/auth/../ok", "/api/auth", "/api/ok", false},
		{"/api/auth/..", "/api/auth", "/api/", false},
		{"/api/auth/..%2fok", "/api/auth", "/..%2fok", true},
		{"/api/auth/ok%2f", "/api/auth", "/ok%2f", true},
		{"/api/auth/ok%00", "/api/auth", "/ok%00", true},
		{"/api/auth/o%6b", "/api/auth", "/o%6b", true},
		{"/api/auth/callback/..%2f..%2fok", "/api/auth", "/callback/..%2f..%2fok", true},
		{"/api/auth/%c3%a9", "/api/auth", "/%c3%a9", true},
		{"/api/auth", "/api/auth", "/", false},
		{"/api/auth/", "/api/auth", "/", true},
		{"/api/authx/ok", "/api/auth", "/api/authx/ok", false},
		{"/API/AUTH/ok", "/api/auth", "/API/AUTH/ok", false},
		{"/api%2fauth/ok", "/api/auth", "/api%2fauth/ok", false},
		{"/%61pi/auth/ok", "/api/auth", "/%61pi/auth/ok", false},
		{"//api/auth/ok", "/api/auth", "//api/auth/ok", false},
		{"//evil.example/api/auth/ok", "/api/auth", "//evil.example/api/auth/ok", false},
		{"/api/auth//ok", "/api/auth", "//ok", false},
		{"/api/auth/ok//", "/api/auth", "/ok//", false},
		{"//ok", "", "//ok", false},
		{"/other/x", "/api/auth", "/other/x", false},
		{"http://h/api/auth/ok", "/api/auth", "/ok", true},
		{"*", "/api/auth", "/", false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodOptions, tt.target, nil)
		if got, ok := router.Path(r, tt.base); got != tt.want || ok != tt.ok {
			t.Errorf("%s below %q: got %q %t, want %q %t", tt.target, tt.base, got, ok, tt.want, tt.ok)
		}
	}
}

// TestVectors: what the reference compares disabled paths and limits with.
func TestVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		NormalizePathname []struct{ URL, BasePath, Path string }
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	for _, row := range v.NormalizePathname {
		u, err := url.Parse(row.URL)
		if err != nil {
			t.Fatal(err)
		}
		path, _ := router.Path(&http.Request{URL: u}, row.BasePath)
		if got := router.Trim(path); got != row.Path {
			t.Errorf("%s below %q: got %q, want %q", row.URL, row.BasePath, got, row.Path)
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, seed := range []string{"/ok", "/callback/x", "/a/z/b/", "//", "/s/x/t/", "/./ok", "/a/%2e%2e/ok", "/ok%00", "/..", "/callback/..%2f"} {
		f.Add("GET", seed)
	}
	r := newRouter(f)
	f.Fuzz(func(t *testing.T, method, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		path, ok := router.Path(&http.Request{Method: method, URL: u}, "")
		if !strings.HasPrefix(path, "/") || slices.Contains(strings.Split(path, "/"), "..") {
			t.Fatalf("%q: path %q", target, path)
		}
		route, params, found := r.Lookup(method, path)
		if !found {
			return
		}
		if !ok {
			t.Errorf("%q: %q is found though no path", target, path)
		}
		// Putting the values back into the route must give the very path.
		want := route
		for _, p := range params {
			want = strings.Replace(want, ":"+p.Name, p.Value, 1)
			if p.Value == "" || strings.Contains(p.Value, "/") {
				t.Errorf("%q: %s is %q", target, p.Name, p.Value)
			}
		}
		if method+" "+path != want {
			t.Errorf("%s %q matched %q", method, target, route)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	r := newRouter(b)
	for _, path := range []string{"/get-session", "/callback/github", "/nope"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Lookup("GET", path)
			}
		})
	}
}

func BenchmarkPath(b *testing.B) {
	r := httptest.NewRequest(http.MethodGet, "/api/auth/get-session?x=1", nil)
	b.ReportAllocs()
	for b.Loop() {
		router.Path(r, "/api/auth")
	}
}

// TestStaticLookupDoesNotAllocate keeps the hot path free.
func TestStaticLookupDoesNotAllocate(t *testing.T) {
	r := newRouter(t)
	req := httptest.NewRequest(http.MethodGet, "/api/auth/get-session", nil)
	n := testing.AllocsPerRun(100, func() {
		path, _ := router.Path(req, "/api/auth")
		r.Lookup(req.Method, path)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
