package endpoints

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// latestChange names the row that holds when the user's newest change-email token was made, and for which
// address. Older tokens are refused: of several requests the last counts. A server that keeps no such row
// (the reference) may make tokens meanwhile; they are newer.
const latestChange = "change-email-latest-"

// equalEmail compares addresses as they are stored.
func equalEmail(a, b string) bool {
	//lint:ignore SA6005 EqualFold takes more for equal, s and ſ for one, than lower-casing makes equal.
	return strings.ToLower(a) == strings.ToLower(b)
}

// changeEmail starts a change of address. Which way depends on the configuration and on whether the
// current address is verified; an address that is taken gets the same answer and nothing happens.
func changeEmail(c *plugin.Context, in api.ChangeEmailInput) (*api.StatusOutput, error) {
	cfg := &c.Config.User.ChangeEmail
	if !cfg.Enabled {
		return nil, errors.ChangeEmailDisabled
	}
	if err := plugin.CheckEmail(in.NewEmail); err != nil {
		return nil, err
	}
	current := session.From(c)
	newEmail := strings.ToLower(in.NewEmail)
	if newEmail == current.User.Email {
		return nil, errors.Message(http.StatusBadRequest, "Email is the same")
	}
	atOnce := !current.User.EmailVerified && cfg.UpdateEmailWithoutVerification
	if !atOnce && c.Config.EmailVerification.SendVerificationEmail == nil {
		return nil, errors.Message(http.StatusBadRequest, "Verification email isn't enabled")
	}
	done := &api.StatusOutput{Status: true}
	taken, err := c.UserByEmail(newEmail)
	if err != nil || taken != nil {
		return done, err
	}
	if atOnce {
		return done, changeAtOnce(c, current, newEmail, in.CallbackURL)
	}
	return done, mailChange(c, current.User, newEmail, in.CallbackURL)
}

func changeAtOnce(c *plugin.Context, current *api.SessionData, newEmail, callbackURL string) error {
	u, err := storeEmail(c, current.User, newEmail, current.User.EmailVerified)
	if err != nil {
		return err
	}
	if err := session.SetCookie(c, &api.SessionData{Session: current.Session, User: u}, nil); err != nil {
		return err
	}
	if c.Config.EmailVerification.SendVerificationEmail != nil {
		c.SendVerification(plugin.WithEmail(current.User, newEmail), callbackURL)
	}
	return nil
}

// mailChange asks the current address if it is verified and the application wants that, else the new one.
func mailChange(c *plugin.Context, u *api.User, newEmail, callbackURL string) error {
	t := plugin.EmailToken{Email: strings.ToLower(u.Email), UpdateTo: newEmail, RequestType: verifyChange, UserID: u.ID}
	confirm := c.Config.User.ChangeEmail.SendChangeEmailConfirmation
	if !u.EmailVerified || confirm == nil {
		return mailNewAddress(c, u, t, callbackURL)
	}
	t.RequestType = confirmChange
	token, err := newChangeToken(c, t)
	if err != nil {
		return err
	}
	c.SendMail("change-email confirmation", confirm, plugin.Mail{
		User: u, NewEmail: newEmail, Token: token, URL: c.Link("/verify-email", "token="+token, callbackURL),
	})
	return nil
}

func mailNewAddress(c *plugin.Context, u *api.User, t plugin.EmailToken, callbackURL string) error {
	token, err := newChangeToken(c, t)
	if err != nil {
		return err
	}
	c.SendMail("change-email verification", c.Config.EmailVerification.SendVerificationEmail, plugin.Mail{
		User: plugin.WithEmail(u, t.UpdateTo), Token: token, URL: c.Link("/verify-email", "token="+token, callbackURL),
	})
	return nil
}

// newChangeToken signs a token and voids the earlier ones of the user.
func newChangeToken(c *plugin.Context, t plugin.EmailToken) (string, error) {
	token, err := c.SignEmailToken(t)
	if err != nil {
		return "", err
	}
	return token, c.Tx(func() error {
		if err := c.DeleteVerification(latestChange + t.UserID); err != nil {
			return err
		}
		value := strconv.FormatInt(c.Now().Unix(), 10) + ":" + t.UpdateTo
		_, err := c.CreateVerification(latestChange+t.UserID, value, c.Config.EmailVerification.ExpiresIn)
		return err
	})
}

