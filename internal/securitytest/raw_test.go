package securitytest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
)

// TestRaw writes requests byte by byte to a real server: what net/http refuses never reaches the handler,
// and what it lets through the handler answers.
func TestRaw(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(New(t, Config(memory.New())).Handler())
	server.Config.MaxHeaderBytes = 16 << 10 // the reference's server allows as much
	server.Start()
	t.Cleanup(server.Close)
	const tail = "\r\nHost: auth.test\r\nConnection: close\r\n\r\n"
	for name, c := range map[string]struct {
		request string
		status  int
		body    string
	}{
		"plain":                      {"GET /api/auth/ok HTTP/1.1" + tail, 200, `{"ok":true}`},
		"TRACE":                      {"TRACE /api/auth/ok HTTP/1.1" + tail, 404, ""},
		"OPTIONS *":                  {"OPTIONS * HTTP/1.1" + tail, 200, ""}, // by net/http, as it says the server is up
		"unknown method":             {"BREW /api/auth/ok HTTP/1.1" + tail, 404, ""},
		"no Host":                    {"GET /api/auth/ok HTTP/1.1\r\nConnection: close\r\n\r\n", 400, ""},
		"HTTP/1.0 without Host":      {"GET /api/auth/ok HTTP/1.0\r\n\r\n", 200, `{"ok":true}`},
		"length and chunks":          {"POST /api/auth/sign-in/email HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked" + tail + "0\r\n\r\n", 400, ""},
		"two lengths":                {"POST /api/auth/sign-in/email HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6" + tail + "hello", 400, ""},
		"GET with a body":            {"GET /api/auth/ok HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2" + tail + "{}", 200, `{"ok":true}`},
		"bare CR":                    {"GET /api/auth/ok HTTP/1.1\r\nX-A: a\rb" + tail, 400, ""},
		"NUL in a header":            {"GET /api/auth/get-session HTTP/1.1\r\nCookie: a=\x00" + tail, 400, ""},
		"non-ASCII cookie":           {"GET /api/auth/get-session HTTP/1.1\r\nCookie: better-auth.session_token=\xff\xfe" + tail, 200, "null"},
		"space in the path":          {"GET /api/auth/o k HTTP/1.1" + tail, 400, ""},
		"other authority":            {"GET //evil.example/api/auth/ok HTTP/1.1" + tail, 404, ""},
		"absolute form":              {"GET http://evil.example/api/auth/ok HTTP/1.1" + tail, 200, `{"ok":true}`},
		"proto javascript":           {"GET /api/auth/ok HTTP/1.1\r\nX-Forwarded-Proto: javascript" + tail, 200, `{"ok":true}`},
		"20 KiB query":               {"GET /api/auth/ok?a=" + strings.Repeat("x", 20<<10) + " HTTP/1.1" + tail, 431, ""},
		"20 KiB cookie":              {"GET /api/auth/get-session HTTP/1.1\r\nCookie: a=" + strings.Repeat("x", 20<<10) + tail, 431, ""},
		"chunked body":               {"POST /api/auth/sign-in/email HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked" + tail + "4\r\nnull\r\n0\r\n\r\n", 400, "…VALIDATION_ERROR"},
		"body shorter than promised": {"POST /api/auth/sign-in/email HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9" + tail + "{", 400, "…BAD_REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := exchange(t, server.Listener.Addr().String(), c.request)
			part, partial := strings.CutPrefix(c.body, "…")
			if status != c.status || partial && !strings.Contains(body, part) || !partial && c.body != "" && body != c.body {
				t.Errorf("%d %q, want %d %q", status, body, c.status, c.body)
			}
		})
	}
}

// exchange sends bytes, closes its side, and reads one answer.
func exchange(t *testing.T, address, request string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(fmt.Errorf("no answer: %w", err))
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(text))
}
