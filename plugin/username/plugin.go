package username

import (
	"context"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// The errors of the plugin. Faults of a username answer 400 where one is set and 422 where one is asked
// about (reference: USERNAME_ERROR_CODES).
var (
	InvalidUsernameOrPassword = errors.Define(http.StatusUnauthorized, "INVALID_USERNAME_OR_PASSWORD", "Invalid username or password")
	IsAlreadyTaken            = errors.Define(http.StatusBadRequest, "USERNAME_IS_ALREADY_TAKEN", "Username is already taken. Please try another.")
	TooShort                  = errors.Define(http.StatusBadRequest, "USERNAME_TOO_SHORT", "Username is too short")
	TooLong                   = errors.Define(http.StatusBadRequest, "USERNAME_TOO_LONG", "Username is too long")
	Invalid                   = errors.Define(http.StatusBadRequest, "INVALID_USERNAME", "Username is invalid")
	InvalidDisplay            = errors.Define(http.StatusBadRequest, "INVALID_DISPLAY_USERNAME", "Display username is invalid")
	IsImmutable               = errors.Define(http.StatusBadRequest, "USERNAME_IS_IMMUTABLE", "Username cannot be updated")
)

// Options of the plugin. The zero value is good. The functions may run in parallel.
type Options struct {
	// MinLength and MaxLength count UTF-16 code units. Default 3 and 30.
	MinLength, MaxLength int
	// Validate accepts or refuses a username. Default: letters and digits of ASCII, underscore and dot.
	// An error ends the call.
	Validate func(ctx context.Context, username string) (ok bool, err error)
	// ValidateDisplay accepts or refuses a display name. Default: all are good.
	ValidateDisplay func(ctx context.Context, displayUsername string) (ok bool, err error)
	// Normalize makes usernames equal that are meant to be the same. Default strings.ToLower.
	Normalize func(username string) string
	// DisableNormalization stores usernames as they are given (reference: usernameNormalization false).
	DisableNormalization bool
	// NormalizeDisplay changes display names before they are stored. Default: they stay.
	NormalizeDisplay func(displayUsername string) string
	// ValidateNormalized checks the normalised username instead of the given one (reference:
	// validationOrder.username "post-normalization"), ValidateNormalizedDisplay the display name.
	ValidateNormalized, ValidateNormalizedDisplay bool
	// Immutable lets users choose a username once and never change it.
	Immutable bool
	// DisableDisplayUsername leaves out the column of the display name (reference: displayUsername false).
	DisableDisplayUsername bool
	// Columns names the database columns of "username" and "displayUsername" (reference:
	// schema.user.fields). The table's name is Config.User.ModelName.
	Columns map[string]string
}

// A Plugin adds usernames to one Auth.
type Plugin struct {
	// API calls the plugin's endpoints in process.
	API     API
	options Options
	app     *plugin.App
}

// API holds the plugin's endpoints.
type API struct {
	// SignInUsername signs in with username and password.
	//
	//	POST /sign-in/username
	SignInUsername api.Func[SignInInput, *api.SignInEmailOutput]
	// IsUsernameAvailable tells whether a username is good and free.
	//
	//	POST /is-username-available
	IsUsernameAvailable api.Func[AvailableInput, *AvailableOutput]
}

// SignInInput is the body of POST /sign-in/username.
type SignInInput struct {
	Username string `json:"username"`
	Password string `json:"password" wire:"nul"`
	// RememberMe false makes a session of a day whose cookie ends with the browser. Default true.
	RememberMe *bool `json:"rememberMe,omitempty"`
	// CallbackURL, if set, makes the browser client navigate there.
	CallbackURL string `json:"callbackURL,omitempty"`
}

// AvailableInput is the body of POST /is-username-available.
type AvailableInput struct {
	Username string `json:"username"`
}

// AvailableOutput is the answer of is-username-available.
type AvailableOutput struct {
	Available bool `json:"available"`
}

// New returns the plugin.
func New(options Options) *Plugin { return &Plugin{options: options} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "username" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.app != nil {
		return errors.New("this plugin belongs to another Auth; call username.New for each")
	}
	if err := p.options.resolve(); err != nil {
		return err
	}
	p.app = r.App
	r.Tables(p.table())
	p.API.SignInUsername = plugin.Handle(r, plugin.Endpoint{
		ID: "signInUsername", Method: http.MethodPost, Path: "/sign-in/username", Summary: "Sign in with username and password",
	}, p.signIn)
	p.API.IsUsernameAvailable = plugin.Handle(r, plugin.Endpoint{
		ID: "isUsernameAvailable", Method: http.MethodPost, Path: "/is-username-available", Summary: "Tell whether a username is good and free",
	}, p.isAvailable)
	r.Before(ids("signUpEmail"), p.beforeSignUp)
	r.Before(ids("updateUser", "patchUser"), p.beforeUpdate)
	r.After(ids("signUpEmail", "updateUser", "patchUser", "createUser"), p.nameConflict)
	r.Rows(plugin.Users.Hook(adapter.Hooks[api.User]{BeforeCreate: p.beforeCreateRow, BeforeUpdate: p.beforeUpdateRow}))
	return nil
}

// ids matches endpoints by id: those of the core have alias routes.
func ids(list ...string) plugin.Match {
	return func(e *plugin.Endpoint) bool {
		for _, id := range list {
			if e.ID == id {
				return true
			}
		}
		return false
	}
}

func (p *Plugin) table() adapter.Table {
	fields := []adapter.Field{{Name: username, Column: p.options.Columns[username], Type: adapter.String, Optional: true, Unique: true, Sortable: true}}
	if !p.options.DisableDisplayUsername {
		fields = append(fields, adapter.Field{Name: display, Column: p.options.Columns[display], Type: adapter.String, Optional: true})
	}
	return adapter.Table{Name: "user", Fields: fields}
}

// The fields that the plugin adds to the user.
const (
	username = "username"
	display  = "displayUsername"
)
