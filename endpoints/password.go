package endpoints

import (
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// changePassword replaces the password. With RevokeOtherSessions all sessions end and the caller gets a
// new one, in one transaction with the password.
func changePassword(c *plugin.Context, in api.ChangePasswordInput) (*api.ChangePasswordOutput, error) {
	if err := c.CheckNewPassword(in.NewPassword); err != nil {
		return nil, err
	}
	if err := c.CheckPasswordLength(in.CurrentPassword); err != nil {
		return nil, err
	}
	current := session.From(c)
	account, err := provenAccount(c, current.User.ID, in.CurrentPassword)
	if err != nil {
		return nil, err
	}
	hash, err := c.HashPassword(in.NewPassword)
	if err != nil {
		return nil, err
	}
	out := &api.ChangePasswordOutput{User: c.PublicUser(current.User)}
	if !in.RevokeOtherSessions {
		return out, setHash(c, account, hash)
	}
	var s *api.Session
	err = c.Tx(func() (err error) {
		if err = session.DeleteAll(c, current.User.ID); err == nil {
			err = setHash(c, account, hash)
		}
		if err == nil {
			s, err = session.Start(c, current.User, session.CreateOptions{})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Token = &s.Token
	return out, session.SetCookie(c, &api.SessionData{Session: s, User: current.User}, nil)
}

// provenAccount returns the password account of a user who knows the password.
func provenAccount(c *plugin.Context, userID, password string) (*api.Account, error) {
	account, err := c.CredentialAccount(userID)
	if err != nil {
		return nil, err
	}
	if account == nil || account.Password == nil || *account.Password == "" {
		return nil, errors.CredentialAccountNotFound
	}
	match, err := c.VerifyPassword(account, password)
	if err != nil {
		return nil, err
	}
	if !match {
		return nil, errors.InvalidPassword
	}
	return account, nil
}

// setHash replaces the hash of an account if it is still the one that was read: of two changes at once
// one wins.
func setHash(c *plugin.Context, account *api.Account, hash string) error {
	var old any
	if account.Password != nil {
		old = *account.Password
	}
	_, err := plugin.Accounts.Update(c, c.DB, adapter.Changes{"password": hash, "updatedAt": c.Now()},
		adapter.Eq("id", account.ID), adapter.Eq("password", old))
	if errors.Is(err, adapter.ErrNotFound) {
		return errors.InvalidPassword
	}
	return err
}

func setPassword(c *plugin.Context, in api.SetPasswordInput) (*api.StatusOutput, error) {
	if err := c.CheckNewPassword(in.NewPassword); err != nil {
		return nil, err
	}
	userID := session.From(c).User.ID
	account, err := c.CredentialAccount(userID)
	if err != nil {
		return nil, err
	}
	if account != nil && account.Password != nil && *account.Password != "" {
		return nil, errors.PasswordAlreadySet
	}
	hash, err := c.HashPassword(in.NewPassword)
	if err != nil {
		return nil, err
	}
	if account == nil {
		err = createCredential(c, userID, hash)
	} else if err = setHash(c, account, hash); errors.Is(err, errors.InvalidPassword) {
		err = errors.PasswordAlreadySet
	}
	if err != nil {
		return nil, err
	}
	return &api.StatusOutput{Status: true}, nil
}

func createCredential(c *plugin.Context, userID, hash string) error {
	now := c.Now()
	_, err := plugin.Accounts.Create(c, c.DB, &api.Account{
		AccountID: userID, ProviderID: plugin.CredentialProvider, UserID: userID, Password: &hash, CreatedAt: now, UpdatedAt: now,
	})
	return err
}

func verifyPassword(c *plugin.Context, in api.VerifyPasswordInput) (*api.StatusOutput, error) {
	if err := c.CheckPasswordLength(in.Password); err != nil {
		return nil, err
	}
	account, err := c.CredentialAccount(session.From(c).User.ID)
	if err != nil {
		return nil, err
	}
	match, err := c.VerifyPassword(account, in.Password)
	if err != nil {
		return nil, err
	}
	if !match {
		return nil, errors.InvalidPassword
	}
	return &api.StatusOutput{Status: true}, nil
}
