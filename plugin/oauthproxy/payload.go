package oauthproxy

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
)

// A payload is what production tells the deployment that began a flow. Required members are pointers, so that
// absent ones are noticed.
type payload struct {
	User    *userInfo      `json:"userInfo"`
	Profile map[string]any `json:"profile,omitempty"`
	Scopes  []string       `json:"scopes"`
	Account *account       `json:"account"`
	// State is the ID of the state that the deployment keeps.
	State         string `json:"state"`
	CallbackURL   string `json:"callbackURL"`
	NewUserURL    string `json:"newUserURL,omitempty"`
	ErrorURL      string `json:"errorURL,omitempty"`
	DisableSignUp bool   `json:"disableSignUp,omitempty"`
	// Timestamp says when production made the payload, in Unix milliseconds.
	Timestamp *float64 `json:"timestamp"`
}

// WireStruct marks the payload for the wire encoder.
func (payload) WireStruct() {}

type userInfo struct {
	ID            *string `json:"id"`
	Email         *string `json:"email"`
	Name          *string `json:"name"`
	Image         *string `json:"image,omitempty"`
	EmailVerified bool    `json:"emailVerified"`
}

// WireStruct marks the user for the wire encoder.
func (userInfo) WireStruct() {}

type account struct {
	ProviderID            *string    `json:"providerId"`
	AccountID             *string    `json:"accountId"`
	AccessToken           string     `json:"accessToken,omitempty"`
	RefreshToken          string     `json:"refreshToken,omitempty"`
	IDToken               string     `json:"idToken,omitempty"`
	AccessTokenExpiresAt  *time.Time `json:"accessTokenExpiresAt,omitempty"`
	RefreshTokenExpiresAt *time.Time `json:"refreshTokenExpiresAt,omitempty"`
	Scope                 *string    `json:"scope,omitempty"`
}

// WireStruct marks the account for the wire encoder.
func (account) WireStruct() {}

func newPayload(c *plugin.Context, sp plugin.SocialProvider, s *oauth.State, i oauth.Identity) *payload {
	settings, t, u := sp.Settings(), i.Tokens, i.Profile.User
	if u.Name == nil {
		u.Name = new("")
	}
	return &payload{
		User:    &userInfo{ID: &i.Profile.Subject, Email: u.Email, Name: u.Name, Image: u.Image, EmailVerified: u.EmailVerified},
		Profile: i.Profile.Data, Scopes: t.Scopes,
		Account: &account{
			ProviderID: &i.ProviderID, AccountID: &i.Profile.Subject,
			AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, IDToken: t.IDToken,
			AccessTokenExpiresAt: t.AccessTokenExpiresAt, RefreshTokenExpiresAt: t.RefreshTokenExpiresAt, Scope: i.Scope,
		},
		State: s.ID, CallbackURL: finalURL(s), NewUserURL: s.NewUserURL, ErrorURL: s.ErrorURL,
		DisableSignUp: settings.DisableSignUp || settings.DisableImplicitSignUp && (s.RequestSignUp == nil || !*s.RequestSignUp),
		Timestamp:     new(float64(c.Now().UnixMilli())),
	}
}

// finalURL is the page that the flow ends at.
func finalURL(s *oauth.State) string {
	if target := callbackOf(s.CallbackURL); target != "" {
		return target
	}
	return s.CallbackURL
}

var errPayload = errors.New("oauthproxy: the payload lacks what a sign-in needs")

// parsePayload reads a decrypted payload.
func parsePayload(text string) (*payload, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	p := &payload{}
	if err := d.Decode(p); err != nil {
		return nil, err
	}
	if d.More() || !p.complete() {
		return nil, errPayload
	}
	return p, nil
}

func (p *payload) complete() bool {
	return p.User != nil && p.User.ID != nil && p.User.Email != nil && p.User.Name != nil &&
		p.Account != nil && p.Account.ProviderID != nil && p.Account.AccountID != nil &&
		p.State != "" && p.CallbackURL != "" && p.Timestamp != nil
}

// identity is the account that the payload vouches for.
func (p *payload) identity() oauth.Identity {
	a := p.Account
	scopes := p.Scopes
	if scopes == nil && a.Scope != nil {
		scopes = strings.Split(*a.Scope, ",")
	}
	data := p.Profile
	if data == nil {
		data = map[string]any{}
	}
	return oauth.Identity{
		ProviderID: *a.ProviderID, Scope: a.Scope,
		Tokens: &plugin.OAuthTokens{
			AccessToken: a.AccessToken, RefreshToken: a.RefreshToken, IDToken: a.IDToken,
			AccessTokenExpiresAt: a.AccessTokenExpiresAt, RefreshTokenExpiresAt: a.RefreshTokenExpiresAt, Scopes: scopes,
		},
		Profile: &plugin.OAuthProfile{
			Subject: *a.AccountID, Data: data,
			User: plugin.OAuthUser{Name: p.User.Name, Email: p.User.Email, Image: p.User.Image, EmailVerified: p.User.EmailVerified},
		},
	}
}
