package api

// UpdateUserInput is the body of POST /update-user. Nil members stay as they are.
type UpdateUserInput struct {
	Name *string `json:"name,omitempty"`
	// Image: set to null to remove the picture.
	Image Nullable[string] `json:"image,omitzero"`
	// Extra holds additional fields to change.
	Extra Fields `json:",inline"`
	// UserID selects another user: trusted callers only, without request headers.
	UserID string `json:"-"`

	_ struct{} `body:"record"`
}

// UpdateUserOutput is the answer of update-user.
type UpdateUserOutput struct {
	Status bool `json:"status"`
	// User is set on the PATCH /user route and for trusted callers.
	User *User `json:"user,omitempty"`
}

// ChangePasswordInput is the body of POST /change-password.
type ChangePasswordInput struct {
	NewPassword     string `json:"newPassword" wire:"nul"`
	CurrentPassword string `json:"currentPassword" wire:"nul"`
	// RevokeOtherSessions ends all sessions and starts a new one for the caller.
	RevokeOtherSessions bool `json:"revokeOtherSessions,omitempty"`
}

// ChangePasswordOutput is the answer of change-password. Token is the new session's, or nil.
type ChangePasswordOutput struct {
	Token *string `json:"token"`
	User  *User   `json:"user"`
}

// SetPasswordInput is the input of SetPassword.
type SetPasswordInput struct {
	NewPassword string `json:"newPassword" validate:"min=1" wire:"nul"`
}

// VerifyPasswordInput is the body of POST /verify-password.
type VerifyPasswordInput struct {
	Password string `json:"password" wire:"nul"`
}

// ChangeEmailInput is the body of POST /change-email.
type ChangeEmailInput struct {
	NewEmail string `json:"newEmail" validate:"email"`
	// CallbackURL is where the mail's link leads in the end; default "/".
	CallbackURL string `json:"callbackURL,omitempty"`
}

// DeleteUserInput is the body of POST /delete-user.
type DeleteUserInput struct {
	// CallbackURL is where the deletion mail's link leads in the end; default "/".
	CallbackURL string `json:"callbackURL,omitempty"`
	// Password proves the caller; without it the session must be fresh.
	Password string `json:"password,omitempty" wire:"nul"`
	// Token of the deletion mail.
	Token string `json:"token,omitempty"`
	// UserID selects another user: trusted callers only, without request headers.
	UserID string `json:"-"`
}

// DeleteUserOutput is the answer of delete-user: "User deleted" or "Verification email sent".
type DeleteUserOutput struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
}

// DeleteUserCallbackInput is the query of GET /delete-user/callback.
type DeleteUserCallbackInput struct {
	Token       string `query:"token"`
	CallbackURL string `query:"callbackURL,omitempty"`
}

// CreateUserInput describes a user to create.
type CreateUserInput struct {
	Email string `json:"email" validate:"email"`
	Name  string `json:"name"`
	// Password may be empty: the user then has no password account.
	Password string  `json:"password,omitempty" wire:"nul"`
	Image    *string `json:"image,omitempty"`
	// EmailVerified marks the address as proven.
	EmailVerified bool `json:"emailVerified,omitempty"`
	// Extra holds additional fields; fields that clients may not set are allowed here.
	Extra Fields `json:",inline"`
}

// CreateUserOutput is the new user.
type CreateUserOutput struct {
	User *User `json:"user"`
}

// ListUsersInput pages through users in order of creation.
type ListUsersInput struct {
	// Limit is the most users to return; 0 means Advanced.Database.DefaultLimit.
	Limit  int `query:"limit,omitempty" wire:"coerce"`
	Offset int `query:"offset,omitempty" wire:"coerce"`
}

// ListUsersOutput is one page of users and how many there are in all.
type ListUsersOutput struct {
	Users  []*User `json:"users"`
	Total  int64   `json:"total"`
	Limit  int     `json:"limit,omitempty"`
	Offset int     `json:"offset,omitempty"`
}
