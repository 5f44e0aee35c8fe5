package endpoints

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// signUpEmail creates user, password account and session together. With RequireEmailVerification or
// without automatic sign-in a known address is not told from a new one.
func signUpEmail(c *plugin.Context, in api.SignUpEmailInput) (*api.SignUpEmailOutput, error) {
	cfg := &c.Config.EmailAndPassword
	if !cfg.Enabled || cfg.DisableSignUp {
		return nil, errors.EmailPasswordSignUpDisabled
	}
	u, err := newUser(c, in)
	if err != nil {
		return nil, err
	}
	existing, err := c.UserByEmail(u.Email)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		return signUpExisting(c, existing, u, in.Password)
	}
	hash, err := c.HashPassword(in.Password)
	if err != nil {
		return nil, err
	}
	if err := c.ValidateUser(u, plugin.UserSource{Action: plugin.ActionCreateUser, Method: plugin.MethodEmailPassword}); err != nil {
		return signUpFailed(c, err, u)
	}
	forget := in.RememberMe != nil && !*in.RememberMe
	s, err := storeSignUp(c, u, hash, forget)
	if err != nil {
		return signUpFailed(c, err, u)
	}
	sendSignUpMail(c, u, in.CallbackURL)
	return signedUp(c, u, s, forget)
}

// hidesUsers reports whether sign-up must not tell known addresses from new ones; it then makes no
// session either.
func hidesUsers(c *plugin.Context) bool {
	cfg := &c.Config.EmailAndPassword
	return cfg.RequireEmailVerification || cfg.DisableAutoSignIn
}

func newUser(c *plugin.Context, in api.SignUpEmailInput) (*api.User, error) {
	if err := plugin.CheckEmail(in.Email); err != nil {
		return nil, err
	}
	if err := c.CheckNewPassword(in.Password); err != nil {
		return nil, err
	}
	extra, err := c.Input("user", in.Extra, plugin.ForCreate)
	if err != nil {
		return nil, err
	}
	now := c.Now()
	u := &api.User{Name: in.Name, Email: strings.ToLower(in.Email), Image: in.Image, CreatedAt: now, UpdatedAt: now, Extra: extra}
	return u, nil
}

// storeSignUp writes the rows in one transaction. The session is nil when sign-up makes none.
func storeSignUp(c *plugin.Context, u *api.User, hash string, forget bool) (s *api.Session, err error) {
	now := c.Now()
	account := &api.Account{ProviderID: plugin.CredentialProvider, Password: &hash, CreatedAt: now, UpdatedAt: now}
	if !hidesUsers(c) {
		if s, err = session.New(c, "", session.CreateOptions{Forget: forget}); err != nil {
			return nil, err
		}
	}
	rows := func(b *adapter.Batch) {
		plugin.Users.Add(b, u)
		plugin.Accounts.Add(b, account, func() { account.UserID, account.AccountID = u.ID, u.ID })
	}
	if s == nil {
		return nil, c.DB.Batch(c, rows)
	}
	if c.Config.SecondaryStorage == nil {
		err = c.DB.Batch(c, func(b *adapter.Batch) {
			rows(b)
			plugin.Sessions.Add(b, s, func() { s.UserID = u.ID })
		})
		if s.UserID != "" { // user and account were accepted
			err = sessionRefused(err)
		}
		return s, err
	}
	err = c.Tx(func() error {
		if err := c.DB.Batch(c, rows); err != nil {
			return err
		}
		s, err = session.Create(c, u, session.CreateOptions{Forget: forget})
		return sessionRefused(err)
	})
	return s, err
}

// sessionRefused names the quiet refusal of a session, which signUpFailed would take for one of the user.
func sessionRefused(err error) error {
	if errors.Is(err, adapter.Abort) {
		return errors.FailedToCreateSession.WithStatus(http.StatusBadRequest).WithCause(err)
	}
	return err
}

