package dbtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
	"github.com/betterauth-go/betterauth/plugin/multisession"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/username"
)

// withPlugins is an Auth with the plugins on an empty database.
func withPlugins(t *testing.T, db database, plugins ...plugin.Plugin) *plugintest.Kit {
	t.Helper()
	kit := plugintest.New(t, plugintest.With(plugins...), func(c *betterauth.Config) { c.Database = db })
	if err := kit.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return kit
}

// TestUsernameRows shows the columns of the plugin and what they hold.
func TestUsernameRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		kit := withPlugins(t, db, username.New(username.Options{Columns: map[string]string{"username": "login_name"}}))
		kit.SignUp("ann@example.com", "username", "AnNie")
		kit.SignUp("bob@example.com")
		got := strings.Join(db.query(t, `SELECT coalesce(login_name, '-') || ' ' || coalesce("displayUsername", '-') FROM "user" ORDER BY email`), ", ")
		if got != "annie AnNie, - -" {
			t.Errorf("rows %s", got)
		}
	})
}

// TestUsernameRace shows that the unique column decides between sign-ups, and between updates, that want
// one name at once, and that the losers learn why and leave nothing behind.
func TestUsernameRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		kit := withPlugins(t, db, username.New(username.Options{}))
		const people = 8
		check := func(kind string, answers []*httptest.ResponseRecorder) {
			t.Helper()
			won := 0
			for _, w := range answers {
				if w.Code == http.StatusOK {
					won++
				} else if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "USERNAME_IS_ALREADY_TAKEN") {
					t.Errorf("%s: %d %s", kind, w.Code, w.Body)
				}
			}
			if won != 1 {
				t.Errorf("%s: %d winners", kind, won)
			}
		}
		check("sign-up", atOnce(kit, people, func(i int) *http.Request {
			return jsonRequest("/sign-up/email", fmt.Sprintf(`{"email":"u%d@example.com","password":"password1234","name":"N","username":"Wanted"}`, i))
		}))
		if kit.Count("user") != 1 || kit.Count("account") != 1 || kit.Count("session") != 1 {
			t.Errorf("%d users, %d accounts, %d sessions", kit.Count("user"), kit.Count("account"), kit.Count("session"))
		}
		clients := make([]*plugintest.Client, people)
		for i := range clients {
			clients[i] = kit.SignUp(fmt.Sprintf("v%d@example.com", i))
		}
		check("update", atOnce(kit, people, func(i int) *http.Request {
			r := jsonRequest("/update-user", `{"username":"Another"}`)
			r.Header.Set("Origin", plugintest.Origin)
			r.Header.Set("Cookie", clients[i].Headers().Get("Cookie"))
			return r
		}))
	})
}

func jsonRequest(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, plugintest.Origin+"/api/auth"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// atOnce serves n requests in parallel.
func atOnce(kit *plugintest.Kit, n int, request func(i int) *http.Request) []*httptest.ResponseRecorder {
	answers := make([]*httptest.ResponseRecorder, n)
	start := make(chan struct{})
	var done sync.WaitGroup
	for i := range n {
		r := request(i)
		answers[i] = httptest.NewRecorder()
		done.Go(func() {
			<-start
			kit.Handler().ServeHTTP(answers[i], r)
		})
	}
	close(start)
	done.Wait()
	return answers
}

// TestTrustedUsernameRace is TestUsernameRace for calls in process.
func TestTrustedUsernameRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		kit := withPlugins(t, db, username.New(username.Options{}))
		errs := make([]error, 8)
		var done sync.WaitGroup
		for i := range errs {
			done.Go(func() {
				in := api.CreateUserInput{Email: fmt.Sprintf("u%d@example.com", i), Name: "N"}
				in.Extra.Set("username", "Wanted")
				_, errs[i] = kit.API.CreateUser(t.Context(), in)
			})
		}
		done.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, username.IsAlreadyTaken) {
				t.Errorf("lost with %v", err)
			}
		}
		if won != 1 || kit.Count("user") != 1 {
			t.Errorf("%d winners, %d users", won, kit.Count("user"))
		}
	})
}

// TestPluginsTogether signs two people in to one browser by their names and switches by bearer token.
func TestPluginsTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		kit := withPlugins(t, db, username.New(username.Options{}), bearer.New(bearer.Options{}), multisession.New(multisession.Options{}))
		for _, name := range []string{"annie", "bobby"} {
			kit.SignUp(name+"@example.com", "username", name)
		}
		browser := kit.Client()
		var tokens []string
		for _, name := range []string{"annie", "bobby", "annie"} {
			kit.Clock.Advance(1e9)
			a := browser.Post("/sign-in/username", map[string]string{"username": name, "password": plugintest.Password}).Expect(http.StatusOK)
			tokens = append(tokens, a.String("token"))
			if !strings.HasPrefix(a.Header.Get("Set-Auth-Token"), a.String("token")+".") {
				t.Errorf("headers %v", a.Header)
			}
		}
		list := browser.Get("/multi-session/list-device-sessions").Expect(http.StatusOK)
		if list.String("0.user.username") != "bobby" || list.String("1.user.username") != "annie" || list.Get("2") != nil {
			t.Errorf("list %s", list.Body)
		}
		mobile := kit.Client()
		mobile.Header.Set("Authorization", "Bearer "+tokens[0])
		if got := mobile.SignedIn(); got != "" {
			t.Errorf("a replaced session is alive: %s", got)
		}
		mobile.Header.Set("Authorization", "Bearer "+tokens[2])
		if got := mobile.SignedIn(); got != "annie@example.com" {
			t.Errorf("signed in as %q", got)
		}
		browser.Post("/multi-session/revoke", map[string]string{"sessionToken": tokens[2]}).Expect(http.StatusOK)
		if got := browser.SignedIn(); got != "bobby@example.com" {
			t.Errorf("signed in as %q", got)
		}
		browser.Post("/sign-out", nil).Expect(http.StatusOK)
		if got := strings.Join(db.query(t, `SELECT count(*) || '' FROM session`), ""); got != "2" { // those of the sign-ups
			t.Errorf("%s sessions", got)
		}
	})
}
