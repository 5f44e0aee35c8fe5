package wire

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrUnsupported is what [Marshal] wraps for a value JSON has no form for: a function, a channel, a
// complex number, or nesting without end.
var ErrUnsupported = errors.New("wire: unsupported value")

// Struct marks types whose MarshalJSON merely calls [Marshal]; inside other values they are written
// by their tags instead.
type Struct interface{ WireStruct() }

// Marshal returns the text JSON.stringify would give for v. Structs are written by their tags even
// when they have a MarshalJSON of their own; see [Struct] for nested ones.
func Marshal(v any) ([]byte, error) {
	b, err := Append(make([]byte, 0, 512), v)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Append is [Marshal] into a buffer: it appends the text of v to dst.
func Append(dst []byte, v any) ([]byte, error) {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() && rv.Type().Elem().Kind() == reflect.Struct {
		rv = rv.Elem()
	}
	if rv.Kind() == reflect.Struct && rv.Type() != timeType && rv.Type() != undefinedType {
		return planOf(rv.Type()).append(dst, rv, 0)
	}
	return appendAny(dst, v, 0)
}

// appendAny writes the types of parsed JSON without reflection.
func appendAny(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case nil, Undefined:
		return append(dst, "null"...), nil
	case string:
		return AppendString(dst, v), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case float64:
		return appendNumber(dst, v), nil
	case time.Time:
		return appendTimeValue(dst, v), nil
	case Object:
		return appendObject(dst, v, depth)
	}
	rv := reflect.ValueOf(v)
	return encoderOf(rv.Type())(dst, rv, depth)
}

func appendTimeValue(dst []byte, t time.Time) []byte {
	return append(appendTime(append(dst, '"'), t), '"')
}

func appendObject(dst []byte, o Object, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '{')
	start := len(dst)
	var err error
	for i := range o {
		if dst, err = appendMember(dst, &o[i], start, depth); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// appendMember writes one member with the comma it needs after what began at start.
func appendMember(dst []byte, m *Member, start, depth int) ([]byte, error) {
	if _, undefined := m.Value.(Undefined); undefined {
		return dst, nil
	}
	if len(dst) > start {
		dst = append(dst, ',')
	}
	dst = append(AppendString(dst, m.Name), ':')
	return appendAny(dst, m.Value, depth+1)
}

// encoder writes a value of one type.
type encoder func(dst []byte, v reflect.Value, depth int) ([]byte, error)

var (
	timeType      = reflect.TypeFor[time.Time]()
	undefinedType = reflect.TypeFor[Undefined]()
	structType    = reflect.TypeFor[Struct]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textType      = reflect.TypeFor[encoding.TextMarshaler]()
	numberType    = reflect.TypeFor[json.Number]()

	errDeep = fmt.Errorf("%w: nested too deeply", ErrUnsupported)

	encoders sync.Map // reflect.Type -> encoder, filled on first use
)

func encoderOf(t reflect.Type) encoder {
	if e, ok := encoders.Load(t); ok {
		return e.(encoder)
	}
	e, _ := encoders.LoadOrStore(t, newEncoder(t))
	return e.(encoder)
}

func newEncoder(t reflect.Type) encoder {
	switch {
	case t == timeType:
		return encodeTime
	case t == undefinedType:
		return encodeNull
	case t == numberType:
		return encodeNumber
	case t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(structType):
		return planOf(t).append
	case t.Kind() == reflect.Pointer:
		return encodePointer(t)
	case t.Kind() == reflect.Interface:
		return encodeInterface
	case t.Implements(marshalerType) || reflect.PointerTo(t).Implements(marshalerType):
		return encodeMarshaler
	case t.Implements(textType):
		return encodeText
	}
	return encoderOfKind(t)
}

func encoderOfKind(t reflect.Type) encoder {
	switch t.Kind() {
	case reflect.String:
		return encodeString
	case reflect.Bool:
		return encodeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return encodeInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return encodeUint
	case reflect.Float32, reflect.Float64:
		return encodeFloat
	case reflect.Struct:
		return planOf(t).append
	case reflect.Map:
		return encodeMap(t)
	case reflect.Slice, reflect.Array:
		return encoderOfList(t)
	}
	return func([]byte, reflect.Value, int) ([]byte, error) {
		return nil, fmt.Errorf("%w: %s", ErrUnsupported, t)
	}
}

func encodeNull(dst []byte, _ reflect.Value, _ int) ([]byte, error) {
	return append(dst, "null"...), nil
}

func encodeTime(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	if v.CanAddr() { // Interface would copy it to the heap
		return appendTimeValue(dst, *v.Addr().Interface().(*time.Time)), nil
	}
	return appendTimeValue(dst, v.Interface().(time.Time)), nil
}

func encodeNumber(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	f, err := strconv.ParseFloat(v.String(), 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, fmt.Errorf("%w: number %q", ErrUnsupported, v.String())
	}
	return appendNumber(dst, f), nil
}

func encodeString(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return AppendString(dst, v.String()), nil
}

func encodeBool(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendBool(dst, v.Bool()), nil
}

func encodeInt(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendInt(dst, v.Int(), 10), nil
}

func encodeUint(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendUint(dst, v.Uint(), 10), nil
}

func encodeFloat(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return appendNumber(dst, v.Float()), nil
}

func encodeInterface(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return append(dst, "null"...), nil
	}
	return appendAny(dst, v.Interface(), depth)
}

