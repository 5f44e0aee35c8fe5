package social_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		o := options()
		if got := c.make(o).Settings(); got != (plugin.SocialSettings{}) {
			t.Errorf("%s: default settings %+v", id, got)
		}
		o.DisableSignUp, o.DisableImplicitSignUp, o.DisableIDTokenSignIn = true, true, true
		o.OverrideUserInfoOnSignIn, o.RequireEmailVerification = true, true
		want := plugin.SocialSettings{
			DisableSignUp: true, DisableImplicitSignUp: true, DisableIDTokenSignIn: true,
			OverrideUserInfoOnSignIn: true, RequireEmailVerification: true,
		}
		if got := c.make(o).Settings(); got != want {
			t.Errorf("%s: settings %+v", id, got)
		}
	}
}

func TestMapProfileToUser(t *testing.T) {
	t.Parallel()
	for _, r := range reference(t) {
		o := options()
		var seen map[string]any
		o.MapProfileToUser = func(_ context.Context, profile map[string]any, user *plugin.OAuthUser) error {
			seen = profile
			user.Name, user.Email, user.EmailVerified = new("Mapped"), new("mapped@example.com"), true
			user.Fields.Set("plan", "gold")
			return nil
		}
		out, _ := serve(t, r.ID, r.Profile.Requests)
		req := plugin.ProfileRequest{Tokens: tokens(idTokens().verified)}
		got, err := constructors[r.ID].make(o).Profile(t.Context(), out, req)
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
			continue
		}
		plan, _ := got.User.Fields.Get("plan")
		if *got.User.Name != "Mapped" || *got.User.Email != "mapped@example.com" || !got.User.EmailVerified || plan != "gold" {
			t.Errorf("%s: user %+v", r.ID, got.User)
		}
		if !reflect.DeepEqual(seen, got.Data) {
			t.Errorf("%s: the function saw %v, not the profile", r.ID, seen)
		}
		failing := errors.New("mapping failed")
		o.MapProfileToUser = func(context.Context, map[string]any, *plugin.OAuthUser) error { return failing }
		out, _ = serve(t, r.ID, r.Profile.Requests)
		if _, err := constructors[r.ID].make(o).Profile(t.Context(), out, req); !errors.Is(err, failing) {
			t.Errorf("%s: %v", r.ID, err)
		}
	}
}

func TestGetUserInfo(t *testing.T) {
	t.Parallel()
	for _, r := range reference(t) {
		if r.ID == "facebook" { // inspects the token first: TestFacebookForeignToken
			continue
		}
		var want recordedProfile
		unmarshal(t, r.Profile.Result, &want)
		o := options()
		o.GetUserInfo = func(_ context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
			return &plugin.OAuthProfile{User: plugin.OAuthUser{Name: &tokens.AccessToken}, Data: want.Data}, nil
		}
		p := constructors[r.ID].make(o)
		out, _ := serve(t, r.ID, nil)
		got, err := p.Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")})
		if err != nil || *got.User.Name != "at-1" || got.Subject != want.Subject {
			t.Errorf("%s: %+v, %v; want subject %s", r.ID, got, err, want.Subject)
		}
		for name, result := range map[string]*plugin.OAuthProfile{
			"nil": nil, "empty": {}, "blank subject": {Subject: " "}, "null": {Subject: "null"}, "undefined": {Subject: "undefined"},
		} {
			o.GetUserInfo = func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) { return result, nil }
			if got, err := constructors[r.ID].make(o).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")}); err == nil {
				t.Errorf("%s: %s gives %+v", r.ID, name, got)
			}
		}
	}
}

