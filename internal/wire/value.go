package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"
)

// value stores v in dst and then applies the rules. It reports whether v had the right type.
func (r *reader) value(dst reflect.Value, v any, o *options) bool {
	if !r.typed(dst, v, o) {
		return false
	}
	if o.shape != shapePointer {
		r.rules(dst, o.rules)
	}
	return true
}

// rules reports every rule v breaks.
func (r *reader) rules(v reflect.Value, rs *rules) {
	if rs == nil {
		return
	}
	for i := range rs.list {
		if ok, err := rs.list[i].run(v); !ok || err != nil {
			r.fail(rs.list[i].words(v))
		}
	}
}

// encoded applies rules to what a type that decodes itself holds.
func (r *reader) encoded(v reflect.Value, rs *rules) {
	if rs == nil {
		return
	}
	e, ok := v.Interface().(Encoder)
	if !ok {
		return
	}
	if value, present := e.EncodeWire(); present && value != nil {
		r.rules(reflect.ValueOf(value), rs)
	}
}

// mismatch reports a value of the wrong type.
func (r *reader) mismatch(want string, v any, o *options) bool {
	if o.rules != nil && o.rules.instead != "" {
		return r.fail(o.rules.instead)
	}
	return r.fail(expected(want, v))
}

// plain turns values that Go code put into a body (an int, a map) into parsed JSON.
func plain(v any) any {
	switch v.(type) {
	case nil, bool, float64, string, []any, Object, Undefined, time.Time:
		return v
	}
	return Value(v)
}

func (r *reader) typed(dst reflect.Value, v any, o *options) bool {
	if o.shape != shapeAny {
		v = plain(v)
	}
	switch o.shape {
	case shapeString:
		return r.text(dst, v, o)
	case shapeBool:
		return r.boolean(dst, v, o)
	case shapeInt, shapeUint, shapeFloat:
		return r.number(dst, v, o)
	case shapeTime:
		return r.date(dst, v, o)
	case shapePointer:
		return r.pointer(dst, v, o)
	case shapeList:
		return r.list(dst, v, o)
	case shapeMap, shapeObject:
		return r.record(dst, v, o)
	case shapeStruct:
		return r.structure(dst, v)
	case shapeCustom:
		issues := dst.Addr().Interface().(Decoder).DecodeWire(v, true)
		r.issues = append(r.issues, issues...)
		return issues == nil
	}
	return r.free(dst, v, o)
}

func (r *reader) text(dst reflect.Value, v any, o *options) bool {
	s, ok := v.(string)
	if !ok {
		return r.mismatch("string", v, o)
	}
	dst.SetString(s)
	return true
}

func (r *reader) boolean(dst reflect.Value, v any, o *options) bool {
	if o.coerce {
		v = truthy(v)
	}
	b, ok := v.(bool)
	if !ok {
		return r.mismatch("boolean", v, o)
	}
	dst.SetBool(b)
	return true
}

func (r *reader) number(dst reflect.Value, v any, o *options) bool {
	if o.coerce {
		v = toNumber(v)
	}
	f, ok := v.(float64)
	if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
		return r.mismatch("number", v, o)
	}
	if o.shape == shapeFloat {
		dst.SetFloat(f)
		return true
	}
	if f != math.Trunc(f) {
		return r.mismatch("int", v, o)
	}
	low, high := intRange(dst.Type())
	switch {
	case f > high:
		r.fail("Too big: expected int to be <=" + numberText(high))
	case f < low:
		r.fail("Too small: expected int to be >=" + numberText(low))
	default:
		return setNumber(dst, f)
	}
	r.rules(reflect.ValueOf(f), o.rules)
	return false
}

// intRange is what an integer type and a JavaScript number both hold.
func intRange(t reflect.Type) (low, high float64) {
	bits := t.Bits()
	signed := t.Kind() <= reflect.Int64
	if signed {
		bits--
	}
	high = min(maxSafe, math.Ldexp(1, bits)-1)
	if signed {
		low = max(-maxSafe, -math.Ldexp(1, bits))
	}
	return low, high
}

func (r *reader) date(dst reflect.Value, v any, o *options) bool {
	switch v.(type) {
	case time.Time, string, float64:
	default:
		return r.mismatch("date", v, o)
	}
	t, ok := toTime(v)
	if !ok {
		return r.mismatch("date", time.Time{}, o)
	}
	dst.Set(reflect.ValueOf(t))
	return true
}

func (r *reader) pointer(dst reflect.Value, v any, o *options) bool {
	p := reflect.New(dst.Type().Elem())
	inner := *o
	inner.shape = shapeOf(p.Type().Elem())
	if !r.value(p.Elem(), v, &inner) {
		return false
	}
	dst.Set(p)
	return true
}

// below returns the options of the elements of type t.
func (o *options) below(t reflect.Type) *options {
	out := &options{shape: shapeOf(t)}
	if o.rules != nil {
		out.rules = o.rules.elem
	}
	return out
}

func (r *reader) list(dst reflect.Value, v any, o *options) bool {
	list, ok := v.([]any)
	if !ok {
		return r.mismatch("array", v, o)
	}
	if words := o.rules.tooMany(list); words != "" {
		return r.fail(words)
	}
	out := reflect.MakeSlice(dst.Type(), len(list), len(list))
	elem := o.below(dst.Type().Elem())
	for i, item := range list {
		start := len(r.issues)
		r.value(out.Index(i), item, elem)
		if len(r.issues) > start {
			r.nest(start, indexName(i))
		}
	}
	dst.Set(out)
	return true
}

func (r *reader) record(dst reflect.Value, v any, o *options) bool {
	members, ok := v.(Object)
	if !ok {
		return r.mismatch("record", v, o)
	}
	t := dst.Type()
	if o.shape == shapeObject {
		dst.Set(reflect.ValueOf(members).Convert(t))
		return true
	}
	out := reflect.MakeMapWithSize(t, len(members))
	elem := o.below(t.Elem())
	for _, m := range members {
		value := reflect.New(t.Elem()).Elem()
		start := len(r.issues)
		r.value(value, m.Value, elem)
		r.nest(start, m.Name)
		out.SetMapIndex(reflect.ValueOf(m.Name).Convert(t.Key()), value)
	}
	dst.Set(out)
	return true
}

func (r *reader) structure(dst reflect.Value, v any) bool {
	o, ok := v.(Object)
	s := schemaOf(dst.Type())
	if s.err != nil {
		return r.fail(invalidInput)
	}
	if !ok {
		return r.fail(expected(s.want[0], v))
	}
	r.object(s, dst, o)
	return true
}

// free reads into types that take any JSON.
func (r *reader) free(dst reflect.Value, v any, o *options) bool {
	if _, undefined := v.(Undefined); undefined {
		return r.mismatch("nonoptional", v, o)
	}
	if o.shape == shapeAny {
		if v != nil {
			dst.Set(reflect.ValueOf(v))
		}
		return true
	}
	text, err := Marshal(v)
	if err == nil {
		err = unmarshalInto(dst, text)
	}
	return err == nil || r.fail(invalidInput)
}

func unmarshalInto(dst reflect.Value, text []byte) error {
	u, ok := dst.Addr().Interface().(json.Unmarshaler)
	if !ok {
		return fmt.Errorf("%w: %s", ErrInput, dst.Type())
	}
	return u.UnmarshalJSON(text)
}
