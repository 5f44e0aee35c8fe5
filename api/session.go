package api

// GetSessionInput is the query of GET /get-session.
type GetSessionInput struct {
	// DisableCookieCache reads the store even if a cached copy of the session is valid.
	DisableCookieCache bool `query:"disableCookieCache,omitempty" wire:"coerce"`
	// DisableRefresh never extends the session.
	DisableRefresh bool `query:"disableRefresh,omitempty" wire:"coerce"`
	// Write extends a session that is due although Session.DeferRefresh is on: what POST does over HTTP.
	Write bool `json:"-"`
}

// ListSessionsInput is empty over HTTP.
type ListSessionsInput struct {
	// UserID selects another user: trusted callers only, without request headers.
	UserID string `json:"-"`
}

// RevokeSessionInput is the body of POST /revoke-session.
type RevokeSessionInput struct {
	// Token of the session to end. A token that is not the user's is ignored.
	Token string `json:"token,omitempty"`
	// SessionID names the session by its id instead; over HTTP only one of the user's own.
	SessionID string `json:"sessionId,omitempty"`
}

// RevokeSessionsInput is empty.
type RevokeSessionsInput struct{}

// RevokeOtherSessionsInput is empty.
type RevokeOtherSessionsInput struct{}

// RevokeAllSessionsInput names a user.
type RevokeAllSessionsInput struct {
	UserID string `json:"userId" validate:"min=1"`
}

// UpdateSessionInput is the body of POST /update-session: the additional fields to set.
type UpdateSessionInput struct {
	Extra Fields `json:",inline"`

	_ struct{} `body:"record"`
}

// UpdateSessionOutput is the session afterwards.
type UpdateSessionOutput struct {
	Session *Session `json:"session"`
}

// StatusOutput is the answer of endpoints that only succeed.
type StatusOutput struct {
	Status bool `json:"status"`
}