// redeemEmailChange takes a token of a change-email mail one step further.
func redeemEmailChange(c *plugin.Context, in api.VerifyEmailInput, t openedToken) (*api.VerifyEmailOutput, error) {
	invalid := errors.InvalidToken.WithStatus(http.StatusUnauthorized)
	if t.UserID == "" {
		return nil, invalid
	}
	u, err := c.UserByID(t.UserID)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, errors.UserNotFound.WithStatus(http.StatusUnauthorized)
	}
	if strings.ToLower(u.Email) != t.Email {
		return nil, invalid
	}
	if err := checkLatestChange(c, t); err != nil {
		return nil, err
	}
	current, err := session.Get(c)
	if err != nil {
		return nil, err
	}
	if current != nil && current.User.ID != u.ID {
		return nil, errors.InvalidUser
	}
	switch t.RequestType {
	case confirmChange:
		t.RequestType = verifyChange
		return &api.VerifyEmailOutput{Status: true}, mailNewAddress(c, u, t.EmailToken, in.CallbackURL)
	case verifyChange:
		return completeChange(c, u, current, t.UpdateTo, u.EmailVerified)
	}
	return legacyChange(c, u, current, t.UpdateTo, in.CallbackURL)
}

// checkLatestChange refuses a token that a later request voided.
func checkLatestChange(c *plugin.Context, t openedToken) error {
	v, err := c.PeekVerification(latestChange + t.UserID)
	if errors.Is(err, adapter.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	second, address, _ := strings.Cut(v.Value, ":")
	made, err := strconv.ParseInt(second, 10, 64)
	if err != nil || t.IssuedAt < made || t.IssuedAt == made && t.UpdateTo != address {
		return errors.InvalidToken.WithStatus(http.StatusUnauthorized)
	}
	return nil
}

// completeChange writes the address that has proven itself.
func completeChange(c *plugin.Context, u *api.User, current *api.SessionData, email string, verified bool) (*api.VerifyEmailOutput, error) {
	var changed *api.User
	err := c.Tx(func() (err error) {
		if changed, err = storeEmail(c, u, email, verified); err == nil {
			err = c.DeleteVerification(latestChange + u.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if fn := c.Config.EmailVerification.AfterEmailVerification; verified && fn != nil {
		if err := fn(c, changed); err != nil {
			return nil, err
		}
	}
	if current != nil {
		u := *current.User // with the old updatedAt, as the reference has it until the cookie cache ends
		u.Email, u.EmailVerified = changed.Email, changed.EmailVerified
		if err := session.SetCookie(c, &api.SessionData{Session: current.Session, User: &u}, nil); err != nil {
			return nil, err
		}
	}
	return &api.VerifyEmailOutput{Status: true, User: api.Some(c.PublicUser(changed))}, nil
}

// legacyChange is for tokens without a request type: the address changes at once and is to be verified
// afterwards.
func legacyChange(c *plugin.Context, u *api.User, current *api.SessionData, email, callbackURL string) (*api.VerifyEmailOutput, error) {
	out, err := completeChange(c, u, current, email, false)
	if err == nil && c.Config.EmailVerification.SendVerificationEmail != nil {
		c.SendVerification(plugin.WithEmail(u, email), callbackURL)
	}
	return out, err
}

// storeEmail writes the address if the row still has the old one.
func storeEmail(c *plugin.Context, u *api.User, email string, verified bool) (*api.User, error) {
	changed, err := plugin.Users.Update(c, c.DB,
		adapter.Changes{"email": strings.ToLower(email), "emailVerified": verified, "updatedAt": c.Now()},
		adapter.Eq("id", u.ID), adapter.Eq("email", u.Email))
	switch {
	case errors.Is(err, adapter.ErrNotFound):
		return nil, errors.InvalidToken.WithStatus(http.StatusUnauthorized)
	case errors.Is(err, adapter.ErrUnique):
		return nil, errors.UserAlreadyExistsUseAnotherEmail.WithCause(err)
	case errors.Is(err, adapter.Abort):
		return nil, errors.FailedToUpdateUser.WithCause(err)
	case err != nil:
		return nil, err
	}
	return changed, session.UserChanged(c, changed)
}
