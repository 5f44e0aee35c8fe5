package social_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// A playback answers as the reference's recording does, whatever the parameters. Its ID tokens do not say
// that the address is verified.
type playback map[string]string

// unverified plays a provider back whose profile does not say that the address is verified.
func unverified(r recorded) playback {
	p := playback{}
	for _, f := range []*flow{r.ProfileUnverifiedNoIDToken, r.ProfileUnverified, r.Exchange} {
		if f == nil {
			continue
		}
		for _, x := range f.Requests {
			p[x.Method+" "+place(x.URL)] = doubtful(x.Answer)
		}
	}
	return p
}

// doubtful exchanges the ID token of an answer for one that does not say that the address is verified.
func doubtful(answer string) string {
	var o map[string]any
	if json.Unmarshal([]byte(answer), &o) != nil || o["id_token"] == nil {
		return answer
	}
	o["id_token"] = idTokens().unverified
	return jsonText(o)
}

// place is a URL without its parameters.
func place(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	return u.Host + u.Path
}

// Do implements plugin.HTTPClient.
func (p playback) Do(r *http.Request) (*http.Response, error) {
	answer, known := p[r.Method+" "+place(r.URL.String())]
	status := http.StatusOK
	if !known {
		status = http.StatusNotFound
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewBufferString(answer)), Request: r,
	}, nil
}

// TestTakeover signs in with every provider by a profile that does not say that its address is verified
// (SEC-30): nobody becomes the user that has the address already, and a new user's is not verified.
func TestTakeover(t *testing.T) {
	t.Parallel()
	for _, r := range reference(t) {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			o := options()
			kit := plugintest.New(t, func(c *betterauth.Config) {
				c.SocialProviders, c.HTTPClient = []plugin.SocialProvider{constructors[r.ID].make(o)}, unverified(r)
			})
			victim := strings.ToLower(arrives(t, kit, r.ID))
			if u := kit.User(victim); u.EmailVerified {
				t.Errorf("the address of a new user counts as verified: %+v", u)
			}
			for _, table := range []string{"session", "account", "user"} {
				if _, err := kit.Store().Delete(t.Context(), table); err != nil {
					t.Fatal(err)
				}
			}
			kit.SignUp(victim)
			if _, err := plugin.Users.Update(t.Context(), kit.Store(), adapter.Changes{"emailVerified": true}); err != nil {
				t.Fatal(err)
			}
			thief := kit.Client()
			begins(t, thief, r.ID).ExpectRedirect("/oops?error=account_not_linked")
			if thief.SignedIn() != "" || kit.Count("account") != 1 || kit.Count("session") != 1 {
				t.Errorf("signed in as %q, %d accounts", thief.SignedIn(), kit.Count("account"))
			}
		})
	}
}

// begins goes through a flow.
func begins(t *testing.T, c *plugintest.Client, id string) *plugintest.Answer {
	t.Helper()
	a := c.Post("/sign-in/social", map[string]any{"provider": id, "callbackURL": "/in", "errorCallbackURL": "/oops"}).Expect(http.StatusOK)
	u, err := url.Parse(a.String("url"))
	if err != nil {
		t.Fatal(err)
	}
	return c.Get("/callback/" + id + "?code=CODE&state=" + u.Query().Get("state"))
}

// arrives signs a new user in and returns the address.
func arrives(t *testing.T, kit *plugintest.Kit, id string) string {
	t.Helper()
	c := kit.Client()
	begins(t, c, id).ExpectRedirect("/in")
	return c.SignedIn()
}
