package oauth2

import (
	"context"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// These are the reasons for a sign-in without a profile.
var (
	ErrNoToken   = errors.New("oauth2: the provider sent no token to read the profile with")
	ErrNoProfile = errors.New("oauth2: the provider sent no usable profile")
	ErrNoEmail   = errors.New("oauth2: the profile has no email address")
	ErrNoSubject = errors.New("oauth2: the profile does not identify the account")
)

// Profile reads and maps the profile.
func (p *Provider) Profile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	if req.Tokens == nil {
		return nil, ErrNoToken
	}
	profile, err := p.readProfile(ctx, out, req)
	if err != nil {
		return nil, err
	}
	if profile.Subject == "" {
		profile.Subject = p.Subject(profile.Data)
	}
	switch strings.TrimSpace(profile.Subject) {
	case "", "undefined", "null":
		return nil, ErrNoSubject
	}
	return profile, nil
}

func (p *Provider) readProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	if p.Custom.BeforeUser != nil {
		if err := p.Custom.BeforeUser(ctx, out, req); err != nil {
			return nil, err
		}
	}
	if p.Custom.UserInfo != nil {
		profile, err := p.Custom.UserInfo(ctx, req.Tokens)
		if err == nil && profile == nil {
			err = ErrNoProfile
		}
		return profile, err
	}
	profile, err := p.mapProfile(ctx, out, req)
	if err != nil {
		return nil, err
	}
	if p.Custom.MapUser != nil {
		if err := p.Custom.MapUser(ctx, profile.Data, &profile.User); err != nil {
			return nil, err
		}
	}
	if p.RequireEmail && (profile.User.Email == nil || *profile.User.Email == "") {
		return nil, ErrNoEmail
	}
	return profile, nil
}

func (p *Provider) mapProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	if p.Read != nil {
		return p.Read(ctx, out, req)
	}
	data, err := p.UserInfo(ctx, out, req)
	if err == nil && data == nil {
		err = ErrNoProfile
	}
	if err != nil {
		return nil, err
	}
	return &plugin.OAuthProfile{Data: data, User: p.User(data)}, nil
}

// FromIDToken takes the profile from the claims of the ID token.
func FromIDToken(_ context.Context, _ plugin.Outbound, req plugin.ProfileRequest) (Claims, error) {
	if req.Tokens.IDToken == "" {
		return nil, ErrNoToken
	}
	return ReadJWT(req.Tokens.IDToken)
}

// FromUserInfo gets the profile from an endpoint with the access token; header is sent too.
func FromUserInfo(endpoint string, header map[string]string) func(context.Context, plugin.Outbound, plugin.ProfileRequest) (Claims, error) {
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (Claims, error) {
		r, err := WithToken(Request{URL: endpoint, Header: header, Follow: true}, req)
		if err != nil {
			return nil, err
		}
		return SendJSON(ctx, out, r)
	}
}

// WithToken adds the access token to a request. Without one the request is not made.
func WithToken(r Request, req plugin.ProfileRequest) (Request, error) {
	if req.Tokens.AccessToken == "" {
		return Request{}, ErrNoToken
	}
	header := Bearer(req.Tokens.AccessToken)
	for name, value := range r.Header {
		header[name] = value
	}
	r.Header = header
	return r, nil
}
