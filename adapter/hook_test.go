package adapter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

// journal collects what hooks see.
type journal struct{ lines []string }

func (j *journal) add(format string, args ...any) {
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

func (j *journal) want(t *testing.T, lines ...string) {
	t.Helper()
	if !slices.Equal(j.lines, lines) {
		t.Errorf("hooks: got %q, want %q", j.lines, lines)
	}
	j.lines = nil
}

// watch makes hooks of all kinds that write to the journal.
func (j *journal) watch(who string) adapter.Hooks[user] {
	return adapter.Hooks[user]{
		BeforeCreate: func(_ context.Context, u *user) error {
			j.add("%s before create %s", who, u.Name)
			u.Name += "+" + who
			return nil
		},
		AfterCreate: func(_ context.Context, u *user) { j.add("%s after create %s", who, u.Name) },
		BeforeUpdate: func(_ context.Context, set adapter.Changes) error {
			j.add("%s before update %v", who, set["name"])
			set["name"] = who
			return nil
		},
		AfterUpdate:  func(_ context.Context, u *user) { j.add("%s after update %s", who, u.Name) },
		BeforeDelete: func(_ context.Context, u *user) error { j.add("%s before delete %s", who, u.Name); return nil },
		AfterDelete:  func(_ context.Context, u *user) { j.add("%s after delete %s", who, u.Name) },
	}
}

func addHooks(t *testing.T, s *adapter.Store, hooks ...adapter.Hook) {
	t.Helper()
	if err := s.AddHooks(hooks...); err != nil {
		t.Fatal(err)
	}
}

func TestHooksRunInOrder(t *testing.T) {
	t.Parallel()
	s, j, ctx := newStore(t, adapter.Options{}), &journal{}, t.Context()
	addHooks(t, s, users.Hook(j.watch("1")), users.Hook(j.watch("2")))

	u := newUser(t, s, "a")
	j.want(t, "1 before create a", "2 before create a+1", "1 after create a+1+2", "2 after create a+1+2")
	if u.Name != "a+1+2" {
		t.Errorf("created %q", u.Name)
	}
	u = must[*user](t)(users.Update(ctx, s, adapter.Changes{"name": "b"}, adapter.Eq("id", u.ID)))
	j.want(t, "1 before update b", "2 before update b", "1 after update 2", "2 after update 2")
	if u.Name != "2" {
		t.Errorf("updated to %q, the later hook must win", u.Name)
	}
	newUser(t, s, "z")
	j.lines = nil
	must[int64](t)(users.UpdateMany(ctx, s, adapter.Changes{"name": "c"}, adapter.In("name", []any{"2", "z+1+2"})))
	j.want(t, "1 before update c", "2 before update c", "1 after update 2", "2 after update 2", "1 after update 2", "2 after update 2")

	must[*user](t)(users.Consume(ctx, s, adapter.Eq("id", u.ID)))
	j.want(t, "1 before delete 2", "2 before delete 2", "1 after delete 2", "2 after delete 2")
	if _, err := users.Consume(ctx, s, adapter.Eq("id", u.ID)); !errors.Is(err, adapter.ErrNotFound) {
		t.Errorf("consumed again: %v", err)
	}
	if n := must[int64](t)(users.Delete(ctx, s, adapter.Eq("id", "nobody"))); n != 0 {
		t.Errorf("deleted %d", n)
	}
	j.want(t)
	must[int64](t)(users.Delete(ctx, s))
	j.want(t, "1 before delete 2", "2 before delete 2", "1 after delete 2", "2 after delete 2")
}

func TestHooksSeeUntypedWrites(t *testing.T) {
	t.Parallel()
	s, j, ctx := newStore(t, adapter.Options{}), &journal{}, t.Context()
	addHooks(t, s, users.Hook(j.watch("h")))
	values := adapter.Record{"name": "a", "email": "e", "plan": "pro"}
	r := must[adapter.Record](t)(s.Create(ctx, "user", values))
	j.want(t, "h before create a", "h after create a+h")
	if r["name"] != "a+h" || r["plan"] != "pro" || values["name"] != "a" {
		t.Errorf("created %v from %v", r, values)
	}
	// The struct of the writer is not the one of the hook.
	profiles := adapter.Rows[profile]{Table: "user"}
	p := must[*profile](t)(profiles.Create(ctx, s, &profile{Name: "b", Email: "f", Tags: []string{"x"}}))
	j.want(t, "h before create b", "h after create b+h")
	if p.Name != "b+h" || !slices.Equal(p.Tags, []string{"x"}) {
		t.Errorf("created %+v", p)
	}
}

func TestAbort(t *testing.T) {
	t.Parallel()
	s, j, ctx := newStore(t, adapter.Options{}), &journal{}, t.Context()
	fail := errors.New("no")
	refuse := func(name string) error {
		switch name {
		case "abort":
			return adapter.Abort
		case "fail":
			return fail
		}
		return nil
	}
	addHooks(t, s, users.Hook(adapter.Hooks[user]{
		BeforeCreate: func(_ context.Context, u *user) error { return refuse(strings.TrimPrefix(u.Name, "create ")) },
		BeforeUpdate: func(_ context.Context, set adapter.Changes) error { return refuse(fmt.Sprint(set["name"])) },
		BeforeDelete: func(_ context.Context, u *user) error { return refuse(u.Name) },
		AfterDelete:  func(_ context.Context, u *user) { j.add("after delete %s", u.Name) },
	}))
	for name, want := range map[string]error{"abort": adapter.Abort, "fail": fail} {
		if _, err := users.Create(ctx, s, &user{Name: "create " + name, Email: name}); !errors.Is(err, want) {
			t.Errorf("create: %v, want %v", err, want)
		}
		if _, err := users.Update(ctx, s, adapter.Changes{"name": name}); !errors.Is(err, want) {
			t.Errorf("update: %v, want %v", err, want)
		}
		if _, err := users.UpdateMany(ctx, s, adapter.Changes{"name": name}); !errors.Is(err, want) {
			t.Errorf("update many: %v, want %v", err, want)
		}
		must[adapter.Record](t)(s.Adapter().Create(ctx, "user", adapter.Record{
			"id": name, "name": name, "email": name, "emailVerified": false, "createdAt": start, "updatedAt": start, "plan": "",
		}))
		if _, err := users.Consume(ctx, s, adapter.Eq("name", name)); !errors.Is(err, want) {
			t.Errorf("consume: %v, want %v", err, want)
		}
	}
	newUser(t, s, "innocent")
	if _, err := users.Delete(ctx, s); !errors.Is(err, adapter.Abort) && !errors.Is(err, fail) {
		t.Errorf("delete: %v", err)
	}
	if n := must[int64](t)(users.Count(ctx, s)); n != 3 {
		t.Errorf("%d rows left, want all 3", n)
	}
	j.want(t)
}

func TestAfterHooksWaitForTheCommit(t *testing.T) {
	t.Parallel()
	s, j, ctx := newStore(t, adapter.Options{}), &journal{}, t.Context()
	addHooks(t, s, users.Hook(adapter.Hooks[user]{AfterCreate: func(ctx context.Context, u *user) {
		j.add("after %s, in transaction %v", u.Name, s.InTransaction(ctx))
	}}))
	write := func(fail error) error {
		return s.Transaction(ctx, func(ctx context.Context) error {
			newUserIn(ctx, t, s, "outer")
			s.AfterCommit(ctx, func(context.Context) { j.add("queued") })
			if err := s.Transaction(ctx, func(ctx context.Context) error {
				newUserIn(ctx, t, s, "inner")
				return nil
			}); err != nil {
				return err
			}
			j.add("end")
			return fail
		})
	}
	stop := errors.New("stop")
	if err := write(stop); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	j.want(t, "end")
	if err := write(nil); err != nil {
		t.Error(err)
	}
	j.want(t, "end", "after outer, in transaction false", "queued", "after inner, in transaction false")
	s.AfterCommit(ctx, func(context.Context) { j.add("at once") })
	j.want(t, "at once")
}

func newUserIn(ctx context.Context, t *testing.T, s *adapter.Store, name string) {
	t.Helper()
	if _, err := users.Create(ctx, s, &user{Name: name, Email: name}); err != nil {
		t.Error(err)
	}
}

func TestPanicsOfHooks(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newStore(t, adapter.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	j := &journal{}
	addHooks(
		t, s,
		users.Hook(adapter.Hooks[user]{AfterCreate: func(context.Context, *user) { panic("broken hook") }}),
		users.Hook(adapter.Hooks[user]{AfterCreate: func(_ context.Context, u *user) { j.add("after %s", u.Name) }}),
	)
	newUser(t, s, "ann")
	j.want(t, "after ann")
	if !strings.Contains(log.String(), "broken hook") {
		t.Errorf("log: %s", log.String())
	}
}

func TestHasHooks(t *testing.T) {
	t.Parallel()
	s := newStore(t, adapter.Options{})
	addHooks(t, s, users.Hook(adapter.Hooks[user]{BeforeDelete: func(context.Context, *user) error { return nil }}))
	for _, test := range []struct {
		table  string
		events []adapter.HookEvent
		want   bool
	}{
		{"user", nil, true},
		{"user", []adapter.HookEvent{adapter.OnBeforeDelete}, true},
		{"user", []adapter.HookEvent{adapter.OnAfterCreate, adapter.OnBeforeDelete}, true},
		{"user", []adapter.HookEvent{adapter.OnAfterDelete}, false},
		{"session", nil, false},
		{"nothing", nil, false},
	} {
		if got := s.HasHooks(test.table, test.events...); got != test.want {
			t.Errorf("%s %v: got %v", test.table, test.events, got)
		}
	}
	if s.AddHooks((adapter.Rows[user]{Table: "nothing"}).Hook(adapter.Hooks[user]{})) == nil {
		t.Error("hooks of a table that does not exist were added")
	}
	if s.AddHooks((adapter.Rows[user]{Table: "session"}).Hook(adapter.Hooks[user]{})) == nil {
		t.Error("hooks with the struct of another table were added")
	}
}

// signUp creates a user with an account and a session.
func signUp(ctx context.Context, s *adapter.Store, email string) (*user, *account, *session, error) {
	u := &user{Name: "n", Email: email}
	a := &account{AccountID: email, ProviderID: "credential"}
	ss := &session{Token: "token of " + email, ExpiresAt: start}
	err := s.Batch(ctx, func(b *adapter.Batch) {
		users.Add(b, u)
		accounts.Add(b, a, func() { a.UserID = u.ID })
		sessions.Add(b, ss, func() { ss.UserID = u.ID })
	})
	return u, a, ss, err
}

func TestBatch(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	abortTwice := sessions.Hook(adapter.Hooks[session]{BeforeCreate: func(_ context.Context, ss *session) error {
		if strings.Contains(ss.Token, "abort") {
			return adapter.Abort
		}
		return nil
	}})
	for _, test := range []struct {
		name  string
		ids   adapter.IDStrategy
		plain bool
		hooks []adapter.Hook
	}{
		{name: "one round trip"},
		{name: "no batcher", plain: true},
		{name: "serial ids", ids: adapter.SerialIDs},
		{name: "hooks", hooks: []adapter.Hook{abortTwice}},
	} {
		t.Run(test.name, func(t *testing.T) {
			j, o := &journal{}, adapter.Options{IDs: test.ids}
			if test.plain {
				o.Adapter = adapterOnly{memory.New(), adapter.Capabilities{}, new([]string)}
			}
			s := newStore(t, o)
			addHooks(t, s, append(test.hooks, users.Hook(adapter.Hooks[user]{AfterCreate: func(ctx context.Context, u *user) {
				n, err := sessions.Count(ctx, s)
				j.add("after %s, %d sessions, %v", u.Email, n, err)
			}}))...)
			u, a, ss, err := signUp(ctx, s, "a")
			if err != nil || u.ID == "" || a.UserID != u.ID || ss.UserID != u.ID || ss.CreatedAt.IsZero() || len(u.Extra) == 0 {
				t.Fatalf("got %+v, %+v, %+v, %v", u, a, ss, err)
			}
			j.want(t, "after a, 1 sessions, <nil>")
			if _, _, _, err := signUp(ctx, s, "a"); !errors.Is(err, adapter.ErrUnique) {
				t.Errorf("again: %v", err)
			}
			if _, _, _, err := signUp(ctx, s, "abort"); (err == nil) != (test.hooks == nil) || err != nil && !errors.Is(err, adapter.Abort) {
				t.Errorf("with an abort: %v", err)
			}
			want := int64(2)
			if test.hooks != nil {
				want = 1
			}
			for _, table := range []string{"user", "account", "session"} {
				if n := must[int64](t)(s.Count(ctx, table)); n != want {
					t.Errorf("%d rows in %s, want %d", n, table, want)
				}
			}
		})
	}
	s := newStore(t, adapter.Options{})
	if err := s.Batch(ctx, func(*adapter.Batch) {}); err != nil {
		t.Errorf("empty batch: %v", err)
	}
	err := s.Batch(ctx, func(b *adapter.Batch) {
		users.Add(b, &user{Name: "a", Email: "a"})
		(adapter.Rows[user]{Table: "nothing"}).Add(b, &user{})
	})
	if n := must[int64](t)(users.Count(ctx, s)); err == nil || n != 0 {
		t.Errorf("batch with a table that does not exist: %v, %d rows", err, n)
	}
}
