package social_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func sign(context.Context, plugin.AssertionRequest) (string, error) { return "signed", nil }

// A server answers on loopback in the place of the provider's hosts, and checks what it is asked.
type server struct {
	t        *testing.T
	name     string
	pending  []exchange
	loopback *httptest.Server
}

func serve(t *testing.T, name string, requests []exchange) (plugin.Outbound, *server) {
	s := &server{t: t, name: name, pending: requests}
	s.loopback = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.loopback.Close)
	return plugin.Outbound{HTTP: &http.Client{Transport: s}, Now: func() time.Time { return now }}, s
}

// RoundTrip sends a request to the loopback server, which learns the original URL from a header.
func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	target, err := url.Parse(s.loopback.URL)
	if err != nil {
		return nil, err
	}
	clone := r.Clone(r.Context())
	clone.Header.Set("X-Original-Url", r.URL.String())
	clone.URL, clone.Host = target, ""
	return http.DefaultTransport.RoundTrip(clone)
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if len(s.pending) == 0 {
		s.t.Errorf("%s: further request %s", s.name, r.Header.Get("X-Original-Url"))
		return
	}
	want := s.pending[0]
	s.pending = s.pending[1:]
	if got := r.Header.Get("X-Original-Url"); r.Method != want.Method || got != want.URL {
		s.t.Errorf("%s:\n got %s %s\nwant %s %s", s.name, r.Method, got, want.Method, want.URL)
	}
	for _, name := range []string{"authorization", "accept", "content-type", "user-agent", "notion-version"} {
		got := r.Header.Get(name)
		if name == "user-agent" && strings.HasPrefix(got, "Go-http-client") {
			got = ""
		}
		if got != want.Headers[name] {
			s.t.Errorf("%s, %s: header %s %q, want %q", s.name, want.URL, name, got, want.Headers[name])
		}
	}
	if got, want := normalBody(string(body)), normalBody(want.Body); got != want {
		s.t.Errorf("%s, %s:\n got body %s\nwant body %s", s.name, r.Header.Get("X-Original-Url"), got, want)
	}
	io.WriteString(w, want.Answer)
}

// normalBody makes white space of a GraphQL query one space.
func normalBody(s string) string {
	var query struct{ Query string }
	if json.Unmarshal([]byte(s), &query) == nil {
		return strings.Join(strings.Fields(query.Query), " ")
	}
	return s
}

func (s *server) done() {
	if len(s.pending) > 0 {
		s.t.Errorf("%s: request to %s is missing", s.name, s.pending[0].URL)
	}
}

type recordedTokens struct {
	TokenType, AccessToken, RefreshToken, IDToken string
	AccessTokenExpiresAt, RefreshTokenExpiresAt   *time.Time
	Scopes                                        []string
}

