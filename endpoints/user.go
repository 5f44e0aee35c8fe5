package endpoints

import (
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// updateUser changes the caller, or, for a trusted caller in process, any user.
func updateUser(c *plugin.Context, in api.UpdateUserInput) (*api.UpdateUserOutput, error) {
	if trusted, err := isTrusted(c, in.UserID); err != nil {
		return nil, err
	} else if trusted {
		return updateTrusted(c, in)
	}
	if err := session.Confirmed(c); err != nil {
		return nil, err
	}
	if _, err := changeUser(c, in); err != nil {
		return nil, err
	}
	return &api.UpdateUserOutput{Status: true}, nil
}

// changeUser applies a client's changes to the signed-in user and renews the session cookies with them.
func changeUser(c *plugin.Context, in api.UpdateUserInput) (*api.User, error) {
	if email, _ := in.Extra.Get("email"); email != nil && email != "" && email != false {
		return nil, errors.EmailCanNotBeUpdated
	}
	set, err := userChanges(c, in, plugin.ForUpdate)
	if err != nil {
		return nil, err
	}
	current := session.From(c)
	u, err := storeUser(c, current.User, set)
	if err != nil {
		return nil, err
	}
	return u, session.SetCookie(c, &api.SessionData{Session: current.Session, User: u}, nil)
}

func userChanges(c *plugin.Context, in api.UpdateUserInput, mode plugin.InputMode) (adapter.Changes, error) {
	fields, err := c.Input("user", in.Extra, mode)
	if err != nil {
		return nil, err
	}
	set := adapter.Changes{}
	if in.Name != nil {
		set["name"] = *in.Name
	}
	if in.Image.Set {
		set["image"] = nil
		if !in.Image.Null {
			set["image"] = in.Image.Value
		}
	}
	for name, value := range fields.All() {
		set[name] = value
	}
	if len(set) == 0 {
		return nil, errors.Message(http.StatusBadRequest, "No fields to update")
	}
	return set, nil
}

// storeUser updates a user row and the copies of it. Without a store, or when a hook quietly refuses,
// the change lives in the session only.
func storeUser(c *plugin.Context, u *api.User, set adapter.Changes) (*api.User, error) {
	changed, err := plugin.Users.Update(c, c.DB, set, adapter.Eq("id", u.ID))
	switch {
	case errors.Is(err, adapter.ErrNotFound), errors.Is(err, adapter.Abort):
		return plugin.Users.Apply(c.DB, u, set)
	case errors.Is(err, adapter.ErrUnique):
		return nil, errors.FailedToUpdateUser.WithStatus(http.StatusUnprocessableEntity).WithCause(err)
	case err != nil:
		return nil, err
	}
	return changed, session.UserChanged(c, changed)
}
