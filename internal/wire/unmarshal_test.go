package wire_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/wire"
)

type stored struct {
	Count  int64             `json:"count"`
	Small  uint8             `json:"small"`
	At     time.Time         `json:"at"`
	Ptr    *time.Time        `json:"ptr"`
	List   []embedded        `json:"list"`
	Map    map[string]*int   `json:"map"`
	Raw    json.RawMessage   `json:"raw"`
	Bytes  []byte            `json:"bytes"`
	Addr   netip.Addr        `json:"addr"`
	User   *user             `json:"user"`
	Any    any               `json:"any"`
	Array  [2]int            `json:"array"`
	Fields fields            `json:"fields"`
	Rest   wire.Object       `json:",inline"`
	Byte   map[uint8]float32 `json:"byte"`
}

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	const text = `{"x":1,"count":3,"small":200,"at":"2024-01-02T03:04:05.006Z","ptr":5,"list":[{"a":"q","zz":1}],"map":{"k":4,"n":null},` +
		`"raw":{"b":1, "a":2},"bytes":"aGk=","addr":"::1","user":{"name":"N","plan":"pro"},"any":{"b":[1]},"array":[1],"fields":{"f":1},"y":null,"byte":{"7":1.5}}`
	var s stored
	if err := wire.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	ok := s.Count == 3 && s.Small == 200 && wire.ISOTime(s.At) == "2024-01-02T03:04:05.006Z" && s.Ptr.UnixMilli() == 5 && s.List[0].A == "q" &&
		*s.Map["k"] == 4 && s.Map["n"] == nil && string(s.Raw) == `{"b":1,"a":2}` && string(s.Bytes) == "hi" && s.Addr == netip.IPv6Loopback() &&
		s.User.Name == "N" && s.User.Extra[0].Value == "pro" && s.Array == [2]int{1, 0} && s.Fields[0].Name == "f" && s.Byte[7] == 1.5 &&
		len(s.Rest) == 2 && s.Rest[0].Name == "x" && s.Rest[1].Name == "y"
	if !ok {
		t.Errorf("got %+v", s)
	}
	if err := wire.Unmarshal([]byte(`{"count":null,"ptr":null,"user":null,"list":null,"at":null,"any":null}`), &s); err != nil {
		t.Fatal(err)
	}
	if s.Count != 3 || s.Ptr != nil || s.User != nil || s.List != nil || s.Any != nil || s.At.IsZero() {
		t.Errorf("after nulls %+v", s)
	}
	var o wire.Object
	if err := wire.Unmarshal([]byte(`{"b":1,"a":2}`), &o); err != nil || o[0].Name != "b" {
		t.Errorf("object %v, %v", o, err)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"count":"1"}`, `{"count":1.5}`, `{"count":1e300}`, `{"small":256}`, `{"small":-1}`, `{"at":"x"}`, `{"at":1e300}`, `{"list":{}}`, `{"list":[1]}`,
		`{"map":[]}`, `{"map":{"a":"b"}}`, `{"bytes":"%"}`, `{"user":1}`, `{"user":{"name":1}}`, `{"array":{}}`, `[]`, `1`, `{"byte":{"x":1}}`, `{"any":1,"fields":[]}`,
	} {
		if err := wire.Unmarshal([]byte(text), new(stored)); !errors.Is(err, wire.ErrMismatch) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := wire.Unmarshal([]byte(`{"addr":"x"}`), new(stored)); err == nil {
		t.Error("bad text of a TextUnmarshaler accepted")
	}
	if err := wire.Unmarshal([]byte(`{`), new(stored)); !errors.Is(err, wire.ErrSyntax) {
		t.Error(err)
	}
	if err := wire.Unmarshal([]byte(`{}`), stored{}); !errors.Is(err, wire.ErrMismatch) {
		t.Error(err)
	}
}

func TestParseDepth(t *testing.T) {
	t.Parallel()
	deep := func(n int) []byte {
		return []byte(`{"email":` + strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n+1))
	}
	v, err := wire.Parse(deep(10_000))
	if err != nil {
		t.Fatal(err)
	}
	var in struct {
		Email string `json:"email"`
	}
	if got := wire.Message(wire.Decode(&in, wire.Source{Body: v})); got != "[body.email] Invalid input: expected string, received object" {
		t.Error(got)
	}
	if _, err := wire.Marshal(v); err != nil {
		t.Error(err)
	}
	if _, err := wire.Parse(deep(1_000_000)); !errors.Is(err, wire.ErrSyntax) {
		t.Error(err)
	}
	if _, err := wire.Parse([]byte(strings.Repeat("[", 1_000_000))); !errors.Is(err, wire.ErrSyntax) {
		t.Error(err)
	}
}

// TestParseManyMembers would take long if duplicates were looked for by scanning.
func TestParseManyMembers(t *testing.T) {
	t.Parallel()
	const n = 20_000
	var b strings.Builder
	b.WriteByte('{')
	for i := range 2 * n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(wire.AppendString(nil, "k"+string(rune('a'+i%n%26))+strings.Repeat("x", i%n/26%40)+wire.ISOTime(time.UnixMilli(int64(i%n)))))
		b.WriteString(":1")
	}
	b.WriteByte('}')
	v, err := wire.Parse([]byte(b.String()))
	if o, ok := v.(wire.Object); err != nil || !ok || len(o) != n {
		t.Errorf("%d members, %v", len(o), err)
	}
}
