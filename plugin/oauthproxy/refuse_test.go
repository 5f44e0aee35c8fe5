package oauthproxy_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/social"
)

const errorPage = "/api/auth/error?error="

func gitHubWith(s plugin.SocialSettings) []plugin.SocialProvider {
	return []plugin.SocialProvider{social.GitHub(social.Options{
		ClientID: "gh", ClientSecret: "ghs", DisableImplicitSignUp: s.DisableImplicitSignUp, RequireEmailVerification: s.RequireEmailVerification,
	})}
}

func refusing(c *betterauth.Config) {
	c.DatabaseHooks.User.BeforeCreate = func(context.Context, *api.User) error {
		return errors.Define(http.StatusForbidden, "NOT_YOU", "Not you")
	}
}

// TestRelayRefuses covers what production tells a browser whose flow fails there.
func TestRelayRefuses(t *testing.T) {
	t.Parallel()
	const oops = preview + "/oops?error="
	cases := map[string]struct {
		query string // %s is the state
		path  string
		who   person
		want  string
	}{
		"provider error":   {query: "error=access_denied&error_description=no&state=%s", want: oops + "access_denied"},
		"no code":          {query: "state=%s", want: oops + "no_code"},
		"unknown provider": {query: "code=x&state=%s", path: "/callback/nope", want: oops + "oauth_provider_not_found"},
		"code refused":     {who: person{Broken: "token"}, want: oops + "invalid_code"},
		"profile refused":  {who: person{ID: 1, Broken: "profile"}, want: oops + "unable_to_get_user_info"},
		"no address":       {who: person{ID: 1, Name: "N"}, want: oops + "email_not_found"},
		"a state changed":  {query: "code=x&state=%sff", want: production + errorPage + "state_mismatch"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, oauthproxy.Options{})
			if tc.query == "" {
				tc.query = "code=" + tc.who.code(t) + "&state=%s"
			}
			if tc.path == "" {
				tc.path = "/callback/github"
			}
			p.there.Get(tc.path + "?" + fmt.Sprintf(tc.query, p.begin("/sign-in/social").Get("state"))).ExpectRedirect(tc.want)
			if p.production.Count("user") != 0 {
				t.Error("production made a user")
			}
		})
	}
	t.Run("wrong type", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{})
		p.there.Get("/callback/github?code=a&code=b&state="+p.begin("/sign-in/social").Get("state")).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	})
	t.Run("no error page", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{})
		state := p.begin("/sign-in/social", "errorCallbackURL", "").Get("state")
		p.there.Get("/callback/github?state=" + state).ExpectRedirect(production + errorPage + "no_code")
	})
}

// TestPackages covers packages that only a holder of the secret can make and that are wrong all the same.
func TestPackages(t *testing.T) {
	t.Parallel()
	whole := `{"callbackURL":"` + preview + `/api/auth/callback/github/oauth-proxy?callbackURL=%2Fdash","codeVerifier":"v","errorURL":"/oops","expiresAt":1,"oauthState":"a"}`
	parcel := func(t *testing.T, id, state string) string {
		return seal(t, "oauth-proxy-package", `{"state":"`+id+`","stateCookie":"`+seal(t, "oauth-proxy-state", state)+`","isOAuthProxy":true}`)
	}
	own := production + errorPage + "state_mismatch" // a callback of production's own flows, and of none
	cases := map[string]struct {
		state func(t *testing.T) string
		want  string
	}{
		"of another state": {func(t *testing.T) string { return parcel(t, "b", whole) }, preview + "/oops?error=state_mismatch"},
		"no JSON":          {func(t *testing.T) string { return seal(t, "oauth-proxy-package", "{") }, own},
		"not of a proxy":   {func(t *testing.T) string { return seal(t, "oauth-proxy-package", `{"state":"a","stateCookie":"b"}`) }, own},
		"state not sealed": {func(t *testing.T) string {
			return seal(t, "oauth-proxy-package", `{"state":"a","stateCookie":"b","isOAuthProxy":true}`)
		}, own},
		"of another purpose": {func(t *testing.T) string { return seal(t, "oauth-proxy-state", `{}`) }, own},
		"empty state":        {func(t *testing.T) string { return parcel(t, "a", `{}`) }, own},
		"relative callback":  {func(t *testing.T) string { return parcel(t, "a", strings.ReplaceAll(whole, preview, "")) }, own},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit := deploy(t, production, oauthproxy.Options{})
			kit.Client().Get("/callback/github?code=" + octo.code(t) + "&state=" + url.QueryEscape(tc.state(t))).ExpectRedirect(tc.want)
		})
	}
}

