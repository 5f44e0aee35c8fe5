package wire

import "reflect"

// Check applies the `validate` and `pattern` rules to an input that has its types already, the
// argument of an in-process call: a struct or a pointer to one. Optional fields left empty are not
// looked at. The issues are those [Decode] would give for the same values.
func Check(in any) []Issue {
	v := reflect.ValueOf(in)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	s := schemaOf(v.Type())
	if s.err != nil { // see Verify
		return []Issue{{"body", invalidInput}}
	}
	if !s.checked {
		return nil
	}
	for from, name := range [...]string{inBody: "body", inQuery: "query", inPath: "params"} {
		var r reader
		if r.check(s, v, place(from)); r.issues != nil {
			r.nest(0, name)
			return r.issues
		}
	}
	return nil
}

// check applies the rules of the fields of struct v that come from one place.
func (r *reader) check(s *schema, v reflect.Value, from place) {
	for i := range s.fields {
		in := &s.fields[i]
		fv, ok := in.get(v)
		if in.place != from || in.inline || !ok || in.optional && isEmpty(fv) {
			continue
		}
		start := len(r.issues)
		r.checkValue(fv, in.rules)
		r.nest(start, in.name)
	}
}

func (r *reader) checkValue(v reflect.Value, rs *rules) {
	var elem *rules
	if rs != nil {
		elem = rs.elem
	}
	switch shapeOf(v.Type()) {
	case shapePointer:
		if !v.IsNil() {
			r.checkValue(v.Elem(), rs)
		}
		return
	case shapeCustom:
		r.encoded(v, rs)
		return
	case shapeStruct:
		r.check(schemaOf(v.Type()), v, inBody)
	case shapeList:
		for i := range v.Len() {
			start := len(r.issues)
			r.checkValue(v.Index(i), elem)
			r.nest(start, indexName(i))
		}
	case shapeMap:
		r.checkMap(v, elem)
	}
	r.rules(v, rs)
}

func (r *reader) checkMap(v reflect.Value, elem *rules) {
	entries, err := mapEntries(v)
	if err != nil {
		return
	}
	for _, e := range entries {
		start := len(r.issues)
		r.checkValue(e.value, elem)
		r.nest(start, e.name)
	}
}
