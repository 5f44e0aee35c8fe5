package wire_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/wire"
)

type signUp struct {
	_          struct{}    `body:"intersection"`
	Name       string      `json:"name"`
	Email      string      `json:"email" validate:"email"`
	Password   string      `json:"password" validate:"min=1" wire:"nul"`
	Image      string      `json:"image,omitempty"`
	RememberMe *bool       `json:"rememberMe"`
	Extra      wire.Object `json:",inline"`
}

type nested struct {
	Name string `json:"name"`
	Age  *int   `json:"age" validate:"min=1"`
}

type kitchen struct {
	Tags   []string          `json:"tags" validate:"min=1,max=2,dive,min=2"`
	Kind   string            `json:"kind" validate:"oneof=a b"`
	Only   string            `json:"only,omitempty" validate:"oneof=code"`
	Yes    *bool             `json:"yes" validate:"eq=true"`
	Count  *int              `json:"count" validate:"gt=0"`
	Ratio  float64           `json:"ratio,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
	Meta   wire.Object       `json:"meta,omitempty"`
	Any    any               `json:"any,omitempty"`
	Raw    json.RawMessage   `json:"raw,omitempty"`
	Union  []string          `json:"union,omitempty" wire:"union"`
	When   *time.Time        `json:"when"`
	List   []nested          `json:"list,omitempty" validate:"max=2"`
	Inner  *nested           `json:"inner"`
	Logo   *string           `json:"logo" wire:"nullable"`
	Site   string            `json:"site,omitempty" validate:"url"`
	ID     string            `json:"id,omitempty" validate:"startswith=ba_"`
	Slug   string            `json:"slug,omitempty" pattern:"^[a-z]+$"`
	Prefix string            `json:"prefix,omitempty" pattern:"^[a-z]+$" message:"Invalid prefix format"`
	Code   string            `json:"code,omitempty" validate:"len=2"`
}

type strictIn struct {
	_ struct{} `body:"strict"`
	A string   `json:"a"`
}

type optionalIn struct {
	_ struct{} `body:"optional"`
	X string   `json:"x,omitempty"`
}

type nullishIn struct {
	_ struct{} `body:"nullish"`
	X string   `json:"x,omitempty"`
}

type unionIn struct {
	_ struct{} `body:"union"`
	A string   `json:"a"`
	B string   `json:"b"`
}

type recordIn struct {
	_     struct{}    `body:"record"`
	Extra wire.Object `json:",inline"`
}

// decodeJSON decodes text, "" meaning no body.
func decodeJSON(t testing.TB, dst any, text string) string {
	t.Helper()
	var body any = wire.Undefined{}
	if text != "" {
		var err error
		if body, err = wire.Parse([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return wire.Message(wire.Decode(dst, wire.Source{Body: body}))
}

func TestDecodeBody(t *testing.T) {
	t.Parallel()
	const base = `"tags":["xx"],"kind":"a"`
	tests := []struct {
		name string
		dst  any
		body string
		want string
	}{
		{"absent", new(strictIn), "", "[body] Invalid input: expected object, received undefined"},
		{"null", new(strictIn), "null", "[body] Invalid input: expected object, received null"},
		{"array", new(strictIn), "[]", "[body] Invalid input: expected object, received array"},
		{"string", new(strictIn), `"s"`, "[body] Invalid input: expected object, received string"},
		{"number", new(strictIn), "1", "[body] Invalid input: expected object, received number"},
		{"boolean", new(strictIn), "true", "[body] Invalid input: expected object, received boolean"},
		{"optional absent", new(optionalIn), "", ""},
		{"optional null", new(optionalIn), "null", "[body] Invalid input: expected object, received null"},
		{"nullish null", new(nullishIn), "null", ""},
		{"record null", new(recordIn), "null", "[body] Invalid input: expected record, received null"},
		{"intersection null", new(signUp), "null", "[body] Invalid input: expected object, received null; [body] Invalid input: expected record, received null"},
		{"union", new(unionIn), `{"a":1}`, "[body] Invalid input"},
		{"union absent", new(unionIn), "", "[body] Invalid input"},
		{"union member", new(kitchen), `{` + base + `,"union":[1,2]}`, "[body.union] Invalid input"},
		{"good", new(signUp), `{"name":"","email":"a@b.co","password":"\u0000"}`, ""},
		{"types in order", new(signUp), `{"password":1}`, "[body.name] Invalid input: expected string, received undefined; [body.email] Invalid input: expected string, received undefined; [body.password] Invalid input: expected string, received number"},
		{"rules", new(signUp), `{"name":"","email":"x","password":""}`, "[body.email] Invalid email address; [body.password] Too small: expected string to have >=1 characters"},
		{"email NUL", new(signUp), `{"name":"","email":"a\u0000@b.co","password":"x"}`, "[body.email] Invalid email address"},
		{"name NUL", new(signUp), `{"name":"a\u0000","email":"a@b.co","password":"x"}`, "[body.name] Invalid string: must not contain U+0000"},
		{"extra NUL", new(signUp), `{"name":"a","email":"a@b.co","password":"x","city":["\u0000"]}`, "[body.city.0] Invalid string: must not contain U+0000"},
		{"optional type", new(signUp), `{"name":"","email":"a@b.co","password":"x","rememberMe":"true","image":null}`, "[body.image] Invalid input: expected string, received null; [body.rememberMe] Invalid input: expected boolean, received string"},
		{"strict one", new(strictIn), `{"a":"x","b":1}`, `[body] Unrecognized key: "b"`},
		{"strict two", new(strictIn), `{"a":1,"b":1,"c":2}`, `[body.a] Invalid input: expected string, received number; [body] Unrecognized keys: "b", "c"`},
		{"array elements", new(kitchen), `{"kind":"b","tags":["a",1]}`, "[body.tags.0] Too small: expected string to have >=2 characters; [body.tags.1] Invalid input: expected string, received number"},
		{"array type", new(kitchen), `{"kind":"b","tags":"x"}`, "[body.tags] Invalid input: expected array, received string"},
		{"array empty", new(kitchen), `{"kind":"b","tags":[]}`, "[body.tags] Too small: expected array to have >=1 items"},
		{"enum", new(kitchen), `{"tags":["xx"],"kind":1,"only":"x"}`, `[body.kind] Invalid option: expected one of "a"|"b"; [body.only] Invalid input: expected "code"`},
		{"enum absent", new(kitchen), `{"tags":["xx"]}`, `[body.kind] Invalid option: expected one of "a"|"b"`},
		{"literal", new(kitchen), `{` + base + `,"yes":false}`, "[body.yes] Invalid input: expected true"},
		{"literal type", new(kitchen), `{` + base + `,"yes":"true"}`, "[body.yes] Invalid input: expected true"},
		{"int fraction", new(kitchen), `{` + base + `,"count":1.5}`, "[body.count] Invalid input: expected int, received number"},
		{"int bound", new(kitchen), `{` + base + `,"count":0}`, "[body.count] Too small: expected number to be >0"},
		{"int unsafe", new(kitchen), `{` + base + `,"count":9007199254740992}`, "[body.count] Too big: expected int to be <=9007199254740991"},
		{"int unsafe low", new(kitchen), `{` + base + `,"count":-99999999999999999999}`, "[body.count] Too small: expected int to be >=-9007199254740991; [body.count] Too small: expected number to be >0"},
		{"number infinite", new(kitchen), `{` + base + `,"ratio":1e400}`, "[body.ratio] Invalid input: expected number, received null"},
		{"map", new(kitchen), `{` + base + `,"labels":{"a":1}}`, "[body.labels.a] Invalid input: expected string, received number"},
		{"map type", new(kitchen), `{` + base + `,"labels":[]}`, "[body.labels] Invalid input: expected record, received array"},
		{"object type", new(kitchen), `{` + base + `,"meta":"x"}`, "[body.meta] Invalid input: expected record, received string"},
		{"any NUL", new(kitchen), `{` + base + `,"any":{"a":["\u0000"]},"raw":{"\u0000":1}}`, "[body.any.a.0] Invalid string: must not contain U+0000; [body.raw] Invalid string: must not contain U+0000"},
		{"date", new(kitchen), `{` + base + `,"when":"x"}`, "[body.when] Invalid input: expected date, received Date"},
		{"date type", new(kitchen), `{` + base + `,"when":true}`, "[body.when] Invalid input: expected date, received boolean"},
		{"list of structs", new(kitchen), `{` + base + `,"list":[{"name":1,"age":"x"},{"name":"\u0000","age":0}]}`, "[body.list.0.name] Invalid input: expected string, received number; [body.list.0.age] Invalid input: expected number, received string; [body.list.1.name] Invalid string: must not contain U+0000; [body.list.1.age] Too small: expected number to be >=1"},
		{"struct type", new(kitchen), `{` + base + `,"inner":1}`, "[body.inner] Invalid input: expected object, received number"},
		{"struct member", new(kitchen), `{` + base + `,"inner":{}}`, "[body.inner.name] Invalid input: expected string, received undefined"},
		{"nullable", new(kitchen), `{` + base + `,"logo":null}`, ""},
		{"nullable type", new(kitchen), `{` + base + `,"logo":1}`, "[body.logo] Invalid input: expected string, received number"},
		{"formats", new(kitchen), `{` + base + `,"site":"//x","id":"x","slug":"A","prefix":"A"}`, `[body.site] Invalid URL; [body.id] Invalid string: must start with "ba_"; [body.slug] Invalid string: must match pattern /^[a-z]+$/; [body.prefix] Invalid prefix format`},
		{"exact small", new(kitchen), `{` + base + `,"code":"a"}`, "[body.code] Too small: expected string to have exactly 2 characters"},
		{"exact big", new(kitchen), `{` + base + `,"code":"abc"}`, "[body.code] Too big: expected string to have exactly 2 characters"},
		{"exact code points", new(kitchen), `{` + base + `,"code":"😀😀"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := decodeJSON(t, tt.dst, tt.body); got != tt.want {
				t.Errorf("Decode(%s)\n got %s\nwant %s", tt.body, got, tt.want)
			}
		})
	}
}

