package plugin

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// CredentialProvider is the ProviderID of accounts that hold a password.
const CredentialProvider = "credential"

// maxEmail is the longest address in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
const maxEmail = 254

var byAccountOwner = adapter.Join{Table: "account", From: "id", To: "userId", Many: true}

// CheckEmail refuses what is not a single email address.
func CheckEmail(email string) error {
	if len(email) > maxEmail || !wire.ValidEmail(email) {
		return errors.InvalidEmail
	}
	return nil
}

// UserByEmail returns the user with an address, in any case, or nil.
func (c *Context) UserByEmail(email string) (*api.User, error) {
	u, err := Users.FindOne(c, c.DB, adapter.Eq("email", strings.ToLower(email)))
	return sameEmail(u, email, err)
}

// UserByID returns a user by id, or nil.
func (c *Context) UserByID(id string) (*api.User, error) {
	u, err := Users.FindOne(c, c.DB, adapter.Eq("id", id))
	if errors.Is(err, adapter.ErrNotFound) {
		return nil, nil
	}
	return u, err
}

// UserAccounts returns the first user that matches with all accounts, or nil, in one statement.
func (c *Context) UserAccounts(where ...adapter.Where) (*api.User, []*api.Account, error) {
	u, accounts, err := adapter.FindJoined(c, c.DB, Users, Accounts, byAccountOwner, where...)
	if errors.Is(err, adapter.ErrNotFound) {
		return nil, nil, nil
	}
	return u, accounts, err
}

// UserAccountsByEmail is UserAccounts by address.
func (c *Context) UserAccountsByEmail(email string) (*api.User, []*api.Account, error) {
	u, accounts, err := c.UserAccounts(adapter.Eq("email", strings.ToLower(email)))
	u, err = sameEmail(u, email, err)
	return u, accounts, err
}

// sameEmail refuses a row that only a lenient collation of the database took for the address.
func sameEmail(u *api.User, email string, err error) (*api.User, error) {
	switch {
	case errors.Is(err, adapter.ErrNotFound):
		return nil, nil
	case err != nil || u == nil:
		return nil, err
	case norm.NFC.String(strings.ToLower(u.Email)) != norm.NFC.String(strings.ToLower(email)):
		return nil, nil
	}
	return u, nil
}

// Credential returns the password account among a user's accounts, or nil.
func Credential(u *api.User, accounts []*api.Account) *api.Account {
	for _, a := range accounts {
		if a.ProviderID == CredentialProvider && a.AccountID == u.ID {
			return a
		}
	}
	return nil
}

// CredentialAccount returns the password account of a user, or nil.
func (c *Context) CredentialAccount(userID string) (*api.Account, error) {
	a, err := Accounts.FindOne(c, c.DB, adapter.Eq("userId", userID),
		adapter.Eq("providerId", CredentialProvider), adapter.Eq("accountId", userID))
	if errors.Is(err, adapter.ErrNotFound) {
		return nil, nil
	}
	return a, err
}
