package plugintest_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/session"
)

// greeter is the plugin under test: it greets who is signed in.
func greeter() plugin.Plugin {
	return plugin.Func("greeter", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "greet", Method: http.MethodGet, Path: "/greet", Use: plugin.Use(session.Required)},
			func(c *plugin.Context, _ struct{}) (string, error) { return "Hello, " + session.From(c).User.Name, nil })
		return nil
	})
}

// What follows the first line is the body of a test of a plugin.
func ExampleNew() {
	var t testing.TB = exampleT{} // a test has its *testing.T

	kit := plugintest.New(t, plugintest.With(greeter()))
	kit.Client().Get("/greet").ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")

	ann := kit.SignUp("ann@example.com", "name", "Ann")
	fmt.Println(ann.Get("/greet").Expect(http.StatusOK).Body)

	kit.Clock.Advance(8 * 24 * time.Hour)
	fmt.Println(ann.Get("/greet").Status)
	// Output:
	// Hello, Ann
	// 401
}

// exampleT is a testing.TB outside a test.
type exampleT struct{ testing.TB }

func (exampleT) Helper()                           {}
func (exampleT) Cleanup(func())                    {}
func (exampleT) Context() context.Context          { return context.Background() }
func (exampleT) Fatal(args ...any)                 { fmt.Println(args...) }
func (exampleT) Fatalf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
