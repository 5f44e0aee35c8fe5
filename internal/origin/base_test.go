package origin_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/betterauth-go/betterauth/internal/origin"
)

func TestBaseURLRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "/api", "https://", "https://a@b.c", "https://a.b?x=1", "https://a.b#x", "myapp://x"} {
		if got, err := origin.BaseURL(raw, "/api/auth"); err == nil {
			t.Errorf("%q: got %q", raw, got)
		}
	}
}

// TestDynamic runs requests whose base URL the reference computed.
func TestDynamic(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Config struct {
			AllowedHosts       []string
			Protocol, Fallback string
		}
		Trust                               bool
		Host, ForwardedHost, ForwardedProto string
		Result                              *string
	}
	readJSON(t, "dynamic-vectors.json", &rows)
	for _, row := range rows {
		h, err := origin.NewHosts(origin.Dynamic{
			AllowedHosts: row.Config.AllowedHosts, Protocol: row.Config.Protocol,
			Fallback: row.Config.Fallback, BasePath: "/api/auth",
		})
		if err != nil {
			t.Fatal(err)
		}
		r := request(row.Host, row.ForwardedHost, row.ForwardedProto)
		got, err := h.BaseURL(origin.FromRequest(r, row.Trust))
		if row.Result == nil {
			if err == nil {
				t.Errorf("%+v: got %q, want an error", row, got)
			}
		} else if got != *row.Result {
			t.Errorf("%+v: got %q, %v, want %q", row, got, err, *row.Result)
		}
	}
}

func request(host, forwardedHost, forwardedProto string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/api/auth/ok", nil)
	r.Host = host
	if forwardedHost != "" {
		r.Header.Set("X-Forwarded-Host", forwardedHost)
	}
	if forwardedProto != "" {
		r.Header.Set("X-Forwarded-Proto", forwardedProto)
	}
	return r
}

func TestSourceOrigin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		host, fwdHost, fwdProto string
		trust, tls              bool
		want                    string
	}{
		{"a.b", "", "", true, false, "http://a.b"},
		{"A.b:443", "", "", true, true, "https://a.b"},
		{"a.b", "c.d", "https", true, false, "https://c.d"},
		{"a.b", "c.d", "https", false, false, "http://a.b"},
		{"a.b", "c.d", "", true, false, "http://a.b"},
		{"a.b", "", "https", true, false, "http://a.b"},
		{"a.b", "c.d", "javascript", true, false, "http://a.b"},
		{"a.b", "c.d/x", "https", true, false, "http://a.b"},
		{"a.b", "c.d, e.f", "https", true, false, "http://a.b"},
		{"a.b/x", "", "", false, false, ""},
		{"x@a.b", "", "", false, false, ""},
		{"a.b?x", "", "", false, false, ""},
		{"", "", "", false, false, ""},
	}
	for _, tt := range tests {
		r := request(tt.host, tt.fwdHost, tt.fwdProto)
		if tt.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := origin.FromRequest(r, tt.trust).Origin(); got != tt.want {
			t.Errorf("%+v: got %q", tt, got)
		}
	}
}

func TestFromHeader(t *testing.T) {
	t.Parallel()
	hosts, err := origin.NewHosts(origin.Dynamic{AllowedHosts: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{"localhost:3000": "http://localhost:3000", "a.b": "https://a.b"} {
		source := origin.FromHeader(http.Header{"Host": {host}}, false)
		if got, err := hosts.BaseURL(source); got != want || err != nil {
			t.Errorf("%s: got %q, %v", host, got, err)
		}
	}
	if _, err := hosts.BaseURL(origin.Source{}); !errors.Is(err, origin.ErrNoHost) {
		t.Errorf("no host: got %v", err)
	}
}

func TestHostNotAllowed(t *testing.T) {
	t.Parallel()
	hosts, err := origin.NewHosts(origin.Dynamic{AllowedHosts: []string{"a.b"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hosts.BaseURL(origin.Source{Host: "evil.com"}); !errors.Is(err, origin.ErrHostNotAllowed) {
		t.Errorf("got %v", err)
	}
}

func TestNewHostsRefuses(t *testing.T) {
	t.Parallel()
	for _, d := range []origin.Dynamic{
		{},
		{AllowedHosts: []string{"a"}, Protocol: "ftp"},
		{AllowedHosts: []string{"a"}, Fallback: "a.b"},
	} {
		if _, err := origin.NewHosts(d); err == nil {
			t.Errorf("%+v: no error", d)
		}
	}
}

func TestHostsOrigins(t *testing.T) {
	t.Parallel()
	tests := []struct {
		dynamic origin.Dynamic
		want    []string
	}{
		{origin.Dynamic{AllowedHosts: []string{"a.b", "*.c.d", "localhost:*"}}, []string{"https://a.b", "https://*.c.d", "https://localhost:*", "http://localhost:*"}},
		{origin.Dynamic{AllowedHosts: []string{"a.b"}, Protocol: "auto"}, []string{"https://a.b", "http://a.b"}},
		{origin.Dynamic{AllowedHosts: []string{"a.b"}, Protocol: "http"}, []string{"http://a.b"}},
		{origin.Dynamic{AllowedHosts: []string{"127.0.0.1"}, Protocol: "https"}, []string{"https://127.0.0.1", "http://127.0.0.1"}},
		{origin.Dynamic{AllowedHosts: []string{"http://x.y"}, Fallback: "https://f.g/base"}, []string{"http://x.y", "https://f.g"}},
	}
	for _, tt := range tests {
		hosts, err := origin.NewHosts(tt.dynamic)
		if err != nil {
			t.Fatal(err)
		}
		if got := hosts.Origins(); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: got %q", tt.dynamic, got)
		}
	}
}

func TestIsLoopbackHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:3000": true, "a.localhost": true, "localhost.": true, "*.localhost:*": true,
		"127.0.0.1": true, "127.9.9.9:80": true, "::1": true, "[::1]:80": true, "::ffff:127.0.0.1": true, "::1%lo": true,
		"": false, "localhost.evil.com": false, "evillocalhost": false, "127.0.0.1.evil.com": false, "0.0.0.0": false, "10.0.0.1": false,
	} {
		if got := origin.IsLoopbackHost(host); got != want {
			t.Errorf("%q: got %t", host, got)
		}
	}
}