// TestFinishRefuses covers what the preview answers to payloads that are not good.
func TestFinishRefuses(t *testing.T) {
	t.Parallel()
	const (
		user    = `{"id":"1","email":"a@example.com","name":"A","emailVerified":true}`
		account = `{"providerId":"github","accountId":"1"}`
	)
	now := plugintest.Start.UnixMilli()
	payload := func(user, account, rest string, at int64) string {
		return fmt.Sprintf(`{"userInfo":%s,"account":%s,"timestamp":%d%s}`, user, account, at, rest)
	}
	const rest = `,"state":"{{state}}","callbackURL":"/dash","newUserURL":"/welcome","errorURL":"/oops"`
	cases := map[string]struct{ payload, want string }{
		"good":                {payload(user, account, rest, now), "/welcome"},
		"at the last moment":  {payload(user, account, rest, now-60_000), "/welcome"},
		"clock ahead":         {payload(user, account, rest, now+10_000), "/welcome"},
		"too old":             {payload(user, account, rest, now-60_001), "/oops?error=payload_expired"},
		"from the future":     {payload(user, account, rest, now+10_001), "/oops?error=payload_expired"},
		"never":               {payload(user, account, rest, 0), "/oops?error=payload_expired"},
		"another provider":    {payload(user, `{"providerId":"google","accountId":"1"}`, rest, now), "/oops?error=provider_mismatch"},
		"unknown state":       {payload(user, account, strings.ReplaceAll(rest, "{{state}}", "x"), now), "/oops?error=state_mismatch"},
		"sign-up off":         {payload(user, account, rest+`,"disableSignUp":true`, now), "/oops?error=signup_disabled"},
		"page elsewhere":      {payload(user, account, strings.ReplaceAll(rest, "/welcome", "https://evil.example"), now), "/dash"},
		"error elsewhere":     {payload(user, account, strings.ReplaceAll(rest, "/oops", "//evil.example"), 0), preview + errorPage + "payload_expired"},
		"callback elsewhere":  {payload(user, account, strings.ReplaceAll(rest, "/dash", "https://evil.example"), now), ""},
		"no JSON":             {`{`, preview + errorPage + "invalid_payload"},
		"an array":            {`[]`, preview + errorPage + "invalid_payload"},
		"null":                {`null`, preview + errorPage + "invalid_payload"},
		"more than one":       {payload(user, account, rest, now) + `{}`, preview + errorPage + "invalid_payload"},
		"no user":             {payload(`null`, account, rest, now), preview + errorPage + "invalid_payload"},
		"no address":          {payload(`{"id":"1","name":"A","emailVerified":true}`, account, rest, now), preview + errorPage + "invalid_payload"},
		"address of a number": {payload(`{"id":"1","email":1,"name":"A"}`, account, rest, now), preview + errorPage + "invalid_payload"},
		"verified as text":    {payload(`{"id":"1","email":"a@example.com","name":"A","emailVerified":"x"}`, account, rest, now), preview + errorPage + "invalid_payload"},
		"no account id":       {payload(user, `{"providerId":"github"}`, rest, now), preview + errorPage + "invalid_payload"},
		"no provider":         {payload(user, `{"accountId":"1"}`, rest, now), preview + errorPage + "invalid_payload"},
		"bad time":            {payload(user, `{"providerId":"github","accountId":"1","accessTokenExpiresAt":"soon"}`, rest, now), preview + errorPage + "invalid_payload"},
		"no state":            {payload(user, account, `,"callbackURL":"/dash"`, now), preview + errorPage + "invalid_payload"},
		"no callback":         {payload(user, account, `,"state":"{{state}}"`, now), preview + errorPage + "invalid_payload"},
		"no time":             {`{"userInfo":` + user + `,"account":` + account + rest + `}`, preview + errorPage + "invalid_payload"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, oauthproxy.Options{})
			state := open(t, keyring(t, plugintest.Secret), "oauth-proxy-package", p.begin("/sign-in/social").Get("state"))["state"].(string)
			sealed := seal(t, "oauth-proxy-profile", strings.ReplaceAll(tc.payload, "{{state}}", state))
			a := p.here.Get("/callback/github/oauth-proxy?callbackURL=/dash&profile=" + sealed)
			if tc.want == "" {
				a.ExpectError(http.StatusForbidden, "INVALID_CALLBACK_URL")
			} else {
				a.ExpectRedirect(tc.want)
			}
			if good := !strings.Contains(tc.want, "error=") && tc.want != ""; good != (p.here.SignedIn() != "") {
				t.Errorf("signed in as %q", p.here.SignedIn())
			}
		})
	}
}

// TestFinishInput covers requests without a good payload.
func TestFinishInput(t *testing.T) {
	t.Parallel()
	p := newPair(t, oauthproxy.Options{MaxAge: time.Second})
	for _, path := range []string{"/callback/github/oauth-proxy", "/oauth-proxy-callback"} {
		for query, want := range map[string]string{
			"?callbackURL=/x":                                               "missing_profile",
			"?callbackURL=/x&profile=":                                      "missing_profile",
			"?callbackURL=/x&profile=zz":                                    "invalid_profile",
			"?callbackURL=/x&profile=" + "ab12":                             "invalid_profile",
			"?callbackURL=/x&profile=%24ba%241$a":                           "invalid_profile",
			"?callbackURL=/x&profile=" + seal(t, "oauth-proxy-state", "{}"): "invalid_profile",
		} {
			p.here.Get(path + query).ExpectRedirect(preview + errorPage + want)
		}
		p.here.Get(path).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
		p.here.Get(path+"?callbackURL=https://evil.example").ExpectError(http.StatusForbidden, "INVALID_CALLBACK_URL")
		p.here.Get(path+"?callbackURL=/x&profile=a&profile=b").ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	}
	location := p.relay(p.begin("/sign-in/social").Get("state"), octo)
	p.preview.Clock.Advance(time.Second + time.Millisecond)
	p.land(location).ExpectRedirect("/oops?error=payload_expired")
}
