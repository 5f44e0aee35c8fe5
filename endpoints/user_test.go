package endpoints_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestUpdateUser(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		in     any
		status int
		code   string
		user   string // name and image afterwards
	}{
		{"name", body{"name": "New"}, 200, "", "New https://e.com/i.png"},
		{"empty name", body{"name": ""}, 200, "", " https://e.com/i.png"},
		{"image", body{"image": "x"}, 200, "", "User One x"},
		{"no image", body{"image": nil}, 200, "", "User One <nil>"},
		{"address", body{"email": "x@example.com"}, 400, "EMAIL_CAN_NOT_BE_UPDATED", ""},
		{"nothing", body{}, 400, "", ""},
		{"columns of the core", body{"emailVerified": true, "id": "x", "createdAt": "2020-01-01T00:00:00.000Z"}, 400, "", ""},
		{"name of another type", body{"name": 1}, 400, "VALIDATION_ERROR", ""},
		{"a list", []any{1}, 400, "VALIDATION_ERROR", ""},
		{"NUL", body{"name": "a\x00"}, 400, "VALIDATION_ERROR", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t)
			c := s.SignUp("user@example.com", "name", "User One", "image", "https://e.com/i.png")
			other := s.SignUp("other@example.com", "name", "User Two", "image", "https://e.com/i.png")
			a := c.Post("/update-user", tc.in).ExpectError(tc.status, tc.code)
			if tc.status != 200 {
				tc.user = "User One https://e.com/i.png"
			} else if a.Body != `{"status":true}` || a.Cookie(tokenCookie) == "" {
				t.Errorf("body %s, cookies %q", a.Body, a.Header["Set-Cookie"])
			}
			after := c.Get("/get-session")
			if got := fmt.Sprint(after.Get("user.name"), " ", after.Get("user.image")); got != tc.user {
				t.Errorf("user %q, want %q", got, tc.user)
			}
			if got := other.Get("/get-session").String("user.name"); got != "User Two" {
				t.Errorf("another user is now %q", got)
			}
		})
	}
	t.Run("signed out", func(t *testing.T) {
		t.Parallel()
		plugintest.New(t).Client().Post("/update-user", body{"name": "X"}).ExpectError(401, "UNAUTHORIZED")
	})
}

// everyField has a field of every type and rule.
func everyField(s *betterauth.Config) {
	s.User.AdditionalFields = []adapter.Field{
		{Name: "plan", Type: adapter.String, Enum: []string{"free", "pro"}},
		{Name: "age", Type: adapter.Number, Optional: true},
		{Name: "big", Type: adapter.Number, BigInt: true, Optional: true},
		{Name: "admin", Type: adapter.Boolean, Optional: true, NoInput: true},
		{Name: "rank", Type: adapter.Number, Optional: true, NoInput: true, Default: func() any { return 3.0 }},
		{Name: "born", Type: adapter.Date, Optional: true},
		{Name: "tags", Type: adapter.StringArray, Optional: true},
		{Name: "marks", Type: adapter.NumberArray, Optional: true},
		{Name: "meta", Type: adapter.JSON, Optional: true},
		{Name: "note", Type: adapter.String, Optional: true, Hidden: true},
		{Name: "code", Type: adapter.String, Optional: true, Validate: func(v any) error {
			if text, _ := v.(string); len(text) != 4 {
				return errors.New("code has four characters")
			}
			return nil
		}},
		{Name: "lang", Type: adapter.String, Optional: true, Default: func() any { return "en" }},
	}
}

func TestAdditionalFields(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, everyField)
	c := s.Client()
	in := signUpBody("user@example.com")
	in["plan"], in["age"], in["big"], in["born"] = "pro", 41.5, 9007199254740991.0, "2000-02-03T04:05:06.789Z"
	in["tags"], in["marks"], in["meta"] = []any{"a", "b"}, []any{1.0, 2.5}, json.RawMessage(`{"z":1,"a":null}`)
	in["note"], in["code"], in["rank"] = "hidden", "1234", 9
	want := `"plan":"pro","age":41.5,"big":9007199254740991,"admin":null,"rank":3,"born":"2000-02-03T04:05:06.789Z",` +
		`"tags":["a","b"],"marks":[1,2.5],"meta":{"z":1,"a":null},"code":"1234","lang":"en","id":`
	for _, a := range []*plugintest.Answer{c.Post("/sign-up/email", in).Expect(200), c.Get("/get-session"), s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password})} {
		if !strings.Contains(a.Body, want) || strings.Contains(a.Body, "hidden") {
			t.Errorf("%s: %s\nwant %s", a.Request, a.Body, want)
		}
	}
	row, err := plugin.Users.FindOne(t.Context(), s.Store())
	if err != nil {
		t.Fatal(err)
	}
	if note, _ := api.Field[string](row.Extra, "note"); note != "hidden" {
		t.Errorf("stored note %q", note)
	}
}

