package betterauth_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/api"
)

var when = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)

func extra() api.Fields {
	return api.Fields{{Name: "plan", Value: "pro"}, {Name: "score", Value: 7.5}, {Name: "tags", Value: []any{"a", nil}}, {Name: "none", Value: nil}}
}

const extraJSON = `"plan":"pro","score":7.5,"tags":["a",null],"none":null`

// TestModels checks that models pass through encoding/json as the wire has them, and back.
func TestModels(t *testing.T) {
	t.Parallel()
	user := &api.User{ID: "u", Name: "<N>", Email: "e", EmailVerified: true, CreatedAt: when, UpdatedAt: when, Extra: extra()}
	session := &api.Session{ID: "s", Token: "t", UserID: "u", ExpiresAt: when, CreatedAt: when, UpdatedAt: when, IPAddress: new(""), Extra: extra()}
	const date = `"2026-01-02T03:04:05.678Z"`
	const userJSON = `{"name":"<N>","email":"e","emailVerified":true,"image":null,"createdAt":` + date + `,"updatedAt":` + date + `,` + extraJSON + `,"id":"u"}`
	const sessionJSON = `{"expiresAt":` + date + `,"token":"t","createdAt":` + date + `,"updatedAt":` + date + `,"ipAddress":"","userAgent":null,"userId":"u",` + extraJSON + `,"id":"s"}`
	cases := []struct {
		value any
		want  string
	}{
		{user, userJSON},
		{session, sessionJSON},
		{
			&api.Account{ID: "a", AccountID: "x", ProviderID: "credential", UserID: "u", Password: new("h"), AccessTokenExpiresAt: &when, CreatedAt: when, UpdatedAt: when, Extra: extra()},
			`{"accountId":"x","providerId":"credential","userId":"u","accessToken":null,"refreshToken":null,"idToken":null,"accessTokenExpiresAt":` + date +
				`,"refreshTokenExpiresAt":null,"scope":null,"password":"h","createdAt":` + date + `,"updatedAt":` + date + `,` + extraJSON + `,"id":"a"}`,
		},
		{
			&api.Verification{ID: "v", Identifier: "i", Value: "x", ExpiresAt: when, CreatedAt: when, UpdatedAt: when, Extra: extra()},
			`{"identifier":"i","value":"x","expiresAt":` + date + `,"createdAt":` + date + `,"updatedAt":` + date + `,` + extraJSON + `,"id":"v"}`,
		},
		{&api.SessionData{Session: session, User: user}, `{"session":` + sessionJSON + `,"user":` + userJSON + `}`},
		{&api.SessionData{Session: session, User: user, NeedsRefresh: new(true)}, `{"session":` + sessionJSON + `,"user":` + userJSON + `,"needsRefresh":true}`},
	}
	for _, tc := range cases {
		name := reflect.TypeOf(tc.value).Elem().Name()
		text, err := json.Marshal(tc.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := unescape.Replace(string(text)); got != tc.want {
			t.Errorf("%s: %s\nwant %s", name, got, tc.want)
		}
		back := reflect.New(reflect.TypeOf(tc.value).Elem()).Interface()
		if err := json.Unmarshal(text, back); err != nil || !reflect.DeepEqual(back, tc.value) {
			t.Errorf("%s comes back as %+v, %v", name, back, err)
		}
	}
}

// unescape undoes what encoding/json does to output of MarshalJSON.
var unescape = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">")

// TestInlineModelsMarshal checks that every type with inlined fields brings its own JSON, since encoding/json
// does not know them.
func TestInlineModelsMarshal(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() == reflect.Func {
			visit(typ.In(1))
			visit(typ.Out(0))
			return
		}
		if typ.Kind() != reflect.Struct || seen[typ] || typ.PkgPath() != reflect.TypeFor[api.User]().PkgPath() {
			return
		}
		seen[typ] = true
		for f := range typ.Fields() {
			visit(f.Type)
			isInput := strings.HasSuffix(typ.Name(), "Input")
			if strings.Contains(f.Tag.Get("json"), "inline") && !isInput && !typ.Implements(reflect.TypeFor[json.Marshaler]()) {
				t.Errorf("%s has inlined fields and no MarshalJSON", typ.Name())
			}
		}
	}
	for f := range reflect.TypeFor[api.API]().Fields() {
		if f.IsExported() {
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[api.Account]())
	visit(reflect.TypeFor[api.Verification]())
	for _, want := range []reflect.Type{reflect.TypeFor[api.User](), reflect.TypeFor[api.Session](), reflect.TypeFor[api.SignUpEmailInput]()} {
		if !seen[want] {
			t.Errorf("%s was not visited", want.Name())
		}
	}
}

func TestNullable(t *testing.T) {
	t.Parallel()
	type holder struct {
		V api.Nullable[string] `json:"v,omitzero"`
	}
	for text, want := range map[string]api.Nullable[string]{`{}`: {}, `{"v":null}`: api.Null[string](), `{"v":"x"}`: api.Some("x"), `{"v":""}`: api.Some("")} {
		var got holder
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.V != want {
			t.Errorf("%s: %+v, %v", text, got.V, err)
		}
		back, err := json.Marshal(got)
		if err != nil || string(back) != text {
			t.Errorf("%s comes back as %s, %v", text, back, err)
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	var f api.Fields
	f.Set("a", "1")
	f.Set("b", 2.0)
	f.Set("a", "3")
	if v, ok := api.Field[string](f, "a"); v != "3" || !ok || len(f) != 2 {
		t.Errorf("%+v", f)
	}
	if v, ok := api.Field[string](f, "b"); v != "" || ok {
		t.Errorf("a number as a string: %q, %t", v, ok)
	}
	f.Delete("a")
	if _, ok := f.Get("a"); ok {
		t.Error("a is still there")
	}
	for name, value := range f.All() {
		if name != "b" || value != 2.0 {
			t.Errorf("%s: %v", name, value)
		}
	}
}
