package adapter

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// plain brings a value that Go code hands over into one of the few types the Store handles: nil, string,
// bool, int64, float64, time.Time or, for JSON and lists, anything else as it is. Pointers are followed,
// named types lose their name.
func plain(v any) any {
	switch x := v.(type) {
	case nil, string, bool, int64, float64, time.Time, json.RawMessage, []any, []string, []float64:
		return v
	case int:
		return int64(x)
	}
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer || r.Kind() == reflect.Interface {
		if r.IsNil() {
			return nil
		}
		r = r.Elem()
	}
	switch r.Kind() {
	case reflect.String:
		return r.String()
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(r.Uint())
	case reflect.Float32, reflect.Float64:
		return r.Float()
	case reflect.Slice, reflect.Map:
		if r.IsNil() {
			return nil
		}
	}
	return r.Interface()
}

// encodeJSON writes JSON and lists as compact text; a string in a JSON column becomes a JSON string.
func (c *column) encodeJSON(v any) (any, error) {
	raw, isRaw := v.(json.RawMessage)
	if !isRaw {
		var err error
		if raw, err = wire.Marshal(v); err != nil {
			return nil, c.fault("not representable as JSON")
		}
	}
	if len(raw) == 0 {
		return nil, nil
	}
	// Compact would let pass numbers that no float64 and no JavaScript program can hold.
	var compact bytes.Buffer
	if json.Unmarshal(raw, new(any)) != nil || json.Compact(&compact, raw) != nil {
		return nil, c.fault("not JSON")
	}
	text := compact.Bytes()
	if string(text) == "null" {
		return nil, nil
	}
	if !utf8.Valid(text) || badEscape(text) {
		return nil, c.fault("a NUL character or broken Unicode")
	}
	if c.typ != JSON && text[0] != '[' {
		return nil, c.fault("not a list")
	}
	if c.caps.NoJSON {
		return c.encodeString(string(text))
	}
	return json.RawMessage(text), nil
}

// badEscape reports whether valid JSON text spells a NUL character or half of a surrogate pair, both of
// which PostgreSQL's jsonb refuses.
func badEscape(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		unit := codeUnit(text[i:])
		switch {
		case unit == 0:
			return true
		case utf16.IsSurrogate(unit):
			i += 6
			if utf16.DecodeRune(unit, codeUnit(text[i:])) == utf8.RuneError {
				return true
			}
		}
		i++ // the escaped character, which may be a backslash itself
	}
	return false
}

// codeUnit returns the value of the \uXXXX that text begins with, or -1.
func codeUnit(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(unit)
}

// decodeJSON returns JSON as json.RawMessage and lists as []any; text that is not JSON reads as null, as
// in the reference.
func (c *column) decodeJSON(v any) (any, error) {
	var raw json.RawMessage
	switch x := v.(type) {
	case json.RawMessage:
		raw = x
	case []byte:
		raw = x
	case string:
		raw = json.RawMessage(x)
	default:
		return nil, c.stored(v)
	}
	if c.typ == JSON {
		if !json.Valid(raw) || string(raw) == "null" {
			return nil, nil
		}
		return raw, nil
	}
	var list []any
	if json.Unmarshal(raw, &list) != nil || list == nil {
		return nil, nil
	}
	return list, nil
}
