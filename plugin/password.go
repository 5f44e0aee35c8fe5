package plugin

import (
	"log/slog"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// CheckNewPassword refuses a password that is too short or too long, in UTF-16 code units.
func (c *Context) CheckNewPassword(password string) error {
	if wire.UTF16Len(password) < c.Config.EmailAndPassword.MinPasswordLength {
		return errors.PasswordTooShort
	}
	return c.CheckPasswordLength(password)
}

// CheckPasswordLength refuses a password that is too long to be hashed.
func (c *Context) CheckPasswordLength(password string) error {
	if wire.UTF16Len(password) > c.Config.EmailAndPassword.MaxPasswordLength {
		return errors.PasswordTooLong
	}
	return nil
}

// HashPassword hashes a password for storage; errors.ServiceUnavailable when too many wait.
func (c *Context) HashPassword(password string) (string, error) {
	hash, err := c.Passwords.Hash(c, password)
	return hash, busy(err)
}

// VerifyPassword compares a password with the one of an account. Without an account or a password in it
// the answer takes as long and is false, so that time does not tell.
func (c *Context) VerifyPassword(account *api.Account, password string) (bool, error) {
	if account == nil || account.Password == nil || *account.Password == "" {
		_, err := c.HashPassword(password)
		return false, err
	}
	ok, err := c.Passwords.Verify(c, *account.Password, password)
	if errors.Is(err, crypto.ErrInvalidHash) {
		c.Log.WarnContext(c, "an account has a password hash of unknown format", slog.String("account", account.ID))
		return false, nil
	}
	return ok, busy(err)
}

func busy(err error) error {
	if errors.Is(err, crypto.ErrBusy) {
		return errors.ServiceUnavailable.WithCause(err)
	}
	return err
}
