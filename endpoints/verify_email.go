package endpoints

import (
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

const (
	confirmChange = "change-email-confirmation" // sent to the old address
	verifyChange  = "change-email-verification" // sent to the new one
)

// openedToken is a token whose signature is good.
type openedToken struct {
	plugin.EmailToken
	IssuedAt int64 `json:"iat"` // Unix seconds
}

func openEmailToken(c *plugin.Context, token string) (t openedToken, _ *errors.APIError) {
	text, err := c.Keys.VerifyJWT(token, c.Now())
	switch {
	case errors.Is(err, crypto.ErrTokenExpired):
		return t, errors.TokenExpired
	case err != nil || wire.Unmarshal(text, &t) != nil || !wire.ValidEmail(t.Email):
		return t, errors.InvalidToken.WithStatus(http.StatusUnauthorized)
	}
	return t, nil
}

// verificationFloor is how long sendVerificationEmail takes at least without a session, so that mail
// callbacks which the application runs in the foreground do not tell known addresses by their time.
const verificationFloor = 500 * time.Millisecond

// sendVerificationEmail mails the signed-in user, or, without a session, any unverified user, and then
// does not tell whether there is one.
func sendVerificationEmail(c *plugin.Context, in api.SendVerificationEmailInput) (*api.StatusOutput, error) {
	if c.Config.EmailVerification.SendVerificationEmail == nil {
		return nil, errors.VerificationEmailNotEnabled
	}
	current, err := session.Get(c)
	if err != nil {
		return nil, err
	}
	if current == nil {
		return sendToStranger(c, in)
	}
	if !equalEmail(current.User.Email, in.Email) {
		return nil, errors.EmailMismatch
	}
	if current.User.EmailVerified {
		return nil, errors.EmailAlreadyVerified
	}
	c.SendVerification(current.User, in.CallbackURL)
	return &api.StatusOutput{Status: true}, nil
}

func sendToStranger(c *plugin.Context, in api.SendVerificationEmailInput) (*api.StatusOutput, error) {
	floor := time.NewTimer(verificationFloor)
	defer floor.Stop()
	u, err := c.UserByEmail(in.Email)
	if err != nil {
		return nil, err
	}
	if u != nil && !u.EmailVerified {
		c.SendVerification(u, in.CallbackURL)
	}
	select {
	case <-floor.C:
		return &api.StatusOutput{Status: true}, nil
	case <-c.Done():
		return nil, c.Err()
	}
}

// verifyEmail redeems the token of a verification or change-email mail. With a callbackURL every
// outcome is a redirect.
func verifyEmail(c *plugin.Context, in api.VerifyEmailInput) (*api.VerifyEmailOutput, error) {
	out, err := redeemEmailToken(c, in)
	if err != nil {
		return nil, emailFailure(err, in.CallbackURL)
	}
	if in.CallbackURL != "" {
		return nil, c.Redirect(in.CallbackURL)
	}
	return out, nil
}

// emailFailure turns an error of the token into a redirect that carries its code.
func emailFailure(err error, callbackURL string) error {
	e, ok := errors.AsType[*errors.APIError](err)
	if !ok || callbackURL == "" || e.Status != http.StatusUnauthorized {
		return err
	}
	target, queryErr := origin.AppendQuery(callbackURL, origin.Query("error", e.Code))
	if queryErr != nil {
		return errors.InvalidCallbackURL
	}
	return errors.Redirect(target)
}

func redeemEmailToken(c *plugin.Context, in api.VerifyEmailInput) (*api.VerifyEmailOutput, error) {
	t, invalid := openEmailToken(c, in.Token)
	if invalid != nil {
		return nil, invalid
	}
	if t.UpdateTo != "" {
		return redeemEmailChange(c, in, t)
	}
	u, err := c.UserByEmail(t.Email)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, errors.UserNotFound.WithStatus(http.StatusUnauthorized)
	}
	if t.UserID != "" && t.UserID != u.ID {
		return nil, errors.InvalidToken.WithStatus(http.StatusUnauthorized)
	}
	out := &api.VerifyEmailOutput{Status: true, User: api.Null[*api.User]()}
	if u.EmailVerified {
		return out, nil
	}
	return out, markVerified(c, u)
}

// markVerified marks the address and, if the application wants that, signs in.
func markVerified(c *plugin.Context, u *api.User) error {
	cfg := &c.Config.EmailVerification
	if cfg.BeforeEmailVerification != nil {
		if err := cfg.BeforeEmailVerification(c, u); err != nil {
			return err
		}
	}
	changed, current, err := storeAndSignIn(c, u)
	if err != nil {
		return err
	}
	if cfg.AfterEmailVerification != nil {
		if err := cfg.AfterEmailVerification(c, changed); err != nil {
			return err
		}
	}
	if current == nil {
		return nil
	}
	return session.SetCookie(c, current, nil)
}

// storeAndSignIn stores that the address is verified, and signs in if the application wants that: both or
// neither. The mark alone needs no transaction.
func storeAndSignIn(c *plugin.Context, u *api.User) (changed *api.User, current *api.SessionData, err error) {
	if !c.Config.EmailVerification.AutoSignInAfterVerification {
		changed, err = storeVerified(c, u)
		return changed, nil, err
	}
	if current, err = session.Get(c); err != nil {
		return nil, nil, err
	}
	err = c.Tx(func() (err error) {
		if changed, err = storeVerified(c, u); err == nil {
			current, err = sessionOf(c, u, current)
		}
		return err
	})
	return changed, current, err
}

func storeVerified(c *plugin.Context, u *api.User) (*api.User, error) {
	changed, err := plugin.Users.Update(c, c.DB, adapter.Changes{"emailVerified": true, "updatedAt": c.Now()},
		adapter.Eq("id", u.ID), adapter.Eq("email", u.Email))
	switch {
	case errors.Is(err, adapter.ErrNotFound): // the address changed meanwhile
		return nil, errors.InvalidToken.WithStatus(http.StatusUnauthorized)
	case errors.Is(err, adapter.Abort):
		changed = u
	case err != nil:
		return nil, err
	}
	return changed, session.UserChanged(c, changed)
}

// sessionOf returns the browser's session if it is one of the user, otherwise a new one. As the reference
// does, it gives the session the user as read before, now verified: until a cookie cache ends, updatedAt in
// it is the old one.
func sessionOf(c *plugin.Context, u *api.User, current *api.SessionData) (*api.SessionData, error) {
	if current != nil && current.User.ID == u.ID {
		return &api.SessionData{Session: current.Session, User: verified(current.User)}, nil
	}
	s, err := session.Start(c, u, session.CreateOptions{})
	if errors.Is(err, errors.FailedToCreateSession) {
		return nil, errors.FailedToCreateSession.WithStatus(http.StatusInternalServerError).WithCause(err)
	}
	if err != nil {
		return nil, err
	}
	return &api.SessionData{Session: s, User: verified(u)}, nil
}

func verified(u *api.User) *api.User {
	marked := *u
	marked.EmailVerified = true
	return &marked
}
