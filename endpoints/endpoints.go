package endpoints

import (
	"net/http"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
	form = "application/x-www-form-urlencoded"
)

// Register adds the core endpoints and binds them to the fields of a.
func Register(r *plugin.Registry, a *api.API) {
	registerSignIn(r, a)
	registerSessions(r, a)
	registerUser(r, a)
	registerSocial(r, a)
	registerAccounts(r, a)
	registerEmail(r, a)
	registerTrusted(r, a)
	a.OK = plugin.Handle(r, plugin.Endpoint{
		ID: "ok", Method: get, Path: "/ok", Summary: "Report that the server is up",
	}, ok)
	a.Error = plugin.Handle(r, plugin.Endpoint{
		ID: "error", Method: get, Path: "/error", Summary: "Show why a flow failed",
	}, errorPage)
	if !r.Config.Advanced.DisableAliases {
		registerAliases(r)
	}
}

func registerSignIn(r *plugin.Registry, a *api.API) {
	a.SignUpEmail = plugin.Handle(r, plugin.Endpoint{
		ID: "signUpEmail", Method: post, Path: "/sign-up/email", Summary: "Sign up with email and password",
		MediaTypes: []string{form}, Use: plugin.Use(plugin.FormCSRF),
	}, signUpEmail)
	a.SignInEmail = plugin.Handle(r, plugin.Endpoint{
		ID: "signInEmail", Method: post, Path: "/sign-in/email", Summary: "Sign in with email and password",
		MediaTypes: []string{form}, Use: plugin.Use(plugin.FormCSRF),
	}, signInEmail)
	a.SignOut = plugin.Handle(r, plugin.Endpoint{
		ID: "signOut", Method: post, Path: "/sign-out", Summary: "Sign out", RequireHeaders: true,
	}, signOut)
}

func registerSessions(r *plugin.Registry, a *api.API) {
	a.GetSession = plugin.Handle(r, plugin.Endpoint{
		ID: "getSession", Method: get + " " + post, Path: "/get-session", Summary: "Get the current session",
		RequireHeaders: true, NoBody: true, NoStore: true,
	}, getSession)
	a.ListSessions = plugin.Handle(r, plugin.Endpoint{
		ID: "listSessions", Method: get, Path: "/list-sessions", Summary: "List the live sessions of the user",
	}, listSessions)
	a.RevokeSession = plugin.Handle(r, plugin.Endpoint{
		ID: "revokeSession", Method: post, Path: "/revoke-session", Summary: "End one session of the user",
	}, revokeSession)
	a.RevokeSessions = plugin.Handle(r, plugin.Endpoint{
		ID: "revokeSessions", Method: post, Path: "/revoke-sessions", Summary: "End all sessions of the user",
		RequireHeaders: true, Use: plugin.Use(session.Sensitive),
	}, revokeSessions)
	a.RevokeOtherSessions = plugin.Handle(r, plugin.Endpoint{
		ID: "revokeOtherSessions", Method: post, Path: "/revoke-other-sessions", Summary: "End the other sessions of the user",
		RequireHeaders: true, Use: plugin.Use(session.Sensitive),
	}, revokeOtherSessions)
	a.UpdateSession = plugin.Handle(r, plugin.Endpoint{
		ID: "updateSession", Method: post, Path: "/update-session", Summary: "Change additional fields of the session",
		Use: plugin.Use(session.Confirmed),
	}, updateSession)
}

func registerUser(r *plugin.Registry, a *api.API) {
	method := post
	if !r.Config.Advanced.DisableAliases {
		method += " " + http.MethodPatch
	}
	a.UpdateUser = plugin.Handle(r, plugin.Endpoint{
		ID: "updateUser", Method: method, Path: "/update-user", Summary: "Change the user",
	}, updateUser)
	a.ChangePassword = plugin.Handle(r, plugin.Endpoint{
		ID: "changePassword", Method: post, Path: "/change-password", Summary: "Change the password",
		Use: plugin.Use(session.Sensitive),
	}, changePassword)
	a.SetPassword = plugin.Handle(r, plugin.Endpoint{
		ID: "setPassword", Method: post, Summary: "Give a password to a user without one",
		Use: plugin.Use(session.Sensitive),
	}, setPassword)
	a.VerifyPassword = plugin.Handle(r, plugin.Endpoint{
		ID: "verifyPassword", Method: post, Path: "/verify-password", Summary: "Check the password of the user",
		Use: plugin.Use(session.Sensitive),
	}, verifyPassword)
	a.ChangeEmail = plugin.Handle(r, plugin.Endpoint{
		ID: "changeEmail", Method: post, Path: "/change-email", Summary: "Change the email address",
		Use: plugin.Use(session.Sensitive),
	}, changeEmail)
	a.DeleteUser = plugin.Handle(r, plugin.Endpoint{
		ID: "deleteUser", Method: post, Path: "/delete-user", Summary: "Delete the user",
	}, deleteUser)
	a.DeleteUserCallback = plugin.Handle(r, plugin.Endpoint{
		ID: "deleteUserCallback", Method: get, Path: "/delete-user/callback", Summary: "Delete the user by the link of a mail",
		Use: plugin.Use(plugin.CheckCallbackQuery),
	}, deleteUserCallback)
}

