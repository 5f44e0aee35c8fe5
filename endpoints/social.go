package endpoints

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// signInSocial begins a flow, or signs in with an ID token.
func signInSocial(c *plugin.Context, in api.SignInSocialInput) (*api.SignInSocialOutput, error) {
	p := c.SocialProvider(in.Provider)
	if p == nil {
		return nil, errors.ProviderNotFound
	}
	if in.IDToken != nil {
		return signInIDToken(c, p, in)
	}
	url, err := oauth.Begin(c, p, oauth.Flow{
		CallbackURL: in.CallbackURL, ErrorURL: in.ErrorCallbackURL, NewUserURL: in.NewUserCallbackURL,
		RequestSignUp: in.RequestSignUp, Data: in.AdditionalData, Scopes: in.Scopes,
		LoginHint: in.LoginHint, Params: in.AdditionalParams,
	})
	if err != nil {
		return nil, err
	}
	if !in.DisableRedirect {
		c.SetHeader("Location", url)
	}
	return &api.SignInSocialOutput{URL: url, Redirect: !in.DisableRedirect}, nil
}

func signInIDToken(c *plugin.Context, p plugin.SocialProvider, in api.SignInSocialInput) (*api.SignInSocialOutput, error) {
	t := in.IDToken
	tokens := &plugin.OAuthTokens{IDToken: t.Token, AccessToken: t.AccessToken, RefreshToken: t.RefreshToken}
	profile, err := provenProfile(c, p, t.Nonce, plugin.ProfileRequest{Tokens: tokens, Nonce: t.Nonce, User: callbackUser(t.User)})
	if err != nil {
		return nil, err
	}
	settings := p.Settings()
	res, err := oauth.SignIn{
		Identity: oauth.Identity{
			ProviderID: p.ID(), Profile: profile,
			Tokens: &plugin.OAuthTokens{IDToken: t.Token, AccessToken: t.AccessToken},
		},
		CallbackURL: in.CallbackURL, DisableSignUp: signUpDisabled(settings, in.RequestSignUp),
		RequireEmailVerification: settings.RequireEmailVerification,
	}.Run(c)
	if err != nil {
		return nil, refusedSignIn(err)
	}
	return &api.SignInSocialOutput{
		Token: res.Session.Token, User: c.PublicUser(res.User), Session: session.Additive(c, res.Session),
	}, nil
}

// callbackUser is what a client says that the provider told it besides the token.
func callbackUser(u *api.IDTokenUser) *plugin.CallbackUser {
	if u == nil {
		return nil
	}
	text, err := json.Marshal(u)
	if err != nil {
		return nil
	}
	return parseCallbackUser(string(text))
}

func signUpDisabled(s plugin.SocialSettings, requested *bool) bool {
	return s.DisableSignUp || s.DisableImplicitSignUp && (requested == nil || !*requested)
}

// refusedSignIn is the answer to a refusal where there is no redirect.
func refusedSignIn(err error) error {
	r, ok := errors.AsType[oauth.Refusal](err)
	switch {
	case !ok:
		return err
	case r == oauth.NotVerified:
		return errors.EmailNotVerified
	}
	return errors.OAuthLinkError.WithMessage(string(r))
}

// provenProfile verifies an ID token that a client sent and returns whom it belongs to.
func provenProfile(c *plugin.Context, p plugin.SocialProvider, nonce string, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	err := p.VerifyIDToken(c, c.Outbound(), req.Tokens.IDToken, nonce)
	if errors.Is(err, plugin.ErrNotSupported) {
		return nil, errors.IDTokenNotSupported
	}
	if err != nil {
		c.Log.WarnContext(c, "an ID token was refused", slog.String("provider", p.ID()), slog.Any("error", err))
		return nil, errors.InvalidToken.WithStatus(http.StatusUnauthorized).WithCause(err)
	}
	req.Verified = true
	profile, err := oauth.Profile(c, c.Outbound(), p, req)
	if err != nil {
		c.Log.WarnContext(c, "a provider told no profile", slog.String("provider", p.ID()), slog.Any("error", err))
		return nil, errors.FailedToGetUserInfo.WithStatus(http.StatusUnauthorized).WithCause(err)
	}
	if e := profile.User.Email; e == nil || *e == "" {
		return nil, errors.UserEmailNotFound
	}
	return profile, nil
}