func encodePointer(t reflect.Type) encoder {
	elem := sync.OnceValue(func() encoder { return encoderOf(t.Elem()) })
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if v.IsNil() {
			return append(dst, "null"...), nil
		}
		if depth > maxDepth {
			return nil, errDeep
		}
		return elem()(dst, v.Elem(), depth+1)
	}
}

// encodeMarshaler writes what the type's own MarshalJSON gives, without its white space.
func encodeMarshaler(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	m, ok := v.Interface().(json.Marshaler)
	if !ok {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		m = p.Interface().(json.Marshaler)
	}
	text, err := m.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return appendCompact(dst, text)
}

// appendCompact appends text without the white space between tokens; the rest stays as it is.
func appendCompact(dst, text []byte) ([]byte, error) {
	if !json.Valid(text) {
		return nil, fmt.Errorf("%w: a MarshalJSON or RawMessage is not JSON", ErrUnsupported)
	}
	quoted := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '\\':
			dst = append(dst, c)
			i++
			c = text[i]
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		}
		dst = append(dst, c)
	}
	return dst, nil
}

func encodeText(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return nil, err
	}
	return AppendString(dst, string(text)), nil
}

func encoderOfList(t reflect.Type) encoder {
	switch {
	case isObject(t):
		return encodeObject
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return encodeBytes
	}
	elem := sync.OnceValue(func() encoder { return encoderOf(t.Elem()) })
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > maxDepth {
			return nil, errDeep
		}
		dst = append(dst, '[')
		var err error
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = elem()(dst, v.Index(i), depth+1); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	}
}

func encodeBytes(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	if v.IsNil() {
		return append(dst, "null"...), nil
	}
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v.Bytes()), '"'), nil
}

// encodeObject writes a value whose type is not Object itself but made from it.
func encodeObject(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	return appendObject(dst, v.Convert(objectType).Interface().(Object), depth)
}

// encodeMap writes the members sorted by name: Go maps have no order to keep.
func encodeMap(t reflect.Type) encoder {
	elem := sync.OnceValue(func() encoder { return encoderOf(t.Elem()) })
	return func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if depth > maxDepth {
			return nil, errDeep
		}
		entries, err := mapEntries(v)
		if err != nil {
			return nil, err
		}
		dst = append(dst, '{')
		for i, e := range entries {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(AppendString(dst, e.name), ':')
			if dst, err = elem()(dst, e.value, depth+1); err != nil {
				return nil, err
			}
		}
		return append(dst, '}'), nil
	}
}

type mapEntry struct {
	name  string
	value reflect.Value
}

// mapEntries returns the entries of map v by name, without those that hold Undefined.
func mapEntries(v reflect.Value) ([]mapEntry, error) {
	entries := make([]mapEntry, 0, v.Len())
	for iter := v.MapRange(); iter.Next(); {
		value := iter.Value()
		if value.Kind() == reflect.Interface && !value.IsNil() && value.Elem().Type() == undefinedType {
			continue
		}
		name, err := mapKey(iter.Key())
		if err != nil {
			return nil, err
		}
		entries = append(entries, mapEntry{name, value})
	}
	slices.SortFunc(entries, func(a, b mapEntry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

func mapKey(k reflect.Value) (string, error) {
	switch {
	case k.Kind() == reflect.String:
		return k.String(), nil
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10), nil
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10), nil
	}
	return "", fmt.Errorf("%w: map key %s", ErrUnsupported, k.Type())
}
