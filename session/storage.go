package session

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
)

// storage keeps sessions in secondary storage, under the keys of the reference:
//
//	<token>                          {"session":…,"user":…}
//	active-sessions-<userId>         [{"token":…,"expiresAt":<ms>}] in order of expiry
//	revoked-sessions-before-<userId> <ms>: sessions made before are refused even if their key survives
type storage struct {
	*plugin.Context
	kv plugin.SecondaryStorage
}

func storageOf(c *plugin.Context) *storage {
	if c.Config.SecondaryStorage == nil {
		return nil
	}
	return &storage{Context: c, kv: c.Config.SecondaryStorage}
}

// inDatabase reports whether sessions are rows as well.
func (s *storage) inDatabase() bool { return s.Config.Session.StoreInDatabase }

// fallsBack reports whether a session that storage lost is looked for in the database.
func (s *storage) fallsBack() bool {
	return s.inDatabase() && !s.Config.Session.PreserveInDatabase
}

// entry is one item of the list of a user's sessions.
type entry struct {
	Token     string `json:"token"`
	ExpiresAt int64  `json:"expiresAt"` // Unix milliseconds
}

func listKey(userID string) string    { return "active-sessions-" + userID }
func revokedKey(userID string) string { return "revoked-sessions-before-" + userID }

// create stores a session at once, also within a transaction: the answer that carries its token must not
// come before it. If the transaction fails nobody has that token.
func (s *storage) create(session *api.Session, u *api.User) (*api.Session, error) {
	var err error
	if s.inDatabase() {
		session, err = plugin.Sessions.Create(s, s.DB, session)
	} else {
		session, err = plugin.Sessions.Prepare(s, s.DB, session)
	}
	if err != nil {
		return nil, err
	}
	defer s.lock(session.UserID)()
	return session, s.keep(&api.SessionData{Session: session, User: u})
}

// keep stores a session and lists it; its user is locked.
func (s *storage) keep(data *api.SessionData) error {
	if err := s.put(data); err != nil {
		return err
	}
	return s.track(data.Session)
}

func (s *storage) put(data *api.SessionData) error {
	ttl := data.Session.ExpiresAt.Sub(s.Now()).Truncate(time.Second)
	if ttl <= 0 {
		return nil
	}
	text, err := wire.Marshal(data)
	if err != nil {
		return err
	}
	return s.kv.Set(s, data.Session.Token, string(text), ttl)
}

func (s *storage) entries(userID string) ([]entry, error) {
	text, ok, err := s.kv.Get(s, listKey(userID))
	if err != nil || !ok {
		return nil, err
	}
	var list []entry
	if wire.Unmarshal([]byte(text), &list) != nil {
		return nil, nil
	}
	now := s.Now().UnixMilli()
	return slices.DeleteFunc(list, func(e entry) bool { return e.ExpiresAt <= now }), nil
}

// lock keeps the other calls of this process from a user's sessions: what one has read, another must not
// remove before it is written back.
func (s *storage) lock(userID string) (unlock func()) { return s.Lock("sessions of " + userID) }

// track adds or moves a session in its user's list, which is locked.
func (s *storage) track(session *api.Session) error {
	list, err := s.entries(session.UserID)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(e entry) bool { return e.Token == session.Token })
	return s.setEntries(session.UserID, append(list, entry{session.Token, session.ExpiresAt.UnixMilli()}))
}

func (s *storage) setEntries(userID string, list []entry) error {
	if len(list) == 0 {
		return s.kv.Delete(s, listKey(userID))
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.ExpiresAt, b.ExpiresAt) })
	text, err := wire.Marshal(list)
	if err != nil {
		return err
	}
	life := time.UnixMilli(list[len(list)-1].ExpiresAt).Sub(s.Now())
	return s.kv.Set(s, listKey(userID), string(text), max(life, time.Second).Truncate(time.Second)) // zero would be for ever
}

// find returns a session as answers show it; nil when storage has no such session, or one that was revoked.
func (s *storage) find(token string) (*api.SessionData, error) {
	data, err := s.read(token)
	if data != nil {
		data.Session, data.User = s.PublicSession(data.Session), s.PublicUser(data.User)
	}
	return data, err
}

// read is find with the hidden fields, for writing the session back.
func (s *storage) read(token string) (*api.SessionData, error) {
	text, ok, err := s.kv.Get(s, token)
	if err != nil || !ok {
		return nil, err
	}
	var data api.SessionData
	if wire.Unmarshal([]byte(text), &data) != nil || data.Session == nil || data.User == nil {
		return nil, nil
	}
	revoked, err := s.revoked(data.Session)
	if err != nil || revoked {
		return nil, err
	}
	return &data, nil
}

