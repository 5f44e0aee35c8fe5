package oauth

import (
	"log/slog"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// A SignIn is a sign-in with an identity whose profile has an email address.
type SignIn struct {
	Identity
	// CallbackURL is where a verification mail leads.
	CallbackURL string
	// DisableSignUp refuses identities that belong to no user.
	DisableSignUp bool
	// OverrideUserInfo rewrites the user from the profile.
	OverrideUserInfo bool
	// RequireEmailVerification makes no session before the address is verified.
	RequireEmailVerification bool
	// Trusted says that the identity's address counts as verified, besides what
	// Account.AccountLinking.TrustedProviders says.
	Trusted bool
}

// A Result is a finished sign-in.
type Result struct {
	Session *api.Session
	User    *api.User
	// Created says that the sign-in made the user.
	Created bool
}

// A Refusal is a sign-in or a link that the rules do not allow. Its text is that of the reference; in
// redirects spaces become underscores.
type Refusal string

// Error returns the reason.
func (r Refusal) Error() string { return string(r) }

// The reasons of a Refusal.
const (
	EmailDiffers    Refusal = "email does not match"
	LinkedToOther   Refusal = "account already linked to different user"
	NotLinked       Refusal = "account not linked"
	SignUpDisabled  Refusal = "signup disabled"
	NotVerified     Refusal = "email_not_verified"
	UnableToLink    Refusal = "unable to link account"
	UnableToUpdate  Refusal = "unable to update account"
	UnableToCreate  Refusal = "unable to create user"
	UnableToSession Refusal = "unable to create session"
)

// ErrLookup is wrapped by the error of a sign-in that could not even find out whose identity it is.
var ErrLookup = errors.New("oauth: the account cannot be looked up")

// Run finds or makes the user of the identity, starts a session and sets its cookies. The error is a
// [Refusal], an *errors.APIError, or what the database said.
func (s SignIn) Run(c *plugin.Context) (*Result, error) {
	profile := *s.Profile
	profile.User.Name = new(deref(profile.User.Name))
	s.Profile = &profile
	u, created, err := s.user(c)
	if err != nil {
		return nil, err
	}
	if err := s.verified(c, u, created); err != nil {
		return nil, err
	}
	started, err := session.Start(c, u, session.CreateOptions{})
	if errors.Is(err, errors.FailedToCreateSession) {
		return nil, UnableToSession
	}
	if err != nil {
		return nil, err
	}
	res := &Result{Session: started, User: u, Created: created}
	return res, session.SetCookie(c, &api.SessionData{Session: started, User: u}, nil)
}

// user finds or makes the user of the identity. When another process has made it in the meantime, the user
// is there at the second attempt.
func (s *SignIn) user(c *plugin.Context) (u *api.User, created bool, err error) {
	defer s.lock(c)()
	u, created, err = s.findOrCreate(c)
	if errors.Is(err, errTaken) {
		u, created, err = s.findOrCreate(c)
	}
	if errors.Is(err, errTaken) {
		return nil, false, UnableToCreate
	}
	return u, created, err
}

func (s *SignIn) findOrCreate(c *plugin.Context) (u *api.User, created bool, err error) {
	u, a, err := s.linked(c)
	if err != nil {
		return nil, false, err
	}
	if a == nil {
		if u, err = c.UserByEmail(s.Email()); err != nil {
			return nil, false, errors.Join(ErrLookup, err)
		}
		if u == nil {
			u, err = s.create(c)
			return u, true, err
		}
		// Another process may have made this user together with the account since the first look.
		owner, since, err := s.linked(c)
		if err != nil {
			return nil, false, err
		}
		if since == nil {
			u, err = s.link(c, u)
			return u, false, err
		}
		u, a = owner, since
	}
	u, err = s.known(c, u, a)
	return u, false, err
}

// linked is owner with the errors of Run.
func (s *SignIn) linked(c *plugin.Context) (*api.User, *api.Account, error) {
	u, a, err := s.owner(c)
	switch {
	case errors.Is(err, errOrphan):
		c.Log.ErrorContext(c, "an account has no user", slog.String("provider", s.ProviderID))
		return nil, nil, UnableToLink
	case err != nil:
		return nil, nil, errors.Join(ErrLookup, err)
	}
	return u, a, nil
}

// known is the sign-in of a user with a linked account.
func (s *SignIn) known(c *plugin.Context, u *api.User, a *api.Account) (*api.User, error) {
	if err := c.ValidateUser(s.claimed(u.ID), s.source(plugin.ActionSignIn)); err != nil {
		return nil, err
	}
	if !c.Config.Account.DisableUpdateOnSignIn {
		set, err := tokenChanges(c, s.Tokens)
		if err != nil {
			return nil, err
		}
		if len(set) > 0 {
			if a, err = plugin.Accounts.Update(c, c.DB, set, adapter.Eq("id", a.ID)); err != nil {
				return nil, refusedOr(err, UnableToUpdate)
			}
		}
	}
	if err := session.SetAccountCookie(c, a); err != nil {
		return nil, err
	}
	return s.refreshUser(c, u)
}

// refusedOr turns the refusal of a hook and the absence of a row into r.
func refusedOr(err error, r Refusal) error {
	if errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.Abort) {
		return r
	}
	return err
}

