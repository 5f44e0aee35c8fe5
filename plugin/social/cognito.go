package social

import (
	"context"
	"errors"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// CognitoOptions are the options of [Cognito]. Domain, Region and UserPoolID are required.
type CognitoOptions struct {
	Options
	// Domain is that of the hosted UI: "your-app.auth.us-east-1.amazoncognito.com".
	Domain string
	// Region is that of the user pool: "us-east-1".
	Region string
	// UserPoolID is the user pool: "us-east-1_AbCdEf".
	UserPoolID string
	// RequireClientSecret makes ClientSecret required.
	RequireClientSecret bool
	// IdentityProvider skips the hosted UI's choice: "Google".
	IdentityProvider string
}

// Cognito signs in with Amazon Cognito, provider id "cognito", also with ID tokens.
func Cognito(o CognitoOptions) plugin.SocialProvider {
	base := "https://" + strings.TrimPrefix(strings.TrimPrefix(o.Domain, "https://"), "http://")
	issuer := "https://cognito-idp." + o.Region + ".amazonaws.com/" + o.UserPoolID
	var params plugin.Params
	if o.IdentityProvider != "" {
		params = plugin.Params{{Name: "identity_provider", Value: o.IdentityProvider}}
	}
	p := o.provider(oauth2.Provider{
		ProviderID: "cognito",
		Title:      "Cognito",
		NeedSecret: o.RequireClientSecret,
		Check:      o.check,
		Authorization: oauth2.Authorization{
			URL:       base + "/oauth2/authorize",
			Challenge: true,
			Params:    params,
			ScopeLast: true,
		},
		Token:    oauth2.Token{URL: base + "/oauth2/token", Verifier: true},
		UserInfo: cognitoProfile(base + "/oauth2/userinfo"),
		Subject:  oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			u := openIDUser(c)
			u.Name = c.Named("name", "given_name", "username")
			return u
		},
	}, "openid", "profile", "email")
	p.IDToken = rs256(issuer+"/.well-known/jwks.json", p.ClientIDs, issuer).VerifyIDToken
	return p
}

func (o CognitoOptions) check() error {
	if o.Domain == "" || o.Region == "" || o.UserPoolID == "" {
		return errors.New("domain, region and user pool id are required")
	}
	return nil
}

// cognitoProfile reads the ID token, or asks the userinfo endpoint when there is none.
func cognitoProfile(endpoint string) func(context.Context, plugin.Outbound, plugin.ProfileRequest) (oauth2.Claims, error) {
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		c, err := oauth2.FromIDToken(ctx, out, req)
		if err != nil {
			return oauth2.FromUserInfo(endpoint, nil)(ctx, out, req)
		}
		c["name"] = *c.Named("name", "given_name", "username")
		return c, nil
	}
}