func checkTokens(t *testing.T, name string, f *flow, call func(out plugin.Outbound) (*plugin.OAuthTokens, error)) {
	t.Helper()
	out, s := serve(t, name, f.Requests)
	got, err := call(out)
	s.done()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	var want recordedTokens
	if err := json.Unmarshal(f.Result, &want); err != nil {
		t.Fatal(err)
	}
	have := recordedTokens{
		got.TokenType, got.AccessToken, got.RefreshToken, got.IDToken,
		got.AccessTokenExpiresAt, got.RefreshTokenExpiresAt, got.Scopes,
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", name, have, want)
	}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	providers := reference(t)
	for _, r := range providers {
		c, o := constructors[r.ID], options()
		req := plugin.ExchangeRequest{Code: "CODE", CodeVerifier: verifier, RedirectURI: callback(r.ID)}
		exchange := func(p plugin.SocialProvider, req plugin.ExchangeRequest) func(plugin.Outbound) (*plugin.OAuthTokens, error) {
			return func(out plugin.Outbound) (*plugin.OAuthTokens, error) { return p.Exchange(t.Context(), out, req) }
		}
		scoped := o
		scoped.Scopes, scoped.RedirectURI = []string{"opt.scope"}, "https://cb.example.com/x"
		checkTokens(t, r.ID+" scoped", r.ExchangeScoped, exchange(c.make(scoped), req))
		if c.special != nil {
			f := r.ExchangeSpecial
			if r.ID == "zoom" { // the reference sends a verifier without having sent its challenge
				f.Requests[0].Body = strings.Replace(f.Requests[0].Body, "&code_verifier="+verifier, "", 1)
			}
			checkTokens(t, r.ID+" special", f, exchange(c.special(o), req))
		}
		req.DeviceID = "DEVICE"
		checkTokens(t, r.ID, r.Exchange, exchange(c.make(o), req))
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	providers := reference(t)
	for _, r := range providers {
		c, o := constructors[r.ID], options()
		refresh := func(p plugin.SocialProvider) func(plugin.Outbound) (*plugin.OAuthTokens, error) {
			return func(out plugin.Outbound) (*plugin.OAuthTokens, error) {
				return p.Refresh(t.Context(), out, plugin.RefreshRequest{Token: "REFRESH"})
			}
		}
		if r.Refresh == nil {
			if _, err := refresh(c.make(o))(plugin.Outbound{}); !errors.Is(err, plugin.ErrNotSupported) {
				t.Errorf("%s: refresh: %v", r.ID, err)
			}
			continue
		}
		checkTokens(t, r.ID, r.Refresh, refresh(c.make(o)))
		if c.special != nil {
			checkTokens(t, r.ID+" special", r.RefreshSpecial, refresh(c.special(o)))
		}
	}
}

type recordedProfile struct {
	User    map[string]any `json:"user"`
	Data    map[string]any `json:"data"`
	Subject string         `json:"subject"`
}

func checkProfile(t *testing.T, name string, f *flow, p plugin.SocialProvider, req plugin.ProfileRequest) *plugin.OAuthProfile {
	t.Helper()
	out, s := serve(t, name, f.Requests)
	got, err := p.Profile(t.Context(), out, req)
	s.done()
	if string(f.Result) == "null" {
		if err == nil {
			t.Errorf("%s: profile %+v, want none", name, got)
		}
		return nil
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	var want recordedProfile
	unmarshal(t, f.Result, &want)
	maps.DeleteFunc(want.User, func(_ string, v any) bool { return v == nil })
	if want.User["emailVerified"] == nil {
		want.User["emailVerified"] = false
	}
	if want.User["emailVerified"] == "true" {
		want.User["emailVerified"] = true
	}
	if user := userMap(&got.User); !reflect.DeepEqual(user, want.User) {
		t.Errorf("%s:\n got user %v\nwant user %v", name, user, want.User)
	}
	if !reflect.DeepEqual(got.Data, want.Data) {
		t.Errorf("%s:\n got data %v\nwant data %v", name, got.Data, want.Data)
	}
	if got.Subject != want.Subject {
		t.Errorf("%s: subject %q, want %q", name, got.Subject, want.Subject)
	}
	return got
}

func userMap(u *plugin.OAuthUser) map[string]any {
	m := map[string]any{"emailVerified": u.EmailVerified}
	for name, v := range map[string]*string{"name": u.Name, "email": u.Email, "image": u.Image} {
		if v != nil {
			m[name] = *v
		}
	}
	for _, name := range []string{"first_name", "last_name", "birthday", "sex"} {
		switch v, _ := u.Fields.Get(name); v := v.(type) {
		case string:
			m[name] = v
		case float64:
			m[name] = json.Number(jsonText(v))
		}
	}
	return m
}

func jsonText(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// tokens are those that the profiles were recorded with.
func tokens(idToken string) *plugin.OAuthTokens {
	return &plugin.OAuthTokens{
		AccessToken: "at-1", RefreshToken: "rt-1", IDToken: idToken, Raw: map[string]any{"openid": "open-1"},
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	providers := reference(t)
	appleUser := &plugin.CallbackUser{}
	if err := json.Unmarshal([]byte(`{"name":{"firstName":"Fi","lastName":"La"}}`), appleUser); err != nil {
		t.Fatal(err)
	}
	jwts := idTokens()
	for _, r := range providers {
		c, o := constructors[r.ID], options()
		p := c.make(o)
		checkProfile(t, r.ID, r.Profile, p, plugin.ProfileRequest{Tokens: tokens(jwts.verified), User: appleUser})
		checkProfile(t, r.ID+" without ID token", r.ProfileNoIDToken, p, plugin.ProfileRequest{Tokens: tokens("")})
		if c.special != nil {
			checkProfile(t, r.ID+" special", r.ProfileSpecial, c.special(o), plugin.ProfileRequest{Tokens: tokens(jwts.hosted)})
		}
		// SEC-30: a profile that does not say so has no verified address.
		for name, got := range map[string]*plugin.OAuthProfile{
			"unverified": checkProfile(t, r.ID+" unverified", r.ProfileUnverified, p, plugin.ProfileRequest{Tokens: tokens(jwts.unverified)}),
			"unverified, no ID token": checkProfile(t, r.ID+" unverified, no ID token", r.ProfileUnverifiedNoIDToken, p,
				plugin.ProfileRequest{Tokens: tokens("")}),
		} {
			if got != nil && got.User.EmailVerified {
				t.Errorf("%s, %s: the address counts as verified", r.ID, name)
			}
		}
	}
}

type jwtSet struct{ verified, unverified, hosted string }

// idTokens are those of the recording; nothing here looks at their signature.
func idTokens() jwtSet {
	claims := map[string]any{
		"iss": "https://issuer.example.com", "sub": "sub-1", "oid": "oid-1", "tid": "tid-1", "aud": "client-id",
		"email": "user@example.com", "email_verified": true, "name": "User Name", "given_name": "User",
		"family_name": "Name", "picture": "https://img/p.png", "preferred_username": "user", "nonce": "n",
		"iat": 1, "exp": 9999999999,
	}
	with := func(name string, value any) string {
		c := maps.Clone(claims)
		c[name] = value
		if value == nil {
			delete(c, name)
		}
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(jsonText(c))) + ".sig"
	}
	return jwtSet{
		verified:   with("verified_primary_email", []string{"user@example.com"}),
		unverified: with("email_verified", nil),
		hosted:     with("hd", "example.com"),
	}
}

func unmarshal(t *testing.T, data []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		t.Fatal(err)
	}
}