func registerSocial(r *plugin.Registry, a *api.API) {
	a.SignInSocial = plugin.Handle(r, plugin.Endpoint{
		ID: "signInSocial", Method: post, Path: "/sign-in/social", Summary: "Sign in with a provider",
	}, signInSocial)
	a.CallbackOAuth = plugin.Handle(r, plugin.Endpoint{
		ID: "callbackOAuth", Method: get + " " + post, Path: "/callback/:id", Summary: "Return from a provider",
		MediaTypes: []string{form},
	}, callbackOAuth)
	a.LinkSocialAccount = plugin.Handle(r, plugin.Endpoint{
		ID: "linkSocialAccount", Method: post, Path: "/link-social", Summary: "Link an account at a provider",
		RequireHeaders: true, Use: plugin.Use(session.Sensitive),
	}, linkSocialAccount)
}

func registerAccounts(r *plugin.Registry, a *api.API) {
	a.UnlinkAccount = plugin.Handle(r, plugin.Endpoint{
		ID: "unlinkAccount", Method: post, Path: "/unlink-account", Summary: "Remove an account of the user",
		Use: plugin.Use(session.Fresh),
	}, unlinkAccount)
	a.ListUserAccounts = plugin.Handle(r, plugin.Endpoint{
		ID: "listUserAccounts", Method: get, Path: "/list-accounts", Summary: "List the accounts of the user",
		Use: plugin.Use(session.Required),
	}, listUserAccounts)
	a.GetAccessToken = plugin.Handle(r, plugin.Endpoint{
		ID: "getAccessToken", Method: post, Path: "/get-access-token", Summary: "Get a valid access token of a provider",
		NoStore: true,
	}, getAccessToken)
	a.RefreshToken = plugin.Handle(r, plugin.Endpoint{
		ID: "refreshToken", Method: post, Path: "/refresh-token", Summary: "Get new tokens from a provider",
		NoStore: true,
	}, refreshToken)
	a.AccountInfo = plugin.Handle(r, plugin.Endpoint{
		ID: "accountInfo", Method: get, Path: "/account-info", Summary: "Ask a provider about the user",
	}, accountInfo)
}

func registerEmail(r *plugin.Registry, a *api.API) {
	a.SendVerificationEmail = plugin.Handle(r, plugin.Endpoint{
		ID: "sendVerificationEmail", Method: post, Path: "/send-verification-email", Summary: "Mail a verification link",
	}, sendVerificationEmail)
	a.VerifyEmail = plugin.Handle(r, plugin.Endpoint{
		ID: "verifyEmail", Method: get, Path: "/verify-email", Summary: "Verify an address by the link of a mail",
		Use: plugin.Use(plugin.CheckCallbackQuery),
	}, verifyEmail)
	a.RequestPasswordReset = plugin.Handle(r, plugin.Endpoint{
		ID: "requestPasswordReset", Method: post, Path: "/request-password-reset", Summary: "Mail a password reset link",
	}, requestPasswordReset)
	a.RequestPasswordResetCallback = plugin.Handle(r, plugin.Endpoint{
		ID: "requestPasswordResetCallback", Method: get, Path: "/reset-password/:token", Summary: "Lead from the mail's link to the page for the new password",
		Use: plugin.Use(plugin.CheckCallbackQuery),
	}, requestPasswordResetCallback)
	a.ResetPassword = plugin.Handle(r, plugin.Endpoint{
		ID: "resetPassword", Method: post, Path: "/reset-password", Summary: "Set a new password by the token of a mail",
	}, resetPassword)
}

func registerTrusted(r *plugin.Registry, a *api.API) {
	a.CreateUser = plugin.Handle(r, plugin.Endpoint{ID: "createUser", Method: post, Summary: "Create a user"}, createUser)
	a.ListUsers = plugin.Handle(r, plugin.Endpoint{ID: "listUsers", Method: get, Summary: "List users"}, listUsers)
	a.RevokeAllSessions = plugin.Handle(r, plugin.Endpoint{
		ID: "revokeAllSessions", Method: post, Summary: "End all sessions of a user",
	}, revokeAllSessions)
}

func ok(*plugin.Context, api.OKInput) (*api.OKOutput, error) { return &api.OKOutput{OK: true}, nil }
