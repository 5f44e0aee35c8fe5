package api

import "time"

// SignInSocialInput is the body of POST /sign-in/social.
type SignInSocialInput struct {
	// CallbackURL is where the browser goes after the sign-in; default Config.BaseURL.
	CallbackURL string `json:"callbackURL,omitempty"`
	// NewUserCallbackURL replaces CallbackURL for users that the sign-in made.
	NewUserCallbackURL string `json:"newUserCallbackURL,omitempty"`
	// ErrorCallbackURL is where the browser goes when the flow fails, with the parameters error and
	// error_description; default the error page.
	ErrorCallbackURL string `json:"errorCallbackURL,omitempty"`
	// Provider is the id of a configured provider: "google".
	Provider string `json:"provider" wire:"union"`
	// DisableRedirect only answers with the URL; the client does not navigate.
	DisableRedirect bool `json:"disableRedirect,omitempty"`
	// IDToken signs in with what the provider's own SDK gave the client, without a redirect.
	IDToken *SignInIDToken `json:"idToken,omitempty"`
	// Scopes are asked for besides the provider's own.
	Scopes []string `json:"scopes,omitempty"`
	// RequestSignUp makes a user although the provider has DisableImplicitSignUp.
	RequestSignUp *bool `json:"requestSignUp,omitempty"`
	// LoginHint tells the provider who wants to sign in, usually an email address.
	LoginHint string `json:"loginHint,omitempty"`
	// AdditionalParams are further parameters of the authorization URL. Those that the flow itself needs
	// are refused.
	AdditionalParams AuthorizationParams `json:"additionalParams,omitempty"`
	// AdditionalData is kept with the flow, for hooks of the callback.
	AdditionalData Fields `json:"additionalData,omitempty"`
}

// SignInIDToken is what a client got from the provider's own SDK.
type SignInIDToken struct {
	// Token is the ID token, a JWT.
	Token string `json:"token"`
	// Nonce is the value that the token must carry.
	Nonce        string `json:"nonce,omitempty"`
	AccessToken  string `json:"accessToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	// ExpiresAt is the end of the access token.
	ExpiresAt float64 `json:"expiresAt,omitempty"`
	// User is what the provider told the client besides the token (Apple).
	User *IDTokenUser `json:"user,omitempty"`
}

// IDTokenUser is the user that a provider told the client besides the ID token.
type IDTokenUser struct {
	Name  *IDTokenUserName `json:"name,omitempty"`
	Email string           `json:"email,omitempty"`
}

// IDTokenUserName is a name in two parts.
type IDTokenUserName struct {
	FirstName string `json:"firstName,omitempty"`
	LastName  string `json:"lastName,omitempty"`
}

// SignInSocialOutput is the answer of sign-in with a provider: URL and Redirect, or with an ID token
// Token and User.
type SignInSocialOutput struct {
	// URL is the provider's page that the browser has to go to.
	URL string `json:"url,omitempty"`
	// Redirect tells the browser client to go there.
	Redirect bool `json:"redirect"`
	// Token is the session token, for clients without cookies.
	Token string `json:"token,omitempty"`
	User  *User  `json:"user,omitempty"`
	// Session is the new session; absent with Advanced.StrictResponses.
	Session *Session `json:"session,omitempty"`
}

// CallbackOAuthInput is the route and the query of GET /callback/:id, which providers send browsers to.
type CallbackOAuthInput struct {
	// Provider is the id of the provider.
	Provider string `path:"id"`
	// Code is what tokens are exchanged for; State names the flow.
	Code  string `query:"code,omitempty"`
	Error string `query:"error,omitempty"`
	// DeviceID is a parameter of VK.
	DeviceID         string `query:"device_id,omitempty"`
	ErrorDescription string `query:"error_description,omitempty"`
	State            string `query:"state,omitempty"`
	// User is JSON about the user (Apple, first sign-in only).
	User string `query:"user,omitempty"`
	// Issuer is the authorization server that answered (RFC 9207).
	Issuer string `query:"iss,omitempty"`
	// CallbackForm is the same as the body of a POST (response_mode form_post).
	CallbackForm

	_ struct{} `body:"optional"`
}

// CallbackForm is the body of POST /callback/:id.
type CallbackForm struct {
	FormCode             string `json:"code,omitempty"`
	FormError            string `json:"error,omitempty"`
	FormDeviceID         string `json:"device_id,omitempty"`
	FormErrorDescription string `json:"error_description,omitempty"`
	FormState            string `json:"state,omitempty"`
	FormUser             string `json:"user,omitempty"`
	FormIssuer           string `json:"iss,omitempty"`
}

// LinkSocialInput is the body of POST /link-social.
type LinkSocialInput struct {
	// CallbackURL is where the browser goes afterwards; default Config.BaseURL.
	CallbackURL string `json:"callbackURL,omitempty"`
	// Provider is the id of a configured provider.
	Provider string `json:"provider" wire:"union"`
	// IDToken links what the provider's own SDK gave the client, without a redirect.
	IDToken *LinkIDToken `json:"idToken,omitempty"`
	// RequestSignUp has no effect.
	RequestSignUp *bool `json:"requestSignUp,omitempty"`
	// Scopes are asked for besides the provider's own.
	Scopes []string `json:"scopes,omitempty"`
	// ErrorCallbackURL is where the browser goes when the flow fails; default the error page.
	ErrorCallbackURL string `json:"errorCallbackURL,omitempty"`
	// DisableRedirect only answers with the URL; the client does not navigate.
	DisableRedirect bool `json:"disableRedirect,omitempty"`
	// LoginHint tells the provider whose account to link.
	LoginHint string `json:"loginHint,omitempty"`
	// AdditionalParams are further parameters of the authorization URL.
	AdditionalParams AuthorizationParams `json:"additionalParams,omitempty"`
	// AdditionalData is kept with the flow, for hooks of the callback.
	AdditionalData Fields `json:"additionalData,omitempty"`
}

// LinkIDToken is what a client got from the provider's own SDK.
type LinkIDToken struct {
	Token        string `json:"token"`
	Nonce        string `json:"nonce,omitempty"`
	AccessToken  string `json:"accessToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
}

