package api

import (
	"context"
	"net/http"
)

// API holds the core endpoints as typed functions. Plugins keep their own in a field named API.
type API struct {
	// SignUpEmail creates a user with an email address and a password, and signs in unless the
	// configuration asks for verification first.
	//
	//	POST /sign-up/email
	SignUpEmail Func[SignUpEmailInput, *SignUpEmailOutput]
	// SignInEmail signs in with an email address and a password.
	//
	//	POST /sign-in/email
	SignInEmail Func[SignInEmailInput, *SignInEmailOutput]
	// SignOut ends the session of the request and clears its cookies.
	//
	//	POST /sign-out
	SignOut Func[SignOutInput, *SignOutOutput]

	// SignInSocial begins a sign-in with a provider and returns the page to send the browser to, or signs in
	// with an ID token of the provider's own SDK.
	//
	//	POST /sign-in/social
	SignInSocial Func[SignInSocialInput, *SignInSocialOutput]
	// CallbackOAuth is where providers send the browser back to. Every outcome is a redirect.
	//
	//	GET /callback/:id (POST leads to GET)
	CallbackOAuth Func[CallbackOAuthInput, *StatusOutput]
	// LinkSocialAccount begins to link an account at a provider to the signed-in user, or links it with an
	// ID token.
	//
	//	POST /link-social
	LinkSocialAccount Func[LinkSocialInput, *LinkSocialOutput]
	// UnlinkAccount removes one of the user's accounts; it needs a fresh session.
	//
	//	POST /unlink-account
	UnlinkAccount Func[UnlinkAccountInput, *StatusOutput]
	// ListUserAccounts returns the user's accounts, the password among them, without secrets.
	//
	//	GET /list-accounts
	ListUserAccounts Func[ListAccountsInput, []*AccountSummary]
	// GetAccessToken returns an access token of a provider, refreshed if it ends within five seconds.
	//
	//	POST /get-access-token
	GetAccessToken Func[GetAccessTokenInput, *GetAccessTokenOutput]
	// RefreshToken gets new tokens from a provider.
	//
	//	POST /refresh-token
	RefreshToken Func[RefreshTokenInput, *RefreshTokenOutput]
	// AccountInfo asks a provider about the user.
	//
	//	GET /account-info
	AccountInfo Func[AccountInfoInput, *AccountInfoOutput]

	// GetSession returns the session of the request with its user, or nil when signed out. Near its
	// end the session is extended and the cookie set again.
	//
	//	GET /get-session (POST with Session.DeferRefresh)
	GetSession Func[GetSessionInput, *SessionData]
	// ListSessions returns the live sessions of the user. It needs a fresh session.
	//
	//	GET /list-sessions
	ListSessions Func[ListSessionsInput, []*Session]
	// RevokeSession ends one of the user's sessions.
	//
	//	POST /revoke-session
	RevokeSession Func[RevokeSessionInput, *StatusOutput]
	// RevokeSessions ends all sessions of the user, the current one included.
	//
	//	POST /revoke-sessions
	RevokeSessions Func[RevokeSessionsInput, *StatusOutput]
	// RevokeOtherSessions ends all sessions of the user but the current one.
	//
	//	POST /revoke-other-sessions
	RevokeOtherSessions Func[RevokeOtherSessionsInput, *StatusOutput]
	// UpdateSession sets additional fields of the current session.
	//
	//	POST /update-session
	UpdateSession Func[UpdateSessionInput, *UpdateSessionOutput]

	// UpdateUser changes name, image and additional fields of the user.
	//
	//	POST /update-user (PATCH as well)
	UpdateUser Func[UpdateUserInput, *UpdateUserOutput]
	// ChangePassword replaces the password, given the current one.
	//
	//	POST /change-password
	ChangePassword Func[ChangePasswordInput, *ChangePasswordOutput]
	// SetPassword gives a password to a user who has none. Server only.
	SetPassword Func[SetPasswordInput, *StatusOutput]
	// VerifyPassword checks the password of the signed-in user.
	//
	//	POST /verify-password
	VerifyPassword Func[VerifyPasswordInput, *StatusOutput]
	// ChangeEmail starts, or without verification completes, a change of the address.
	//
	//	POST /change-email
	ChangeEmail Func[ChangeEmailInput, *StatusOutput]
	// DeleteUser deletes the signed-in user, or mails a link that does.
	//
	//	POST /delete-user
	DeleteUser Func[DeleteUserInput, *DeleteUserOutput]
	// DeleteUserCallback is the link of the deletion mail.
	//
	//	GET /delete-user/callback
	DeleteUserCallback Func[DeleteUserCallbackInput, *DeleteUserOutput]

	// SendVerificationEmail mails a verification link.
	//
	//	POST /send-verification-email
	SendVerificationEmail Func[SendVerificationEmailInput, *StatusOutput]
	// VerifyEmail is the link of verification and change-email mails.
	//
	//	GET /verify-email
	VerifyEmail Func[VerifyEmailInput, *VerifyEmailOutput]
	// RequestPasswordReset mails a reset link; the answer is the same for unknown addresses.
	//
	//	POST /request-password-reset
	RequestPasswordReset Func[RequestPasswordResetInput, *RequestPasswordResetOutput]
	// RequestPasswordResetCallback is the link of the reset mail: it redirects to the page that asks
	// for the new password.
	//
	//	GET /reset-password/:token
	RequestPasswordResetCallback Func[RequestPasswordResetCallbackInput, *StatusOutput]
	// ResetPassword sets a new password, given the token of the reset mail.
	//
	//	POST /reset-password
	ResetPassword Func[ResetPasswordInput, *ResetPasswordOutput]

	// OK answers that the server is up.
	//
	//	GET /ok
	OK Func[OKInput, *OKOutput]
	// Error is the page that browsers are sent to when a flow fails.
	//
	//	GET /error
	Error Func[ErrorInput, *http.Response]

	// CreateUser creates a user without signing in. Server only, for trusted callers.
	CreateUser Func[CreateUserInput, *CreateUserOutput]
	// ListUsers returns users page by page. Server only, for trusted callers.
	ListUsers Func[ListUsersInput, *ListUsersOutput]
	// RevokeAllSessions ends all sessions of a user. Server only, for trusted callers.
	RevokeAllSessions Func[RevokeAllSessionsInput, *StatusOutput]

	call CallFunc
}

// A CallFunc runs an endpoint by id.
type CallFunc func(ctx context.Context, id string, in Request, opts ...Option) (any, error)

// New returns an API whose Call is call and whose functions are yet to be set; betterauth.New uses it.
func New(call CallFunc) *API { return &API{call: call} }

// Call runs any endpoint, core or plugin, by its id: "getSession", "createOrganization". The input is
// validated as over HTTP. The result is what the typed function would have returned.
func (a *API) Call(ctx context.Context, id string, in Request, opts ...Option) (any, error) {
	return a.call(ctx, id, in, opts...)
}
