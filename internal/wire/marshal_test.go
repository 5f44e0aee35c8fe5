package wire_test

import (
	"encoding/json"
	"errors"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/wire"
)

type fields wire.Object

type embedded struct {
	A string `json:"a"`
	B int    `json:"b,omitempty"`
}

type everything struct {
	Before int `json:"before"`
	embedded
	*Pointed
	Fields fields            `json:",inline"`
	List   []string          `json:"list"`
	Map    map[string]any    `json:"map"`
	Raw    json.RawMessage   `json:"raw"`
	Bytes  []byte            `json:"bytes"`
	Nil    *string           `json:"nil"`
	Skip   string            `json:"-"`
	Empty  string            `json:"empty,omitempty"`
	Zero   time.Time         `json:"zero,omitzero"`
	Addr   netip.Addr        `json:"addr"`
	Ints   map[int]string    `json:"ints"`
	User   *user             `json:"user"`
	Any    any               `json:"any"`
	Query  string            `query:"q"`
	Number json.Number       `json:"number"`
	Nested map[string]fields `json:"nested,omitempty"`
	After  uint8             `json:"after"`
}

type Pointed struct {
	C bool `json:"c"`
	A string
}

func TestMarshalStruct(t *testing.T) {
	t.Parallel()
	v := everything{
		embedded: embedded{A: "<é&>"},
		Fields:   fields{{"z", 1}, {"after", "hidden"}, {"gone", wire.Undefined{}}, {"y", time.UnixMilli(5)}, {"o", fields{{"k", nil}}}},
		Map:      map[string]any{"b": 1.5, "a": []any{wire.Undefined{}, nil, map[string]int{}}, "u": wire.Undefined{}},
		Raw:      json.RawMessage(` { "a" : "x y\"\\" , "b":[ 1 ]}`),
		Bytes:    []byte("hi"), Skip: "x", Addr: netip.MustParseAddr("::1"), Ints: map[int]string{2: "b", 1: "a"},
		Number: "1e2", Any: math.Inf(1), After: 7, Nested: map[string]fields{"n": {{"q", int8(1)}}},
	}
	const want = `{"before":0,"a":"<é&>","z":1,"y":"1970-01-01T00:00:00.005Z","o":{"k":null},"list":[],` +
		`"map":{"a":[null,null,{}],"b":1.5},"raw":{"a":"x y\"\\","b":[1]},"bytes":"aGk=","nil":null,"addr":"::1",` +
		`"ints":{"1":"a","2":"b"},"user":null,"any":null,"number":100,"nested":{"n":{"q":1}},"after":7}`
	for name, v := range map[string]any{"value": v, "pointer": &v} {
		got, err := wire.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("%s:\n got %s, %v\nwant %s", name, got, err, want)
		}
	}
	v.Pointed = &Pointed{C: true, A: "deeper"}
	if got, err := wire.Marshal(v); err != nil || !json.Valid(got) || !strings.HasPrefix(string(got), `{"before":0,"a":"<é&>","c":true,"A":"deeper","z":1`) {
		t.Errorf("with embedded pointer: %s, %v", got, err)
	}
}

func TestMarshalModels(t *testing.T) {
	t.Parallel()
	out := sampleOutput()
	const want = `{"session":{"expiresAt":"2024-01-02T03:04:05.006Z","token":"hbyo9NfSXTzqQMbP2sT3Re5PSc5ylFnv","createdAt":"2024-01-02T03:04:05.006Z","updatedAt":"2024-01-02T03:04:05.006Z","ipAddress":"127.0.0.1","userAgent":"Mozilla/5.0 (X11; Linux x86_64)","userId":"u1","id":"32adSpdeTK4e311Lq8XOiSlNiu34y0tS"},"user":{"name":"Ann","email":"ann@example.com","emailVerified":true,"image":null,"createdAt":"2024-01-02T03:04:05.006Z","updatedAt":"2024-01-02T03:04:05.006Z","plan":"pro","id":"32adSpdeTK4e311Lq8XOiSlNiu34y0tS"}}`
	got, err := wire.Marshal(out)
	if err != nil || string(got) != want {
		t.Errorf("wire.Marshal = %s, %v", got, err)
	}
	if got, err = json.Marshal(out); err != nil || string(got) != want {
		t.Errorf("json.Marshal = %s, %v", got, err)
	}
	var back user
	text, _ := json.Marshal(out.User)
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := wire.Marshal(back); string(again) != string(text) {
		t.Errorf("round trip %s, want %s", again, text)
	}
}

type loop struct {
	Next *loop `json:"next"`
}

type list []list

func TestMarshalRefuses(t *testing.T) {
	t.Parallel()
	endless := &loop{}
	endless.Next = endless
	endlessList := list{nil}
	endlessList[0] = endlessList
	object := wire.Object{{Name: "o"}}
	object[0].Value = object
	for name, v := range map[string]any{
		"func": func() {}, "field": struct{ F chan int }{}, "pointer cycle": endless, "slice cycle": endlessList,
		"object cycle": object, "complex": 1i, "map key": map[float64]int{1: 1}, "raw": json.RawMessage("{"),
		"number": json.Number("x"), "member": wire.Object{{Name: "f", Value: func() {}}},
	} {
		if got, err := wire.Marshal(v); !errors.Is(err, wire.ErrUnsupported) || got != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if got, err := wire.Marshal(list{{}, nil}); err != nil || string(got) != "[[],[]]" {
		t.Errorf("recursive type: %s, %v", got, err)
	}
}

func TestISOTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 12, 31, 23, 59, 59, 999_999_999, time.FixedZone("", 3600))
	if got := wire.ISOTime(at); got != "2024-12-31T22:59:59.999Z" {
		t.Error(got)
	}
}

func TestSafeNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		v    any
		want bool
	}{
		{float64(1<<53 - 1), true},
		{float64(1 << 53), false},
		{-1e20, false},
		{math.NaN(), false},
		{0.5, true},
		{int64(1 << 53), false},
		{1 << 40, true},
		{float32(1), true},
		{int32(1), true},
		{"1", false},
		{nil, false},
	}
	for _, tt := range tests {
		if got := wire.SafeNumber(tt.v); got != tt.want {
			t.Errorf("SafeNumber(%v) = %v", tt.v, got)
		}
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	o := wire.Object{{"a", 1}, {"b", 2}, {"a", 3}}
	if v, ok := o.Get("a"); v != 3 || !ok {
		t.Error("the last duplicate wins", v, ok)
	}
	c := o.Clone()
	c.Set("b", 4)
	c.Set("c", 5)
	c.Delete("a")
	if got, _ := wire.Marshal(c); string(got) != `{"b":4,"c":5}` {
		t.Errorf("clone %s", got)
	}
	if got, _ := wire.Marshal(o); string(got) != `{"a":1,"b":2,"a":3}` {
		t.Errorf("original %s", got)
	}
	if _, ok := c.Get("a"); ok {
		t.Error("deleted member found")
	}
}

func TestUTF16Len(t *testing.T) {
	t.Parallel()
	if n := wire.UTF16Len("aé😀"); n != 4 {
		t.Error(n)
	}
}
