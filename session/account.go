package session

import (
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
)

// accountSalt is the purpose of the key that encrypts the account cookie.
const accountSalt = "better-auth-account"

// accountLife is the life of an account cookie without a Max-Age of its own (reference).
const accountLife = 300 * time.Second

// SetAccountCookie keeps the account that was signed in with, tokens included, in an encrypted cookie, if
// Account.StoreAccountCookie is on. An account too large for cookies is left out.
func SetAccountCookie(c *plugin.Context, a *api.Account) error {
	if !c.Config.Account.StoreAccountCookie {
		return nil
	}
	text, err := wire.Marshal(a)
	if err != nil {
		return err
	}
	k, life := c.SessionCookies.Account, accountLife
	if k.MaxAge != nil {
		life = time.Duration(*k.MaxAge) * time.Second
	} else {
		k.MaxAge = new(int(accountLife / time.Second))
	}
	if k.Value, err = c.Keys.EncryptJWE(text, accountSalt, c.Now(), life, c.Rand); err != nil {
		return err
	}
	set, _ := cookie.Store(c.Header, k)
	for _, chunk := range set {
		c.SetCookie(chunk)
	}
	return nil
}

// AccountCookie returns the account that the account cookie holds, or nil. With a database the cookie only
// counts for its own user: compare UserID.
func AccountCookie(c *plugin.Context) *api.Account {
	value, ok := cookie.Join(c.Header, c.SessionCookies.Account.Name)
	if !ok || !c.Config.Account.StoreAccountCookie {
		return nil
	}
	text, err := c.Keys.DecryptJWE(value, accountSalt, c.Now())
	if err != nil {
		return nil
	}
	a := &api.Account{}
	if wire.Unmarshal(text, a) != nil || a.ProviderID == "" || a.UserID == "" {
		return nil
	}
	for _, claim := range []string{"iat", "exp", "jti"} {
		a.Extra.Delete(claim)
	}
	return a
}

// keepAccount renews the account cookie together with the session's, and drops one of another user.
func keepAccount(c *plugin.Context, u *api.User) error {
	name := c.SessionCookies.Account.Name
	if !c.Config.Account.StoreAccountCookie || c.PendingCookie(name) {
		return nil
	}
	a := AccountCookie(c)
	switch {
	case a == nil:
		return nil
	case c.Config.Database == nil || a.UserID == u.ID:
		return SetAccountCookie(c, a)
	}
	c.ExpireCookie(c.SessionCookies.Account)
	clearChunks(c, c.SessionCookies.Account)
	return nil
}
