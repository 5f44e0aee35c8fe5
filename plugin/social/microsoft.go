package social

import (
	"context"
	"encoding/base64"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// consumerTenant is the tenant of all personal Microsoft accounts.
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// MicrosoftOptions are the options of [Microsoft].
type MicrosoftOptions struct {
	Options
	// TenantID lets in accounts of one tenant, of any ("common", the default), of any but personal ones
	// ("organizations"), or personal ones only ("consumers").
	TenantID string
	// Authority is the URL of the cloud. Default "https://login.microsoftonline.com".
	Authority string
	// ClientAssertion proves the client with a certificate instead of ClientSecret.
	ClientAssertion func(ctx context.Context, req plugin.AssertionRequest) (string, error)
	// ProfilePhotoSize is the width of the photo in pixels: 48 (the default), 64, 96, 120, 240, 360,
	// 432, 504 or 648.
	ProfilePhotoSize int
	// DisableProfilePhoto does not read the photo, which becomes a data: URL in user.image.
	DisableProfilePhoto bool
}

// Microsoft signs in with Microsoft Entra ID, provider id "microsoft", also with ID tokens.
func Microsoft[O Options | MicrosoftOptions](o O) plugin.SocialProvider {
	m := specific(o, func(o Options) MicrosoftOptions { return MicrosoftOptions{Options: o} })
	m.TenantID = or(m.TenantID, "common")
	m.Authority = strings.TrimRight(or(m.Authority, "https://login.microsoftonline.com"), "/")
	base := m.Authority + "/" + m.TenantID
	p := m.provider(oauth2.Provider{
		ProviderID:    "microsoft",
		Title:         "Microsoft EntraID",
		Authorization: oauth2.Authorization{URL: base + "/oauth2/v2.0/authorize", Challenge: true, LoginHint: true},
		Token:         oauth2.Token{URL: base + "/oauth2/v2.0/token", Verifier: true, Auth: m.auth()},
		UserInfo:      m.profile,
		Subject:       oauth2.SubjectAt("oid"),
		User:          microsoftUser,
	}, "openid", "profile", "email", "User.Read", "offline_access")
	p.Token.RefreshParams = func(context.Context, plugin.RefreshRequest) (plugin.Params, error) {
		return plugin.Params{{Name: "scope", Value: strings.Join(p.Authorization.Scopes(nil), " ")}}, nil
	}
	v := rs256(base+"/discovery/v2.0/keys", p.ClientIDs)
	if !m.multiTenant() {
		v.Issuers = []string{base + "/v2.0"}
	}
	v.Claims = m.allowed
	p.IDToken = v.VerifyIDToken
	return p
}

func (m MicrosoftOptions) auth() plugin.TokenEndpointAuth {
	if m.ClientAssertion == nil {
		return plugin.TokenEndpointAuth{}
	}
	return plugin.TokenEndpointAuth{Method: oauth2.PrivateKey, ClientAssertion: m.ClientAssertion}
}

func (m MicrosoftOptions) multiTenant() bool {
	return slices.Contains([]string{"common", "organizations", "consumers"}, m.TenantID)
}

// allowed binds the token to its tenant: endpoints for many tenants have no issuer to compare with,
// and their keys overlap.
func (m MicrosoftOptions) allowed(c oauth2.Claims) bool {
	tenant := *c.Named("tid")
	if tenant == "" || *c.Named("iss") != m.Authority+"/"+tenant+"/v2.0" {
		return false
	}
	switch m.TenantID {
	case "organizations":
		return tenant != consumerTenant
	case "consumers":
		return tenant == consumerTenant
	}
	return true
}

func (m MicrosoftOptions) profile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromIDToken(ctx, out, req)
	if err != nil {
		return nil, err
	}
	if !m.DisableProfilePhoto && req.Tokens.AccessToken != "" {
		m.addPhoto(ctx, out, req, c)
	}
	return c, nil
}

// addPhoto sets the picture. Accounts without one, and tokens that may not read it, are usual.
func (m MicrosoftOptions) addPhoto(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest, c oauth2.Claims) {
	size := "48"
	if m.ProfilePhotoSize > 0 {
		size = strconv.Itoa(m.ProfilePhotoSize)
	}
	r, err := oauth2.WithToken(oauth2.Request{
		URL: "https://graph.microsoft.com/v1.0/me/photos/" + size + "x" + size + "/%24value", Follow: true,
	}, req)
	if err != nil {
		return
	}
	photo, err := oauth2.Send(ctx, out, r)
	if err != nil {
		if out.Log != nil {
			out.Log.Debug("no profile photo", slog.Any("error", err))
		}
		return
	}
	c["picture"] = "data:image/jpeg;base64, " + base64.StdEncoding.EncodeToString(photo.Body)
}

// microsoftUser takes an address as verified when the token says so, or lists it among the verified
// ones; most tokens do neither.
func microsoftUser(c oauth2.Claims) plugin.OAuthUser {
	u := openIDUser(c)
	if _, said := c["email_verified"]; !said && u.Email != nil && *u.Email != "" {
		u.EmailVerified = contains(c["verified_primary_email"], *u.Email) || contains(c["verified_secondary_email"], *u.Email)
	}
	return u
}

func contains(list any, s string) bool {
	items, _ := list.([]any)
	return slices.ContainsFunc(items, func(item any) bool { return item == s })
}
