package endpoints

import (
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// linkSocialAccount begins a flow that links, or links with an ID token.
func linkSocialAccount(c *plugin.Context, in api.LinkSocialInput) (*api.LinkSocialOutput, error) {
	p := c.SocialProvider(in.Provider)
	if p == nil {
		return nil, errors.ProviderNotFound
	}
	current := session.From(c)
	if in.IDToken != nil {
		return linkIDToken(c, p, current.User, in.IDToken)
	}
	link, err := oauth.NewLink(c, current)
	if err != nil {
		return nil, err
	}
	url, err := oauth.Begin(c, p, oauth.Flow{
		CallbackURL: in.CallbackURL, ErrorURL: in.ErrorCallbackURL, RequestSignUp: in.RequestSignUp, Link: link,
		Data: in.AdditionalData, Scopes: in.Scopes, LoginHint: in.LoginHint, Params: in.AdditionalParams,
	})
	if err != nil {
		return nil, err
	}
	if !in.DisableRedirect {
		c.SetHeader("Location", url)
	}
	return &api.LinkSocialOutput{URL: url, Redirect: !in.DisableRedirect}, nil
}

func linkIDToken(c *plugin.Context, p plugin.SocialProvider, u *api.User, t *api.LinkIDToken) (*api.LinkSocialOutput, error) {
	tokens := &plugin.OAuthTokens{IDToken: t.Token, AccessToken: t.AccessToken, RefreshToken: t.RefreshToken}
	profile, err := provenProfile(c, p, t.Nonce, plugin.ProfileRequest{Tokens: tokens, Nonce: t.Nonce})
	if err != nil {
		return nil, err
	}
	if err := oauth.LinkNow(c, u, oauth.Identity{ProviderID: p.ID(), Profile: profile, Tokens: tokens}); err != nil {
		return nil, err
	}
	return &api.LinkSocialOutput{Status: true}, nil
}

// unlinkAccount removes an account of the user, but not the last one: nobody could sign in any more. Two
// requests at once wait for each other, or they would remove the last two.
func unlinkAccount(c *plugin.Context, in api.UnlinkAccountInput) (*api.StatusOutput, error) {
	userID := session.From(c).User.ID
	err := c.Tx(func() error {
		if err := c.DB.Hold(c, "user", userID); err != nil && !errors.Is(err, adapter.ErrNotFound) {
			return err
		}
		accounts, err := userAccounts(c, userID)
		if err != nil {
			return err
		}
		if len(accounts) == 1 && !c.Config.Account.AccountLinking.AllowUnlinkingAll {
			return errors.FailedToUnlinkLastAccount
		}
		if accountByID(accounts, in.AccountID) == nil {
			return errors.AccountNotFound
		}
		_, err = plugin.Accounts.Delete(c, c.DB, adapter.Eq("id", in.AccountID))
		if errors.Is(err, adapter.Abort) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.StatusOutput{Status: true}, nil
}
