package wire_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// maybe is a nullable string that reads itself.
type maybe struct {
	set   bool
	value *string
}

func (m maybe) IsZero() bool { return !m.set }

func (m *maybe) DecodeWire(v any, present bool) []wire.Issue {
	*m = maybe{set: present}
	if !present || v == nil {
		return nil
	}
	m.value = new(string)
	return wire.DecodeValue(m.value, v)
}

func (m maybe) EncodeWire() (any, bool) {
	if m.value == nil {
		return nil, m.set
	}
	return *m.value, true
}

type updateIn struct {
	ID    string            `path:"id"`
	Dry   bool              `query:"dry,omitempty"`
	Sort  string            `query:"sort,omitempty" validate:"oneof=asc desc"`
	Logo  maybe             `json:"logo,omitzero" validate:"min=2"`
	Tags  []string          `json:"tags,omitempty" validate:"max=2,dive,min=2"`
	Names map[string]string `json:"names,omitempty" validate:"dive,max=3"`
	Age   *int              `json:"age" validate:"min=1"`
	Inner *nested           `json:"inner"`
	Must  string            `json:"must" validate:"min=1"`
	Rest  fields            `json:",inline"`
}

func TestCheck(t *testing.T) {
	t.Parallel()
	bad := updateIn{
		Sort: "up", Logo: maybe{true, new("x")}, Tags: []string{"a", "bb"}, Names: map[string]string{"k": "long"},
		Age: new(0), Inner: &nested{Age: new(0)},
	}
	const body = "[body.logo] Too small: expected string to have >=2 characters; [body.tags.0] Too small: expected string to have >=2 characters; " +
		"[body.names.k] Too big: expected string to have <=3 characters; [body.age] Too small: expected number to be >=1; " +
		"[body.inner.age] Too small: expected number to be >=1; [body.must] Too small: expected string to have >=1 characters"
	if got := wire.Message(wire.Check(bad)); got != body {
		t.Errorf("Check\n got %s\nwant %s", got, body)
	}
	encoded, query := wire.Encode(&bad)
	var again updateIn
	if got := wire.Message(wire.Decode(&again, wire.Source{Body: encoded, Query: query})); got != body {
		t.Errorf("Decode\n got %s\nwant %s", got, body)
	}
	if got := wire.Message(wire.Check(updateIn{Must: "x", Sort: "up"})); got != `[query.sort] Invalid option: expected one of "asc"|"desc"` {
		t.Error(got)
	}
	if got := wire.Check(&updateIn{Must: "x"}); got != nil {
		t.Error(got)
	}
	if got := wire.Check(3); got != nil {
		t.Error(got)
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	t.Parallel()
	in := updateIn{
		ID: "7", Dry: true, Sort: "asc", Logo: maybe{set: true}, Tags: []string{"aa"}, Names: map[string]string{"k": "v"}, Age: new(3),
		Inner: &nested{Name: "n"}, Must: "m", Rest: fields{{"x", 1.0}, {"must", "dropped"}},
	}
	body, query := wire.Encode(in)
	got, err := wire.Marshal([]any{body, query})
	const want = `[{"logo":null,"tags":["aa"],"names":{"k":"v"},"age":3,"inner":{"name":"n","age":null},"must":"m","x":1},{"dry":true,"sort":"asc"}]`
	if err != nil || string(got) != want {
		t.Errorf("Encode\n got %s, %v\nwant %s", got, err, want)
	}
	in.Inner, in.Rest = nil, in.Rest[:1]
	body, query = wire.Encode(in)
	var again updateIn
	if issues := wire.Decode(&again, wire.Source{Body: body, Query: query, Params: func(string) string { return "7" }}); issues != nil {
		t.Fatal(issues)
	}
	if !reflect.DeepEqual(again, in) {
		t.Errorf("round trip\n got %+v\nwant %+v", again, in)
	}
	if body, query := wire.Encode(getSessionIn{}); body != nil || len(query) != 0 {
		t.Error(body, query)
	}
}

func TestDecodePlaces(t *testing.T) {
	t.Parallel()
	param := func(name string) string { return "\x00" + name }
	query := wire.Object{{"dry", "true"}}
	body := wire.Object{{"must", "m"}, {"age", 3}, {"names", map[string]any{"k": "v"}}}
	var in updateIn
	if got := wire.Message(wire.Decode(&in, wire.Source{Body: body, Query: query, Params: param})); got != "[query.dry] Invalid input: expected boolean, received string" {
		t.Error(got)
	}
	if *in.Age != 3 || in.Names["k"] != "v" {
		t.Errorf("Go values in the body: %+v", in)
	}
	if got := wire.Message(wire.Decode(&in, wire.Source{Body: body, Params: param})); got != "[params.id] Invalid string: must not contain U+0000" {
		t.Error(got)
	}
	if got := wire.Message(wire.Decode(in, wire.Source{})); got != "[body] Invalid input" {
		t.Error(got)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	for _, in := range []any{
		signUp{}, &kitchen{}, new(updateIn), struct{}{}, nil, 1, getSessionIn{},
	} {
		if err := wire.Verify(in); err != nil {
			t.Errorf("%T: %v", in, err)
		}
	}
	for _, in := range []any{
		struct{ F func() }{},
		struct {
			A string `validate:"nosuchrule"`
		}{},
		struct {
			A bool `validate:"min=1"`
		}{},
		struct {
			A string `validate:"min=x"`
		}{},
		struct {
			A string `validate:"dive,min=1"`
		}{},
		struct {
			A string `pattern:"("`
		}{},
		struct {
			A string `wire:"nulable"`
		}{},
		struct {
			_ struct{} `body:"strickt"`
		}{},
		struct {
			A []struct {
				B map[int]string
			}
		}{},
		struct {
			A maybe `validate:"nosuchrule"`
		}{},
	} {
		if err := wire.Verify(in); !errors.Is(err, wire.ErrInput) {
			t.Errorf("%T: %v", in, err)
		}
		dst := reflect.New(reflect.TypeOf(in))
		if wire.Decode(dst.Interface(), wire.Source{Body: wire.Object{{"A", []any{wire.Object{}}}}}) == nil {
			t.Errorf("%T was decoded", in)
		}
	}
}

func TestHasNUL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`"a"`: false, `"\u0000"`: true, `[1,["\u0000"]]`: true, `{"a":{"\u0000":1}}`: true, `{"a":[null,true,1,"x"]}`: false,
	} {
		v, err := wire.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if wire.HasNUL(v) != want {
			t.Errorf("HasNUL(%s) = %v", text, !want)
		}
	}
}