// LinkSocialOutput is the answer of link-social: the provider's page, or with an ID token Status.
type LinkSocialOutput struct {
	URL      string `json:"url"`
	Status   bool   `json:"status,omitempty"`
	Redirect bool   `json:"redirect"`
}

// UnlinkAccountInput is the body of POST /unlink-account.
type UnlinkAccountInput struct {
	// AccountID is the id of the account's row, not the one at the provider.
	AccountID string `json:"accountId"`
}

// ListAccountsInput is empty.
type ListAccountsInput struct{}

// AccountSummary is an account without its secrets.
type AccountSummary struct {
	// AccountID identifies the account at the provider.
	AccountID  string    `json:"accountId"`
	ProviderID string    `json:"providerId"`
	UserID     string    `json:"userId"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
	// Extra holds the application's additional fields that may be shown.
	Extra  Fields   `json:",inline"`
	ID     string   `json:"id"`
	Scopes []string `json:"scopes"`
}

// AccountSelection names an account: by its row, or by the account cookie.
type AccountSelection struct {
	// AccountID is the id of the account's row.
	AccountID string `json:"accountId,omitempty"`
	// UseAccountCookie takes the account of the account cookie (Account.StoreAccountCookie).
	UseAccountCookie bool `json:"useAccountCookie,omitempty"`
	// UserID is whose account it is, for trusted callers without a session. A session's user wins.
	UserID string `json:"userId,omitempty"`

	_ struct{} `body:"union"`
}

// GetAccessTokenInput is the body of POST /get-access-token.
type GetAccessTokenInput struct{ AccountSelection }

// GetAccessTokenOutput is an access token of a provider that is valid for five seconds at least, if its
// end is known.
type GetAccessTokenOutput struct {
	AccessToken          string     `json:"accessToken"`
	AccessTokenExpiresAt *time.Time `json:"accessTokenExpiresAt,omitempty"`
	Scopes               []string   `json:"scopes"`
	IDToken              string     `json:"idToken,omitempty"`
}

// RefreshTokenInput is the body of POST /refresh-token.
type RefreshTokenInput struct{ AccountSelection }

// RefreshTokenOutput holds the new tokens of an account.
type RefreshTokenOutput struct {
	AccessToken           string     `json:"accessToken,omitempty"`
	RefreshToken          string     `json:"refreshToken"`
	AccessTokenExpiresAt  *time.Time `json:"accessTokenExpiresAt,omitempty"`
	RefreshTokenExpiresAt *time.Time `json:"refreshTokenExpiresAt"`
	Scope                 *string    `json:"scope"` // comma separated
	IDToken               *string    `json:"idToken"`
	ProviderID            string     `json:"providerId"`
	AccountID             string     `json:"accountId"` // of the row
}

// AccountInfoInput is the query of GET /account-info; see [AccountSelection].
type AccountInfoInput struct {
	AccountID string `query:"accountId,omitempty"`
	UserID    string `query:"userId,omitempty"`
	// UseAccountCookie cannot come from a query, whose values are texts.
	UseAccountCookie bool `json:"-"`

	_ struct{} `body:"union-query"`
}

// AccountInfoOutput is what the provider says about the account now.
type AccountInfoOutput struct {
	User    AccountInfoUser    `json:"user"`
	Data    map[string]any     `json:"data"` // the profile as the provider sent it; numbers are json.Number
	Account AccountInfoAccount `json:"account"`
}

// AccountInfoUser is the user of a profile.
type AccountInfoUser struct {
	Name          *string `json:"name,omitempty"`
	Email         *string `json:"email,omitempty"`
	Image         *string `json:"image,omitempty"`
	EmailVerified bool    `json:"emailVerified"`
	Extra         Fields  `json:",inline"`
}

// AccountInfoAccount names an account.
type AccountInfoAccount struct {
	ID         string `json:"id"` // of the row
	ProviderID string `json:"providerId"`
	AccountID  string `json:"accountId"` // at the provider
}
