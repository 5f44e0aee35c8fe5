package multisession_test

import (
	"net/http"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/multisession"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// TestSecondaryStorage does a whole round with sessions that are not in the database.
func TestSecondaryStorage(t *testing.T) {
	t.Parallel()
	var kv *plugintest.Storage
	d := start(t, multisession.Options{}, func(c *betterauth.Config) {
		kv = plugintest.NewStorage(c.Now)
		c.SecondaryStorage = kv
	})
	d.enter(ann, bob, cleo)
	old := d.tokens[ann]
	d.enter(ann)
	if _, _, kept := kv.Value(old); kept {
		t.Error("the replaced session is still stored")
	}
	d.check(ann, bob+" "+cleo+" "+ann)
	d.setActive(d.tokens[cleo]).Expect(http.StatusOK)
	d.check(cleo, bob+" "+cleo+" "+ann)
	d.revoke(d.tokens[cleo]).Expect(http.StatusOK)
	d.check(bob, bob+" "+ann)
	if err := kv.Set(t.Context(), d.tokens[ann], "broken", 0); err != nil {
		t.Fatal(err)
	}
	d.check(bob, bob)
	d.setActive(d.tokens[ann]).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.Post("/sign-out", nil).Expect(http.StatusOK)
	d.check("", "")
	if _, _, kept := kv.Value(d.tokens[bob]); kept || d.rows() != 0 {
		t.Errorf("left over: %v", kv.Keys())
	}
}
