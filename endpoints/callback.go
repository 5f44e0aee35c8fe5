package endpoints

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
)

// callbackOAuth ends a flow. Cookies with SameSite=Lax do not come with the POST of another site, so a
// form_post is sent round to the GET.
func callbackOAuth(c *plugin.Context, in api.CallbackOAuthInput) (*api.StatusOutput, error) {
	if c.Method == http.MethodPost {
		return nil, c.Redirect(c.BaseURL() + "/callback/" + in.Provider + "?" + origin.Query(callbackPairs(c)...))
	}
	p := c.SocialProvider(in.Provider)
	if in.State == "" {
		if in.Code == "" || p == nil || !p.Settings().AllowIDPInitiated {
			return nil, oauth.Fail(c, "", "state_not_found", "")
		}
		url, err := oauth.Begin(c, p, oauth.Flow{})
		if err != nil {
			return nil, err
		}
		return nil, c.Redirect(url)
	}
	s, err := oauth.Redeem(c, in.State)
	if err != nil {
		return nil, failState(c, err)
	}
	switch {
	case in.Error != "":
		return nil, oauth.Fail(c, s.ErrorURL, in.Error, in.ErrorDescription)
	case in.Code == "":
		return nil, oauth.Fail(c, s.ErrorURL, "no_code", "")
	case p == nil:
		return nil, oauth.Fail(c, s.ErrorURL, "oauth_provider_not_found", "")
	}
	return nil, finish(c, p, s, in)
}

// callbackPairs are the parameters of a form_post; those of its query win.
func callbackPairs(c *plugin.Context) []string {
	query, form := sentQuery(c), wire.Object(c.Body())
	var pairs []string
	for _, name := range []string{"code", "error", "device_id", "error_description", "state", "user", "iss"} {
		value, sent := query.Get(name)
		if !sent {
			value, sent = form.Get(name)
		}
		if text, ok := value.(string); sent && ok {
			pairs = append(pairs, name, text)
		}
	}
	return pairs
}

func failState(c *plugin.Context, err error) error {
	e, ok := errors.AsType[*oauth.StateError](err)
	if !ok {
		return err
	}
	c.Log.WarnContext(c, "a callback was refused", slog.Any("error", err))
	return oauth.Fail(c, e.URL, e.Code, "")
}

// finish exchanges the code and signs in or links. Its error is the redirect.
func finish(c *plugin.Context, p plugin.SocialProvider, s *oauth.State, in api.CallbackOAuthInput) error {
	tokens, profile, err := oauth.Exchange(c, p, s, oauth.Callback{
		Code: in.Code, Issuer: in.Issuer, DeviceID: in.DeviceID, User: parseCallbackUser(in.User),
	})
	if e, ok := errors.AsType[*oauth.ExchangeError](err); ok {
		c.Log.WarnContext(c, "a provider did not say who signs in", slog.String("provider", p.ID()), slog.Any("error", err))
		return oauth.Fail(c, s.ErrorURL, e.Code, "")
	}
	if err != nil {
		return err
	}
	identity := oauth.NewIdentity(p, tokens, profile)
	if s.Link != nil {
		if err := s.Link.Finish(c, identity); err != nil {
			return oauth.Refuse(c, s.ErrorURL, err)
		}
		return c.Redirect(s.CallbackURL)
	}
	if identity.Email() == "" {
		c.Log.WarnContext(c, "the provider told no email address; ask for its scope, or map the profile to a user with one", slog.String("provider", p.ID()))
		return oauth.Fail(c, s.ErrorURL, "email_not_found", "")
	}
	return enter(c, p, s, identity)
}

// enter signs in and sends the browser on.
func enter(c *plugin.Context, p plugin.SocialProvider, s *oauth.State, identity oauth.Identity) error {
	settings := p.Settings()
	res, err := oauth.SignIn{
		Identity: identity, CallbackURL: s.CallbackURL, DisableSignUp: signUpDisabled(settings, s.RequestSignUp),
		OverrideUserInfo: settings.OverrideUserInfoOnSignIn, RequireEmailVerification: settings.RequireEmailVerification,
	}.Run(c)
	if err != nil {
		return oauth.Refuse(c, s.ErrorURL, err)
	}
	if res.Created && s.NewUserURL != "" {
		return c.Redirect(s.NewUserURL)
	}
	return c.Redirect(s.CallbackURL)
}

// parseCallbackUser reads the parameter user; what is no JSON of that form counts as absent.
func parseCallbackUser(text string) *plugin.CallbackUser {
	if text == "" {
		return nil
	}
	u := &plugin.CallbackUser{}
	if json.Unmarshal([]byte(text), u) != nil {
		return nil
	}
	return u
}
