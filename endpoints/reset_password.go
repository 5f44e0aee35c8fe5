package endpoints

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

const resetPrefix = "reset-password:"

// requestPasswordReset answers alike, and as fast, for known and unknown addresses: token and mail are
// made in the background.
func requestPasswordReset(c *plugin.Context, in api.RequestPasswordResetInput) (*api.RequestPasswordResetOutput, error) {
	if c.Config.EmailAndPassword.SendResetPassword == nil {
		return nil, errors.ResetPasswordDisabled
	}
	u, err := c.UserByEmail(in.Email)
	if err != nil {
		return nil, err
	}
	token, err := c.Random(24, "")
	if err != nil {
		return nil, err
	}
	link := c.Link("/reset-password/"+token, "", in.RedirectTo)
	if in.RedirectTo == "" {
		link = c.BaseURL() + "/reset-password/" + token + "?callbackURL="
	}
	c.Background("password reset mail", func(ctx context.Context) error { return mailReset(ctx, c, u, token, link) })
	return &api.RequestPasswordResetOutput{
		Status: true, Message: "If this email exists in our system, check your email for the reset link",
	}, nil
}

// mailReset stores the token and mails the link; for an unknown address it does a lookup of like cost.
func mailReset(ctx context.Context, request *plugin.Context, u *api.User, token, link string) error {
	c := request.Detach(ctx)
	if u == nil {
		_, err := c.FindVerification("dummy-verification-token")
		if errors.Is(err, adapter.ErrNotFound) {
			return nil
		}
		return err
	}
	cfg := &c.Config.EmailAndPassword
	if _, err := c.CreateVerification(resetPrefix+token, u.ID, cfg.ResetPasswordTokenExpiresIn); err != nil {
		return err
	}
	return cfg.SendResetPassword(ctx, plugin.Mail{User: u, URL: link, Token: token, Request: c.Request})
}

// requestPasswordResetCallback leads from the mail to the application's page, with the token or an error.
func requestPasswordResetCallback(c *plugin.Context, in api.RequestPasswordResetCallbackInput) (*api.StatusOutput, error) {
	if in.CallbackURL == "" {
		return nil, c.Redirect(c.BaseURL() + "/error?error=INVALID_TOKEN")
	}
	_, err := c.FindVerification(resetPrefix + in.Token)
	if err != nil && !errors.Is(err, adapter.ErrNotFound) {
		return nil, err
	}
	pairs := []string{"token", in.Token}
	if err != nil {
		pairs = []string{"error", "INVALID_TOKEN"}
	}
	target, err := origin.Resolve(in.CallbackURL, c.BaseURL(), pairs...)
	if err != nil {
		return nil, errors.InvalidCallbackURL
	}
	return nil, c.Redirect(target)
}

// resetPassword redeems the token and sets the password in one transaction. All other reset tokens of
// the user end with it.
func resetPassword(c *plugin.Context, in api.ResetPasswordInput) (*api.ResetPasswordOutput, error) {
	token := in.Token
	if token == "" {
		token = in.QueryToken
	}
	if token == "" {
		return nil, errors.InvalidToken
	}
	if err := c.CheckNewPassword(in.NewPassword); err != nil {
		return nil, err
	}
	v, err := findReset(c, token)
	if err != nil {
		return nil, err
	}
	u, accounts, err := c.UserAccounts(adapter.Eq("id", v.Value))
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, errors.UserNotFound
	}
	hash, err := c.HashPassword(in.NewPassword)
	if err != nil {
		return nil, err
	}
	if err := c.Tx(func() error { return storeReset(c, v, u, plugin.Credential(u, accounts), hash) }); err != nil {
		return nil, err
	}
	if fn := c.Config.EmailAndPassword.OnPasswordReset; fn != nil {
		if err := fn(c, u); err != nil {
			c.Log.ErrorContext(c, "OnPasswordReset failed", slog.Any("error", err))
		}
	}
	return &api.ResetPasswordOutput{Status: true, Success: !c.Config.Advanced.StrictResponses}, nil
}

func findReset(c *plugin.Context, token string) (*api.Verification, error) {
	v, err := c.FindVerification(resetPrefix + token)
	if errors.Is(err, adapter.ErrNotFound) {
		return nil, errors.InvalidToken
	}
	return v, err
}

func storeReset(c *plugin.Context, v *api.Verification, u *api.User, account *api.Account, hash string) error {
	err := c.RedeemVerification(v)
	if errors.Is(err, adapter.ErrNotFound) {
		return errors.InvalidToken
	}
	if err != nil {
		return err
	}
	if err := c.DeleteVerificationsOf(resetPrefix, u.ID); err != nil {
		return err
	}
	if c.Config.EmailAndPassword.RevokeSessionsOnPasswordReset {
		if err := session.DeleteAll(c, u.ID); err != nil {
			return err
		}
	}
	if account == nil {
		return createCredential(c, u.ID, hash)
	}
	_, err = plugin.Accounts.Update(c, c.DB, adapter.Changes{"password": hash, "updatedAt": c.Now()}, adapter.Eq("id", account.ID))
	if errors.Is(err, adapter.ErrNotFound) {
		return errors.UserNotFound.WithStatus(http.StatusBadRequest)
	}
	return err
}
