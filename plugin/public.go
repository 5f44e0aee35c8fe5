package plugin

import (
	"github.com/betterauth-go/betterauth/api"
)

// PublicUser returns u without the columns that no answer may hold; u itself when there are none.
func (a *App) PublicUser(u *api.User) *api.User {
	if u == nil || !a.hidden["user"] {
		return u
	}
	c := *u
	c.Extra = a.visible("user", u.Extra)
	return &c
}

// PublicSession returns s without the columns that no answer may hold; s itself when there are none.
func (a *App) PublicSession(s *api.Session) *api.Session {
	if s == nil || !a.hidden["session"] {
		return s
	}
	c := *s
	c.Extra = a.visible("session", s.Extra)
	return &c
}

// PublicFields returns the fields of a core table that answers may hold.
func (a *App) PublicFields(table string, extra api.Fields) api.Fields {
	if !a.hidden[table] {
		return extra
	}
	return a.visible(table, extra)
}

func (a *App) visible(table string, extra api.Fields) api.Fields {
	t := a.DB.Schema().Table(table)
	var kept api.Fields
	for name, value := range extra.All() {
		if f := t.Field(name); f == nil || !f.Hidden {
			kept.Set(name, value)
		}
	}
	return kept
}

// findHidden notes which tables have hidden fields, so that the others cost nothing.
func (a *App) findHidden() {
	a.hidden = map[string]bool{}
	for _, t := range a.DB.Schema().Tables() {
		for i := range t.Fields {
			if t.Fields[i].Hidden {
				a.hidden[t.Name] = true
			}
		}
	}
}
