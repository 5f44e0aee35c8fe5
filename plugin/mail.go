package plugin

import (
	"context"
	"net/url"
	"strings"

	"github.com/betterauth-go/betterauth/api"
)

// SendMail runs a mail callback in the background: whether it fails, blocks or panics, the answer is the
// same.
func (c *Context) SendMail(name string, send func(ctx context.Context, m Mail) error, m Mail) {
	if c.Request != nil {
		m.Request = c.Request.Clone(context.WithoutCancel(c.Context))
		m.Request.Body = nil
	}
	c.Background(name, func(ctx context.Context) error { return send(ctx, m) })
}

// Link returns BaseURL + path with callbackURL as its last query value; "/" when it is empty.
func (c *Context) Link(path, query, callbackURL string) string {
	if callbackURL == "" {
		callbackURL = "/"
	}
	if query != "" {
		query += "&"
	}
	return c.BaseURL() + path + "?" + query + "callbackURL=" + EncodeURIComponent(callbackURL)
}

// EncodeURIComponent escapes s as the JavaScript function of that name does, which links are made with.
func EncodeURIComponent(s string) string {
	return unescaped.Replace(url.QueryEscape(s))
}

var unescaped = strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")

// WithEmail returns the user with another address, if newEmail is not empty.
func WithEmail(u *api.User, newEmail string) *api.User {
	if newEmail == "" {
		return u
	}
	c := *u
	c.Email = newEmail
	return &c
}