// refreshUser brings an existing user up to date: a verified address stays verified, and the rest only if
// the provider's configuration says so.
func (s *SignIn) refreshUser(c *plugin.Context, u *api.User) (*api.User, error) {
	set, same := adapter.Changes{}, s.Email() == u.Email
	if s.OverrideUserInfo {
		var err error
		if set, err = s.changes(c); err != nil {
			return nil, err
		}
		set["email"] = s.Email()
		set["emailVerified"] = s.Profile.User.EmailVerified || same && u.EmailVerified
	} else if same && s.Profile.User.EmailVerified && !u.EmailVerified {
		set["emailVerified"] = true
	}
	changed, err := updateUser(c, u, set)
	if errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.Abort) || errors.Is(err, adapter.ErrUnique) {
		c.Log.WarnContext(c, "the user was not updated from the profile", slog.String("provider", s.ProviderID))
		return u, nil
	}
	return changed, err
}

// link is the sign-in of a user whose address the identity has.
func (s *SignIn) link(c *plugin.Context, u *api.User) (*api.User, error) {
	cfg := &c.Config.Account.AccountLinking
	trusted := s.Trusted || s.Profile.User.EmailVerified || c.TrustsProvider(s.ProviderID)
	if !trusted || cfg.Disabled || cfg.DisableImplicit || !u.EmailVerified && !cfg.AllowUnverifiedLocalEmail {
		return nil, NotLinked
	}
	if err := c.ValidateUser(s.claimed(u.ID), s.source(plugin.ActionLinkAccount)); err != nil {
		return nil, err
	}
	a, err := s.Identity.create(c, u.ID)
	if errors.IsAPIError(err) {
		return nil, err
	}
	if err != nil {
		c.Log.ErrorContext(c, "cannot link an account", slog.String("provider", s.ProviderID), slog.Any("error", err))
		return nil, UnableToLink
	}
	if err := session.SetAccountCookie(c, a); err != nil {
		return nil, err
	}
	u = s.copyOnLink(c, u)
	return s.refreshUser(c, u)
}

// create makes user and account together.
func (s *SignIn) create(c *plugin.Context) (*api.User, error) {
	if s.DisableSignUp {
		return nil, SignUpDisabled
	}
	extra, err := s.fields(c, plugin.ForCreate)
	if err != nil {
		return nil, err
	}
	u := s.claimed("")
	u.Extra, u.CreatedAt = extra, c.Now()
	u.UpdatedAt = u.CreatedAt
	if err := c.ValidateUser(u, s.source(plugin.ActionCreateUser)); err != nil {
		return nil, err
	}
	a, err := newAccount(c, s.ProviderID, s.Profile.Subject, s.Tokens, s.Scope)
	if err != nil {
		return nil, err
	}
	err = c.DB.Batch(c, func(b *adapter.Batch) {
		plugin.Users.Add(b, u)
		plugin.Accounts.Add(b, a, func() { a.UserID = u.ID })
	})
	switch {
	case errors.IsAPIError(err):
		return nil, err
	case s.taken(c, err):
		return nil, errTaken
	case err != nil:
		c.Log.ErrorContext(c, "cannot create a user", slog.String("provider", s.ProviderID), slog.Any("error", err))
		return nil, UnableToCreate
	}
	return u, session.SetAccountCookie(c, a)
}

// errTaken says that the address has become another user's.
var errTaken = errors.New("oauth: the address has just been taken")

// taken reports whether a new user was refused because somebody has the address by now.
func (s *SignIn) taken(c *plugin.Context, err error) bool {
	if !errors.Is(err, adapter.ErrUnique) {
		return false
	}
	u, err := c.UserByEmail(s.Email())
	return err == nil && u != nil
}

// verified mails a verification link where that is due, and refuses a user whose address must be verified
// first.
func (s *SignIn) verified(c *plugin.Context, u *api.User, created bool) error {
	if u.EmailVerified {
		return nil
	}
	cfg := &c.Config.EmailVerification
	send := s.RequireEmailVerification && cfg.SendOnSignIn
	if created {
		send = s.RequireEmailVerification
		if cfg.SendOnSignUp != nil {
			send = *cfg.SendOnSignUp
		}
	}
	if send && cfg.SendVerificationEmail != nil {
		c.SendVerification(u, s.CallbackURL)
	}
	if s.RequireEmailVerification {
		return NotVerified
	}
	return nil
}
