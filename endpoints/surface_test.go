package endpoints_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// A call of an endpoint that is sent over each of its surfaces: HTTP, the typed function and API.Call.
type call struct {
	field  string // of api.API
	id     string
	method string // "" for endpoints without a route
	path   string
	body   any
	query  map[string]string
	params map[string]string
	// prepare runs on a server with two users, the first signed in, and may change the call's values.
	prepare func(s *plugintest.Kit, c *plugintest.Client, v *call)
	typed   func(ctx context.Context, a *api.API, v *call, opts ...api.Option) (*http.Response, error)
	// trusted calls carry no headers.
	trusted bool
	status  int
}

// respond calls a typed function.
func respond[In, Out any](field func(*api.API) api.Func[In, Out], in func(v *call) In) func(context.Context, *api.API, *call, ...api.Option) (*http.Response, error) {
	return func(ctx context.Context, a *api.API, v *call, opts ...api.Option) (*http.Response, error) {
		return field(a).Response(ctx, in(v), opts...)
	}
}

// always is an input that needs no preparation.
func always[In any](in In) func(*call) In { return func(*call) In { return in } }

// text is a member of the call's body.
func (v *call) text(name string) string {
	m, _ := v.body.(body)
	s, _ := m[name].(string)
	return s
}

func mailed(kind, path string, in body) func(*plugintest.Kit, *plugintest.Client, *call) {
	return func(s *plugintest.Kit, c *plugintest.Client, v *call) {
		c.Post(path, in).Expect(200)
		token := s.Mail(kind).Token
		switch {
		case v.params != nil:
			v.params = map[string]string{"token": token}
		case v.query != nil:
			v.query = map[string]string{"token": token}
		default:
			v.body = body{"token": token, "newPassword": "newpassword123"}
		}
	}
}

func userID(_ *plugintest.Kit, c *plugintest.Client, v *call) {
	v.body = body{"userId": c.Get("/get-session").String("user.id")}
}

const address = "user@example.com"

