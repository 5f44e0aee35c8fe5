package endpoints

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

func userAccounts(c *plugin.Context, userID string) ([]*api.Account, error) {
	return plugin.Accounts.Find(c, c.DB, adapter.Query{Where: []adapter.Where{adapter.Eq("userId", userID)}})
}

func accountByID(accounts []*api.Account, id string) *api.Account {
	for _, a := range accounts {
		if a.ID == id {
			return a
		}
	}
	return nil
}

func listUserAccounts(c *plugin.Context, _ api.ListAccountsInput) ([]*api.AccountSummary, error) {
	accounts, err := userAccounts(c, session.From(c).User.ID)
	if err != nil {
		return nil, err
	}
	list := make([]*api.AccountSummary, len(accounts))
	for i, a := range accounts {
		list[i] = &api.AccountSummary{
			AccountID: a.AccountID, ProviderID: a.ProviderID, UserID: a.UserID, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
			Extra: c.PublicFields("account", a.Extra), ID: a.ID, Scopes: oauth.Scopes(a.Scope),
		}
	}
	return list, nil
}

// resolveAccount finds the account that a caller selected. Over HTTP it is one of the session's user.
// fromCookie tells that it came from the account cookie.
func resolveAccount(c *plugin.Context, in api.AccountSelection) (a *api.Account, fromCookie bool, err error) {
	userID, err := accountUser(c, in.UserID)
	if err != nil {
		return nil, false, err
	}
	if in.UseAccountCookie {
		a = session.AccountCookie(c)
		if a == nil || c.Config.Database != nil && a.UserID != userID {
			return nil, false, errors.AccountNotFound
		}
		return a, true, nil
	}
	a, err = plugin.Accounts.FindOne(c, c.DB, adapter.Eq("id", in.AccountID), adapter.Eq("userId", userID))
	if errors.Is(err, adapter.ErrNotFound) {
		err = errors.AccountNotFound
	}
	return a, false, err
}

// accountUser is whose account is meant: the session's user, or for a trusted caller without a session the
// one it names. Tokens are secrets, so the session must be alive in the store.
func accountUser(c *plugin.Context, userID string) (string, error) {
	data, err := session.Authoritative(c)
	switch {
	case err != nil:
		return "", err
	case data != nil:
		return data.User.ID, nil
	case c.IsHTTP() || c.Header != nil:
		return "", errors.Status(http.StatusUnauthorized)
	case userID == "":
		return "", errors.UserIDOrSessionRequired
	}
	return userID, nil
}

// checkSelection refuses a selection that names no account, or two, and members that do not belong to it.
// sent are the members of the request; nil for a typed call.
func checkSelection(place string, in api.AccountSelection, sent wire.Object) error {
	_, named := sent.Get("accountId")
	if named = named || in.AccountID != ""; named == in.UseAccountCookie {
		return errors.ValidationError.WithMessage("[" + place + "] Invalid input")
	}
	var unknown []string
	for _, m := range sent {
		if m.Name != "accountId" && m.Name != "userId" && (m.Name != "useAccountCookie" || named) {
			unknown = append(unknown, strconv.Quote(m.Name))
		}
	}
	switch len(unknown) {
	case 0:
		return nil
	case 1:
		return errors.ValidationError.WithMessage("[" + place + "] Unrecognized key: " + unknown[0])
	}
	return errors.ValidationError.WithMessage("[" + place + "] Unrecognized keys: " + strings.Join(unknown, ", "))
}

// sentQuery are the query values of a request over HTTP.
func sentQuery(c *plugin.Context) wire.Object {
	if !c.IsHTTP() {
		return nil
	}
	return wire.ParseQuery(c.Request.URL.RawQuery)
}

func providerOf(c *plugin.Context, a *api.Account) (plugin.SocialProvider, error) {
	if p := c.SocialProvider(a.ProviderID); p != nil {
		return p, nil
	}
	return nil, errors.ProviderNotSupported.WithMessage("Provider " + a.ProviderID + " is not supported.")
}

// lockTokens makes calls of this process take turns with the tokens of an account: where a provider rotates
// refresh tokens, using one twice ends them all.
func lockTokens(c *plugin.Context, in api.AccountSelection) (unlock func()) {
	if in.AccountID == "" { // the account is in the caller's own cookie
		return func() {}
	}
	return c.Lock("tokens of account " + in.AccountID)
}

// usableToken returns the selected account with an access token that may be used, and its provider.
func usableToken(c *plugin.Context, in api.AccountSelection) (*api.Account, plugin.SocialProvider, *oauth.AccessToken, error) {
	defer lockTokens(c, in)()
	a, _, err := resolveAccount(c, in)
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := providerOf(c, a)
	if err != nil {
		return nil, nil, nil, err
	}
	t, err := validToken(c, p, a)
	return a, p, t, err
}

