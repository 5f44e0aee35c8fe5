package genericoauth

import (
	"context"
	"maps"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

const entraID = "microsoft-entra-id"

// MicrosoftEntraID completes p for one tenant of Microsoft Entra ID, provider id "microsoft-entra-id". The
// tenant is its GUID; package social has Microsoft for accounts of many tenants. The account's id is oid,
// and users without an address get a placeholder.
func MicrosoftEntraID(tenantID string, p Provider) Provider {
	tenantID = strings.ToLower(tenantID)
	if !isGUID(tenantID) {
		p.fault = "the tenant is no GUID; give the directory's, or use social.Microsoft for common, organizations and consumers"
	}
	base := "https://login.microsoftonline.com/" + tenantID
	p = p.with(entraID, "Microsoft Entra ID", openID()...).
		at(base+"/oauth2/v2.0/authorize", base+"/oauth2/v2.0/token", "https://graph.microsoft.com/oidc/userinfo").
		discoveredAt(base + "/v2.0")
	p.RequireIDTokenVerification = true
	p.userInfo = entraProfile(p.UserInfoURL)
	if p.AccountSubject == nil {
		p.AccountSubject = func(_ context.Context, _ *plugin.OAuthTokens, profile map[string]any) (string, error) {
			return *oauth2.Claims(profile).Named("oid"), nil
		}
	}
	return p
}

// isGUID recognises 8-4-4-4-12 digits of lower hexadecimal.
func isGUID(s string) bool {
	groups := strings.Split(s, "-")
	for i, length := range []int{8, 4, 4, 4, 12} {
		if len(groups) != 5 || len(groups[i]) != length || strings.Trim(groups[i], "0123456789abcdef") != "" {
			return false
		}
	}
	return true
}

// entraProfile is the ID token, which has no more than the essentials, completed by the userinfo endpoint.
func entraProfile(endpoint string) userInfoFunc {
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		token, err := oauth2.FromIDToken(ctx, out, req)
		if err != nil {
			return nil, err
		}
		oid := *token.Named("oid")
		if strings.TrimSpace(oid) == "" {
			return nil, oauth2.ErrNoSubject
		}
		more, err := oauth2.FromUserInfo(endpoint, nil)(ctx, out, req)
		if err != nil || token.String("sub") == nil || more["sub"] != token["sub"] {
			more = oauth2.Claims{}
		}
		return entraData(token, more, oid), nil
	}
}

func entraData(token, more oauth2.Claims, oid string) oauth2.Claims {
	data := maps.Clone(more)
	maps.Copy(data, token)
	delete(data, "name")
	take(data, "name", firstOf(entraName(token), entraName(more)))
	delete(data, "image")
	take(data, "image", firstOf(token["picture"], more["picture"]))
	data["emailVerified"] = false
	if data["email"] = firstOf(token["email"], more["email"]); data["email"] != nil {
		data["emailVerified"] = oauth2.Claims{"": firstOf(token["email_verified"], more["email_verified"])}.True("")
	} else if email := oauth2.Placeholder(oid, entraID); email != nil {
		data["email"] = *email
	}
	return data
}

func entraName(c oauth2.Claims) any {
	if name := c["name"]; name != nil {
		return name
	}
	parts := []string{*c.Named("given_name", "givenname"), *c.Named("family_name", "familyname")}
	if name := strings.TrimSpace(strings.Join(parts, " ")); name != "" {
		return name
	}
	return nil
}

// firstOf is the first value that is there.
func firstOf(values ...any) any {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}
