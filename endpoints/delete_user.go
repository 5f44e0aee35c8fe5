package endpoints

import (
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

const deletePrefix = "delete-account-"

var userDeleted = &api.DeleteUserOutput{Success: true, Message: "User deleted"}

// deleteUser deletes the caller: proven by password, by the token of a mail, or by a fresh session. A
// trusted caller in process deletes any user.
func deleteUser(c *plugin.Context, in api.DeleteUserInput) (*api.DeleteUserOutput, error) {
	if trusted, err := isTrusted(c, in.UserID); err != nil {
		return nil, err
	} else if trusted {
		return deleteTrusted(c, in.UserID)
	}
	if err := session.Sensitive(c); err != nil {
		return nil, err
	}
	cfg := &c.Config.User.DeleteUser
	if !cfg.Enabled {
		return nil, errors.Status(http.StatusNotFound)
	}
	current := session.From(c)
	if err := checkDeletePassword(c, current.User.ID, in.Password); err != nil {
		return nil, err
	}
	if in.Token != "" {
		return deleteByToken(c, current.User, in.Token)
	}
	if cfg.SendDeleteAccountVerification != nil {
		return mailDeletion(c, current.User, in.CallbackURL)
	}
	if in.Password == "" && !session.IsFresh(c.App, current.Session) {
		return nil, errors.SessionExpired
	}
	return userDeleted, removeUser(c, current.User, nil)
}

func checkDeletePassword(c *plugin.Context, userID, password string) error {
	if password == "" {
		return nil
	}
	if err := c.CheckPasswordLength(password); err != nil {
		return err
	}
	_, err := provenAccount(c, userID, password)
	return err
}

func mailDeletion(c *plugin.Context, u *api.User, callbackURL string) (*api.DeleteUserOutput, error) {
	cfg := &c.Config.User.DeleteUser
	token, err := c.Random(32, crypto.LowerNumeric)
	if err != nil {
		return nil, err
	}
	if _, err := c.CreateVerification(deletePrefix+token, u.ID, cfg.DeleteTokenExpiresIn); err != nil {
		return nil, err
	}
	c.SendMail("delete-account mail", cfg.SendDeleteAccountVerification, plugin.Mail{
		User: u, Token: token, URL: c.Link("/delete-user/callback", "token="+token, callbackURL),
	})
	return &api.DeleteUserOutput{Success: true, Message: "Verification email sent"}, nil
}

func deleteUserCallback(c *plugin.Context, in api.DeleteUserCallbackInput) (*api.DeleteUserOutput, error) {
	if !c.Config.User.DeleteUser.Enabled {
		return nil, errors.NotFound
	}
	current, err := session.Authoritative(c)
	if err != nil {
		return nil, err
	}
	if current == nil {
		return nil, errors.FailedToGetUserInfo
	}
	out, err := deleteByToken(c, current.User, in.Token)
	if err == nil && in.CallbackURL != "" {
		return nil, c.Redirect(in.CallbackURL)
	}
	return out, err
}

// deleteByToken consumes a token that was mailed to the user and deletes them.
func deleteByToken(c *plugin.Context, u *api.User, token string) (*api.DeleteUserOutput, error) {
	invalid := errors.InvalidToken.WithStatus(http.StatusNotFound)
	v, err := c.PeekVerification(deletePrefix + token)
	if errors.Is(err, adapter.ErrNotFound) { // or expired
		if err = c.DeleteVerification(deletePrefix + token); err == nil {
			err = invalid
		}
	}
	if err != nil {
		return nil, err
	}
	if v.Value != u.ID {
		return nil, invalid
	}
	return userDeleted, removeUser(c, u, func() error {
		err := c.RedeemVerification(v)
		if errors.Is(err, adapter.ErrNotFound) {
			return invalid
		}
		return err
	})
}

// removeUser deletes a user with everything that is theirs, between the application's callbacks. redeem,
// if given, uses up the permission in the same transaction: it survives a deletion that fails.
func removeUser(c *plugin.Context, u *api.User, redeem func() error) error {
	cfg := &c.Config.User.DeleteUser
	if cfg.BeforeDelete != nil {
		if err := cfg.BeforeDelete(c, u); err != nil {
			return err
		}
	}
	err := c.Tx(func() error {
		if redeem != nil {
			if err := redeem(); err != nil {
				return err
			}
		}
		return deleteRows(c, u.ID)
	})
	if err != nil {
		return err
	}
	session.DeleteCookies(c)
	if cfg.AfterDelete != nil {
		if err := cfg.AfterDelete(c, u); err != nil {
			c.Log.ErrorContext(c, "AfterDelete failed", slog.Any("error", err))
		}
	}
	return nil
}

func deleteRows(c *plugin.Context, userID string) error {
	if err := session.DeleteAll(c, userID); err != nil {
		return err
	}
	if _, err := plugin.Accounts.Delete(c, c.DB, adapter.Eq("userId", userID)); err != nil {
		return err
	}
	_, err := plugin.Users.Delete(c, c.DB, adapter.Eq("id", userID))
	return err
}
