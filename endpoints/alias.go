package endpoints

import (
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// registerAliases adds routes that documents about Better Auth name and the reference does not have.
// They run the official endpoints' functions with the same checks.
func registerAliases(r *plugin.Registry) {
	plugin.Handle(r, plugin.Endpoint{
		ID: "sessionAlias", Method: get, Path: "/session", Summary: "Get the current session; never null", NoStore: true,
	}, sessionAlias)
	plugin.Handle(r, plugin.Endpoint{
		ID: "forgetPassword", Method: post, Path: "/forget-password", Summary: "Mail a password reset link",
	}, forgetPassword)
	plugin.Handle(r, plugin.Endpoint{
		ID: "forgotPassword", Method: post, Path: "/forgot-password", Summary: "Mail a password reset link",
	}, forgetPassword)
	plugin.Handle(r, plugin.Endpoint{
		ID: "getUser", Method: get, Path: "/user", Summary: "Get the current user", NoStore: true,
		Use: plugin.Use(requiredAlias),
	}, getUser)
	plugin.Handle(r, plugin.Endpoint{
		ID: "patchUser", Method: http.MethodPatch, Path: "/user", Summary: "Change the user",
		Use: plugin.Use(requiredAlias),
	}, patchUser)
	plugin.Handle(r, plugin.Endpoint{
		ID: "deleteUserAlias", Method: http.MethodDelete, Path: "/user", Summary: "Delete the user",
		Use: plugin.Use(requiredAlias),
	}, deleteAlias)
	plugin.Handle(r, plugin.Endpoint{
		ID: "verifyEmailAlias", Method: post, Path: "/verify-email", Summary: "Verify an address by the token of a mail",
	}, verifyEmailAlias)
	plugin.Handle(r, plugin.Endpoint{
		ID: "signInProvider", Method: get, Path: "/sign-in/:provider", Summary: "Go to a provider to sign in",
	}, signInProvider)
	r.RateLimit(plugin.RateLimitRule{Path: "/forgot-password", Window: time.Minute, Max: 3})
}

// sessionAliasOutput is {"session":null,"user":null} when signed out.
type sessionAliasOutput struct {
	User    *api.User    `json:"user"`
	Session *api.Session `json:"session"`
}

func sessionAlias(c *plugin.Context, _ api.GetSessionInput) (*sessionAliasOutput, error) {
	data, err := session.Load(c, session.Options{})
	if err != nil || data == nil {
		return &sessionAliasOutput{}, err
	}
	return &sessionAliasOutput{User: data.User, Session: data.Session}, nil
}

func forgetPassword(c *plugin.Context, in api.RequestPasswordResetInput) (*api.RequestPasswordResetOutput, error) {
	out, err := requestPasswordReset(c, in)
	if err == nil {
		out.Success = true
	}
	return out, err
}

// requiredAlias is session.Sensitive that also tells an ended session from none.
func requiredAlias(c *plugin.Context) error {
	err := session.Sensitive(c)
	if _, _, had := c.SignedCookie(c.SessionCookies.Token.Name); had && errors.Is(err, errors.Unauthorized) {
		return errors.Unauthorized.WithDetail("reason", errors.SessionExpired.Code).WithCause(errors.SessionExpired)
	}
	return err
}

func getUser(c *plugin.Context, _ struct{}) (*api.User, error) {
	return session.From(c).User, nil
}

func patchUser(c *plugin.Context, in api.UpdateUserInput) (*api.UpdateUserOutput, error) {
	u, err := changeUser(c, in)
	if err != nil {
		return nil, err
	}
	return &api.UpdateUserOutput{Status: true, User: c.PublicUser(u)}, nil
}

// deleteAliasInput is DeleteUserInput whose body may be missing, as DELETE requests' often is.
type deleteAliasInput struct {
	CallbackURL string `json:"callbackURL,omitempty"`
	Password    string `json:"password,omitempty" wire:"nul"`
	Token       string `json:"token,omitempty"`

	_ struct{} `body:"optional"`
}

func deleteAlias(c *plugin.Context, in deleteAliasInput) (*api.DeleteUserOutput, error) {
	return deleteUser(c, api.DeleteUserInput{CallbackURL: in.CallbackURL, Password: in.Password, Token: in.Token})
}

// verifyEmailAliasInput takes the token from body or query.
type verifyEmailAliasInput struct {
	Token       string `json:"token,omitempty"`
	CallbackURL string `json:"callbackURL,omitempty"`
	QueryToken  string `query:"token,omitempty"`

	_ struct{} `body:"optional"`
}

// verifyEmailAlias never redirects.
func verifyEmailAlias(c *plugin.Context, in verifyEmailAliasInput) (*api.VerifyEmailOutput, error) {
	token := in.Token
	if token == "" {
		token = in.QueryToken
	}
	if token == "" {
		return nil, errors.ValidationError.WithMessage("[body.token] Invalid input: expected string, received undefined")
	}
	return redeemEmailToken(c, api.VerifyEmailInput{Token: token, CallbackURL: in.CallbackURL})
}

// signInProviderInput is the route and query of GET /sign-in/:provider.
type signInProviderInput struct {
	Provider    string `path:"provider"`
	CallbackURL string `query:"callbackURL,omitempty"`
}

// signInProvider is signInSocial as a link. Other sites may lead to it but not load it in the background,
// which could sign a visitor in to somebody else's account.
func signInProvider(c *plugin.Context, in signInProviderInput) (*http.Response, error) {
	p := c.SocialProvider(in.Provider)
	if p == nil {
		return &http.Response{StatusCode: http.StatusNotFound}, nil
	}
	if err := plugin.CheckCallbackQuery(c); err != nil {
		return nil, err
	}
	if mode := c.Header.Get("Sec-Fetch-Mode"); c.Header.Get("Sec-Fetch-Site") == "cross-site" && mode != "navigate" {
		return nil, errors.CrossSiteNavigationLoginBlocked
	}
	url, err := oauth.Begin(c, p, oauth.Flow{CallbackURL: in.CallbackURL})
	if err != nil {
		return nil, err
	}
	return nil, c.Redirect(url)
}
