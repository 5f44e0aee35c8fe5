package securitytest_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// guesses is a plugin with a counter of attempts, as one-time passwords have.
func guesses(r *plugin.Registry) error {
	const name = "guess:ann"
	plugin.Handle(r, plugin.Endpoint{ID: "begin", Method: "POST", Path: "/begin"}, func(c *plugin.Context, _ struct{}) (*api.StatusOutput, error) {
		_, err := c.CreateVerification(name, "0", time.Hour)
		return &api.StatusOutput{Status: true}, err
	})
	plugin.Handle(r, plugin.Endpoint{ID: "guess", Method: "POST", Path: "/guess"}, func(c *plugin.Context, _ struct{}) (*api.StatusOutput, error) {
		v, err := c.FindVerification(name)
		if err == nil {
			var n int
			if n, err = strconv.Atoi(v.Value); err == nil {
				_, err = c.UpdateVerification(v, strconv.Itoa(n+1))
			}
		}
		if errors.Is(err, adapter.ErrNotFound) {
			return &api.StatusOutput{Status: false}, nil
		}
		return &api.StatusOutput{Status: true}, err
	})
	plugin.Handle(r, plugin.Endpoint{ID: "guessed", Method: "GET", Path: "/guessed"}, func(c *plugin.Context, _ struct{}) (string, error) {
		v, err := c.FindVerification(name)
		if err != nil {
			return "", err
		}
		return v.Value, nil
	})
	return nil
}

// TestAttempts counts attempts that are made at once, in the database and in secondary storage: none is
// let through uncounted.
func TestAttempts(t *testing.T) {
	t.Parallel()
	for name, storage := range map[string]*Storage{"database": nil, "storage": NewStorage(time.Now)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// As over a network, other calls come in between.
			slow := func(context.Context, Op) error {
				time.Sleep(time.Duration(rand.IntN(500)) * time.Microsecond)
				return nil
			}
			db := NewGated(memory.New())
			db.Set(slow)
			config := Config(db)
			if storage != nil {
				storage.SetGate(slow)
				config.SecondaryStorage = storage
			}
			config.Plugins = []plugin.Plugin{plugin.Func("guesses", guesses)}
			c := NewClient(t, New(t, config).Handler())
			c.Post("/begin", map[string]any{}).Expect(http.StatusOK)
			counted := 0
			for _, a := range AtOnce(1000, c, func(c *Client, _ int) *http.Request { return c.Request("POST", "/guess", map[string]any{}) }) {
				if a.Status != http.StatusOK {
					t.Errorf("%d %s", a.Status, a.Body)
				}
				if a.Get("status") == true {
					counted++
				}
			}
			if a := c.Get("/guessed"); a.Body != strconv.Itoa(counted) || counted == 0 {
				t.Errorf("%s attempts are counted, %d got through", a.Body, counted)
			}
		})
	}
}
