package wire

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"sync"
	"time"
)

// ErrMismatch is what [Unmarshal] wraps when a JSON value does not fit the Go type it is meant for.
var ErrMismatch = errors.New("wire: JSON value does not fit")

var (
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	rawType             = reflect.TypeFor[json.RawMessage]()
)

// Unmarshal fills the struct (or other value) v points to, as encoding/json does: unknown members
// are ignored, absent ones leave the field alone, null sets pointers, slices and maps to nil and
// leaves the rest. Differences: names match exactly, dates are read as JavaScript reads them (text,
// or milliseconds since 1970), members go into a `json:",inline"` field when no other field names
// them, and v's own UnmarshalJSON is not called. It rejects what [Parse] rejects.
func Unmarshal(data []byte, v any) error {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return fmt.Errorf("%w: need a pointer, have %T", ErrMismatch, v)
	}
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	if rv = rv.Elem(); rv.Kind() == reflect.Struct && rv.Type() != timeType {
		return assignStruct(rv, parsed)
	}
	return assign(rv, parsed)
}

func mismatch(dst reflect.Value, v any) error {
	return fmt.Errorf("%w: %s into %s", ErrMismatch, typeName(v), dst.Type())
}

// manner is how a value of a type is assigned.
type manner uint8

const (
	byKind manner = iota
	byPointer
	byTime
	byPlan
	byJSON
	byText
)

var manners sync.Map // reflect.Type -> manner

func mannerOf(t reflect.Type) manner {
	if m, ok := manners.Load(t); ok {
		return m.(manner)
	}
	m := newManner(t, reflect.PointerTo(t))
	manners.Store(t, m)
	return m
}

func newManner(t, ptr reflect.Type) manner {
	switch {
	case t.Kind() == reflect.Pointer:
		return byPointer
	case t == timeType:
		return byTime
	case t.Kind() == reflect.Struct && ptr.Implements(structType):
		return byPlan
	case ptr.Implements(unmarshalerType):
		return byJSON
	case ptr.Implements(textUnmarshalerType):
		return byText
	}
	return byKind
}

// assign stores the parsed value v in dst.
func assign(dst reflect.Value, v any) error {
	m := mannerOf(dst.Type())
	switch {
	case m == byPointer:
		return assignPointer(dst, v)
	case m == byJSON:
		return assignJSON(dst, v)
	case v == nil:
		return assignNull(dst)
	case m == byTime:
		return assignTime(dst, v)
	case m == byPlan:
		return assignStruct(dst, v)
	case m == byText:
		if text, ok := v.(string); ok {
			return dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
		}
	}
	return assignKind(dst, v)
}

func assignPointer(dst reflect.Value, v any) error {
	if v == nil {
		dst.SetZero()
		return nil
	}
	p := reflect.New(dst.Type().Elem())
	if err := assign(p.Elem(), v); err != nil {
		return err
	}
	dst.Set(p)
	return nil
}

func assignNull(dst reflect.Value) error {
	switch dst.Kind() {
	case reflect.Interface, reflect.Slice, reflect.Map:
		dst.SetZero()
	}
	return nil
}

func assignJSON(dst reflect.Value, v any) error {
	text, err := Marshal(v)
	if err != nil {
		return err
	}
	return dst.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(text)
}

func assignTime(dst reflect.Value, v any) error {
	t, ok := toTime(v)
	if !ok {
		return mismatch(dst, v)
	}
	*dst.Addr().Interface().(*time.Time) = t
	return nil
}

// toTime is new Date(v) for the text and the number a date is stored as.
func toTime(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		t, err := ParseTime(v)
		return t, err == nil
	case float64:
		return time.UnixMilli(int64(v)).UTC(), math.Abs(v) <= maxDate
	}
	return time.Time{}, false
}

func assignKind(dst reflect.Value, v any) error {
	switch dst.Kind() {
	case reflect.Interface:
		if rv := reflect.ValueOf(v); rv.Type().AssignableTo(dst.Type()) {
			dst.Set(rv)
			return nil
		}
	case reflect.Struct:
		return assignStruct(dst, v)
	case reflect.Slice:
		return assignSlice(dst, v)
	case reflect.Array:
		return assignArray(dst, v)
	case reflect.Map:
		return assignMap(dst, v)
	}
	switch v := v.(type) {
	case string:
		if dst.Kind() == reflect.String {
			dst.SetString(v)
			return nil
		}
	case bool:
		if dst.Kind() == reflect.Bool {
			dst.SetBool(v)
			return nil
		}
	case float64:
		if setNumber(dst, v) {
			return nil
		}
	}
	return mismatch(dst, v)
}

// setNumber stores f in a numeric dst that can hold it exactly.
func setNumber(dst reflect.Value, f float64) bool {
	switch {
	case dst.CanFloat():
		dst.SetFloat(f)
		return true
	case dst.CanInt():
		n := int64(f)
		if float64(n) != f || math.Abs(f) > 1<<62 || dst.OverflowInt(n) {
			return false
		}
		dst.SetInt(n)
		return true
	case dst.CanUint():
		n := uint64(max(f, 0))
		if float64(n) != f || f > 1<<62 || dst.OverflowUint(n) {
			return false
		}
		dst.SetUint(n)
		return true
	}
	return false
}

func assignStruct(dst reflect.Value, v any) error {
	if v == nil {
		return nil
	}
	o, ok := v.(Object)
	if !ok {
		return mismatch(dst, v)
	}
	s := schemaOf(dst.Type())
	for _, m := range o {
		f, ok := s.body[m.Name]
		if !ok {
			continue
		}
		if err := assign(f.make(dst), m.Value); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	if s.inline != nil {
		s.collect(dst, o)
	}
	return nil
}

func assignSlice(dst reflect.Value, v any) error {
	if isObject(dst.Type()) {
		o, ok := v.(Object)
		if !ok {
			return mismatch(dst, v)
		}
		dst.Set(reflect.ValueOf(o).Convert(dst.Type()))
		return nil
	}
	if text, ok := v.(string); ok && dst.Type().Elem().Kind() == reflect.Uint8 {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return mismatch(dst, v)
		}
		dst.SetBytes(b)
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		return mismatch(dst, v)
	}
	out := reflect.MakeSlice(dst.Type(), len(list), len(list))
	if err := assignList(out, list); err != nil {
		return err
	}
	dst.Set(out)
	return nil
}

func assignArray(dst reflect.Value, v any) error {
	list, ok := v.([]any)
	if !ok {
		return mismatch(dst, v)
	}
	dst.SetZero()
	return assignList(dst, list[:min(len(list), dst.Len())])
}

func assignList(dst reflect.Value, list []any) error {
	for i, item := range list {
		if err := assign(dst.Index(i), item); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
	}
	return nil
}

func assignMap(dst reflect.Value, v any) error {
	o, ok := v.(Object)
	if !ok {
		return mismatch(dst, v)
	}
	t := dst.Type()
	out := reflect.MakeMapWithSize(t, len(o))
	for _, m := range o {
		key := reflect.New(t.Key()).Elem()
		if !setKey(key, m.Name) {
			return mismatch(dst, v)
		}
		value := reflect.New(t.Elem()).Elem()
		if err := assign(value, m.Value); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		out.SetMapIndex(key, value)
	}
	dst.Set(out)
	return nil
}

func setKey(key reflect.Value, name string) bool {
	if key.Kind() == reflect.String {
		key.SetString(name)
		return true
	}
	n, err := strconv.ParseFloat(name, 64)
	return err == nil && setNumber(key, n)
}
