package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/api"
)

const email = "ann@example.com"

func TestPagesOfAStranger(t *testing.T) {
	t.Parallel()
	base, _ := start(t, filepath.Join(t.TempDir(), "test.db"))
	v := newVisitor(t, base)
	for _, test := range []struct{ open, path, text string }{
		{"/", "/", `href="/sign-up"`},
		{"/sign-up", "/sign-up", `data-testid="signup-form"`},
		{"/sign-in", "/sign-in", `data-testid="signin-form"`},
		{"/sign-in?callbackURL=%22%3E%3Cscript%3E", "/sign-in", `value="&#34;&gt;&lt;script&gt;"`},
		{"/forgot-password", "/forgot-password", `data-testid="forgot-password-form"`},
		{"/reset-password?token=abc", "/reset-password", `value="abc"`},
		{"/reset-password?error=INVALID_TOKEN", "/reset-password", "This link is not valid"},
		{"/dev/inbox", "/dev/inbox", "No mail yet"},
		{"/dev/inbox.json", "/dev/inbox.json", "[]"},
		{"/account", "/sign-in", `value="/account"`},
		{"/account/delete", "/sign-in", `value="/account/delete"`},
		{"/static/app.js", "/static/app.js", "fetch("},
		{"/static/style.css", "/static/style.css", "body"},
	} {
		res, html := v.page(test.open)
		at(t, test.path, test.text)(res, html)
		if policy := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s has the policy %q", test.open, policy)
		}
	}
	if res, _ := v.page("/nowhere"); res.StatusCode != http.StatusNotFound {
		t.Errorf("/nowhere answered %s", res.Status)
	}
}

func TestLifeOfAnAccount(t *testing.T) {
	t.Parallel()
	base, _ := start(t, filepath.Join(t.TempDir(), "test.db"))
	ann := newVisitor(t, base)
	ann.signUp(email)
	at(t, "/account", email, "Ann &lt;Example&gt;", `data-testid="email-verified">no<`)(ann.page("/account"))

	at(t, "/account", `data-testid="email-verified">yes<`)(ann.page(ann.mail(email, "verify-email").URL))

	ann.post("/update-user", map[string]any{"name": "Ann Other"})
	at(t, "/account", "Ann Other")(ann.page("/account"))

	const next = "ann.other@example.com"
	ann.post("/change-email", map[string]any{"newEmail": next, "callbackURL": "/account"})
	at(t, "/account", email)(ann.page(ann.mail(email, "change-email").URL))
	at(t, "/account", next)(ann.page(ann.mail(next, "verify-email").URL))
	at(t, "/dev/inbox", "Confirm your new e-mail address")(ann.page("/dev/inbox"))

	at(t, "/account/delete", next)(ann.page("/account/delete"))
	ann.post("/delete-user", map[string]any{"callbackURL": "/"})
	at(t, "/", `href="/sign-up"`)(ann.page(ann.mail(next, "delete-account").URL))
	at(t, "/sign-in")(ann.page("/account"))
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	base, _ := start(t, filepath.Join(t.TempDir(), "test.db"))
	newVisitor(t, base).signUp(email)

	ann := newVisitor(t, base)
	ann.post("/request-password-reset", map[string]any{"email": email, "redirectTo": "/reset-password"})
	res, html := ann.page(ann.mail(email, "reset-password").URL)
	at(t, "/reset-password", `data-testid="reset-password-form"`)(res, html)
	ann.post("/reset-password", map[string]any{"newPassword": "battery staple", "token": res.Request.URL.Query().Get("token")})

	answer := ann.post("/sign-in/email", map[string]any{
		"email": email, "password": "battery staple", "rememberMe": true, "callbackURL": "/account/delete",
	})
	if !strings.Contains(answer, `"url":"/account/delete"`) {
		t.Errorf("sign-in does not say where to go: %s", answer)
	}
	at(t, "/account", email)(ann.page("/account"))
}

