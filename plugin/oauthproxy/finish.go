package oauthproxy

import (
	"log/slog"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
)

// maxSkew is how far production's clock may be ahead.
const maxSkew = 10 * time.Second

func (p *Plugin) finishFormer(c *plugin.Context, in CallbackInput) (*api.StatusOutput, error) {
	return p.finish(c, CompletionInput{CallbackInput: in})
}

// finish is the part of the deployment that began the flow.
func (p *Plugin) finish(c *plugin.Context, in CompletionInput) (*api.StatusOutput, error) {
	pl, code := p.receive(c, in.Profile)
	if code != "" {
		return nil, oauth.Fail(c, "", code, "")
	}
	errorURL := own(c, pl.ErrorURL)
	if in.Provider != "" && in.Provider != *pl.Account.ProviderID {
		return nil, oauth.Fail(c, errorURL, "provider_mismatch", "")
	}
	age := float64(c.Now().UnixMilli()) - *pl.Timestamp
	if age > float64(p.options.MaxAge.Milliseconds()) || age < -float64(maxSkew.Milliseconds()) {
		c.Log.WarnContext(c, "the profile of another deployment is too old, or from the future", slog.Float64("age", age/1000))
		return nil, oauth.Fail(c, errorURL, "payload_expired", "")
	}
	if own(c, pl.CallbackURL) == "" {
		return nil, errors.InvalidCallbackURL
	}
	s, err := oauth.Redeem(c, pl.State)
	if err != nil {
		c.Log.WarnContext(c, "the profile of another deployment belongs to no flow of this browser", slog.Any("error", err))
		return nil, oauth.Fail(c, errorURL, "state_mismatch", "")
	}
	if s.Link != nil {
		if err := s.Link.Finish(c, pl.identity()); err != nil {
			return nil, oauth.Refuse(c, errorURL, err)
		}
		return nil, c.Redirect(pl.CallbackURL)
	}
	return nil, enter(c, pl, errorURL)
}

// enter signs in and sends the browser on.
func enter(c *plugin.Context, pl *payload, errorURL string) error {
	in := oauth.SignIn{Identity: pl.identity(), CallbackURL: pl.CallbackURL, DisableSignUp: pl.DisableSignUp}
	if sp := c.SocialProvider(in.ProviderID); sp != nil {
		in.RequireEmailVerification = sp.Settings().RequireEmailVerification
	}
	res, err := in.Run(c)
	if err != nil {
		return oauth.Refuse(c, errorURL, err)
	}
	if target := own(c, pl.NewUserURL); res.Created && target != "" {
		return c.Redirect(target)
	}
	return c.Redirect(pl.CallbackURL)
}

// receive opens a payload. code is the parameter error of the redirect if that fails.
func (p *Plugin) receive(c *plugin.Context, sealed string) (pl *payload, code string) {
	if sealed == "" {
		return nil, "missing_profile"
	}
	text, err := p.keys(c).DecryptFor(profilePurpose, sealed)
	if err != nil {
		c.Log.WarnContext(c, "the profile of another deployment cannot be opened; do both have the same secret?", slog.Any("error", err))
		return nil, "invalid_profile"
	}
	if pl, err = parsePayload(text); err != nil {
		c.Log.WarnContext(c, "the profile of another deployment is not complete")
		return nil, "invalid_payload"
	}
	return pl, ""
}

// own returns a page that a payload names if browsers may be sent there, or "".
func own(c *plugin.Context, target string) string {
	if target == "" || !c.Config.Advanced.DisableOriginCheck && !c.TrustedURL(target, true) {
		return ""
	}
	return target
}
