package endpoints

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// signOut ends the session and clears the cookies, whether or not there was a session. If the user came
// from a provider with a sign-out page, the answer leads there.
func signOut(c *plugin.Context, in api.SignOutInput) (*api.SignOutOutput, error) {
	token, _, ok := c.SignedCookie(c.SessionCookies.Token.Name)
	userID := ""
	if ok {
		userID = signedOutUser(c, token)
		if err := session.Delete(c, token); err != nil {
			return nil, errors.InternalServerError.WithCause(err)
		}
	}
	session.DeleteCookies(c)
	out := &api.SignOutOutput{Success: true}
	if userID == "" {
		return out, nil
	}
	if out.URL = endSessionURL(c, userID, in); out.URL == "" {
		return out, nil
	}
	out.Redirect = new(!in.DisableRedirect)
	if !in.DisableRedirect {
		c.SetHeader("Location", out.URL)
	}
	return out, nil
}

// signedOutUser is whose session ends. It is only read when a provider could have a sign-out page.
func signedOutUser(c *plugin.Context, token string) string {
	if len(c.SocialProviders()) == 0 {
		return ""
	}
	data, err := session.Find(c, token)
	if err != nil {
		if !errors.Is(err, adapter.ErrNotFound) {
			c.Log.ErrorContext(c, "cannot read the session", slog.Any("error", err))
		}
		return ""
	}
	return data.User.ID
}

// endSessionURL is the sign-out page of the provider that the user came from last, or "". The user is signed
// out here whatever goes wrong with it.
func endSessionURL(c *plugin.Context, userID string, in api.SignOutInput) string {
	accounts, err := userAccounts(c, userID)
	if err != nil {
		c.Log.ErrorContext(c, "cannot read the accounts", slog.Any("error", err))
		return ""
	}
	slices.SortStableFunc(accounts, func(a, b *api.Account) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	req := plugin.EndSessionRequest{State: in.State}
	if in.CallbackURL != "" {
		if req.PostLogoutRedirectURI, err = absolute(c, in.CallbackURL); err != nil {
			return ""
		}
	}
	asked := map[string]bool{}
	for _, a := range accounts {
		p := c.SocialProvider(a.ProviderID)
		if p == nil || asked[a.ProviderID] {
			continue
		}
		asked[a.ProviderID] = true
		req.IDToken = ""
		if a.IDToken != nil {
			req.IDToken = *a.IDToken
		}
		url, err := p.EndSessionURL(c, c.Outbound(), req)
		switch {
		case err == nil && url != "":
			return url
		case err != nil && !errors.Is(err, plugin.ErrNotSupported):
			c.Log.WarnContext(c, "no sign-out page", slog.String("provider", p.ID()), slog.Any("error", err))
		}
	}
	return ""
}

// absolute is a checked redirect target with the origin of this site if it has none.
func absolute(c *plugin.Context, target string) (string, error) {
	if strings.HasPrefix(target, "/") {
		base, err := origin.Parse(c.BaseURL())
		if err != nil {
			return "", err
		}
		target = base.Origin() + target
	}
	u, err := origin.Parse(target)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}
