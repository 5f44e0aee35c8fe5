package oauth

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
)

// sealToken is the form in which an access or refresh token is stored.
func sealToken(c *plugin.Context, token string) (string, error) {
	if token == "" || !c.Config.Account.EncryptOAuthTokens {
		return token, nil
	}
	return c.Keys.Encrypt(token, c.Rand)
}

// OpenToken returns an access or refresh token of an account. One that was stored before tokens were
// encrypted is returned as it is.
func OpenToken(c *plugin.Context, stored *string) (string, error) {
	if stored == nil || *stored == "" {
		return "", nil
	}
	if !c.Config.Account.EncryptOAuthTokens || !looksEncrypted(*stored) {
		return *stored, nil
	}
	return c.Keys.Decrypt(*stored)
}

// looksEncrypted recognises the two forms of ciphertext: an envelope, and bare hexadecimal.
func looksEncrypted(token string) bool {
	if strings.HasPrefix(token, "$ba$") {
		return true
	}
	_, err := hex.DecodeString(token)
	return err == nil
}

// tokenChanges are the columns that tokens fill; what the provider did not send stays.
func tokenChanges(c *plugin.Context, t *plugin.OAuthTokens) (adapter.Changes, error) {
	set := adapter.Changes{}
	for column, token := range map[string]string{"accessToken": t.AccessToken, "refreshToken": t.RefreshToken} {
		sealed, err := sealToken(c, token)
		if err != nil {
			return nil, err
		}
		if sealed != "" {
			set[column] = sealed
		}
	}
	if t.IDToken != "" {
		set["idToken"] = t.IDToken
	}
	if t.AccessTokenExpiresAt != nil {
		set["accessTokenExpiresAt"] = *t.AccessTokenExpiresAt
	}
	if t.RefreshTokenExpiresAt != nil {
		set["refreshTokenExpiresAt"] = *t.RefreshTokenExpiresAt
	}
	return set, nil
}

// newAccount is the row of an account that is linked for the first time. scope is nil when nobody was asked
// for one.
func newAccount(c *plugin.Context, providerID, subject string, t *plugin.OAuthTokens, scope *string) (*api.Account, error) {
	access, err := sealToken(c, t.AccessToken)
	if err != nil {
		return nil, err
	}
	refresh, err := sealToken(c, t.RefreshToken)
	if err != nil {
		return nil, err
	}
	now := c.Now()
	return &api.Account{
		AccountID: subject, ProviderID: providerID, Scope: scope,
		AccessToken: given(access), RefreshToken: given(refresh), IDToken: given(t.IDToken),
		AccessTokenExpiresAt: t.AccessTokenExpiresAt, RefreshTokenExpiresAt: t.RefreshTokenExpiresAt,
		CreatedAt: now, UpdatedAt: now,
	}, nil
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Scopes splits the column scope.
func Scopes(stored *string) []string {
	list := []string{}
	if stored == nil {
		return list
	}
	for s := range strings.SplitSeq(*stored, ",") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// mergeScopes adds scopes to those of the column, each once.
func mergeScopes(stored *string, more []string) string {
	list := Scopes(stored)
	for _, s := range more {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return strings.Join(list, ",")
}