var calls = append(socialCalls, []call{
	{
		field: "SignUpEmail", id: "signUpEmail", method: "POST", path: "/sign-up/email", status: 200,
		body:  body{"email": "new@example.com", "password": plugintest.Password, "name": "N", "plan": "pro", "image": "i", "rememberMe": false},
		typed: respond(func(a *api.API) api.Func[api.SignUpEmailInput, *api.SignUpEmailOutput] { return a.SignUpEmail }, always(api.SignUpEmailInput{Email: "new@example.com", Password: plugintest.Password, Name: "N", Image: new("i"), RememberMe: new(false), Extra: api.Fields{{Name: "plan", Value: "pro"}}})),
	},
	{
		field: "SignUpEmail", id: "signUpEmail", method: "POST", path: "/sign-up/email", status: 400,
		body:  body{"email": "nope", "password": "", "name": "N"},
		typed: respond(func(a *api.API) api.Func[api.SignUpEmailInput, *api.SignUpEmailOutput] { return a.SignUpEmail }, always(api.SignUpEmailInput{Email: "nope", Name: "N"})),
	},
	{
		field: "SignInEmail", id: "signInEmail", method: "POST", path: "/sign-in/email", status: 200,
		body:  body{"email": address, "password": plugintest.Password, "callbackURL": "/x"},
		typed: respond(func(a *api.API) api.Func[api.SignInEmailInput, *api.SignInEmailOutput] { return a.SignInEmail }, always(api.SignInEmailInput{Email: address, Password: plugintest.Password, CallbackURL: "/x"})),
	},
	{
		field: "SignInEmail", id: "signInEmail", method: "POST", path: "/sign-in/email", status: 401,
		body:  body{"email": address, "password": "wrong"},
		typed: respond(func(a *api.API) api.Func[api.SignInEmailInput, *api.SignInEmailOutput] { return a.SignInEmail }, always(api.SignInEmailInput{Email: address, Password: "wrong"})),
	},
	{
		field: "SignOut", id: "signOut", method: "POST", path: "/sign-out", status: 200, body: body{},
		typed: respond(func(a *api.API) api.Func[api.SignOutInput, *api.SignOutOutput] { return a.SignOut }, always(api.SignOutInput{})),
	},
	{
		field: "GetSession", id: "getSession", method: "GET", path: "/get-session", status: 200, query: map[string]string{"disableCookieCache": "true"},
		typed: respond(func(a *api.API) api.Func[api.GetSessionInput, *api.SessionData] { return a.GetSession }, always(api.GetSessionInput{DisableCookieCache: true})),
	},
	{
		field: "ListSessions", id: "listSessions", method: "GET", path: "/list-sessions", status: 200,
		typed: respond(func(a *api.API) api.Func[api.ListSessionsInput, []*api.Session] { return a.ListSessions }, always(api.ListSessionsInput{})),
	},
	{
		field: "RevokeSession", id: "revokeSession", method: "POST", path: "/revoke-session", status: 200, body: body{"token": "unknown"},
		typed: respond(func(a *api.API) api.Func[api.RevokeSessionInput, *api.StatusOutput] { return a.RevokeSession }, always(api.RevokeSessionInput{Token: "unknown"})),
	},
	{
		field: "RevokeSessions", id: "revokeSessions", method: "POST", path: "/revoke-sessions", status: 200, body: body{},
		typed: respond(func(a *api.API) api.Func[api.RevokeSessionsInput, *api.StatusOutput] { return a.RevokeSessions }, always(api.RevokeSessionsInput{})),
	},
	{
		field: "RevokeOtherSessions", id: "revokeOtherSessions", method: "POST", path: "/revoke-other-sessions", status: 200, body: body{},
		typed: respond(func(a *api.API) api.Func[api.RevokeOtherSessionsInput, *api.StatusOutput] {
			return a.RevokeOtherSessions
		}, always(api.RevokeOtherSessionsInput{})),
	},
	{
		field: "UpdateSession", id: "updateSession", method: "POST", path: "/update-session", status: 200, body: body{"theme": "dark"},
		typed: respond(func(a *api.API) api.Func[api.UpdateSessionInput, *api.UpdateSessionOutput] { return a.UpdateSession }, always(api.UpdateSessionInput{Extra: api.Fields{{Name: "theme", Value: "dark"}}})),
	},
	{
		field: "UpdateUser", id: "updateUser", method: "POST", path: "/update-user", status: 200, body: body{"name": "X", "image": nil, "plan": "free"},
		typed: respond(func(a *api.API) api.Func[api.UpdateUserInput, *api.UpdateUserOutput] { return a.UpdateUser }, always(api.UpdateUserInput{Name: new("X"), Image: api.Null[string](), Extra: api.Fields{{Name: "plan", Value: "free"}}})),
	},
	{
		field: "ChangePassword", id: "changePassword", method: "POST", path: "/change-password", status: 200,
		body:  body{"currentPassword": plugintest.Password, "newPassword": "newpassword123", "revokeOtherSessions": true},
		typed: respond(func(a *api.API) api.Func[api.ChangePasswordInput, *api.ChangePasswordOutput] { return a.ChangePassword }, always(api.ChangePasswordInput{CurrentPassword: plugintest.Password, NewPassword: "newpassword123", RevokeOtherSessions: true})),
	},
	{
		field: "SetPassword", id: "setPassword", status: 400, body: body{"newPassword": "newpassword123"},
		typed: respond(func(a *api.API) api.Func[api.SetPasswordInput, *api.StatusOutput] { return a.SetPassword }, always(api.SetPasswordInput{NewPassword: "newpassword123"})),
	},
	{
		field: "VerifyPassword", id: "verifyPassword", method: "POST", path: "/verify-password", status: 200, body: body{"password": plugintest.Password},
		typed: respond(func(a *api.API) api.Func[api.VerifyPasswordInput, *api.StatusOutput] { return a.VerifyPassword }, always(api.VerifyPasswordInput{Password: plugintest.Password})),
	},
	{
		field: "ChangeEmail", id: "changeEmail", method: "POST", path: "/change-email", status: 200, body: body{"newEmail": "new@example.com"},
		typed: respond(func(a *api.API) api.Func[api.ChangeEmailInput, *api.StatusOutput] { return a.ChangeEmail }, always(api.ChangeEmailInput{NewEmail: "new@example.com"})),
	},
	{
		field: "DeleteUser", id: "deleteUser", method: "POST", path: "/delete-user", status: 200, body: body{},
		typed: respond(func(a *api.API) api.Func[api.DeleteUserInput, *api.DeleteUserOutput] { return a.DeleteUser }, always(api.DeleteUserInput{})),
	},
	{
		field: "DeleteUserCallback", id: "deleteUserCallback", method: "GET", path: "/delete-user/callback", status: 404, query: map[string]string{"token": "x", "callbackURL": "/y"},
		typed: respond(func(a *api.API) api.Func[api.DeleteUserCallbackInput, *api.DeleteUserOutput] {
			return a.DeleteUserCallback
		}, always(api.DeleteUserCallbackInput{Token: "x", CallbackURL: "/y"})),
	},
	{
		field: "SendVerificationEmail", id: "sendVerificationEmail", method: "POST", path: "/send-verification-email", status: 200, body: body{"email": address},
		typed: respond(func(a *api.API) api.Func[api.SendVerificationEmailInput, *api.StatusOutput] {
			return a.SendVerificationEmail
		}, always(api.SendVerificationEmailInput{Email: address})),
	},
	{
		field: "VerifyEmail", id: "verifyEmail", method: "GET", path: "/verify-email", status: 200, query: map[string]string{},
		prepare: mailed("verification", "/send-verification-email", body{"email": address}),
		typed:   respond(func(a *api.API) api.Func[api.VerifyEmailInput, *api.VerifyEmailOutput] { return a.VerifyEmail }, func(v *call) api.VerifyEmailInput { return api.VerifyEmailInput{Token: v.query["token"]} }),
	},
	{
		field: "VerifyEmail", id: "verifyEmail", method: "GET", path: "/verify-email", status: 302, query: map[string]string{"token": "bad", "callbackURL": "/x"},
		typed: respond(func(a *api.API) api.Func[api.VerifyEmailInput, *api.VerifyEmailOutput] { return a.VerifyEmail }, always(api.VerifyEmailInput{Token: "bad", CallbackURL: "/x"})),
	},
	{
		field: "RequestPasswordReset", id: "requestPasswordReset", method: "POST", path: "/request-password-reset", status: 200, body: body{"email": address},
		typed: respond(func(a *api.API) api.Func[api.RequestPasswordResetInput, *api.RequestPasswordResetOutput] {
			return a.RequestPasswordReset
		}, always(api.RequestPasswordResetInput{Email: address})),
	},
	{
		field: "RequestPasswordResetCallback", id: "requestPasswordResetCallback", method: "GET", path: "/reset-password/bad", status: 302,
		query: map[string]string{"callbackURL": "/r"}, params: map[string]string{"token": "bad"},
		typed: respond(func(a *api.API) api.Func[api.RequestPasswordResetCallbackInput, *api.StatusOutput] {
			return a.RequestPasswordResetCallback
		}, always(api.RequestPasswordResetCallbackInput{Token: "bad", CallbackURL: "/r"})),
	},
	{
		field: "ResetPassword", id: "resetPassword", method: "POST", path: "/reset-password", status: 200,
		prepare: mailed("reset", "/request-password-reset", body{"email": address}),
		typed: respond(func(a *api.API) api.Func[api.ResetPasswordInput, *api.ResetPasswordOutput] { return a.ResetPassword },
			func(v *call) api.ResetPasswordInput {
				return api.ResetPasswordInput{Token: v.text("token"), NewPassword: v.text("newPassword")}
			}),
	},
	{
		field: "OK", id: "ok", method: "GET", path: "/ok", status: 200,
		typed: respond(func(a *api.API) api.Func[api.OKInput, *api.OKOutput] { return a.OK }, always(api.OKInput{})),
	},
	{
		field: "Error", id: "error", method: "GET", path: "/error", status: 200, query: map[string]string{"error": "x", "error_description": "<y>"},
		typed: respond(func(a *api.API) api.Func[api.ErrorInput, *http.Response] { return a.Error }, always(api.ErrorInput{Code: "x", Description: "<y>"})),
	},
	{
		field: "CreateUser", id: "createUser", status: 200, trusted: true, body: body{"email": "New@example.com", "name": "N", "password": plugintest.Password, "plan": "pro"},
		typed: respond(func(a *api.API) api.Func[api.CreateUserInput, *api.CreateUserOutput] { return a.CreateUser }, always(api.CreateUserInput{Email: "New@example.com", Name: "N", Password: plugintest.Password, Extra: api.Fields{{Name: "plan", Value: "pro"}}})),
	},
	{
		field: "ListUsers", id: "listUsers", status: 200, trusted: true, query: map[string]string{"limit": "1", "offset": "1"},
		typed: respond(func(a *api.API) api.Func[api.ListUsersInput, *api.ListUsersOutput] { return a.ListUsers }, always(api.ListUsersInput{Limit: 1, Offset: 1})),
	},
	{
		field: "RevokeAllSessions", id: "revokeAllSessions", status: 200, trusted: true, prepare: userID,
		typed: respond(func(a *api.API) api.Func[api.RevokeAllSessionsInput, *api.StatusOutput] { return a.RevokeAllSessions },
			func(v *call) api.RevokeAllSessionsInput { return api.RevokeAllSessionsInput{UserID: v.text("userId")} }),
	},
}...)

