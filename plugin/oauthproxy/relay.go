package oauthproxy

import (
	"encoding/json"
	"log/slog"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
)

// relay is production's part: it finishes the talk with the provider and sends the profile to the deployment
// that began the flow. A callback of production's own passes.
func (p *Plugin) relay(c *plugin.Context) error {
	cb, ok := readCallback(c)
	if !ok {
		return nil
	}
	id, s := p.open(c, cb.state)
	if s == nil {
		return nil
	}
	sp, code := c.SocialProvider(c.Param("id")), ""
	switch {
	case s.ID != "" && s.ID != id:
		code = "state_mismatch"
	case cb.error != "":
		code = cb.error
	case cb.Code == "":
		code = "no_code"
	case sp == nil:
		code = "oauth_provider_not_found"
	}
	if code != "" {
		return oauth.Fail(c, failURL(s), code, "")
	}
	s.ID = id
	return p.ask(c, sp, s, cb.Callback)
}

// ask redeems the code of a callback and hands over whom it belongs to.
func (p *Plugin) ask(c *plugin.Context, sp plugin.SocialProvider, s *oauth.State, cb oauth.Callback) error {
	tokens, profile, err := oauth.Exchange(c, sp, s, cb)
	if e, ok := errors.AsType[*oauth.ExchangeError](err); ok {
		c.Log.WarnContext(c, "a provider did not say who signs in", slog.String("provider", sp.ID()), slog.Any("error", err))
		return oauth.Fail(c, failURL(s), e.Code, "")
	}
	if err != nil {
		return err
	}
	if e := profile.User.Email; e == nil || *e == "" {
		c.Log.WarnContext(c, "the provider told no email address", slog.String("provider", sp.ID()))
		return oauth.Fail(c, failURL(s), "email_not_found", "")
	}
	return p.handOver(c, s, newPayload(c, sp, s, oauth.NewIdentity(sp, tokens, profile)))
}

// failURL is the error page of the deployment that began the flow: its paths are not production's.
func failURL(s *oauth.State) string {
	if strings.HasPrefix(s.ErrorURL, "/") {
		return originOf(s.CallbackURL) + s.ErrorURL
	}
	return s.ErrorURL
}

// handOver redirects to the deployment with the encrypted payload.
func (p *Plugin) handOver(c *plugin.Context, s *oauth.State, pl *payload) error {
	text, err := wire.Marshal(pl)
	if err != nil {
		return err
	}
	sealed, err := p.keys(c).EncryptFor(profilePurpose, string(text), c.Rand)
	if err != nil {
		return err
	}
	target, err := origin.Resolve(s.CallbackURL, c.BaseURL(), "profile", sealed)
	if err != nil {
		return err
	}
	return c.Redirect(target)
}

// A callback is what the provider sent the browser back with.
type callback struct {
	oauth.Callback
	state, error string
}

// readCallback reads query and form, of which the query wins. It fails if a parameter is no text, which the
// endpoint will say.
func readCallback(c *plugin.Context) (cb callback, ok bool) {
	query, body, user := sentQuery(c), wire.Object(c.Body()), ""
	for name, to := range map[string]*string{
		"state": &cb.state, "error": &cb.error, "code": &cb.Code, "iss": &cb.Issuer, "device_id": &cb.DeviceID, "user": &user,
	} {
		value, sent := query.Get(name)
		if !sent {
			value, sent = body.Get(name)
		}
		text, isText := value.(string)
		if sent && !isText {
			return cb, false
		}
		*to = text
	}
	if user != "" {
		u := &plugin.CallbackUser{}
		if json.Unmarshal([]byte(user), u) == nil {
			cb.User = u
		}
	}
	return cb, true
}

// sentQuery are the query values of the request.
func sentQuery(c *plugin.Context) wire.Object {
	if c.IsHTTP() {
		return wire.ParseQuery(c.Request.URL.RawQuery)
	}
	var query wire.Object
	for _, name := range []string{"state", "error", "code", "iss", "device_id", "user"} {
		if value := c.Query(name); value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// open returns the state of another deployment and the ID under which that keeps it; nil if the parameter
// state is none of ours.
func (p *Plugin) open(c *plugin.Context, sealed string) (id string, s *oauth.State) {
	text, err := p.keys(c).DecryptFor(packagePurpose, sealed)
	if err != nil {
		return "", nil
	}
	var box parcel
	if err := wire.Unmarshal([]byte(text), &box); err != nil || !box.Proxy || box.ID == "" || box.Sealed == "" {
		c.Log.WarnContext(c, "the package of another deployment is not complete")
		return "", nil
	}
	if text, err = p.keys(c).DecryptFor(statePurpose, box.Sealed); err != nil {
		c.Log.WarnContext(c, "the state of another deployment cannot be opened", slog.Any("error", err))
		return "", nil
	}
	s = &oauth.State{}
	if err := wire.Unmarshal([]byte(text), s); err != nil || originOf(s.CallbackURL) == "" {
		c.Log.WarnContext(c, "the state of another deployment is not complete")
		return "", nil
	}
	return box.ID, s
}

// unwrap sends the browser to the page itself when a flow that was to end at another deployment has ended
// here, which is where it should have.
func (p *Plugin) unwrap(c *plugin.Context) error {
	_, err := c.Returned()
	e, ok := errors.AsType[*errors.APIError](err)
	if !ok || !e.IsRedirect() {
		return nil
	}
	location := e.Headers.Get("Location")
	if !strings.Contains(location, "/oauth-proxy?callbackURL") && !strings.Contains(location, "/oauth-proxy-callback?callbackURL") {
		return nil
	}
	production := p.production
	if production == "" {
		production = originOf(c.BaseURL())
	}
	if originOf(location) != production {
		return nil
	}
	target := callbackOf(location)
	if target == "" || !c.TrustedURL(target, true) {
		return nil
	}
	return c.Redirect(target)
}

// callbackOf returns the page that a callback address of this plugin leads to, or "".
func callbackOf(address string) string {
	u, err := origin.Parse(address)
	if err != nil {
		return ""
	}
	query := wire.ParseQuery(strings.TrimPrefix(u.Query, "?"))
	for _, m := range query {
		if m.Name == "callbackURL" {
			return firstText(m.Value)
		}
	}
	return ""
}

func firstText(v any) string {
	if list, ok := v.([]any); ok {
		v = list[0]
	}
	s, _ := v.(string)
	return s
}
