package oauth

import (
	"log/slog"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

const linkPurpose = "oauth-link-session-token"

// NewLink begins a link for a signed-in user.
func NewLink(c *plugin.Context, data *api.SessionData) (*Link, error) {
	sealed, err := c.Keys.EncryptFor(linkPurpose, data.Session.Token, c.Rand)
	if err != nil {
		return nil, err
	}
	return &Link{UserID: data.User.ID, Email: data.User.Email, SessionToken: sealed}, nil
}

// alive reports whether the session that began the link still is.
func (l *Link) alive(c *plugin.Context) (bool, error) {
	if l.SessionToken == "" || !c.Stateful() {
		return true, nil
	}
	token, err := c.Keys.DecryptFor(linkPurpose, l.SessionToken)
	if err != nil {
		return false, nil
	}
	data, err := session.Find(c, token)
	if errors.Is(err, adapter.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return data.User.ID == l.UserID && data.Session.ExpiresAt.After(c.Now()), nil
}

// Finish links an identity to the user who began the link. The error is a [Refusal], an *errors.APIError of
// Config.User.ValidateUserInfo or of a hook, or what the database said.
func (l *Link) Finish(c *plugin.Context, i Identity) error {
	alive, err := l.alive(c)
	if err != nil {
		return err
	}
	if !alive {
		return UnableToLink
	}
	if err := c.ValidateUser(i.claimed(l.UserID), i.source(plugin.ActionLinkAccount)); err != nil {
		return err
	}
	cfg := &c.Config.Account.AccountLinking
	switch {
	case cfg.Disabled, !c.TrustsProvider(i.ProviderID) && !i.Profile.User.EmailVerified:
		return UnableToLink
	case !cfg.AllowDifferentEmails && i.Email() != strings.ToLower(l.Email):
		return EmailDiffers
	}
	return l.store(c, i)
}

func (l *Link) store(c *plugin.Context, i Identity) error {
	defer i.lock(c)()
	a, err := i.account(c)
	switch {
	case err != nil:
		return err
	case a != nil && a.UserID != l.UserID:
		return LinkedToOther
	case a != nil:
		err = i.refresh(c, a, mergeScopes(a.Scope, i.Tokens.Scopes))
	default:
		_, err = i.create(c, l.UserID)
	}
	if errors.Is(err, adapter.Abort) {
		return UnableToLink
	}
	if err != nil {
		return err
	}
	i.copyOnLink(c, &api.User{ID: l.UserID})
	return nil
}

// refresh stores new tokens of an account, and its scope unless that is empty.
func (i *Identity) refresh(c *plugin.Context, a *api.Account, scope string) error {
	set, err := tokenChanges(c, i.Tokens)
	if err != nil {
		return err
	}
	if scope != "" {
		set["scope"] = scope
	}
	if len(set) == 0 {
		return nil
	}
	_, err = plugin.Accounts.Update(c, c.DB, set, adapter.Eq("id", a.ID))
	if errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.Abort) {
		return nil // the account is the user's all the same
	}
	return err
}

// copyOnLink copies the profile to the user if the application wants that. The account is linked whether or
// not that works.
func (i *Identity) copyOnLink(c *plugin.Context, u *api.User) *api.User {
	if !c.Config.Account.AccountLinking.UpdateUserInfoOnLink {
		return u
	}
	set, err := i.changes(c)
	if err == nil {
		var changed *api.User
		if changed, err = updateUser(c, u, set); err == nil {
			return changed
		}
	}
	c.Log.WarnContext(c, "cannot copy a profile to the user", slog.String("provider", i.ProviderID), slog.Any("error", err))
	return u
}

// LinkNow links an identity that a signed-in user has proved with an ID token.
func LinkNow(c *plugin.Context, u *api.User, i Identity) error {
	defer i.lock(c)()
	a, err := i.account(c)
	if err != nil {
		return err
	}
	cfg := &c.Config.Account.AccountLinking
	switch {
	case a != nil && a.UserID != u.ID:
		return errors.SocialAccountAlreadyLinked
	case a != nil:
		err = i.refresh(c, a, "")
	case cfg.Disabled, !c.TrustsProvider(i.ProviderID) && !i.Profile.User.EmailVerified:
		return errors.LinkingNotAllowed
	case !cfg.AllowDifferentEmails && i.Email() != strings.ToLower(u.Email):
		return errors.LinkingDifferentEmailsNotAllowed
	default:
		if err = c.ValidateUser(i.claimed(u.ID), i.source(plugin.ActionLinkAccount)); err != nil {
			return err
		}
		if _, err = i.create(c, u.ID); err != nil {
			return errors.LinkingFailed.WithCause(err)
		}
	}
	if err != nil {
		return err
	}
	i.copyOnLink(c, u)
	return nil
}
