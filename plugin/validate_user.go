package plugin

import (
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
)

// What happens to the user that [UserConfig.ValidateUserInfo] judges.
const (
	ActionCreateUser  = "create-user"
	ActionLinkAccount = "link-account"
	ActionSignIn      = "sign-in"
)

// How a user came to the server, in [UserSource].
const (
	MethodEmailPassword = "email-password"
	MethodOAuth         = "oauth"
	MethodAdmin         = "admin"
)

// A UserSource says where the data of a user comes from and what becomes of it.
type UserSource struct {
	// Action is ActionCreateUser, ActionLinkAccount or ActionSignIn.
	Action string
	// Method is MethodEmailPassword, MethodOAuth, or what a plugin says.
	Method string
	// ProviderID names the provider of MethodOAuth, and Profile is what it sent; numbers are json.Number.
	ProviderID string
	Profile    map[string]any
}

// ValidateUser asks [UserConfig.ValidateUserInfo]. A refusal has status 403.
func (c *Context) ValidateUser(u *api.User, source UserSource) error {
	validate := c.Config.User.ValidateUserInfo
	if validate == nil {
		return nil
	}
	err := validate(c, u, source)
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*errors.APIError](err); ok && e.Code != "" {
		if e.Message == "" {
			e = e.WithMessage(e.Code)
		}
		return e.WithStatus(http.StatusForbidden)
	}
	c.Log.ErrorContext(c, "ValidateUserInfo failed", slog.Any("error", err))
	return errors.ValidationFailed.WithCause(err)
}
