package plugin_test

import (
	"context"
	"fmt"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// A visitor is a row of the plugin's table.
type visitor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

var visitors = adapter.Rows[visitor]{Table: "visitor"}

var nobody = errors.Define(400, "NOBODY", "Say your name")

type visitInput struct {
	Name string `json:"name" validate:"max=50"`
}

type visitOutput struct {
	Visitors int64 `json:"visitors"`
}

// guestBook is a plugin with a table, an error, an endpoint and a hook.
type guestBook struct {
	// Sign is POST /guest-book/sign.
	Sign api.Func[visitInput, *visitOutput]
}

func (g *guestBook) ID() string { return "guest-book" }

func (g *guestBook) Register(r *plugin.Registry) error {
	r.Tables(adapter.Table{Name: "visitor", Fields: []adapter.Field{{Name: "name", Type: adapter.String}}})
	g.Sign = plugin.Handle(r, plugin.Endpoint{ID: "signGuestBook", Method: "POST", Path: "/guest-book/sign"}, sign)
	r.After(plugin.Path("/guest-book/sign"), func(c *plugin.Context) error {
		fmt.Println("somebody came")
		return nil
	})
	return nil
}

func sign(c *plugin.Context, in visitInput) (*visitOutput, error) {
	if in.Name == "" {
		return nil, nobody
	}
	if _, err := visitors.Create(c, c.DB, &visitor{Name: in.Name}); err != nil {
		return nil, err
	}
	n, err := visitors.Count(c, c.DB)
	return &visitOutput{Visitors: n}, err
}

func Example() {
	ctx := context.Background()
	book := &guestBook{}
	_, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), Plugins: []plugin.Plugin{book},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := book.Sign(ctx, visitInput{Name: "Ann"})
	fmt.Println(out.Visitors, err)
	_, err = book.Sign(ctx, visitInput{})
	fmt.Println(errors.Is(err, nobody))
	// Output:
	// somebody came
	// 1 <nil>
	// somebody came
	// true
}
