package oauthpopup

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
)

// markerLife is how long a popup may take, in seconds.
const markerLife = 600

// A marker remembers between start and callback who opened the popup.
type marker struct {
	Origin string `json:"popupOrigin"`
	Nonce  string `json:"popupNonce"`
}

// WireStruct marks the marker for the wire encoder.
func (marker) WireStruct() {}

func markerCookie(c *plugin.Context) cookie.Cookie {
	return c.Cookies.Cookie("oauth_popup", cookie.Override{MaxAge: new(markerLife)})
}

func start(c *plugin.Context, in StartInput) (*http.Response, error) {
	if !trustedOpener(c, in.PopupOrigin) {
		c.Log.WarnContext(c, "a popup was opened by an origin that is not trusted", slog.String("origin", in.PopupOrigin))
		return nil, errors.InvalidOrigin
	}
	opener := marker{Origin: in.PopupOrigin, Nonce: in.PopupNonce}
	for _, to := range []struct{ url, code string }{
		{in.CallbackURL, "invalid_callback_url"},
		{in.ErrorCallbackURL, "invalid_error_callback_url"},
		{in.NewUserCallbackURL, "invalid_new_user_callback_url"},
	} {
		if to.url != "" && !c.TrustedURL(to.url, true) {
			return opener.failed(to.code, "Untrusted URL: "+to.url)
		}
	}
	p := c.SocialProvider(in.Provider)
	if p == nil {
		return opener.failed("provider_not_found", "Unknown provider: "+in.Provider)
	}
	url, err := begin(c, p, in)
	if err == nil {
		err = opener.keep(c)
	}
	if err != nil {
		c.Log.ErrorContext(c, "a sign-in in a popup failed to start", slog.String("provider", p.ID()), slog.Any("error", err))
		return opener.failed("popup_sign_in_failed", "Failed to start the OAuth flow.")
	}
	return nil, c.Redirect(url)
}

// trustedOpener reports whether a token may be posted to an origin. Schemes of applications have no windows
// that could get it.
func trustedOpener(c *plugin.Context, opener string) bool {
	u, err := origin.Parse(opener)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && c.TrustedURL(opener, false)
}

func begin(c *plugin.Context, p plugin.SocialProvider, in StartInput) (string, error) {
	f := oauth.Flow{
		CallbackURL: in.CallbackURL, ErrorURL: in.ErrorCallbackURL, NewUserURL: in.NewUserCallbackURL,
		Data: additionalData(in.AdditionalData),
	}
	if f.CallbackURL == "" {
		f.CallbackURL = c.BaseURL()
	}
	if in.RequestSignUp == "true" {
		f.RequestSignUp = new(true)
	}
	if in.Scopes != "" {
		f.Scopes = strings.Split(in.Scopes, ",")
	}
	return oauth.Begin(c, p, f)
}

// additionalData reads a JSON object; anything else counts as absent.
func additionalData(text string) api.Fields {
	v, err := wire.Parse([]byte(text))
	if err != nil {
		return nil
	}
	o, _ := v.(wire.Object)
	return api.Fields(o)
}

func (m marker) keep(c *plugin.Context) error {
	text, err := wire.Marshal(m)
	if err != nil {
		return err
	}
	c.SetSignedCookie(markerCookie(c).With(string(text)))
	return nil
}
