package oauth

import (
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// refreshAhead is how long before its end an access token is refreshed.
const refreshAhead = 5 * time.Second

// ErrNoRefreshToken is returned for an account without a refresh token.
var ErrNoRefreshToken = errors.New("oauth: the account has no refresh token")

// Refresh gets new tokens for an account and stores them. It returns what the provider sent and the account
// afterwards, which is not stored when its row is gone. plugin.ErrNotSupported when the provider has no
// refresh.
func Refresh(c *plugin.Context, p plugin.SocialProvider, a *api.Account) (*plugin.OAuthTokens, *api.Account, error) {
	token, err := OpenToken(c, a.RefreshToken)
	if err != nil {
		return nil, nil, err
	}
	tokens, err := p.Refresh(c, c.Outbound(), plugin.RefreshRequest{Token: token, Header: c.Header})
	if token == "" && !errors.Is(err, plugin.ErrNotSupported) {
		err = ErrNoRefreshToken
	}
	if err == nil && tokens == nil {
		err = errNothing
	}
	if err != nil {
		return nil, nil, err
	}
	set, err := tokenChanges(c, tokens)
	if err != nil {
		return nil, nil, err
	}
	a, err = storeTokens(c, a, set)
	return tokens, a, err
}

func storeTokens(c *plugin.Context, a *api.Account, set adapter.Changes) (*api.Account, error) {
	if len(set) == 0 {
		return a, nil
	}
	changed, err := plugin.Accounts.Update(c, c.DB, set, adapter.Eq("id", a.ID))
	if errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.Abort) {
		return plugin.Accounts.Apply(c.DB, a, set)
	}
	return changed, err
}

// An AccessToken is a token of an account that may be used now.
type AccessToken struct {
	Token     string
	ExpiresAt *time.Time
	IDToken   string
	// Refreshed is the account with its new tokens, if they had to be refreshed.
	Refreshed *api.Account
}

// ValidToken returns the access token of an account, refreshed if it ends within five seconds.
func ValidToken(c *plugin.Context, p plugin.SocialProvider, a *api.Account) (*AccessToken, error) {
	t := &AccessToken{ExpiresAt: a.AccessTokenExpiresAt, IDToken: deref(a.IDToken)}
	if ends := a.AccessTokenExpiresAt; ends != nil && ends.Sub(c.Now()) < refreshAhead {
		tokens, refreshed, err := Refresh(c, p, a)
		switch {
		case err == nil:
			a, t.Refreshed, t.Token, t.IDToken = refreshed, refreshed, tokens.AccessToken, deref(refreshed.IDToken)
			if tokens.AccessTokenExpiresAt != nil {
				t.ExpiresAt = tokens.AccessTokenExpiresAt
			}
		case !errors.Is(err, plugin.ErrNotSupported) && !errors.Is(err, ErrNoRefreshToken):
			return nil, err
		}
	}
	if t.Token != "" {
		return t, nil
	}
	var err error
	t.Token, err = OpenToken(c, a.AccessToken)
	return t, err
}
