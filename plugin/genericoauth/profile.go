package genericoauth

import (
	"context"
	"maps"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// errSubject is a profile that is not that of the ID token (OpenID Connect Core 5.3.2).
var errSubject = errors.New("the subject of the profile is not that of the ID token")

// A reader finds out whom tokens belong to.
type reader struct {
	*Provider
	userInfoURL string
	signs       bool           // the server says that it signs ID tokens
	verifier    *oidc.Verifier // nil when it tells no keys
}

func (r *reader) read(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	claims, err := r.verified(ctx, out, req)
	if err != nil {
		return nil, err
	}
	tokens := req.Tokens
	if req.Verified { // a client sent them, and only the ID token is proved
		tokens = &plugin.OAuthTokens{IDToken: tokens.IDToken}
	}
	profile, err := r.fetch(ctx, out, tokens, claims)
	if err != nil {
		return nil, err
	}
	named := r.GetUserInfo == nil && r.userInfo == nil || profile.Data["sub"] != nil
	if claims != nil && named && oauth2.Claims(profile.Data).ID("sub") != claims.ID("sub") {
		return nil, errSubject
	}
	if profile.Subject == "" {
		profile.Subject, err = r.subject(ctx, req.Tokens, profile.Data)
	}
	if err == nil && profile.Subject == "" {
		err = oauth2.ErrNoSubject
	}
	return profile, err
}

// verified returns the claims of the ID token after checking it, or nil if there is nothing to check it
// with: a token that came from the token endpoint itself may then be believed (OpenID Connect Core 3.1.3.7).
func (r *reader) verified(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	switch {
	case r.verifier == nil || req.Tokens.IDToken == "":
		return nil, nil
	case req.Verified:
		return oauth2.ReadJWT(req.Tokens.IDToken)
	}
	return r.verifier.Verify(ctx, out, req.Tokens.IDToken, req.Nonce)
}

func (r *reader) fetch(ctx context.Context, out plugin.Outbound, tokens *plugin.OAuthTokens, claims oauth2.Claims) (*plugin.OAuthProfile, error) {
	if r.GetUserInfo != nil {
		given, err := r.GetUserInfo(ctx, tokens)
		if err != nil {
			return nil, err
		}
		if given == nil {
			return nil, oauth2.ErrNoProfile
		}
		profile := *given
		return &profile, nil
	}
	req := plugin.ProfileRequest{Tokens: tokens}
	data, err := r.data(ctx, out, req, claims)
	if err != nil {
		return nil, err
	}
	return &plugin.OAuthProfile{Data: data, User: plugin.OAuthUser{
		Name: data.String("name"), Email: data.String("email"), Image: data.String("image"), EmailVerified: data.True("emailVerified"),
	}}, nil
}

func (r *reader) data(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest, claims oauth2.Claims) (oauth2.Claims, error) {
	if r.userInfo != nil {
		return r.userInfo(ctx, out, req)
	}
	if claims == nil && req.Tokens.IDToken != "" {
		claims, _ = oauth2.ReadJWT(req.Tokens.IDToken) // what is no JWT has no claims
	}
	if claims.ID("sub") != "" && claims.First("email") != nil {
		return fromClaims(claims), nil
	}
	if r.userInfoURL == "" {
		return nil, oauth2.ErrNoProfile
	}
	sent, err := oauth2.FromUserInfo(r.userInfoURL, nil)(ctx, out, req)
	if err != nil {
		return nil, err
	}
	return fromUserInfo(sent), nil
}

// fromClaims names the standard claims as profiles do. Claims that have such names already stay.
func fromClaims(c oauth2.Claims) oauth2.Claims {
	data := oauth2.Claims{"id": c["sub"], "emailVerified": c.True("email_verified")}
	take(data, "image", c["picture"])
	maps.Copy(data, c)
	return data
}

// fromUserInfo does so for the userinfo endpoint, whose standard claims win.
func fromUserInfo(c oauth2.Claims) oauth2.Claims {
	data := maps.Clone(c)
	data["emailVerified"] = c.True("email_verified")
	delete(data, "image")
	take(data, "image", c["picture"])
	return data
}

// take sets a member unless there is no value.
func take(data oauth2.Claims, name string, value any) {
	if value != nil {
		data[name] = value
	}
}

// subject is the account's id by the rule of the configuration. It never depends on which of the members a
// profile happens to have: the account would change.
func (r *reader) subject(ctx context.Context, tokens *plugin.OAuthTokens, data oauth2.Claims) (string, error) {
	switch {
	case r.AccountSubject != nil:
		return r.AccountSubject(ctx, tokens, data)
	case !r.signs:
		return data.ID("id"), nil
	case r.verifier != nil && tokens.IDToken != "":
		claims, err := oauth2.ReadJWT(tokens.IDToken)
		return claims.ID("sub"), err
	}
	return data.ID("sub"), nil
}