func TestSessionsOfTwoBrowsers(t *testing.T) {
	t.Parallel()
	base, _ := start(t, filepath.Join(t.TempDir(), "test.db"))
	laptop, phone := newVisitor(t, base), newVisitor(t, base)
	laptop.signUp(email)
	phone.post("/sign-in/email", map[string]any{"email": email, "password": "correct horse"})

	_, html := laptop.page("/account")
	_, after, found := strings.Cut(html, `name="sessionId" value="`)
	id, _, _ := strings.Cut(after, `"`)
	if !found || strings.Contains(after, `name="sessionId"`) {
		t.Fatalf("the page must offer to end one session, the phone's:\n%s", html)
	}
	laptop.post("/revoke-session", map[string]any{"sessionId": id})
	at(t, "/sign-in")(phone.page("/account"))
	at(t, "/account")(laptop.page("/account"))
}

func TestRestartKeepsSessions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "test.db")
	base, stop := start(t, file)
	ann := newVisitor(t, base)
	ann.signUp(email)
	stop()

	ann.base, _ = start(t, file)
	at(t, "/account", email)(ann.page("/account"))
}

func TestRunServesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	output, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, out, "127.0.0.1:0", filepath.Join(t.TempDir(), "test.db")) }()

	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSpace(strings.TrimPrefix(line, "Open "))
	at(t, "/", "Quickstart")(newVisitor(t, base).page("/"))

	port := base[strings.LastIndexByte(base, ':'):]
	if err := run(ctx, io.Discard, "127.0.0.1"+port, filepath.Join(t.TempDir(), "other.db")); err == nil {
		t.Error("a second server runs on the same port")
	}
	at(t, "/sign-up")(newVisitor(t, "http://localhost"+port).page("/sign-up"))

	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestSecret(t *testing.T) {
	t.Setenv("BETTER_AUTH_SECRET", "")
	file := filepath.Join(t.TempDir(), "test.secret")
	first, err := loadSecret(file)
	if err != nil || len(first) < 32 {
		t.Fatalf("loadSecret = %q, %v", first, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v", info.Mode())
	}
	if second, err := loadSecret(file); err != nil || second != first {
		t.Errorf("the second start has another secret, error %v", err)
	}
	if _, err := loadSecret(filepath.Join(file, "missing")); err == nil {
		t.Error("a secret that cannot be kept is no error")
	}
	t.Setenv("BETTER_AUTH_SECRET", "from the environment")
	if secret, err := loadSecret(file); err != nil || secret != "from the environment" {
		t.Errorf("with the variable set, loadSecret = %q, %v", secret, err)
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	listening := &net.TCPAddr{IP: net.IPv4zero, Port: 3000}
	for addr, want := range map[string]string{
		"127.0.0.1:3000":   "http://127.0.0.1:3000",
		"127.0.0.1:0":      "http://127.0.0.1:3000",
		":3000":            "http://localhost:3000",
		"0.0.0.0:3000":     "http://localhost:3000",
		"[::]:3000":        "http://localhost:3000",
		"[::1]:3000":       "http://[::1]:3000",
		"example.com:3000": "http://example.com:3000",
	} {
		if got := baseURL(addr, listening); got != want {
			t.Errorf("baseURL(%q) = %q, want %q", addr, got, want)
		}
	}
}

func TestInboxForgetsTheOldest(t *testing.T) {
	t.Parallel()
	var in inbox
	for range inboxSize {
		in.add(mail{Kind: "old"})
	}
	in.add(mail{Kind: "new"})
	list := in.list()
	if len(list) != inboxSize || list[inboxSize-1].Kind != "new" {
		t.Errorf("%d mails, the newest %q", len(list), list[len(list)-1].Kind)
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36": "Chrome on Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1":           "Safari on iPhone",
		"curl/8.5.0": "curl on unknown system",
		"":           "Unknown browser on unknown system",
	} {
		if got := device(&api.Session{UserAgent: &agent}); got != want {
			t.Errorf("device(%q) = %q, want %q", agent, got, want)
		}
	}
	if got := device(&api.Session{}); got != "Unknown device" {
		t.Errorf("without a user agent: %q", got)
	}
}