// findMany returns the live sessions among those with the given tokens, oldest first.
func (s *storage) findMany(tokens []string) ([]*api.SessionData, error) {
	var list []*api.SessionData
	for _, token := range tokens {
		data, err := find(s.Context, token)
		if errors.Is(err, adapter.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if data.Session.ExpiresAt.After(s.Now()) {
			list = append(list, data)
		}
	}
	slices.SortStableFunc(list, func(a, b *api.SessionData) int { return a.Session.CreatedAt.Compare(b.Session.CreatedAt) })
	return list, nil
}

func (s *storage) revoked(session *api.Session) (bool, error) {
	text, ok, err := s.kv.Get(s, revokedKey(session.UserID))
	if err != nil || !ok {
		return false, err
	}
	before, err := strconv.ParseInt(text, 10, 64)
	return err != nil || session.CreatedAt.UnixMilli() < before, nil
}

func (s *storage) update(data *api.SessionData, set adapter.Changes) (*api.Session, error) {
	if s.inDatabase() {
		if _, err := plugin.Sessions.Update(s, s.DB, set, adapter.Eq("token", data.Session.Token)); err != nil {
			return nil, err
		}
	}
	defer s.lock(data.Session.UserID)()
	current, err := s.read(data.Session.Token)
	if err := orNotFound(current, err); err != nil {
		return nil, err
	}
	session, err := plugin.Sessions.Apply(s.DB, current.Session, set)
	if err != nil {
		return nil, err
	}
	return session, s.keep(&api.SessionData{Session: session, User: current.User})
}

func (s *storage) delete(token string) error {
	data, err := s.find(token)
	if err != nil {
		return err
	}
	if data == nil {
		err = s.kv.Delete(s, token)
	} else {
		err = s.forget(data.Session)
	}
	if err != nil {
		return err
	}
	return s.endRows(adapter.Eq("token", token))
}

// forget removes a session and takes it off its user's list.
func (s *storage) forget(session *api.Session) error {
	defer s.lock(session.UserID)()
	if err := s.kv.Delete(s, session.Token); err != nil {
		return err
	}
	list, err := s.entries(session.UserID)
	if err != nil {
		return err
	}
	return s.setEntries(session.UserID, slices.DeleteFunc(list, func(e entry) bool { return e.Token == session.Token }))
}

// endRows ends the rows of sessions: removed, or kept as expired ones.
func (s *storage) endRows(where ...adapter.Where) error {
	if !s.inDatabase() {
		return nil
	}
	var err error
	if s.Config.Session.PreserveInDatabase {
		where = append(where, adapter.Gt("expiresAt", s.Now()))
		_, err = plugin.Sessions.UpdateMany(s, s.DB, adapter.Changes{"expiresAt": s.Now()}, where...)
	} else {
		_, err = plugin.Sessions.Delete(s, s.DB, where...)
	}
	return err
}

// deleteAll ends all sessions of a user but the one to keep, if any. When all go, a mark refuses also
// those that another process is writing at this moment.
func (s *storage) deleteAll(userID, keep string) error {
	where := []adapter.Where{adapter.Eq("userId", userID)}
	if keep != "" {
		where = append(where, adapter.Ne("token", keep))
	} else if err := s.kv.Set(s, revokedKey(userID), strconv.FormatInt(s.Now().UnixMilli(), 10), s.Config.Session.ExpiresIn); err != nil {
		return err
	}
	if err := s.endRows(where...); err != nil {
		return err
	}
	defer s.lock(userID)()
	list, err := s.entries(userID)
	if err != nil {
		return err
	}
	var kept []entry
	for _, e := range list {
		if e.Token == keep {
			kept = append(kept, e)
		} else if err := s.kv.Delete(s, e.Token); err != nil {
			return err
		}
	}
	return s.setEntries(userID, kept)
}

func (s *storage) list(userID string) ([]*api.Session, error) {
	entries, err := s.entries(userID)
	if err != nil {
		return nil, err
	}
	sessions := make([]*api.Session, 0, len(entries))
	for _, e := range entries {
		data, err := s.find(e.Token)
		if err != nil {
			return nil, err
		}
		if data != nil && data.Session.UserID == userID && data.Session.ExpiresAt.After(s.Now()) {
			sessions = append(sessions, data.Session)
		}
	}
	return sessions, nil
}

func (s *storage) refreshUser(u *api.User) error {
	defer s.lock(u.ID)()
	entries, err := s.entries(u.ID)
	if err != nil {
		return err
	}
	for _, e := range entries {
		data, findErr := s.read(e.Token)
		if findErr == nil && data != nil {
			findErr = s.put(&api.SessionData{Session: data.Session, User: u})
		}
		err = errors.Join(err, findErr)
	}
	return err
}
