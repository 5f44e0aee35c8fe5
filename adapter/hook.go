package adapter

import (
	"context"
	"fmt"
	"maps"
	"reflect"
)

// Hooks are functions around the writes of one table. Every field is optional. ctx belongs to the
// operation: its transaction (before hooks), its endpoint.
//
// A before hook stops the operation with its error; [Abort] says that it does so on purpose. After hooks
// run when the write is committed; if one panics it is logged and the write stands.
type Hooks[T any] struct {
	// BeforeCreate may change the row.
	BeforeCreate func(ctx context.Context, row *T) error
	// AfterCreate gets a copy of the row as stored.
	AfterCreate func(ctx context.Context, row *T)
	// BeforeUpdate gets its own copy of the changes as the caller asked for them; what it sets in it is
	// merged into what will be written, and a later hook wins.
	BeforeUpdate func(ctx context.Context, set Changes) error
	// AfterUpdate gets each row as it is after the update.
	AfterUpdate func(ctx context.Context, row *T)
	// BeforeDelete gets each row to be removed; one error stops the removal of all.
	BeforeDelete func(ctx context.Context, row *T) error
	// AfterDelete gets each row that was removed.
	AfterDelete func(ctx context.Context, row *T)
}

// A HookEvent names a kind of hook; events can be or-ed.
type HookEvent uint8

// The events.
const (
	OnBeforeCreate HookEvent = 1 << iota
	OnAfterCreate
	OnBeforeUpdate
	OnAfterUpdate
	OnBeforeDelete
	OnAfterDelete
)

// A Hook is a [Hooks] made ready for [Store.AddHooks] by [Rows.Hook].
type Hook struct {
	table        string
	rowType      reflect.Type
	beforeCreate func(context.Context, *table, newRow) error
	beforeUpdate func(context.Context, Changes) error
	beforeDelete func(context.Context, *table, Record) error
	after        map[HookEvent]func(context.Context, *table, Record) error
}

// Hook makes hooks ready for [Store.AddHooks].
func (r Rows[T]) Hook(h Hooks[T]) Hook {
	hook := Hook{
		table: r.Table, rowType: reflect.TypeFor[T](), beforeUpdate: h.BeforeUpdate,
		after: map[HookEvent]func(context.Context, *table, Record) error{},
	}
	if h.BeforeCreate != nil {
		hook.beforeCreate = func(ctx context.Context, t *table, row newRow) error {
			return beforeCreate(ctx, t, row, h.BeforeCreate)
		}
	}
	if h.BeforeDelete != nil {
		hook.beforeDelete = func(ctx context.Context, t *table, rec Record) error {
			row, err := decodeRow[T](t, rec)
			if err != nil {
				return err
			}
			return h.BeforeDelete(ctx, row)
		}
	}
	for event, fn := range map[HookEvent]func(context.Context, *T){
		OnAfterCreate: h.AfterCreate, OnAfterUpdate: h.AfterUpdate, OnAfterDelete: h.AfterDelete,
	} {
		if fn != nil {
			hook.after[event] = afterHook(fn)
		}
	}
	return hook
}

func afterHook[T any](fn func(context.Context, *T)) func(context.Context, *table, Record) error {
	return func(ctx context.Context, t *table, rec Record) error {
		row, err := decodeRow[T](t, rec)
		if err != nil {
			return err
		}
		fn(ctx, row)
		return nil
	}
}

// beforeCreate hands the caller's own struct to the hook if the types agree, and otherwise a T made of
// the same values, from which it takes over what the hook changed.
func beforeCreate[T any](ctx context.Context, t *table, row newRow, fn func(context.Context, *T) error) error {
	if own, ok := row.pointer().(*T); ok {
		return fn(ctx, own)
	}
	p, err := t.plan(reflect.TypeFor[T]())
	if err != nil {
		return err
	}
	v := new(T)
	if err := p.assignLogical(v, row.logical()); err != nil {
		return err
	}
	before := p.logical(v)
	if err := fn(ctx, v); err != nil {
		return err
	}
	return row.merge(differences(before, p.logical(v)))
}

// differences returns the entries of b that a lacks or has with another value.
func differences(a, b map[string]any) map[string]any {
	d := map[string]any{}
	for name, v := range b {
		if old, ok := a[name]; !ok || !reflect.DeepEqual(old, v) {
			d[name] = v
		}
	}
	return d
}

func (h *Hook) events() HookEvent {
	var e HookEvent
	if h.beforeCreate != nil {
		e |= OnBeforeCreate
	}
	if h.beforeUpdate != nil {
		e |= OnBeforeUpdate
	}
	if h.beforeDelete != nil {
		e |= OnBeforeDelete
	}
	for event := range h.after {
		e |= event
	}
	return e
}

// AddHooks registers hooks; they run in the order of registration. It must be called before the Store is
// used. It fails when a table or a field of a row type does not exist.
func (s *Store) AddHooks(hooks ...Hook) error {
	for _, h := range hooks {
		t, err := s.table(h.table)
		if err != nil {
			return err
		}
		if _, err := t.plan(h.rowType); err != nil {
			return err
		}
		t.hooks = append(t.hooks, h)
		t.events |= h.events()
	}
	return nil
}

// HasHooks reports whether a table (logical name) has hooks for one of the events, or any hooks when no
// event is named.
func (s *Store) HasHooks(table string, events ...HookEvent) bool {
	t := s.tables[table]
	if t == nil {
		return false
	}
	var wanted HookEvent
	for _, e := range events {
		wanted |= e
	}
	return t.events&wanted != 0 || len(events) == 0 && t.events != 0
}

// beforeUpdate gives every hook a copy of the original changes and merges what the hooks change.
func (t *table) beforeUpdate(ctx context.Context, set Changes) (Changes, error) {
	if t.events&OnBeforeUpdate == 0 {
		return set, nil
	}
	merged := make(Changes, len(set))
	maps.Copy(merged, set)
	for i := range t.hooks {
		h := &t.hooks[i]
		if h.beforeUpdate == nil {
			continue
		}
		own := make(Changes, len(set))
		maps.Copy(own, set)
		if err := h.beforeUpdate(ctx, own); err != nil {
			return nil, err
		}
		maps.Copy(merged, differences(set, own))
	}
	return merged, nil
}

// beforeDelete asks every hook about every row.
func (t *table) beforeDelete(ctx context.Context, recs []Record) error {
	for _, rec := range recs {
		for i := range t.hooks {
			h := &t.hooks[i]
			if h.beforeDelete == nil {
				continue
			}
			if err := h.beforeDelete(ctx, t, rec); err != nil {
				return err
			}
		}
	}
	return nil
}

// after runs or queues the after hooks of an event for every record.
func (s *Store) after(ctx context.Context, t *table, event HookEvent, recs ...Record) {
	if t.events&event == 0 {
		return
	}
	for _, rec := range recs {
		for i := range t.hooks {
			fn := t.hooks[i].after[event]
			if fn == nil {
				continue
			}
			s.AfterCommit(ctx, func(ctx context.Context) {
				if err := fn(ctx, t, rec); err != nil {
					s.options.Log.ErrorContext(ctx, "after hook got no row", "table", t.Name, "error", fmt.Sprint(err))
				}
			})
		}
	}
}