func TestDecodeValues(t *testing.T) {
	t.Parallel()
	var in signUp
	if msg := decodeJSON(t, &in, `{"z":1,"name":"Ann","email":"a@b.co","password":"p","rememberMe":false,"a":{"b":[null]}}`); msg != "" {
		t.Fatal(msg)
	}
	if in.Name != "Ann" || in.RememberMe == nil || *in.RememberMe || len(in.Extra) != 2 || in.Extra[0].Name != "z" || in.Extra[1].Name != "a" {
		t.Errorf("decoded %+v", in)
	}
	var k kitchen
	if msg := decodeJSON(t, &k, `{"tags":["aa","bb"],"kind":"a","count":3,"ratio":1.5,"labels":{"x":"y"},"meta":{"b":1,"a":2},"raw":{"b": 1},"when":"2024-01-02T03:04:05.006Z","list":[{"name":"n","age":2}],"yes":true}`); msg != "" {
		t.Fatal(msg)
	}
	ok := slices.Equal(k.Tags, []string{"aa", "bb"}) && *k.Count == 3 && k.Ratio == 1.5 && k.Labels["x"] == "y" && k.Meta[0].Name == "b" &&
		string(k.Raw) == `{"b":1}` && wire.ISOTime(*k.When) == "2024-01-02T03:04:05.006Z" && *k.List[0].Age == 2 && *k.Yes
	if !ok {
		t.Errorf("decoded %+v", k)
	}
}
