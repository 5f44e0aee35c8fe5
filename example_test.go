package betterauth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// A whole application: sign up, read the session, fail to sign in, and call an endpoint by id.
func Example() {
	ctx := context.Background()
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var _ http.Handler = auth.Handler()

	var h http.Header
	_, err = auth.API.SignUpEmail(ctx, api.SignUpEmailInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse"}, api.CaptureHeaders(&h))
	fmt.Println("signed up:", err == nil)

	cookieHeader := http.Header{"Cookie": {cookiePair(h)}}
	s, err := auth.API.GetSession(ctx, api.GetSessionInput{}, api.WithHeaders(cookieHeader))
	fmt.Println(s.User.Email, time.Until(s.Session.ExpiresAt) > 6*24*time.Hour, err)

	_, err = auth.API.SignInEmail(ctx, api.SignInEmailInput{Email: "ann@example.com", Password: "wrong password"})
	var e *errors.APIError
	fmt.Println(errors.As(err, &e), e.Status, e.Code, errors.Is(err, errors.InvalidEmailOrPassword))

	res, err := auth.API.SignInEmail.Response(ctx, api.SignInEmailInput{Email: "ann@example.com", Password: "correct horse"})
	fmt.Println(res.StatusCode, res.Header.Get("Content-Type"), err)

	v, err := auth.API.Call(ctx, "getSession", api.Request{}, api.WithHeaders(cookieHeader))
	fmt.Println(v.(*api.SessionData).User.Name, err)
	// Output:
	// signed up: true
	// ann@example.com true <nil>
	// true 401 INVALID_EMAIL_OR_PASSWORD true
	// 200 application/json <nil>
	// Ann <nil>
}

// cookiePair is what a browser would send back.
func cookiePair(h http.Header) string {
	res := http.Response{Header: h}
	return res.Cookies()[0].Name + "=" + res.Cookies()[0].Value
}

// greeter is a plugin with one endpoint; its API field calls it with types.
type greeter struct {
	API struct {
		Greet api.Func[greetInput, *greeting] // GET /greet
	}
}

type greetInput struct {
	Name string `query:"name" validate:"min=1"`
}

type greeting struct {
	Text string `json:"text"`
}

func (*greeter) ID() string { return "greeter" }

func (g *greeter) Register(r *plugin.Registry) error {
	g.API.Greet = plugin.Handle(r, plugin.Endpoint{
		ID: "greet", Method: http.MethodGet, Path: "/greet", Summary: "Greet somebody",
	}, func(_ *plugin.Context, in greetInput) (*greeting, error) {
		return &greeting{Text: "Hello, " + in.Name}, nil
	})
	return nil
}

// A plugin's endpoints are typed functions too.
func Example_plugin() {
	ctx := context.Background()
	g := &greeter{}
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), Plugins: []plugin.Plugin{g},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := g.API.Greet(ctx, greetInput{Name: "Ann"})
	fmt.Println(out.Text, err)
	_, err = g.API.Greet(ctx, greetInput{})
	fmt.Println(err)
	v, err := auth.API.Call(ctx, "greet", api.Request{Query: map[string]string{"name": "Bo"}})
	fmt.Println(v.(*greeting).Text, err)
	// Output:
	// Hello, Ann <nil>
	// [query.name] Too small: expected string to have >=1 characters (VALIDATION_ERROR)
	// Hello, Bo <nil>
}

// Sign-in with a provider: the browser goes to its page and comes back to the callback.
func Example_social() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(),
		SocialProviders: []betterauth.SocialProvider{
			social.GitHub(social.Options{ClientID: "my-app", ClientSecret: "from GitHub's settings"}),
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The official client does the same with signIn.social({provider: "github"}), and a link to
	// /api/auth/sign-in/github?callbackURL=/welcome needs no JavaScript at all.
	var h http.Header
	out, err := auth.API.SignInSocial(context.Background(),
		api.SignInSocialInput{Provider: "github", CallbackURL: "/welcome"}, api.CaptureHeaders(&h))
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := url.Parse(out.URL)
	fmt.Println(page.Host+page.Path, err)
	fmt.Println(page.Query().Get("redirect_uri"))
	fmt.Println(strings.HasPrefix(h.Get("Set-Cookie"), "better-auth.state="))
	// Output:
	// github.com/login/oauth/authorize <nil>
	// http://localhost:3000/api/auth/callback/github
	// true
}

// The application's own pages read the session from the request's context.
func ExampleAuth_RequireSession() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello, %s", betterauth.UserFrom(r.Context()).Name)
	})
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", auth.Handler())
	mux.Handle("/account", auth.RequireSession(account, betterauth.OrRedirect("/sign-in")))

	page := httptest.NewRequest(http.MethodGet, "/account", nil)
	page.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, page)
	fmt.Println(w.Code, w.Header().Get("Location"))

	w = httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/account", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 302 /sign-in?callbackURL=%2Faccount
	// 401 {"message":"Unauthorized","code":"UNAUTHORIZED","status":401}
}