// signUpFailed names the reason why nothing was stored.
func signUpFailed(c *plugin.Context, err error, u *api.User) (*api.SignUpEmailOutput, error) {
	e, isAPI := errors.AsType[*errors.APIError](err)
	switch {
	case errors.Is(err, adapter.ErrUnique):
		existing, findErr := c.UserByEmail(u.Email)
		if findErr != nil || existing == nil {
			return nil, errors.FailedToCreateUser.WithCause(err)
		}
		return taken(c, existing, u)
	case isAPI && e.Status == http.StatusForbidden && hidesUsers(c):
		return synthetic(c, u)
	case isAPI:
		return nil, e
	case errors.Is(err, adapter.Abort):
		return nil, errors.FailedToCreateUser.WithStatus(http.StatusBadRequest)
	}
	c.Log.ErrorContext(c, "cannot create a user", slog.Any("error", err))
	return nil, errors.FailedToCreateUser.WithStatus(http.StatusInternalServerError).WithCause(err)
}

// signUpExisting answers for an address that is taken, in the time that a new one takes.
func signUpExisting(c *plugin.Context, existing, u *api.User, password string) (*api.SignUpEmailOutput, error) {
	if hidesUsers(c) {
		if _, err := c.HashPassword(password); err != nil {
			return nil, err
		}
		if err := idleWrite(c); err != nil {
			return nil, err
		}
	}
	return taken(c, existing, u)
}

// idleWrite commits a row that means nothing and is removed at once, because a new user's rows take the
// time of a commit too.
func idleWrite(c *plugin.Context) error {
	token, err := c.Random(24, "")
	if err != nil {
		return err
	}
	v, err := c.CreateVerification("sign-up-existing:"+token, "", time.Minute)
	if err != nil {
		return err
	}
	c.Background("remove an idle row", func(ctx context.Context) error {
		return c.Detach(ctx).RedeemVerification(v)
	})
	return nil
}

func taken(c *plugin.Context, existing, u *api.User) (*api.SignUpEmailOutput, error) {
	if !hidesUsers(c) {
		return nil, errors.UserAlreadyExistsUseAnotherEmail
	}
	if fn := c.Config.EmailAndPassword.OnExistingUserSignUp; fn != nil {
		c.Background("existing user sign-up", func(ctx context.Context) error { return fn(ctx, existing) })
	}
	return synthetic(c, u)
}

// synthetic answers with a user that looks like a new one and is stored nowhere.
func synthetic(c *plugin.Context, u *api.User) (*api.SignUpEmailOutput, error) {
	u.ID, _ = c.DB.NewID("user")
	if u.ID == "" {
		var err error
		if u.ID, err = c.Random(32, ""); err != nil {
			return nil, err
		}
	}
	t := c.DB.Schema().Table("user")
	core := map[string]bool{"name": true, "email": true, "emailVerified": true, "image": true, "createdAt": true, "updatedAt": true}
	var extra api.Fields
	for i := range t.Fields {
		f := &t.Fields[i]
		if core[f.Name] {
			continue
		}
		value, _ := u.Extra.Get(f.Name)
		if value == nil && f.Default != nil {
			value = f.Default()
		}
		extra.Set(f.Name, value)
	}
	u.Extra = extra
	if fn := c.Config.EmailAndPassword.CustomSyntheticUser; fn != nil {
		u = fn(u)
	}
	return &api.SignUpEmailOutput{User: c.PublicUser(u)}, nil
}

func sendSignUpMail(c *plugin.Context, u *api.User, callbackURL string) {
	cfg := &c.Config.EmailVerification
	send := c.Config.EmailAndPassword.RequireEmailVerification
	if cfg.SendOnSignUp != nil {
		send = *cfg.SendOnSignUp
	}
	if send && cfg.SendVerificationEmail != nil {
		c.SendVerification(u, callbackURL)
	}
}

func signedUp(c *plugin.Context, u *api.User, s *api.Session, forget bool) (*api.SignUpEmailOutput, error) {
	out := &api.SignUpEmailOutput{User: c.PublicUser(u)}
	if s == nil {
		return out, nil
	}
	remember := !forget
	if err := session.SetCookie(c, &api.SessionData{Session: s, User: u}, &remember); err != nil {
		return nil, err
	}
	out.Token = &s.Token
	out.Session = session.Additive(c, s)
	return out, nil
}
