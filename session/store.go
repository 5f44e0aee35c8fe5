package session

import (
	"slices"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
)

// shortLife is the life of a session that is not remembered.
const shortLife = 24 * time.Hour

// CreateOptions of Create.
type CreateOptions struct {
	// Forget makes a session of a day (rememberMe false).
	Forget bool
	// Extra sets additional columns.
	Extra api.Fields
}

// New returns a session of userID that is not stored yet: token, lifetime and what the request tells
// about the client.
func New(c *plugin.Context, userID string, o CreateOptions) (*api.Session, error) {
	token, err := c.Random(32, "")
	if err != nil {
		return nil, err
	}
	now, life := c.Now(), c.Config.Session.ExpiresIn
	if o.Forget {
		life = shortLife
	}
	ip, agent := c.ClientIP(), c.Header.Get("User-Agent")
	return &api.Session{
		ExpiresAt: now.Add(life), Token: token, CreatedAt: now, UpdatedAt: now,
		IPAddress: &ip, UserAgent: &agent, UserID: userID, Extra: o.Extra,
	}, nil
}

// Create stores a new session of a user.
func Create(c *plugin.Context, u *api.User, o CreateOptions) (*api.Session, error) {
	s, err := New(c, u.ID, o)
	if err != nil {
		return nil, err
	}
	if storage := storageOf(c); storage != nil {
		return storage.create(s, u)
	}
	return plugin.Sessions.Create(c, c.DB, s)
}

// byUser joins a session with its user.
var byUser = adapter.Join{Table: "user", From: "userId", To: "id"}

// find returns a live or expired session with its user, without hidden fields, or adapter.ErrNotFound.
func find(c *plugin.Context, token string) (*api.SessionData, error) {
	if storage := storageOf(c); storage != nil {
		data, err := storage.find(token)
		if data != nil || err != nil || !storage.fallsBack() {
			return data, orNotFound(data, err)
		}
	}
	s, users, err := adapter.FindJoined(c, c.DB, plugin.Sessions, plugin.Users, byUser, adapter.Eq("token", token))
	if err != nil {
		return nil, err
	}
	if len(users) == 0 {
		return nil, adapter.ErrNotFound
	}
	return &api.SessionData{Session: c.PublicSession(s), User: c.PublicUser(users[0])}, nil
}

func orNotFound(data *api.SessionData, err error) error {
	if data == nil && err == nil {
		return adapter.ErrNotFound
	}
	return err
}

// Find returns a session by its token with its user, or adapter.ErrNotFound. It may have expired.
func Find(c *plugin.Context, token string) (*api.SessionData, error) { return find(c, token) }

// FindMany returns the live sessions among those with the given tokens, in order of creation, each with
// its user and without hidden fields.
func FindMany(c *plugin.Context, tokens []string) ([]*api.SessionData, error) {
	return findMany(c, tokens, adapter.Gt("expiresAt", c.Now()))
}

// FindKept is FindMany with the sessions that have expired but whose rows are still there.
func FindKept(c *plugin.Context, tokens []string) ([]*api.SessionData, error) {
	return findMany(c, tokens)
}

func findMany(c *plugin.Context, tokens []string, where ...adapter.Where) ([]*api.SessionData, error) {
	if storage := storageOf(c); storage != nil {
		return storage.findMany(tokens)
	}
	if len(tokens) == 0 {
		return nil, nil
	}
	rows, err := adapter.FindAllJoined(c, c.DB, plugin.Sessions, plugin.Users, byUser, adapter.Query{
		Where:  append(where, byTokens(tokens)),
		SortBy: []adapter.Sort{{Field: "createdAt"}},
	})
	if err != nil {
		return nil, err
	}
	var list []*api.SessionData
	for _, row := range rows {
		if len(row.Related) > 0 {
			list = append(list, &api.SessionData{Session: c.PublicSession(row.Row), User: c.PublicUser(row.Related[0])})
		}
	}
	return list, nil
}

// Update changes columns of a session and returns it, or adapter.ErrNotFound when it has ended.
func Update(c *plugin.Context, data *api.SessionData, set adapter.Changes) (*api.Session, error) {
	if storage := storageOf(c); storage != nil {
		return storage.update(data, set)
	}
	return plugin.Sessions.Update(c, c.DB, set, adapter.Eq("token", data.Session.Token))
}

// Delete ends a session by its token; one that does not exist is no error.
func Delete(c *plugin.Context, token string) error {
	if storage := storageOf(c); storage != nil {
		return storage.delete(token)
	}
	_, err := plugin.Sessions.Delete(c, c.DB, adapter.Eq("token", token))
	return err
}

func byTokens(tokens []string) adapter.Where {
	return adapter.Where{Field: "token", Op: adapter.OpIn, Value: tokens}
}

// DeleteMany ends sessions by their tokens.
func DeleteMany(c *plugin.Context, tokens []string) error {
	if len(tokens) == 0 {
		return nil
	}
	if storage := storageOf(c); storage != nil {
		for _, token := range tokens {
			if err := storage.delete(token); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := plugin.Sessions.Delete(c, c.DB, byTokens(tokens))
	return err
}

// DeleteOwn ends a session by its token if it is one of the user's.
func DeleteOwn(c *plugin.Context, userID, token string) error {
	if storage := storageOf(c); storage != nil {
		data, err := storage.find(token)
		if err != nil || data == nil || data.Session.UserID != userID {
			return err
		}
		return storage.delete(token)
	}
	_, err := plugin.Sessions.Delete(c, c.DB, adapter.Eq("token", token), adapter.Eq("userId", userID))
	return err
}

// DeleteAll ends every session of a user.
func DeleteAll(c *plugin.Context, userID string) error {
	if storage := storageOf(c); storage != nil {
		return storage.deleteAll(userID, "")
	}
	_, err := plugin.Sessions.Delete(c, c.DB, adapter.Eq("userId", userID))
	return err
}

// DeleteOthers ends every session of a user but the one with this token.
func DeleteOthers(c *plugin.Context, userID, token string) error {
	if storage := storageOf(c); storage != nil {
		return storage.deleteAll(userID, token)
	}
	_, err := plugin.Sessions.Delete(c, c.DB, adapter.Eq("userId", userID), adapter.Ne("token", token))
	return err
}

// List returns the live sessions of a user, without hidden fields; at most
// Advanced.Database.DefaultLimit.
func List(c *plugin.Context, userID string) ([]*api.Session, error) {
	var list []*api.Session
	var err error
	if storage := storageOf(c); storage != nil {
		list, err = storage.list(userID)
	} else {
		list, err = plugin.Sessions.Find(c, c.DB, adapter.Query{Where: []adapter.Where{
			adapter.Eq("userId", userID), adapter.Gt("expiresAt", c.Now()),
		}})
	}
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i] = c.PublicSession(list[i])
	}
	return slices.Clip(list), nil
}

// UserChanged brings copies of a user up to date that secondary storage keeps with sessions. Call it
// after every change of a user row.
func UserChanged(c *plugin.Context, u *api.User) error {
	if storage := storageOf(c); storage != nil {
		return storage.refreshUser(u)
	}
	return nil
}
