package plugin

import (
	"context"
	"log/slog"
	"net/url"
	"strings"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/wire"
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

// An EmailToken is the content of the signed tokens in verification and change-email mails.
type EmailToken struct {
	Email    string `json:"email"`
	UpdateTo string `json:"updateTo,omitempty"`
	// RequestType tells the steps of a change apart, in tokens with UpdateTo.
	RequestType string `json:"requestType,omitempty"`
	UserID      string `json:"userId,omitempty"`
}

// SignEmailToken makes a token that GET /verify-email accepts for EmailVerification.ExpiresIn.
func (c *Context) SignEmailToken(t EmailToken) (string, error) {
	text, err := wire.Marshal(t)
	if err != nil {
		return "", err
	}
	return c.Keys.SignJWT(text, c.Now(), c.Config.EmailVerification.ExpiresIn)
}

// SendVerification mails a link that verifies the user's address and leads to callbackURL. The
// application must have set EmailVerification.SendVerificationEmail.
func (c *Context) SendVerification(u *api.User, callbackURL string) {
	token, err := c.SignEmailToken(EmailToken{Email: u.Email, UserID: u.ID})
	if err != nil {
		c.Log.ErrorContext(c, "cannot sign a verification token", slog.Any("error", err))
		return
	}
	c.SendMail("verification mail", c.Config.EmailVerification.SendVerificationEmail,
		Mail{User: u, Token: token, URL: c.Link("/verify-email", "token="+token, callbackURL)})
}

// EncodeURIComponent escapes s as the JavaScript function of that name does, which links are made with.
func EncodeURIComponent(s string) string {
	return unescaped.Replace(url.QueryEscape(strings.ToValidUTF8(s, "\uFFFD")))
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
