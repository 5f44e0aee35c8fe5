package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// LINE signs in with LINE, provider id "line", also with ID tokens, which LINE verifies itself. The
// address is never taken as verified.
func LINE(o Options) plugin.SocialProvider {
	p := o.provider(oauth2.Provider{
		ProviderID: "line",
		Title:      "LINE",
		Authorization: oauth2.Authorization{
			URL:       "https://access.line.me/oauth2/v2.1/authorize",
			Challenge: true,
			LoginHint: true,
		},
		Token:    oauth2.Token{URL: "https://api.line.me/oauth2/v2.1/token", Verifier: true},
		UserInfo: lineProfile,
		Subject:  oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{Name: c.Named("name"), Email: c.String("email"), Image: c.String("picture")}
		},
	}, "openid", "profile", "email")
	p.IDToken = func(ctx context.Context, out plugin.Outbound, token, nonce string) error {
		return verifyLINE(ctx, out, o.ClientID, token, nonce)
	}
	return p
}

// verifyLINE asks LINE, which signs tokens of some apps with the client secret.
func verifyLINE(ctx context.Context, out plugin.Outbound, clientID, token, nonce string) error {
	form := plugin.Params{{Name: "id_token", Value: token}, {Name: "client_id", Value: clientID}}
	if nonce != "" {
		form.Set("nonce", nonce)
	}
	answer, err := oauth2.SendJSON(ctx, out, oauth2.Request{URL: "https://api.line.me/oauth2/v2.1/verify", Form: form})
	if err != nil {
		return err
	}
	c := oauth2.Claims(answer)
	if clientID == "" || c.ID("aud") != clientID || *c.Named("nonce") != nonce {
		return oidc.ErrInvalid
	}
	return nil
}

func lineProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	if c, err := oauth2.FromIDToken(ctx, out, req); err == nil {
		return c, nil
	}
	return oauth2.FromUserInfo("https://api.line.me/oauth2/v2.1/userinfo", nil)(ctx, out, req)
}
