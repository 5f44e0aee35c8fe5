package multisession

import (
	"net/http"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// InvalidSessionToken answers for a token whose session is not on this device, or has ended.
var InvalidSessionToken = errors.Define(http.StatusUnauthorized, "INVALID_SESSION_TOKEN", "Invalid session token")

// Options of the plugin. The zero value is good.
type Options struct {
	// MaximumSessions is how many sessions one browser may hold; a further one is active but cannot be
	// switched back to. Default 5.
	MaximumSessions int
}

// A Plugin adds several sessions per browser to one Auth.
type Plugin struct {
	// API calls the plugin's endpoints in process. Pass the browser's cookies with api.WithHeaders.
	API     API
	options Options
}

// API holds the plugin's endpoints.
type API struct {
	// ListDeviceSessions returns the live sessions of the browser with their users, oldest first, one
	// for each user.
	//
	//	GET /multi-session/list-device-sessions
	ListDeviceSessions api.Func[ListDeviceSessionsInput, []*api.SessionData]
	// SetActiveSession makes another session of the browser the active one and returns it.
	//
	//	POST /multi-session/set-active
	SetActiveSession api.Func[SetActiveSessionInput, *api.SessionData]
	// RevokeDeviceSession ends a session of the browser. If it was the active one, the oldest other
	// becomes active, and without another the browser is signed out.
	//
	//	POST /multi-session/revoke
	RevokeDeviceSession api.Func[RevokeDeviceSessionInput, *api.StatusOutput]
}

// ListDeviceSessionsInput is empty.
type ListDeviceSessionsInput struct{}

// SetActiveSessionInput is the body of POST /multi-session/set-active.
type SetActiveSessionInput struct {
	SessionToken string `json:"sessionToken"`
}

// RevokeDeviceSessionInput is the body of POST /multi-session/revoke.
type RevokeDeviceSessionInput struct {
	SessionToken string `json:"sessionToken"`
}

// New returns the plugin.
func New(options Options) *Plugin { return &Plugin{options: options} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "multi-session" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.API.ListDeviceSessions != nil {
		return errors.New("this plugin belongs to another Auth; call multisession.New for each")
	}
	if p.options.MaximumSessions < 0 {
		return errors.New("MaximumSessions is negative; give a positive number")
	}
	if p.options.MaximumSessions == 0 {
		p.options.MaximumSessions = 5
	}
	p.API.ListDeviceSessions = plugin.Handle(r, plugin.Endpoint{
		ID: "listDeviceSessions", Method: http.MethodGet, Path: "/multi-session/list-device-sessions",
		Summary: "List the sessions of the browser", RequireHeaders: true,
	}, list)
	p.API.SetActiveSession = plugin.Handle(r, plugin.Endpoint{
		ID: "setActiveSession", Method: http.MethodPost, Path: "/multi-session/set-active",
		Summary: "Switch to another session of the browser", RequireHeaders: true,
	}, setActive)
	p.API.RevokeDeviceSession = plugin.Handle(r, plugin.Endpoint{
		ID: "revokeDeviceSession", Method: http.MethodPost, Path: "/multi-session/revoke",
		Summary: "End a session of the browser", RequireHeaders: true, Use: plugin.Use(session.Confirmed),
	}, revoke)
	r.After(nil, p.remember)
	r.After(plugin.Path("/sign-out"), forgetAll)
	return nil
}
