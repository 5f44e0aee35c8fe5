package oauthpopup

import (
	"log/slog"
	"net/http"
	"slices"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// The errors that the client shows; the server never answers them (reference: OAUTH_POPUP_ERROR_CODES).
var (
	PopupSignInFailed = errors.Define(http.StatusBadRequest, "POPUP_SIGN_IN_FAILED", "Popup sign-in failed")
	PopupBlocked      = errors.Define(http.StatusBadRequest, "POPUP_BLOCKED", "Sign-in popup was blocked by the browser")
	PopupClosed       = errors.Define(http.StatusBadRequest, "POPUP_CLOSED", "Sign-in popup was closed before completing")
	PopupTimeout      = errors.Define(http.StatusBadRequest, "POPUP_TIMEOUT", "Sign-in popup timed out")
)

// Options of the plugin; there are none yet.
type Options struct{}

// A Plugin adds sign-in in a popup to one Auth.
type Plugin struct {
	// API calls the plugin's endpoint in process.
	API API
}

// API holds the plugin's endpoint.
type API struct {
	// OAuthPopupStart begins a flow in a popup. The redirect to the provider comes as an error; the response
	// is the page that tells the opener what is wrong. An origin that is not trusted gets
	// errors.InvalidOrigin.
	//
	//	GET /oauth-popup/start
	OAuthPopupStart api.Func[StartInput, *http.Response]
}

// StartInput is the query of GET /oauth-popup/start. Its URLs must be trusted; by default the flow ends at the
// base URL.
type StartInput struct {
	// Provider is the id of a configured provider: "google".
	Provider string `query:"provider"`
	// PopupOrigin is the origin of the page that opened the popup and gets the token.
	PopupOrigin string `query:"popupOrigin"`
	// PopupNonce comes back to that page, which knows by it that the message is its own.
	PopupNonce         string `query:"popupNonce,omitempty"`
	CallbackURL        string `query:"callbackURL,omitempty"`
	ErrorCallbackURL   string `query:"errorCallbackURL,omitempty"`
	NewUserCallbackURL string `query:"newUserCallbackURL,omitempty"`
	// Scopes are added to those of the provider; comma separated.
	Scopes string `query:"scopes,omitempty"`
	// RequestSignUp is "true" to make a user even if the provider's configuration wants that asked for.
	RequestSignUp string `query:"requestSignUp,omitempty"`
	// AdditionalData is a JSON object, which is kept with the flow for hooks of the callback.
	AdditionalData string `query:"additionalData,omitempty"`
}

// New returns the plugin.
func New(Options) *Plugin { return &Plugin{} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "oauth-popup" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.API.OAuthPopupStart != nil {
		return errors.New("this plugin belongs to another Auth; call oauthpopup.New for each")
	}
	p.API.OAuthPopupStart = plugin.Handle(r, plugin.Endpoint{
		ID: "oauthPopupStart", Method: http.MethodGet, Path: "/oauth-popup/start",
		Summary: "Begin a sign-in with a provider in a popup",
	}, start)
	r.After(plugin.Path("/callback/:id", "/callback/:id/oauth-proxy"), complete)
	bearer := func(other plugin.Plugin) bool { return other != nil && other.ID() == "bearer" }
	if !slices.ContainsFunc(r.Config.Plugins, bearer) {
		r.App.Log.Warn("pages in frames of other sites cannot use the tokens of popups without the plugin bearer", slog.String("plugin", p.ID()))
	}
	return nil
}
