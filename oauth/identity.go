package oauth

import (
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// An Identity is an account at a provider that the request has proved.
type Identity struct {
	ProviderID string
	// Profile says who it is.
	Profile *plugin.OAuthProfile
	// Tokens are stored with the account.
	Tokens *plugin.OAuthTokens
	// Scope is what the account is stored with: the granted scopes, comma separated; nil if unknown.
	Scope *string
}

// NewIdentity returns the identity of a callback.
func NewIdentity(p plugin.SocialProvider, tokens *plugin.OAuthTokens, profile *plugin.OAuthProfile) Identity {
	return Identity{ProviderID: p.ID(), Profile: profile, Tokens: tokens, Scope: new(strings.Join(tokens.Scopes, ","))}
}

// Email is the address in lower case, or "".
func (i *Identity) Email() string {
	if e := i.Profile.User.Email; e != nil {
		return strings.ToLower(*e)
	}
	return ""
}

// source says where the user's data comes from.
func (i *Identity) source(action string) plugin.UserSource {
	return plugin.UserSource{Action: action, Method: plugin.MethodOAuth, ProviderID: i.ProviderID, Profile: i.Profile.Data}
}

// claimed is the user as the profile describes it, for ValidateUserInfo.
func (i *Identity) claimed(userID string) *api.User {
	u := &i.Profile.User
	return &api.User{ID: userID, Name: deref(u.Name), Email: i.Email(), EmailVerified: u.EmailVerified, Image: u.Image, Extra: u.Fields}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

var (
	errTwins  = errors.New("oauth: two users have the same account at the same provider")
	errOrphan = errors.New("oauth: the account's user does not exist")
)

var byOwner = adapter.Join{Table: "user", From: "userId", To: "id"}

// lock makes sure that this process links the identity once, whatever comes at the same time. Other processes
// may still link it to the same user: see query.
func (i *Identity) lock(c *plugin.Context) (unlock func()) {
	return c.Lock("account " + i.ProviderID + " " + i.Profile.Subject)
}

// query finds the accounts of the identity, oldest first. There is one, unless several processes have linked
// it at once, each to the same user: then the oldest counts.
func (i *Identity) query() adapter.Query {
	return adapter.Query{
		Where:  []adapter.Where{adapter.Eq("providerId", i.ProviderID), adapter.Eq("accountId", i.Profile.Subject)},
		SortBy: []adapter.Sort{{Field: "createdAt"}, {Field: "id"}},
	}
}

// owner returns the account of the identity with its user, or nil when it is not linked yet.
func (i *Identity) owner(c *plugin.Context) (*api.User, *api.Account, error) {
	rows, err := adapter.FindAllJoined(c, c.DB, plugin.Accounts, plugin.Users, byOwner, i.query())
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	for _, row := range rows[1:] {
		if row.Row.UserID != rows[0].Row.UserID {
			return nil, nil, errTwins
		}
	}
	if len(rows[0].Related) == 0 {
		return nil, nil, errOrphan
	}
	return rows[0].Related[0], rows[0].Row, nil
}

// account returns the row of the identity, or nil.
func (i *Identity) account(c *plugin.Context) (*api.Account, error) {
	rows, err := plugin.Accounts.Find(c, c.DB, i.query())
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	for _, row := range rows[1:] {
		if row.UserID != rows[0].UserID {
			return nil, errTwins
		}
	}
	return rows[0], nil
}

// create links the identity to a user.
func (i *Identity) create(c *plugin.Context, userID string) (*api.Account, error) {
	a, err := newAccount(c, i.ProviderID, i.Profile.Subject, i.Tokens, i.Scope)
	if err != nil {
		return nil, err
	}
	a.UserID = userID
	return plugin.Accounts.Create(c, c.DB, a)
}

// fields are the profile's additional fields that clients may set.
func (i *Identity) fields(c *plugin.Context, mode plugin.InputMode) (api.Fields, error) {
	var open api.Fields
	t := c.DB.Schema().Table("user")
	for name, value := range i.Profile.User.Fields.All() {
		if f := t.Field(name); f == nil || !f.NoInput {
			open.Set(name, value)
		}
	}
	return c.Input("user", open, mode)
}

// changes are what the profile says about an existing user, except the address.
func (i *Identity) changes(c *plugin.Context) (adapter.Changes, error) {
	fields, err := i.fields(c, plugin.ForUpdate)
	if err != nil {
		return nil, err
	}
	set := adapter.Changes{}
	if name := i.Profile.User.Name; name != nil {
		set["name"] = *name
	}
	if image := i.Profile.User.Image; image != nil {
		set["image"] = *image
	}
	for name, value := range fields.All() {
		set[name] = value
	}
	return set, nil
}

// updateUser changes a user row and the copies of it.
func updateUser(c *plugin.Context, u *api.User, set adapter.Changes) (*api.User, error) {
	if len(set) == 0 {
		return u, nil
	}
	changed, err := plugin.Users.Update(c, c.DB, set, adapter.Eq("id", u.ID))
	if err != nil {
		return nil, err
	}
	return changed, session.UserChanged(c, changed)
}