// outcome is what a surface answered.
type outcome struct {
	status  int
	body    string
	cookies []string
	target  string
}

// start sets up a server; a kit makes the same random values every time.
func start(t *testing.T, v *call) (*plugintest.Kit, *plugintest.Client) {
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.User.DeleteUser.Enabled, s.User.ChangeEmail.Enabled = true, true
		s.User.AdditionalFields = []adapter.Field{{Name: "plan", Type: adapter.String, Optional: true}}
		s.SocialProviders = []plugin.SocialProvider{&fake{t: t}}
		s.Session.AdditionalFields = []adapter.Field{{Name: "theme", Type: adapter.String, Optional: true}}
	})
	c := s.SignUp(address)
	s.SignUp("other@example.com")
	if v.prepare != nil {
		v.prepare(s, c, v)
	}
	return s, c
}

func overHTTP(t *testing.T, v call) outcome {
	_, c := start(t, &v)
	target := "/api/auth" + v.path
	if len(v.query) > 0 {
		q := url.Values{}
		for name, value := range v.query {
			q.Set(name, value)
		}
		target += "?" + q.Encode()
	}
	c.RemoteAddr = "" // calls in process have none
	a := c.Do(v.method, target, v.body)
	return outcome{a.Status, a.Body, a.Header["Set-Cookie"], a.Header.Get("Location")}
}

