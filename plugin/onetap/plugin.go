package onetap

import (
	"net/http"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

// The errors of the plugin; as in the reference they have a message and no code. Sign-ins that the rules of
// linking and sign-up refuse answer 401 with the reason as message: see oauth.Refusal.
var (
	ClientIDRequired  = errors.Message(http.StatusBadRequest, "Google client ID is required for One Tap. Set it on the oneTap plugin (clientId) or on socialProviders.google.")
	InvalidIDToken    = errors.Message(http.StatusBadRequest, "invalid id token")
	EmailNotAvailable = errors.Message(http.StatusBadRequest, "Email not available in token")
)

// Options of the plugin. The zero value is good beside social.Google.
type Options struct {
	// ClientID is the application's id at Google. Default: the ids of the provider social.Google.
	ClientID string
	// DisableSignUp refuses Google accounts that belong to no user (reference: disableSignup).
	DisableSignUp bool
}

// A Plugin adds Google One Tap to one Auth.
type Plugin struct {
	// API calls the plugin's endpoint in process.
	API     API
	options Options
	keys    *oidc.KeySet
}

// API holds the plugin's endpoints.
type API struct {
	// OneTapCallback signs in with an ID token of Google, and makes the user at the first time.
	//
	//	POST /one-tap/callback
	OneTapCallback api.Func[CallbackInput, *CallbackOutput]
}

// CallbackInput is the body of POST /one-tap/callback.
type CallbackInput struct {
	// IDToken is the credential that Google's script hands over.
	IDToken string `json:"idToken"`
	// CallbackURL is where the client goes afterwards. It must be of a trusted origin.
	CallbackURL string `json:"callbackURL,omitempty"`
}

// CallbackOutput is the answer of POST /one-tap/callback.
type CallbackOutput struct {
	Token string    `json:"token"`
	User  *api.User `json:"user"`
	// Session goes beyond the reference's answer; see Advanced.StrictResponses.
	Session *api.Session `json:"session,omitempty"`
}

// New returns the plugin.
func New(options Options) *Plugin { return &Plugin{options: options} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "one-tap" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.keys != nil {
		return errors.New("this plugin belongs to another Auth; call onetap.New for each")
	}
	p.keys = oidc.Google(nil, "").Keys
	p.API.OneTapCallback = plugin.Handle(r, plugin.Endpoint{
		ID: "oneTapCallback", Method: http.MethodPost, Path: "/one-tap/callback", Summary: "Sign in with Google One Tap",
	}, p.callback)
	return nil
}