func TestRefreshAccessTokenOption(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		o := options()
		o.RefreshAccessToken = func(_ context.Context, token string) (*plugin.OAuthTokens, error) {
			return &plugin.OAuthTokens{AccessToken: "new for " + token}, nil
		}
		got, err := c.make(o).Refresh(t.Context(), plugin.Outbound{}, plugin.RefreshRequest{Token: "old"})
		if err != nil || got.AccessToken != "new for old" {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
}

func TestVerifyIDTokenOption(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		o := options()
		o.VerifyIDToken = func(_ context.Context, token, nonce string) error {
			if token+nonce == "token nonce" {
				return nil
			}
			return errors.New("refused")
		}
		if err := c.make(o).VerifyIDToken(t.Context(), plugin.Outbound{}, "token ", "nonce"); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		if err := c.make(o).VerifyIDToken(t.Context(), plugin.Outbound{}, "token ", "other"); err == nil {
			t.Errorf("%s accepts what the option refuses", id)
		}
		o.DisableIDTokenSignIn = true
		if err := c.make(o).VerifyIDToken(t.Context(), plugin.Outbound{}, "token ", "nonce"); !errors.Is(err, plugin.ErrNotSupported) {
			t.Errorf("%s, disabled: %v", id, err)
		}
	}
}

func TestClientAssertion(t *testing.T) {
	t.Parallel()
	var asked plugin.AssertionRequest
	assert := func(_ context.Context, req plugin.AssertionRequest) (string, error) {
		asked = req
		return "a.b.c", nil
	}
	p := social.Microsoft(social.MicrosoftOptions{Options: social.Options{ClientID: "c"}, ClientAssertion: assert})
	out, s := serve(t, "microsoft", []exchange{{
		Method: "POST", URL: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
		Headers: map[string]string{"accept": "application/json", "content-type": "application/x-www-form-urlencoded"},
		Body: "grant_type=authorization_code&code=x&redirect_uri=r&client_id=c&client_assertion=a.b.c" +
			"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
		Answer: `{"access_token":"at"}`,
	}})
	got, err := p.Exchange(t.Context(), out, plugin.ExchangeRequest{Code: "x", RedirectURI: "r"})
	s.done()
	want := plugin.AssertionRequest{
		ClientID: "c", TokenEndpoint: "https://login.microsoftonline.com/common/oauth2/v2.0/token", GrantType: "authorization_code",
	}
	if err != nil || got.AccessToken != "at" || asked != want {
		t.Errorf("%+v, %v; asked for %+v", got, err, asked)
	}
	failing := errors.New("no key")
	p = social.Microsoft(social.MicrosoftOptions{
		Options:         social.Options{ClientID: "c"},
		ClientAssertion: func(context.Context, plugin.AssertionRequest) (string, error) { return "", failing },
	})
	if _, err := p.Refresh(t.Context(), out, plugin.RefreshRequest{Token: "r"}); !errors.Is(err, failing) {
		t.Errorf("refresh: %v", err)
	}
}

func TestEndSessionIsNotOffered(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		if _, err := c.make(options()).EndSessionURL(t.Context(), plugin.Outbound{}, plugin.EndSessionRequest{}); !errors.Is(err, plugin.ErrNotSupported) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// What a provider answers is never trusted to have a shape, and nothing of it reaches an error.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	answers := []string{
		"null", "[]", "{}", `""`, "<html>", "", `{"data":null}`, `{"data":[]}`, `{"data":[7]}`, `{"data":{"user":7}}`,
		`{"id":{},"sub":[],"name":7,"email":false,"images":[null],"response":[],"resultcode":"00","user":null}`,
		`{"success":true,"result":[]}`, `{"error":"invalid_token"}`, strings.Repeat("9", 400),
	}
	for _, r := range reference(t) {
		p := constructors[r.ID].make(options())
		for _, answer := range answers {
			var requests []exchange
			for _, q := range r.ProfileNoIDToken.Requests {
				q.Answer = answer
				requests = append(requests, q)
			}
			out, _ := serve(t, r.ID, requests)
			got, err := p.Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")})
			if err == nil && (got.Subject == "" || got.User.EmailVerified) {
				t.Errorf("%s, %.40s: %+v", r.ID, answer, got)
			}
			if err == nil && !strings.Contains(answer, "999") {
				t.Errorf("%s, %.40s: profile %+v", r.ID, answer, got)
			}
			if err != nil && (strings.Contains(err.Error(), "at-1") || strings.Contains(err.Error(), "secret")) {
				t.Errorf("%s: secret in %v", r.ID, err)
			}
		}
	}
}

