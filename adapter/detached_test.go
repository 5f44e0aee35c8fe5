package adapter_test

import (
	"context"
	"errors"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
)

func TestPrepareAndApply(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for _, ids := range []adapter.IDStrategy{adapter.RandomIDs, adapter.SerialIDs} {
		s, j := newStore(t, adapter.Options{IDs: ids}), &journal{}
		addHooks(t, s, users.Hook(adapter.Hooks[user]{
			BeforeCreate: func(_ context.Context, u *user) error {
				if u.Name == "abort" {
					return adapter.Abort
				}
				u.Name += "!"
				return nil
			},
			AfterCreate: func(_ context.Context, u *user) { j.add("after %s", u.Name) },
		}))
		u := must[*user](t)(users.Prepare(ctx, s, &user{Name: "ann", Email: "e"}))
		plan, _ := u.Extra.Get("plan")
		if u.ID == "" || u.Name != "ann!" || plan != "free" || u.CreatedAt.IsZero() {
			t.Errorf("prepared: %+v", u)
		}
		j.want(t, "after ann!")
		if n := must[int64](t)(users.Count(ctx, s)); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		if _, err := users.Prepare(ctx, s, &user{Name: "abort", Email: "e"}); !errors.Is(err, adapter.Abort) {
			t.Errorf("aborted: %v", err)
		}
		v := must[*user](t)(users.Apply(s, u, adapter.Changes{"name": "bob", "image": "i", "plan": "pro"}))
		plan, _ = v.Extra.Get("plan")
		if v.Name != "bob" || *v.Image != "i" || plan != "pro" || v.ID != u.ID {
			t.Errorf("applied: %+v", v)
		}
		if plan, _ = u.Extra.Get("plan"); u.Name != "ann!" || u.Image != nil || plan != "free" {
			t.Errorf("the original changed: %+v", u)
		}
	}
}
