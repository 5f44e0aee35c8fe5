package oauthpopup

import (
	"net/http"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
)

// complete answers the end of a flow that began in a popup with the page for its opener.
func complete(c *plugin.Context) error {
	target := redirectTarget(c)
	if target == "" || c.Method == http.MethodPost { // a form_post goes round to the GET, which ends the flow
		return nil
	}
	k := markerCookie(c)
	text, _, ok := c.SignedCookie(k.Name)
	if !ok {
		return nil
	}
	c.ExpireCookie(k)
	var opener marker
	if err := wire.Unmarshal([]byte(text), &opener); err != nil || !trustedOpener(c, opener.Origin) {
		return nil
	}
	page, err := opener.outcome(c, target)
	if err != nil || page == nil {
		return err
	}
	c.SetHeader("Location", target)
	c.Reply(page)
	return nil
}

// redirectTarget is where the flow would have gone, or "".
func redirectTarget(c *plugin.Context) string {
	_, err := c.Returned()
	if e, ok := errors.AsType[*errors.APIError](err); ok && e.IsRedirect() {
		return e.Headers.Get("Location")
	}
	return ""
}

// outcome is the page for a session or an error; nil if there is neither.
func (m marker) outcome(c *plugin.Context, target string) (*http.Response, error) {
	if token, ok := c.ResponseCookie(c.SessionCookies.Token.Name); ok {
		return m.page(message{Token: token, RedirectTo: target}, target)
	}
	code, description := failure(target)
	if code == "" {
		return nil, nil
	}
	return m.page(message{Error: &fault{Code: code, Description: description}}, target)
}

// failure reads the parameters error and error_description of a redirect.
func failure(target string) (code, description string) {
	if strings.HasPrefix(target, "/") {
		target = "https://localhost" + target
	}
	u, err := origin.Parse(target)
	if err != nil {
		return "", ""
	}
	query := wire.ParseQuery(strings.TrimPrefix(u.Query, "?"))
	return first(query, "error"), first(query, "error_description")
}

// first returns a parameter; the first of several.
func first(query wire.Object, name string) string {
	v, _ := query.Get(name)
	if list, ok := v.([]any); ok {
		v = list[0]
	}
	s, _ := v.(string)
	return s
}
