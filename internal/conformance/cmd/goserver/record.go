package main

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
)

// recorder collects the calls that the library makes to the application.
type recorder struct {
	mu    sync.Mutex
	calls []call
}

type call struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

func (r *recorder) record(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call{name, text})
	return nil
}

func (r *recorder) drain() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	if calls == nil {
		return []call{}
	}
	return calls
}

// wish is what a configuration wants of a callback: true, or "fail".
type wish struct{ set, fails bool }

// UnmarshalJSON reads true, false or "fail".
func (w *wish) UnmarshalJSON(text []byte) error {
	w.set = string(text) != "false" && string(text) != "null"
	w.fails = string(text) == `"fail"`
	return nil
}

func (w wish) result(name string, err error) error {
	if err == nil && w.fails {
		return errors.New(name + " fails as configured")
	}
	return err
}

// mail makes a callback that sends mail.
func (w wish) mail(r *recorder, name string) func(context.Context, plugin.Mail) error {
	if !w.set {
		return nil
	}
	return func(_ context.Context, m plugin.Mail) error {
		return w.result(name, r.record(name, struct {
			User     *api.User `json:"user"`
			NewEmail string    `json:"newEmail,omitempty"`
			URL      string    `json:"url"`
			Token    string    `json:"token"`
		}{m.User, m.NewEmail, m.URL, m.Token}))
	}
}

// user makes a callback that is told about a person; some get it in an object.
func (w wish) user(r *recorder, name string, wrapped bool) func(context.Context, *api.User) error {
	if !w.set {
		return nil
	}
	return func(_ context.Context, u *api.User) error {
		var data any = u
		if wrapped {
			data = map[string]any{"user": u}
		}
		return w.result(name, r.record(name, data))
	}
}

// secondary is a key-value store in memory.
type secondary struct {
	now    func() time.Time
	mu     sync.Mutex
	keys   []string // in the order in which they came
	values map[string]entry
}

type entry struct {
	value string
	ttl   time.Duration
	until time.Time
}
