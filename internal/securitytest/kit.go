package securitytest

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// The tests use the kit that tests of plugins use.
type (
	Answer  = plugintest.Answer
	Client  = plugintest.Client
	Clock   = plugintest.Clock
	Mailbox = plugintest.Mailbox
)

const (
	// BaseURL is the public origin that the tests configure.
	BaseURL = "http://auth.test"
	// Secret signs what the tests sign.
	Secret = plugintest.Secret
	// Password is the password of users that Client.SignUp creates.
	Password = plugintest.Password
)

// NewClient returns a browser without cookies for a handler.
func NewClient(tb testing.TB, handler http.Handler) *Client {
	return plugintest.NewClient(tb, BaseURL, handler)
}

// NewClock returns a clock that stands still at [plugintest.Start].
func NewClock() *Clock { return plugintest.NewClock() }

// CheapHash stores passwords readably.
func CheapHash() plugin.PasswordHash { return plugintest.PlainHash }

// Config is the configuration that most tests begin with: email and password with a hash that costs
// nothing, no rate limit, no log.
func Config(db adapter.Adapter) betterauth.Config {
	c := plugintest.Config(db)
	c.BaseURL = BaseURL
	c.Verification.DisableCleanup = true
	return c
}

// New builds an Auth and closes it with the test.
func New(tb testing.TB, config betterauth.Config) *betterauth.Auth {
	tb.Helper()
	auth, err := betterauth.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := auth.Close(ctx); err != nil {
			tb.Error(err)
		}
	})
	return auth
}

// Wait waits for background work.
func Wait(tb testing.TB, auth *betterauth.Auth) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	if err := auth.Wait(ctx); err != nil {
		tb.Fatal(err)
	}
}

// PathOf is the path and query below /api/auth of a link in a mail.
func PathOf(link string) string { return strings.TrimPrefix(link, BaseURL+"/api/auth") }

// AtOnce sends n requests at the same moment, each by a clone of c, to the sites in turn, or to c's own if
// there are none. It returns the answers.
func AtOnce(n int, c *Client, build func(c *Client, i int) *http.Request, sites ...http.Handler) []*Answer {
	answers := make([]*Answer, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		one := c.Clone()
		if len(sites) > 0 {
			one = c.At(sites[i%len(sites)])
		}
		r := build(one, i)
		group.Go(func() {
			<-start
			answers[i] = one.Send(r)
		})
	}
	close(start)
	group.Wait()
	return answers
}
