package api

// SignUpEmailInput is the body of POST /sign-up/email.
type SignUpEmailInput struct {
	// Name to show; may be empty.
	Name string `json:"name"`
	// Email address; stored in lower case.
	Email    string `json:"email" validate:"email"`
	Password string `json:"password" validate:"min=1" wire:"nul"`
	// Image is the URL of a picture.
	Image *string `json:"image,omitempty"`
	// CallbackURL is where the verification mail's link leads in the end; default "/".
	CallbackURL string `json:"callbackURL,omitempty"`
	// RememberMe false makes a session of a day whose cookie ends with the browser. Default true.
	RememberMe *bool `json:"rememberMe,omitempty"`
	// Extra holds the application's additional fields.
	Extra Fields `json:",inline"`

	_ struct{} `body:"intersection"`
}

// SignUpEmailOutput is the answer of sign-up. Token is nil when no session was made.
type SignUpEmailOutput struct {
	Token *string `json:"token"`
	User  *User   `json:"user"`
	// Session is the new session; absent with Advanced.StrictResponses.
	Session *Session `json:"session,omitempty"`
}

// SignInEmailInput is the body of POST /sign-in/email.
type SignInEmailInput struct {
	Email    string `json:"email"`
	Password string `json:"password" wire:"nul"`
	// CallbackURL, if set, makes the browser client navigate there.
	CallbackURL string `json:"callbackURL,omitempty"`
	// RememberMe false makes a session of a day whose cookie ends with the browser. Default true.
	RememberMe *bool `json:"rememberMe,omitempty"`
}

// SignInEmailOutput is the answer of sign-in.
type SignInEmailOutput struct {
	Redirect bool `json:"redirect"`
	// Token is the session token, for clients without cookies.
	Token string `json:"token"`
	// URL repeats the CallbackURL of the request.
	URL  string `json:"url,omitempty"`
	User *User  `json:"user"`
	// Session is the new session; absent with Advanced.StrictResponses.
	Session *Session `json:"session,omitempty"`
}

// SignOutInput is the optional body of POST /sign-out. Its members matter for providers with a
// sign-out page of their own.
type SignOutInput struct {
	// CallbackURL is where the provider sends the browser afterwards.
	CallbackURL     string `json:"callbackURL,omitempty"`
	DisableRedirect bool   `json:"disableRedirect,omitempty"`
	State           string `json:"state,omitempty"`

	_ struct{} `body:"optional"`
}

// SignOutOutput is the answer of sign-out.
type SignOutOutput struct {
	Success bool `json:"success"`
	// URL is the provider's sign-out page, if there is one.
	URL      string `json:"url,omitempty"`
	Redirect *bool  `json:"redirect,omitempty"`
}
