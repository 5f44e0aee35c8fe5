package api

import "time"

// A User is a person with an account. Columns that plugins or the application add are in Extra.
type User struct {
	Name          string    `json:"name"`
	Email         string    `json:"email"` // lower case
	EmailVerified bool      `json:"emailVerified"`
	Image         *string   `json:"image"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
	Extra         Fields    `json:",inline"`
	ID            string    `json:"id"`
}

// A Session is one signed-in browser or device.
type Session struct {
	ExpiresAt time.Time `json:"expiresAt"`
	// Token is the secret that the session cookie carries.
	Token     string    `json:"token"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	IPAddress *string   `json:"ipAddress"` // "" when unknown
	UserAgent *string   `json:"userAgent"` // "" when the request had none
	UserID    string    `json:"userId"`
	Extra     Fields    `json:",inline"`
	ID        string    `json:"id"`
}

// An Account is one way in which a user signs in: the password (ProviderID "credential") or a social
// provider. Tokens and the password hash never leave the server; see [AccountSummary].
type Account struct {
	AccountID             string     `json:"accountId"`
	ProviderID            string     `json:"providerId"`
	UserID                string     `json:"userId"`
	AccessToken           *string    `json:"accessToken"`
	RefreshToken          *string    `json:"refreshToken"`
	IDToken               *string    `json:"idToken"`
	AccessTokenExpiresAt  *time.Time `json:"accessTokenExpiresAt"`
	RefreshTokenExpiresAt *time.Time `json:"refreshTokenExpiresAt"`
	Scope                 *string    `json:"scope"` // comma separated
	Password              *string    `json:"password"`
	CreatedAt             time.Time  `json:"createdAt"`
	UpdatedAt             time.Time  `json:"updatedAt"`
	Extra                 Fields     `json:",inline"`
	ID                    string     `json:"id"`
}

// A Verification is a short-lived value under a name: a reset token, an OTP, an OAuth state.
type Verification struct {
	Identifier string    `json:"identifier"`
	Value      string    `json:"value"`
	ExpiresAt  time.Time `json:"expiresAt"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
	Extra      Fields    `json:",inline"`
	ID         string    `json:"id"`
}

// SessionData is a session with its user: the answer of get-session.
type SessionData struct {
	Session *Session `json:"session"`
	User    *User    `json:"user"`
	// NeedsRefresh is set only with Config.Session.DeferRefresh: the client should POST to refresh.
	NeedsRefresh *bool `json:"needsRefresh,omitempty"`
}
