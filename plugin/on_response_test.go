package plugin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/plugin"
)

func TestOnResponseKeepsCookiesSingle(t *testing.T) {
	t.Parallel()
	watcher := plugin.Func("watcher", func(r *plugin.Registry) error {
		r.OnResponse(func(*plugin.Context, *http.Response) (*http.Response, error) { return nil, nil })
		return nil
	})
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "https://example.com", Secret: "a secret of more than 32 characters", Database: memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true}, Plugins: []plugin.Plugin{watcher},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "https://example.com/api/auth/sign-up/email",
		strings.NewReader(`{"name":"Ann","email":"ann@example.com","password":"password-1"}`))
	r.Header.Set("Content-Type", "application/json")
	auth.Handler().ServeHTTP(w, r)
	if n := len(w.Header()["Set-Cookie"]); w.Code != http.StatusOK || n != 1 {
		t.Errorf("%d: %d cookies", w.Code, n)
	}
}
