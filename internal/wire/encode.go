package wire

import "reflect"

// Encoder is the inverse of [Decoder]: the JSON value of a type that reads its own, and whether it is
// present at all.
type Encoder interface {
	EncodeWire() (v any, present bool)
}

// Encode turns an input struct (or a pointer to one) back into the body and the query it could have
// been decoded from. Optional fields that are empty are left out; values keep their JSON types, in the
// query too. Both results are nil for an input without such fields.
func Encode(in any) (body, query Object) {
	v := reflect.ValueOf(in)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil, nil
	}
	s := schemaOf(v.Type())
	if s.has[inBody] {
		body = s.encode(v, inBody)
	}
	if s.has[inQuery] {
		query = s.encode(v, inQuery)
	}
	return body, query
}

// EncodeParams is [Encode] for the parameters of the route, by name; never nil.
func EncodeParams(in any) map[string]string {
	params := map[string]string{}
	v := reflect.Indirect(reflect.ValueOf(in))
	if v.Kind() != reflect.Struct {
		return params
	}
	s := schemaOf(v.Type())
	if !s.has[inPath] {
		return params
	}
	for _, m := range s.encode(v, inPath) {
		params[m.Name], _ = m.Value.(string)
	}
	return params
}

func (s *schema) encode(v reflect.Value, from place) Object {
	out := Object{}
	for i := range s.fields {
		in := &s.fields[i]
		fv, ok := in.get(v)
		if !ok || in.place != from {
			continue
		}
		if in.inline {
			out = append(out, s.rest(fv)...)
		} else if value, present := in.encode(fv); present {
			out = append(out, Member{in.name, value})
		}
	}
	return out
}

// rest returns the members of the inline field that no other field is named after.
func (s *schema) rest(v reflect.Value) Object {
	var out Object
	for _, m := range v.Convert(objectType).Interface().(Object) {
		if _, known := s.body[m.Name]; !known {
			out = append(out, m)
		}
	}
	return out
}

func (in *input) encode(v reflect.Value) (any, bool) {
	if e, ok := v.Interface().(Encoder); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return e.EncodeWire()
	}
	if in.optional && isEmpty(v) || in.absent(v) {
		return nil, false
	}
	value := Value(v.Interface())
	_, undefined := value.(Undefined)
	return value, !undefined
}

// Value returns v as [Parse] would after [Marshal]: nil, bool, float64, string, []any or Object. A
// value JSON has no form for is Undefined, as it is to JSON.stringify.
func Value(v any) any {
	switch v := v.(type) {
	case nil, bool, string, float64, Undefined:
		return v
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.String:
		if !rv.Type().Implements(marshalerType) && !rv.Type().Implements(textType) && rv.Type() != numberType {
			return rv.String()
		}
	case reflect.Pointer:
		if rv.IsNil() {
			return nil
		}
	}
	text, err := Marshal(v)
	if err != nil {
		return Undefined{}
	}
	parsed, err := Parse(text)
	if err != nil {
		return Undefined{}
	}
	return parsed
}