func options(v call, c *plugintest.Client) []api.Option {
	if v.trusted {
		return nil
	}
	return []api.Option{api.WithHeaders(c.Headers())}
}

func typed(t *testing.T, v call) outcome {
	s, c := start(t, &v)
	res, err := v.typed(t.Context(), s.API, &v, options(v, c)...)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, res)
}

func read(t *testing.T, res *http.Response) outcome {
	t.Helper()
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return outcome{res.StatusCode, string(text), res.Header["Set-Cookie"], res.Header.Get("Location")}
}

func dynamic(t *testing.T, v call) outcome {
	s, c := start(t, &v)
	var status int
	var h http.Header
	value, err := s.API.Call(t.Context(), v.id, api.Request{Body: v.body, Query: v.query, Params: v.params},
		append(options(v, c), api.CaptureStatus(&status), api.CaptureHeaders(&h))...)
	if res, ok := value.(*http.Response); ok && err == nil {
		return read(t, res)
	}
	out := outcome{status, "", h["Set-Cookie"], h.Get("Location")}
	if e, ok := errors.AsType[*errors.APIError](err); ok {
		if e.Message != "" {
			value = wire.Object{{Name: "message", Value: e.Message}, {Name: "code", Value: e.Code}, {Name: "status", Value: e.Status}}
		} else {
			return out
		}
	}
	text, err := wire.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out.body = string(text)
	return out
}

func TestSurfacesAgree(t *testing.T) {
	t.Parallel()
	for _, v := range calls {
		t.Run(v.field+" "+http.StatusText(v.status), func(t *testing.T) {
			t.Parallel()
			want := typed(t, v)
			if want.status != v.status {
				t.Fatalf("typed: status %d, want %d: %s", want.status, v.status, want.body)
			}
			check := func(surface string, got outcome) {
				if got.status != want.status || got.body != want.body || got.target != want.target || !slices.Equal(got.cookies, want.cookies) {
					t.Errorf("%s: %+v\ntyped: %+v", surface, got, want)
				}
			}
			check("call", dynamic(t, v))
			if v.method != "" {
				check("HTTP", overHTTP(t, v))
			}
		})
	}
}

func TestSurfacesCoverEveryFunction(t *testing.T) {
	t.Parallel()
	for field := range reflect.TypeFor[api.API]().Fields() {
		if field.IsExported() && !slices.ContainsFunc(calls, func(v call) bool { return v.field == field.Name }) {
			t.Errorf("%s is in no case", field.Name)
		}
	}
}

// TestCallRefusals covers dynamic calls that cannot work.
func TestCallRefusals(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	ctx := t.Context()
	_, err := s.API.Call(ctx, "noSuchThing", api.Request{})
	wantError(t, err, 404, "NOT_FOUND")
	_, err = s.API.Call(ctx, "signInEmail", api.Request{Body: body{"email": 1}})
	wantError(t, err, 400, "VALIDATION_ERROR")
	_, err = s.API.Call(ctx, "signInEmail", api.Request{})
	wantError(t, err, 400, "VALIDATION_ERROR")
	_, err = s.API.Call(ctx, "signInEmail", api.Request{Body: func() {}})
	wantError(t, err, 400, "BAD_REQUEST")
	_, err = s.API.Call(ctx, "getSession", api.Request{})
	wantError(t, err, 400, "VALIDATION_ERROR")
	if e, _ := errors.AsType[*errors.APIError](err); e.Message != "Headers is required" {
		t.Errorf("message %q", e.Message)
	}
	_, err = s.API.Call(ctx, "updateUser", api.Request{Body: body{"UserID": "x", "name": "N"}}, api.WithHeaders(http.Header{}))
	wantError(t, err, 401, "UNAUTHORIZED")
}

// TestCallTakesStructs checks that a struct as the body means the same as its JSON.
func TestCallTakesStructs(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	s.SignUp(address)
	value, err := s.API.Call(t.Context(), "signInEmail", api.Request{Body: api.SignInEmailInput{Email: strings.ToUpper(address), Password: plugintest.Password}})
	out, ok := value.(*api.SignInEmailOutput)
	if err != nil || !ok || out.User.Email != address {
		t.Fatalf("%#v, %v", value, err)
	}
}
