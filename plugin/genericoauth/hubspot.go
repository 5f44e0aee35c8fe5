package genericoauth

import (
	"context"
	"net/url"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

const hubSpotTokens = "https://api.hubapi.com/oauth/v1/access-tokens/"

// HubSpot completes p for HubSpot, provider id "hubspot". The name is the address, which never counts as
// verified.
func HubSpot(p Provider) Provider {
	p = p.with("hubspot", "HubSpot", "oauth").
		at("https://app.hubspot.com/oauth/authorize", "https://api.hubapi.com/oauth/v1/token", "")
	p.userInfo = hubSpotProfile
	return p.identifiedBy("id")
}

func hubSpotProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	token := req.Tokens.AccessToken
	if token == "" {
		return nil, oauth2.ErrNoToken
	}
	c, err := profileOf(oauth2.SendJSON(ctx, out, oauth2.Request{
		URL: hubSpotTokens + url.PathEscape(token), Header: map[string]string{"Content-Type": "application/json"}, Follow: true,
	}))
	if err != nil {
		if e, ok := errors.AsType[*oauth2.Error](err); ok {
			e.URL = hubSpotTokens // the rest of it is the token
		}
		return nil, err
	}
	id := firstOf(c["user_id"], c.At("signed_access_token", "userId"))
	if id == nil {
		return nil, oauth2.ErrNoSubject
	}
	data := oauth2.Claims{"id": id, "emailVerified": false}
	take(data, "name", c["user"])
	take(data, "email", c["user"])
	return data, nil
}