func TestAdditionalFieldRules(t *testing.T) {
	t.Parallel()
	const invalid = "VALIDATION_ERROR"
	const absent = "(absent)"
	cases := []struct {
		name    string
		change  body
		code    string
		message string
	}{
		{"required missing", body{"plan": absent}, "MISSING_FIELD", "plan is required"},
		{"required null", body{"plan": nil}, invalid, "[body.plan] Invalid input: expected string, received null"},
		{"enum", body{"plan": "gold"}, invalid, `[body.plan] Invalid option: expected one of "free"|"pro"`},
		{"string", body{"plan": 1}, invalid, "[body.plan] Invalid input: expected string, received number"},
		{"number", body{"age": "41"}, invalid, "[body.age] Invalid input: expected number, received string"},
		{"number out of range", body{"age": 1e300}, invalid, "[body.age] Invalid input: expected number, received a number out of range"},
		{"input false", body{"admin": true}, "FIELD_NOT_ALLOWED", "admin is not allowed to be set"},
		{"date", body{"born": "yesterday"}, invalid, "[body.born] Invalid input: expected date, received string"},
		{"list", body{"tags": "a"}, invalid, "[body.tags] Invalid input: expected array, received string"},
		{"element", body{"tags": []any{"a", 1}}, invalid, "[body.tags.1] Invalid input: expected string, received number"},
		{"number element", body{"marks": []any{"1"}}, invalid, "[body.marks.0] Invalid input: expected number, received string"},
		{"NUL inside JSON", body{"meta": body{"a": "\x00"}}, invalid, "[body.meta.a] Invalid string: must not contain U+0000"},
		{"validator", body{"code": "12345"}, invalid, "code has four characters"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, everyField)
			in := body{"email": "user@example.com", "password": plugintest.Password, "name": "U", "plan": "free"}
			for name, value := range tc.change {
				in[name] = value
				if value == absent {
					delete(in, name)
				}
			}
			a := s.Client().Post("/sign-up/email", in).ExpectError(400, tc.code)
			if a.String("message") != tc.message {
				t.Errorf("message %q, want %q", a.String("message"), tc.message)
			}
			if s.Count("user") != 0 {
				t.Error("a user was made")
			}
			if tc.code == "MISSING_FIELD" {
				return
			}
			c := s.SignUp("user@example.com", "plan", "free")
			c.Post("/update-user", tc.change).ExpectError(400, tc.code)
		})
	}
}

func TestUpdateAdditionalFields(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, everyField)
	c := s.SignUp("user@example.com", "plan", "free", "code", "1234")
	c.Post("/update-user", body{"plan": "pro", "tags": []any{}, "born": nil, "note": "n", "admin": false, "unknown": 1}).Expect(200)
	a := c.Get("/get-session")
	if a.String("user.plan") != "pro" || a.String("user.code") != "1234" || !strings.Contains(a.Body, `"tags":[]`) || strings.Contains(a.Body, "unknown") {
		t.Errorf("body %s", a.Body)
	}
	c.Post("/update-user", body{"rank": 5}).ExpectError(400, "FIELD_NOT_ALLOWED")
}

// TestTrustedFields checks that callers in process may set what clients may not.
func TestTrustedFields(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, everyField)
	extra := api.Fields{{Name: "plan", Value: "pro"}, {Name: "admin", Value: true}, {Name: "rank", Value: 8.0}}
	out, err := s.API.CreateUser(t.Context(), api.CreateUserInput{Email: "user@example.com", Name: "U", Extra: extra})
	if err != nil {
		t.Fatal(err)
	}
	updated, err := s.API.UpdateUser(t.Context(), api.UpdateUserInput{UserID: out.User.ID, Extra: api.Fields{{Name: "rank", Value: 9.0}}})
	if err != nil {
		t.Fatal(err)
	}
	admin, _ := api.Field[bool](updated.User.Extra, "admin")
	rank, _ := api.Field[float64](updated.User.Extra, "rank")
	if !admin || rank != 9 {
		t.Errorf("user %+v", updated.User)
	}
}

// TestTransforms checks that Input and Output of a field are applied.
func TestTransforms(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.User.AdditionalFields = []adapter.Field{{
			Name: "nick", Column: "nick_name", Type: adapter.String, Optional: true,
			Input:  func(v any) (any, error) { text, _ := v.(string); return strings.ToUpper(text), nil },
			Output: func(v any) (any, error) { text, _ := v.(string); return "<" + text + ">", nil },
		}}
	})
	c := s.SignUp("user@example.com", "nick", "bob")
	if got := c.Get("/get-session").String("user.nick"); got != "<BOB>" {
		t.Errorf("nick %q", got)
	}
}
