package api

// SendVerificationEmailInput is the body of POST /send-verification-email.
type SendVerificationEmailInput struct {
	Email string `json:"email" validate:"email"`
	// CallbackURL is where the mail's link leads in the end; default "/".
	CallbackURL string `json:"callbackURL,omitempty"`
}

// VerifyEmailInput is the query of GET /verify-email.
type VerifyEmailInput struct {
	Token string `query:"token"`
	// CallbackURL, if set, makes the endpoint redirect there instead of answering with JSON.
	CallbackURL string `query:"callbackURL,omitempty"`
}

// VerifyEmailOutput is the answer of verify-email. User is null unless an address was changed, and
// absent after the confirmation of a change.
type VerifyEmailOutput struct {
	Status bool            `json:"status"`
	User   Nullable[*User] `json:"user,omitzero"`
}

// RequestPasswordResetInput is the body of POST /request-password-reset.
type RequestPasswordResetInput struct {
	Email string `json:"email" validate:"email"`
	// RedirectTo is the page that asks for the new password; it receives the token as a query value.
	RedirectTo string `json:"redirectTo,omitempty"`
}

// RequestPasswordResetOutput is the same for known and unknown addresses.
type RequestPasswordResetOutput struct {
	// Success repeats Status on the alias routes.
	Success bool   `json:"success,omitempty"`
	Status  bool   `json:"status"`
	Message string `json:"message"`
}

// RequestPasswordResetCallbackInput is the route and query of GET /reset-password/:token.
type RequestPasswordResetCallbackInput struct {
	Token       string `path:"token"`
	CallbackURL string `query:"callbackURL"`
}

// ResetPasswordInput is the body of POST /reset-password; the token may also be in the query.
type ResetPasswordInput struct {
	NewPassword string `json:"newPassword" wire:"nul"`
	Token       string `json:"token,omitempty"`
	QueryToken  string `query:"token,omitempty"`
}

// ResetPasswordOutput is the answer of reset-password.
type ResetPasswordOutput struct {
	Status bool `json:"status"`
	// Success repeats Status; absent with Advanced.StrictResponses.
	Success bool `json:"success,omitempty"`
}

// OKInput is empty.
type OKInput struct{}

// OKOutput is the answer of the health check.
type OKOutput struct {
	OK bool `json:"ok"`
}

// ErrorInput is the query of GET /error.
type ErrorInput struct {
	// Code names the error: "state_mismatch".
	Code        string `query:"error,omitempty"`
	Description string `query:"error_description,omitempty"`
}