func TestProfileWithoutTokens(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		out, _ := serve(t, id, nil) // fails at any request
		for name, tokens := range map[string]*plugin.OAuthTokens{"none": nil, "empty": {}, "garbage": {IDToken: "a.b.c"}} {
			if got, err := c.make(options()).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens}); err == nil {
				t.Errorf("%s, %s: %+v", id, name, got)
			}
		}
	}
}

func TestFacebookForeignToken(t *testing.T) {
	t.Parallel()
	debug := exchange{
		Method: "GET",
		URL:    "https://graph.facebook.com/debug_token?input_token=at-1&access_token=client-id%7Cclient-secret",
	}
	o := options()
	o.GetUserInfo = func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
		return &plugin.OAuthProfile{Subject: "fb-1"}, nil
	}
	for answer, ok := range map[string]bool{
		`{"data":{"is_valid":true,"app_id":"client-id","user_id":"fb-1"}}`:   true,
		`{"data":{"is_valid":true,"app_id":"other-app","user_id":"fb-1"}}`:   false,
		`{"data":{"is_valid":false,"app_id":"client-id","user_id":"fb-1"}}`:  false,
		`{"data":{"is_valid":"true","app_id":"client-id","user_id":"fb-1"}}`: false,
		`{"data":{"is_valid":true,"app_id":"client-id"}}`:                    false,
		`{"data":null}`: false,
	} {
		debug.Answer = answer
		out, _ := serve(t, answer, []exchange{debug})
		_, err := social.Facebook(o).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")})
		if (err == nil) != ok {
			t.Errorf("%s: %v", answer, err)
		}
	}
	me := exchange{
		Method: "GET", URL: "https://graph.facebook.com/me?fields=id%2Cname%2Cemail%2Cpicture",
		Headers: map[string]string{"authorization": "Bearer at-1"}, Answer: `{"id":"fb-2","name":"Somebody else"}`,
	}
	debug.Answer = `{"data":{"is_valid":true,"app_id":"client-id","user_id":"fb-1"}}`
	out, _ := serve(t, "other user", []exchange{debug, me})
	if got, err := social.Facebook(options()).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")}); err == nil {
		t.Errorf("the profile of another user: %+v", got)
	}
}

func TestPayPalSubjectMustMatch(t *testing.T) {
	t.Parallel()
	user := exchange{
		Method: "GET", URL: "https://api-m.sandbox.paypal.com/v1/identity/oauth2/userinfo?schema=paypalv1.1",
		Headers: map[string]string{"authorization": "Bearer at-1", "accept": "application/json"},
		Answer:  `{"user_id":"sub-1","sub":"somebody-else"}`,
	}
	out, _ := serve(t, "paypal", []exchange{user})
	req := plugin.ProfileRequest{Tokens: tokens(idTokens().verified)}
	if got, err := social.PayPal(options()).Profile(t.Context(), out, req); err == nil {
		t.Errorf("%+v", got)
	}
}

