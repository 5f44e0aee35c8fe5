package endpoints_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
)

// stubGitHub answers as the stub of the recording did.
type stubGitHub struct {
	id          int
	name, email string
	verified    bool
	refuse      bool
	tokens      int
}

func (g *stubGitHub) Do(r *http.Request) (*http.Response, error) {
	status, value := 404, any(body{})
	switch path := r.URL.Path; {
	case path == "/login/oauth/access_token" && g.refuse:
		g.tokens++
		status, value = 400, body{"error": "bad_verification_code"}
	case path == "/login/oauth/access_token":
		g.tokens++
		status, value = 200, body{
			"access_token": fmt.Sprint("access-", g.tokens), "refresh_token": fmt.Sprint("refresh-", g.tokens), "expires_in": 3600,
			"refresh_token_expires_in": 7200, "scope": "read:user,user:email", "token_type": "bearer",
		}
	case path == "/user/emails":
		list := []body{}
		if g.email != "" {
			list = append(list, body{"email": g.email, "primary": true, "verified": g.verified})
		}
		status, value = 200, list
	case path == "/user":
		profile := body{"id": g.id, "login": "gh-login", "name": g.name, "avatar_url": "https://img/a.png", "email": nil}
		if g.email != "" {
			profile["email"] = g.email
		}
		status, value = 200, profile
	}
	text, err := json.Marshal(value)
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(text)), Request: r,
	}, err
}

// profiles are those that the stub had from a step on.
var profiles = map[string]stubGitHub{
	"new user: start": {id: 1001, name: "Octo Cat", email: "Octo@Example.com", verified: true},
	"no email: start": {id: 1002, name: "No Mail"},
	"email belongs to an unverified local user: start": {id: 1003, name: "PW", email: "pw@example.com", verified: true},
	"new user with unverified email: start":            {id: 1004, name: "PW", email: "pw2@example.com"},
	"link with another email: start":                   {id: 1005, name: "Other", email: "other@example.com", verified: true},
	"link an account of another user: start":           {id: 1001, name: "Octo Cat", email: "pw@example.com", verified: true},
	"link: start":                                      {id: 1006, name: "PW", email: "pw@example.com", verified: true},
	"refused: start":                                   {id: 2001, name: "N", email: "n@example.com", verified: true},
	"sign in: start":                                   {id: 3001, name: "S", email: "s@example.com", verified: true},
}

// before is how many tokens the stub had given out before a group.
var before = map[string]int{"core: OAuth disableImplicitSignUp + encryptOAuthTokens": 12, "core: stateless OAuth (no database)": 14}

// prepareOAuth does what the recording did outside requests.
func (r *replay) prepareOAuth(title string, i int, st step) {
	if i == 0 {
		r.s.Clock.Advance(10 * time.Second)
		r.github.tokens = before[title]
	}
	if p, ok := profiles[st.Label]; ok {
		p.tokens = r.github.tokens
		*r.github = p
	}
	switch st.Label {
	case "token exchange fails: start":
		r.github.refuse = true
	case "local user verified: implicit link: start":
		_, err := plugin.Users.Update(r.t.Context(), r.s.Store(), adapter.Changes{"emailVerified": true}, adapter.Eq("email", "pw@example.com"))
		if err != nil {
			r.t.Fatal(err)
		}
	case "unlink":
		a, err := plugin.Accounts.FindOne(r.t.Context(), r.s.Store(), adapter.Eq("accountId", "1003"))
		if err != nil {
			r.t.Fatal(err)
		}
		var in struct{ AccountID string }
		if err := json.Unmarshal(st.Body, &in); err != nil || !r.same("unlink", in.AccountID, a.ID) {
			r.t.Errorf("unlink %s: %v", st.Body, err)
		}
	}
}

// compareRows compares the rows of users and accounts, or the stored form of a token.
func (r *replay) compareRows(st step) {
	want, err := wire.Parse(st.Response)
	if err != nil {
		r.t.Fatal(err)
	}
	o := want.(wire.Object)
	if sealed, ok := o.Get("stored"); ok {
		r.compareToken(sealed.(string), o)
		return
	}
	users, err := plugin.Users.Find(r.t.Context(), r.s.Store(), adapter.Query{})
	if err != nil {
		r.t.Fatal(err)
	}
	accounts, err := plugin.Accounts.Find(r.t.Context(), r.s.Store(), adapter.Query{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, a := range accounts {
		if a.Password != nil {
			a.Password = new("hash")
		}
	}
	text, err := wire.Marshal(map[string]any{"user": users, "account": accounts})
	if err != nil {
		r.t.Fatal(err)
	}
	got, err := wire.Parse([]byte(passwords.ReplaceAllString(string(text), `"password":"hash"`)))
	if err != nil {
		r.t.Fatal(err)
	}
	want, err = wire.Parse([]byte(passwords.ReplaceAllString(string(st.Response), `"password":"hash"`)))
	if err != nil {
		r.t.Fatal(err)
	}
	r.compareJSON(st.Label, sorted(want.(wire.Object)), got)
}

var passwords = regexp.MustCompile(`"password":"[^"]+"`)

func (r *replay) compareToken(recorded string, o wire.Object) {
	keys, err := crypto.NewKeyring(nil, secret)
	if err != nil {
		r.t.Fatal(err)
	}
	a, err := plugin.Accounts.FindOne(r.t.Context(), r.s.Store())
	if err != nil {
		r.t.Fatal(err)
	}
	want, _ := o.Get("decrypted")
	for _, sealed := range []string{recorded, *a.AccessToken} {
		if got, err := keys.Decrypt(sealed); err != nil || got != want {
			r.t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

// words are what random values in a text could be.
var words = regexp.MustCompile(`[\w-]{24,43}`)

// sameText is same for every random value in a text.
func (r *replay) sameText(where, want, got string) bool {
	if want == got {
		return true
	}
	if words.ReplaceAllString(want, "") != words.ReplaceAllString(got, "") {
		return false
	}
	w, g := words.FindAllString(want, -1), words.FindAllString(got, -1)
	for i := range w {
		if i >= len(g) || !r.same(where, w[i], g[i]) {
			return false
		}
	}
	return len(w) == len(g)
}

// once drops deletions of a cookie that is deleted again later.
func once(lines []string) []string {
	var kept []string
	for i, line := range lines {
		if !strings.Contains(line, "Max-Age=0") || !slices.Contains(lines[i+1:], line) {
			kept = append(kept, line)
		}
	}
	return kept
}

func sorted(o wire.Object) wire.Object {
	o = o.Clone()
	slices.SortFunc(o, func(a, b wire.Member) int { return strings.Compare(a.Name, b.Name) })
	return o
}