// validToken returns an access token that may be used, and keeps the account cookie up to date.
func validToken(c *plugin.Context, p plugin.SocialProvider, a *api.Account) (*oauth.AccessToken, error) {
	t, err := oauth.ValidToken(c, p, a)
	if err == nil && t.Refreshed != nil {
		err = session.SetAccountCookie(c, t.Refreshed)
	}
	if err != nil {
		c.Log.WarnContext(c, "no valid access token", slog.String("provider", p.ID()), slog.Any("error", err))
		return nil, errors.FailedToGetAccessToken.WithCause(err)
	}
	return t, nil
}

func getAccessToken(c *plugin.Context, in api.GetAccessTokenInput) (*api.GetAccessTokenOutput, error) {
	if err := checkSelection("body", in.AccountSelection, wire.Object(c.Body())); err != nil {
		return nil, err
	}
	a, _, t, err := usableToken(c, in.AccountSelection)
	if err != nil {
		return nil, err
	}
	return &api.GetAccessTokenOutput{
		AccessToken: t.Token, AccessTokenExpiresAt: t.ExpiresAt, Scopes: oauth.Scopes(a.Scope), IDToken: t.IDToken,
	}, nil
}

func refreshToken(c *plugin.Context, in api.RefreshTokenInput) (*api.RefreshTokenOutput, error) {
	if err := checkSelection("body", in.AccountSelection, wire.Object(c.Body())); err != nil {
		return nil, err
	}
	defer lockTokens(c, in.AccountSelection)()
	a, fromCookie, err := resolveAccount(c, in.AccountSelection)
	if err != nil {
		return nil, err
	}
	p, err := providerOf(c, a)
	if err != nil {
		return nil, err
	}
	tokens, changed, err := oauth.Refresh(c, p, a)
	if err == nil && fromCookie {
		err = session.SetAccountCookie(c, changed)
	}
	if err != nil {
		return nil, failRefresh(c, p, err)
	}
	refresh, err := oauth.OpenToken(c, changed.RefreshToken)
	if err != nil {
		return nil, failRefresh(c, p, err)
	}
	return &api.RefreshTokenOutput{
		AccessToken: tokens.AccessToken, RefreshToken: refresh,
		AccessTokenExpiresAt: tokens.AccessTokenExpiresAt, RefreshTokenExpiresAt: changed.RefreshTokenExpiresAt,
		Scope: changed.Scope, IDToken: changed.IDToken, ProviderID: a.ProviderID, AccountID: a.ID,
	}, nil
}

func failRefresh(c *plugin.Context, p plugin.SocialProvider, err error) error {
	switch {
	case errors.Is(err, plugin.ErrNotSupported):
		return errors.TokenRefreshNotSupported.WithMessage("Provider " + p.ID() + " does not support token refreshing.")
	case errors.Is(err, oauth.ErrNoRefreshToken):
		return errors.RefreshTokenNotFound
	}
	c.Log.WarnContext(c, "a refresh failed", slog.String("provider", p.ID()), slog.Any("error", err))
	return errors.FailedToRefreshAccessToken.WithCause(err)
}

func accountInfo(c *plugin.Context, in api.AccountInfoInput) (*api.AccountInfoOutput, error) {
	selection := api.AccountSelection{AccountID: in.AccountID, UseAccountCookie: in.UseAccountCookie, UserID: in.UserID}
	if err := checkSelection("query", selection, sentQuery(c)); err != nil {
		return nil, err
	}
	a, p, t, err := usableToken(c, selection)
	if errors.Is(err, errors.ProviderNotSupported) {
		return nil, errors.ProviderNotConfigured
	}
	if err != nil {
		return nil, err
	}
	if t.Token == "" {
		return nil, errors.AccessTokenNotFound
	}
	profile, err := oauth.Profile(c, c.Outbound(), p, plugin.ProfileRequest{Tokens: &plugin.OAuthTokens{
		AccessToken: t.Token, AccessTokenExpiresAt: t.ExpiresAt, IDToken: t.IDToken, Scopes: oauth.Scopes(a.Scope),
	}})
	if err != nil {
		c.Log.WarnContext(c, "a provider told no profile", slog.String("provider", p.ID()), slog.Any("error", err))
		return nil, errors.FailedToGetUserInfo.WithStatus(http.StatusUnauthorized).WithCause(err)
	}
	u := &profile.User
	return &api.AccountInfoOutput{
		User:    api.AccountInfoUser{Name: u.Name, Email: u.Email, Image: u.Image, EmailVerified: u.EmailVerified, Extra: u.Fields},
		Data:    profile.Data,
		Account: api.AccountInfoAccount{ID: a.ID, ProviderID: a.ProviderID, AccountID: a.AccountID},
	}, nil
}
