package endpoints

import (
	"net/http"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// The endpoints of this file have no route. Their callers are trusted: they run in the same process and
// answer for whom they act.

// createUser creates a user, with a password account if a password is given.
func createUser(c *plugin.Context, in api.CreateUserInput) (*api.CreateUserOutput, error) {
	if err := plugin.CheckEmail(in.Email); err != nil {
		return nil, err
	}
	extra, err := c.Input("user", in.Extra, plugin.Trusted)
	if err != nil {
		return nil, err
	}
	now := c.Now()
	u := &api.User{
		Name: in.Name, Email: strings.ToLower(in.Email), EmailVerified: in.EmailVerified, Image: in.Image,
		CreatedAt: now, UpdatedAt: now, Extra: extra,
	}
	if err := c.ValidateUser(u, plugin.UserSource{Action: plugin.ActionCreateUser, Method: plugin.MethodAdmin}); err != nil {
		return nil, err
	}
	var account *api.Account
	if in.Password != "" {
		if account, err = passwordAccount(c, in.Password); err != nil {
			return nil, err
		}
	}
	err = c.DB.Batch(c, func(b *adapter.Batch) {
		plugin.Users.Add(b, u)
		if account != nil {
			plugin.Accounts.Add(b, account, func() { account.UserID, account.AccountID = u.ID, u.ID })
		}
	})
	switch {
	case errors.Is(err, adapter.ErrUnique):
		return nil, errors.UserAlreadyExistsUseAnotherEmail.WithStatus(http.StatusBadRequest).WithCause(err)
	case errors.Is(err, adapter.Abort):
		return nil, errors.FailedToCreateUser.WithStatus(http.StatusInternalServerError)
	case err != nil:
		return nil, err
	}
	return &api.CreateUserOutput{User: c.PublicUser(u)}, nil
}

func passwordAccount(c *plugin.Context, password string) (*api.Account, error) {
	if err := c.CheckNewPassword(password); err != nil {
		return nil, err
	}
	hash, err := c.HashPassword(password)
	if err != nil {
		return nil, err
	}
	now := c.Now()
	return &api.Account{ProviderID: plugin.CredentialProvider, Password: &hash, CreatedAt: now, UpdatedAt: now}, nil
}

func listUsers(c *plugin.Context, in api.ListUsersInput) (*api.ListUsersOutput, error) {
	if in.Limit < 0 || in.Offset < 0 {
		return nil, errors.ValidationError.WithMessage("limit and offset must not be negative")
	}
	total, err := plugin.Users.Count(c, c.DB)
	if err != nil {
		return nil, err
	}
	users, err := plugin.Users.Find(c, c.DB, adapter.Query{
		Limit: in.Limit, Offset: in.Offset,
		SortBy: []adapter.Sort{{Field: "createdAt"}, {Field: "id"}},
	})
	if err != nil {
		return nil, err
	}
	for i := range users {
		users[i] = c.PublicUser(users[i])
	}
	return &api.ListUsersOutput{Users: users, Total: total, Limit: in.Limit, Offset: in.Offset}, nil
}

func revokeAllSessions(c *plugin.Context, in api.RevokeAllSessionsInput) (*api.StatusOutput, error) {
	if err := session.DeleteAll(c, in.UserID); err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	return &api.StatusOutput{Status: true}, nil
}

func updateTrusted(c *plugin.Context, in api.UpdateUserInput) (*api.UpdateUserOutput, error) {
	u, err := c.UserByID(in.UserID)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, errors.UserNotFound.WithStatus(http.StatusNotFound)
	}
	set, err := userChanges(c, in, plugin.TrustedUpdate)
	if err != nil {
		return nil, err
	}
	if u, err = storeUser(c, u, set); err != nil {
		return nil, err
	}
	return &api.UpdateUserOutput{Status: true, User: c.PublicUser(u)}, nil
}

func deleteTrusted(c *plugin.Context, userID string) (*api.DeleteUserOutput, error) {
	u, err := c.UserByID(userID)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, errors.UserNotFound.WithStatus(http.StatusNotFound)
	}
	return userDeleted, removeUser(c, u, nil)
}
