package onetap

import (
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// provider is the id of the accounts.
const provider = "google"

func (p *Plugin) callback(c *plugin.Context, in CallbackInput) (*CallbackOutput, error) {
	google := c.SocialProvider(provider)
	claims, err := p.verify(c, google, in.IDToken)
	if err != nil {
		return nil, err
	}
	profile, err := profileOf(c, google, in.IDToken, claims)
	if err != nil {
		return nil, err
	}
	if e := profile.User.Email; e == nil || *e == "" {
		return nil, EmailNotAvailable
	}
	var rules plugin.SocialSettings
	if google != nil {
		rules = google.Settings()
	}
	res, err := oauth.SignIn{
		Identity: oauth.Identity{
			ProviderID: provider, Profile: profile,
			Tokens: &plugin.OAuthTokens{IDToken: in.IDToken}, Scope: new("openid,profile,email"),
		},
		DisableSignUp:            p.options.DisableSignUp || rules.DisableSignUp,
		OverrideUserInfo:         rules.OverrideUserInfoOnSignIn,
		RequireEmailVerification: rules.RequireEmailVerification,
	}.Run(c)
	if err != nil {
		return nil, refused(err)
	}
	return &CallbackOutput{Token: res.Session.Token, User: c.PublicUser(res.User), Session: session.Additive(c, res.Session)}, nil
}

// verify checks the token for the application's client ids and its hosted domain.
func (p *Plugin) verify(c *plugin.Context, google plugin.SocialProvider, token string) (oauth2.Claims, error) {
	ids, domain := registration(google)
	if p.options.ClientID != "" {
		ids = []string{p.options.ClientID}
	}
	if len(ids) == 0 {
		return nil, ClientIDRequired
	}
	v := oidc.Google(ids, domain)
	v.Keys = p.keys
	claims, err := v.Verify(c, c.Outbound(), token, "")
	if err != nil {
		return nil, invalid(c, err)
	}
	return claims, nil
}

// registration is what the provider social.Google is configured with.
func registration(google plugin.SocialProvider) (clientIDs []string, domain string) {
	if p, ok := google.(*oauth2.Provider); ok {
		return p.ClientIDs, p.Authorization.HostedDomain
	}
	return nil, ""
}

// profileOf says whose token it is, with the options of the provider if there is one. The account is always
// the token's.
func profileOf(c *plugin.Context, google plugin.SocialProvider, token string, claims oauth2.Claims) (*plugin.OAuthProfile, error) {
	sub := claims.String("sub")
	if sub == nil {
		return nil, invalid(c, oidc.ErrInvalid)
	}
	profile := &plugin.OAuthProfile{Data: claims, User: plugin.OAuthUser{
		Name: claims.String("name"), Email: claims.String("email"),
		Image: claims.String("picture"), EmailVerified: claims.True("email_verified"),
	}}
	if google != nil {
		told, err := oauth.Profile(c, c.Outbound(), google, plugin.ProfileRequest{Tokens: &plugin.OAuthTokens{IDToken: token}, Verified: true})
		if err != nil {
			return nil, invalid(c, err)
		}
		profile = new(*told)
	}
	profile.Subject = *sub
	return profile, nil
}

// invalid logs why a token is refused, which the client does not learn.
func invalid(c *plugin.Context, err error) error {
	c.Log.WarnContext(c, "an ID token was refused", slog.String("provider", provider), slog.Any("error", err))
	return InvalidIDToken.WithCause(err)
}

// refused is the answer to a sign-in that the rules do not allow.
func refused(err error) error {
	r, ok := errors.AsType[oauth.Refusal](err)
	switch {
	case !ok:
		return err
	case r == oauth.NotVerified:
		return errors.EmailNotVerified
	}
	return errors.Message(http.StatusUnauthorized, string(r))
}
