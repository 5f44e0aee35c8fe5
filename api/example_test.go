package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
)

func start() (*betterauth.Auth, error) {
	config := betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	}
	config.User.AdditionalFields = []adapter.Field{{Name: "plan", Type: adapter.String, Optional: true}}
	return betterauth.New(config)
}

// A page of the application signs somebody in: the request tells who is calling, and the cookies of the
// answer go to the browser.
func Example() {
	auth, err := start()
	if err != nil {
		fmt.Println(err)
		return
	}
	signUp := func(w http.ResponseWriter, r *http.Request) {
		var set http.Header
		out, err := auth.API.SignUpEmail(r.Context(), api.SignUpEmailInput{
			Name: r.FormValue("name"), Email: r.FormValue("email"), Password: r.FormValue("password"),
		}, api.WithRequest(r), api.CaptureHeaders(&set))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, cookie := range set.Values("Set-Cookie") {
			w.Header().Add("Set-Cookie", cookie)
		}
		fmt.Fprintf(w, "Hello, %s", out.User.Name)
	}
	w := httptest.NewRecorder()
	signUp(w, httptest.NewRequest(http.MethodPost, "/?name=Ann&email=ann@example.com&password=correct+horse", nil))
	fmt.Println(w.Code, w.Body, w.Result().Cookies()[0].Name)
	// Output: 200 Hello, Ann better-auth.session_token
}

// Fields that plugins and the application add travel in Extra.
func ExampleFields() {
	auth, err := start()
	if err != nil {
		fmt.Println(err)
		return
	}
	in := api.SignUpEmailInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse"}
	in.Extra.Set("plan", "pro")
	out, err := auth.API.SignUpEmail(context.Background(), in)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, ok := api.Field[string](out.User.Extra, "plan")
	fmt.Println(plan, ok)
	// Output: pro true
}

// Absent, null and a value are three things.
func ExampleNullable() {
	type patch struct {
		Image api.Nullable[string] `json:"image,omitzero"`
	}
	for _, p := range []patch{{}, {api.Null[string]()}, {api.Some("a.png")}} {
		text, err := json.Marshal(p)
		fmt.Println(string(text), err)
	}
	// Output:
	// {} <nil>
	// {"image":null} <nil>
	// {"image":"a.png"} <nil>
}
