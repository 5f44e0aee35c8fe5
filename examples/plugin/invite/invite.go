// Package invite is a small plugin as anybody can write one: people sign up by invitation only.
//
// It has one of each: a table, an endpoint that needs a session, hooks around an endpoint of the core, errors
// of its own, and typed calls in its API field. Read it from Register downwards.
package invite

import (
	"net/http"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// Options of the plugin. The zero value is good.
type Options struct {
	// ExpiresIn is the life of an invitation. Default 7 days.
	ExpiresIn time.Duration
}

// A Plugin adds invitations to one Auth.
type Plugin struct {
	// API calls the plugin's endpoints in process.
	API struct {
		// Create invites somebody.
		//
		//	POST /invite/create
		Create api.Func[CreateInput, *Invite]
	}
	options Options
}

// CreateInput is the body of POST /invite/create.
type CreateInput struct {
	Email string `json:"email" validate:"email"`
}

// An Invite is a row of the plugin's table, and the answer of Create. The members are the columns.
type Invite struct {
	Code      string    `json:"code"`
	Email     string    `json:"email"`
	InviterID string    `json:"inviterId"`
	ExpiresAt time.Time `json:"expiresAt"`
	ID        string    `json:"id"`
}

// Required answers a sign-up without a code that is good for its address.
var Required = errors.Define(http.StatusForbidden, "INVITATION_REQUIRED", "You need an invitation to sign up")

// invites is the typed access to the table.
var invites = adapter.Rows[Invite]{Table: "invite"}

// New returns the plugin.
func New(options Options) *Plugin {
	if options.ExpiresIn == 0 {
		options.ExpiresIn = 7 * 24 * time.Hour
	}
	return &Plugin{options: options}
}

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "invite" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	r.Tables(adapter.Table{Name: "invite", Fields: []adapter.Field{
		{Name: "code", Type: adapter.String, Unique: true, Sortable: true},
		{Name: "email", Type: adapter.String},
		{Name: "inviterId", Type: adapter.String, References: &adapter.Reference{Table: "user", Field: "id"}},
		{Name: "expiresAt", Type: adapter.Date},
	}})
	p.API.Create = plugin.Handle(r, plugin.Endpoint{
		ID: "createInvite", Method: http.MethodPost, Path: "/invite/create",
		Summary: "Invite somebody", Use: plugin.Use(session.Required),
	}, p.create)
	r.Before(plugin.Path("/sign-up/email"), take)
	r.After(plugin.Path("/sign-up/email"), giveBack)
	return nil
}

func (p *Plugin) create(c *plugin.Context, in CreateInput) (*Invite, error) {
	code, err := c.Random(16, "")
	if err != nil {
		return nil, err
	}
	return invites.Create(c, c.DB, &Invite{
		Code: code, Email: strings.ToLower(in.Email), InviterID: session.From(c).User.ID,
		ExpiresAt: c.Now().Add(p.options.ExpiresIn),
	})
}

// taken is the key under which take keeps the invitation for giveBack.
type taken struct{}

// take uses up the invitation of a sign-up. Of two sign-ups with one code a single one gets it. The body
// is not validated yet: a member may be missing or of any type.
func take(c *plugin.Context) error {
	users, err := plugin.Users.Count(c, c.DB)
	if err != nil || users == 0 {
		return err
	}
	code, _ := api.Field[string](c.Body(), "inviteCode")
	email, _ := api.Field[string](c.Body(), "email")
	invite, err := invites.Consume(c, c.DB, adapter.Eq("code", code),
		adapter.Eq("email", strings.ToLower(email)), adapter.Gt("expiresAt", c.Now()))
	if errors.Is(err, adapter.ErrNotFound) {
		return Required
	}
	if err == nil {
		c.Set(taken{}, invite)
	}
	return err
}

// giveBack restores the invitation when the sign-up failed, for the next try.
func giveBack(c *plugin.Context) error {
	invite, ok := c.Get(taken{}).(*Invite)
	if _, failed := c.Returned(); !ok || failed == nil {
		return nil
	}
	_, err := invites.Create(c, c.DB, invite)
	return err
}