func TestGitLabLocked(t *testing.T) {
	t.Parallel()
	for answer, ok := range map[string]bool{
		`{"id":1,"state":"active"}`: true, `{"id":1,"state":"active","locked":true}`: false, `{"id":1,"state":"blocked"}`: false,
	} {
		out, _ := serve(t, "gitlab", []exchange{{
			Method: "GET", URL: "https://gitlab.com/api/v4/user", Answer: answer,
			Headers: map[string]string{"authorization": "Bearer at-1"},
		}})
		if _, err := social.GitLab(options()).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")}); (err == nil) != ok {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestDiscordImages(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"id":"80351110224678912","avatar":"abc"}`:                       "avatars/80351110224678912/abc.png",
		`{"id":"80351110224678912","avatar":"a_abc"}`:                     "avatars/80351110224678912/a_abc.gif",
		`{"id":"80351110224678912","avatar":null,"discriminator":"0"}`:    "embed/avatars/5.png",
		`{"id":"80351110224678912","avatar":null,"discriminator":"1337"}`: "embed/avatars/2.png",
	} {
		out, _ := serve(t, "discord", []exchange{{
			Method: "GET", URL: "https://discord.com/api/users/%40me", Answer: answer,
			Headers: map[string]string{"authorization": "Bearer at-1"},
		}})
		got, err := social.Discord(options()).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")})
		if err != nil || *got.User.Image != "https://cdn.discordapp.com/"+want {
			t.Errorf("%s: %v, %v; want %s", answer, got, err, want)
		}
	}
}

func TestWeChatErrors(t *testing.T) {
	t.Parallel()
	token := func(answer string) (plugin.Outbound, plugin.ExchangeRequest) {
		out, _ := serve(t, answer, []exchange{{
			Method: "GET", Answer: answer,
			URL: "https://api.weixin.qq.com/sns/oauth2/access_token?appid=client-id&secret=client-secret&code=CODE&grant_type=authorization_code",
		}})
		return out, plugin.ExchangeRequest{Code: "CODE"}
	}
	for _, answer := range []string{`{"errcode":40029,"errmsg":"invalid code CODE"}`, `null`, `[]`, `<html>`} {
		out, req := token(answer)
		_, err := social.WeChat(options()).Exchange(t.Context(), out, req)
		if err == nil || strings.Contains(err.Error(), "client-secret") || strings.Contains(err.Error(), "CODE") {
			t.Errorf("%s: %v", answer, err)
		}
	}
	out, req := token(`{"errcode":0,"access_token":"at","scope":"a,b","openid":"o"}`)
	got, err := social.WeChat(options()).Exchange(t.Context(), out, req)
	if err != nil || got.AccessToken != "at" || !reflect.DeepEqual(got.Scopes, []string{"a", "b"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestGitHubAddresses(t *testing.T) {
	t.Parallel()
	header := map[string]string{"authorization": "Bearer at-1", "user-agent": "better-auth"}
	for _, c := range []struct {
		user, emails, want string
		verified           bool
	}{
		{`{"id":1,"email":"a@x.io"}`, `[{"email":"a@x.io","verified":true}]`, "a@x.io", true},
		{`{"id":1,"email":"a@x.io"}`, `[{"email":"b@x.io","primary":true,"verified":true}]`, "a@x.io", false},
		{`{"id":1,"email":"a@x.io"}`, `{"message":"Not Found"}`, "a@x.io", false},
		{`{"id":1,"email":null}`, `[{"email":"a@x.io"},{"email":"b@x.io","primary":true,"verified":false}]`, "b@x.io", false},
		{`{"id":1,"email":null}`, `[{"email":"a@x.io","verified":true},{"email":"b@x.io"}]`, "a@x.io", true},
		{`{"id":1,"email":null,"email_verified":true}`, `[7,null]`, "", false},
	} {
		out, _ := serve(t, c.user, []exchange{
			{Method: "GET", URL: "https://api.github.com/user", Headers: header, Answer: c.user},
			{Method: "GET", URL: "https://api.github.com/user/emails", Headers: header, Answer: c.emails},
		})
		got, err := social.GitHub(options()).Profile(t.Context(), out, plugin.ProfileRequest{Tokens: tokens("")})
		if err != nil {
			t.Errorf("%s: %v", c.user, err)
			continue
		}
		email := ""
		if got.User.Email != nil {
			email = *got.User.Email
		}
		if email != c.want || got.User.EmailVerified != c.verified {
			t.Errorf("%s %s: %q %v", c.user, c.emails, email, got.User.EmailVerified)
		}
	}
}
