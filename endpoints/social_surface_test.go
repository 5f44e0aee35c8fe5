package endpoints_test

import (
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// socialCalls are the calls of the endpoints about providers.
var socialCalls = []call{
	{
		field: "SignInSocial", id: "signInSocial", method: "POST", path: "/sign-in/social", status: 200,
		body: body{"provider": "fake", "callbackURL": "/x", "scopes": []string{"a", "b"}, "additionalParams": body{"p": "1", "q": "2"}, "additionalData": body{"ref": "r"}, "requestSignUp": true},
		typed: respond(func(a *api.API) api.Func[api.SignInSocialInput, *api.SignInSocialOutput] { return a.SignInSocial }, always(api.SignInSocialInput{
			Provider: "fake", CallbackURL: "/x", Scopes: []string{"a", "b"}, AdditionalParams: api.AuthorizationParams{"p": "1", "q": "2"},
			AdditionalData: api.Fields{{Name: "ref", Value: "r"}}, RequestSignUp: new(true),
		})),
	},
	{
		field: "SignInSocial", id: "signInSocial", method: "POST", path: "/sign-in/social", status: 200,
		body: body{"provider": "fake", "idToken": body{"token": "good"}},
		typed: respond(func(a *api.API) api.Func[api.SignInSocialInput, *api.SignInSocialOutput] { return a.SignInSocial },
			always(api.SignInSocialInput{Provider: "fake", IDToken: &api.SignInIDToken{Token: "good"}})),
	},
	{
		field: "SignInSocial", id: "signInSocial", method: "POST", path: "/sign-in/social", status: 404, body: body{"provider": "nope"},
		typed: respond(func(a *api.API) api.Func[api.SignInSocialInput, *api.SignInSocialOutput] { return a.SignInSocial },
			always(api.SignInSocialInput{Provider: "nope"})),
	},
	{
		field: "CallbackOAuth", id: "callbackOAuth", method: "GET", path: "/callback/fake", status: 302,
		params: map[string]string{"id": "fake"}, query: map[string]string{"code": "x", "state": "unknown"},
		typed: respond(func(a *api.API) api.Func[api.CallbackOAuthInput, *api.StatusOutput] { return a.CallbackOAuth },
			always(api.CallbackOAuthInput{Provider: "fake", Code: "x", State: "unknown"})),
	},
	{
		field: "LinkSocialAccount", id: "linkSocialAccount", method: "POST", path: "/link-social", status: 200, body: body{"provider": "fake", "disableRedirect": true},
		typed: respond(func(a *api.API) api.Func[api.LinkSocialInput, *api.LinkSocialOutput] { return a.LinkSocialAccount },
			always(api.LinkSocialInput{Provider: "fake", DisableRedirect: true})),
	},
	{
		field: "ListUserAccounts", id: "listUserAccounts", method: "GET", path: "/list-accounts", status: 200,
		typed: respond(func(a *api.API) api.Func[api.ListAccountsInput, []*api.AccountSummary] { return a.ListUserAccounts }, always(api.ListAccountsInput{})),
	},
	{
		field: "UnlinkAccount", id: "unlinkAccount", method: "POST", path: "/unlink-account", status: 400, body: body{"accountId": "x"},
		typed: respond(func(a *api.API) api.Func[api.UnlinkAccountInput, *api.StatusOutput] { return a.UnlinkAccount }, always(api.UnlinkAccountInput{AccountID: "x"})),
	},
	{
		field: "GetAccessToken", id: "getAccessToken", method: "POST", path: "/get-access-token", status: 200, prepare: linked,
		typed: respond(func(a *api.API) api.Func[api.GetAccessTokenInput, *api.GetAccessTokenOutput] { return a.GetAccessToken }, func(v *call) api.GetAccessTokenInput {
			return api.GetAccessTokenInput{AccountSelection: api.AccountSelection{AccountID: v.text("accountId")}}
		}),
	},
	{
		field: "GetAccessToken", id: "getAccessToken", method: "POST", path: "/get-access-token", status: 400, body: body{},
		typed: respond(func(a *api.API) api.Func[api.GetAccessTokenInput, *api.GetAccessTokenOutput] { return a.GetAccessToken }, always(api.GetAccessTokenInput{})),
	},
	{
		field: "RefreshToken", id: "refreshToken", method: "POST", path: "/refresh-token", status: 200, prepare: linked,
		typed: respond(func(a *api.API) api.Func[api.RefreshTokenInput, *api.RefreshTokenOutput] { return a.RefreshToken }, func(v *call) api.RefreshTokenInput {
			return api.RefreshTokenInput{AccountSelection: api.AccountSelection{AccountID: v.text("accountId")}}
		}),
	},
	{
		field: "AccountInfo", id: "accountInfo", method: "GET", path: "/account-info", status: 200,
		prepare: func(s *plugintest.Kit, c *plugintest.Client, v *call) {
			linked(s, c, v)
			v.query, v.body = map[string]string{"accountId": v.text("accountId")}, nil
		},
		typed: respond(func(a *api.API) api.Func[api.AccountInfoInput, *api.AccountInfoOutput] { return a.AccountInfo }, func(v *call) api.AccountInfoInput {
			return api.AccountInfoInput{AccountID: v.query["accountId"]}
		}),
	},
}

// linked gives the signed-in user an account at the fake provider and selects it.
func linked(s *plugintest.Kit, c *plugintest.Client, v *call) {
	now := s.Clock.Now()
	a, err := plugin.Accounts.Create(s.T.Context(), s.Store(), &api.Account{
		AccountID: "linked-1", ProviderID: "fake", UserID: s.User(address).ID, AccessToken: new("access-0"), RefreshToken: new("refresh-0"),
		Scope: new("a,b"), CreatedAt: now, UpdatedAt: now,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	v.body = body{"accountId": a.ID}
}

// accountOf returns the only account of a user at a provider, or ends the test.
func accountOf(t *testing.T, s *plugintest.Kit, email, provider string) *api.Account {
	t.Helper()
	a, err := plugin.Accounts.FindOne(t.Context(), s.Store(), adapter.Eq("userId", s.User(email).ID), adapter.Eq("providerId", provider))
	if err != nil {
		t.Fatal(err)
	}
	return a
}
