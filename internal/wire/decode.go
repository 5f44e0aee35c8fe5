package wire

import (
	"reflect"
	"strconv"
	"strings"
)

// Source is what the input of an endpoint is decoded from.
type Source struct {
	// Body is parsed JSON or a form; Undefined when none was sent.
	Body any
	// Query holds the query parameters: strings, or []any of them.
	Query Object
	// Params returns a route parameter by name; nil when the route has none.
	Params func(name string) string
}

// Decode fills the struct dst points to and returns all faults, in the order of the fields; nil means
// that dst is good. The package comment lists the tags. Faults of the body keep the query from being
// looked at, as on the wire. Numbers with a fraction, or beyond 2^53-1, do not fit an integer; a string
// with U+0000 is refused unless its field says `wire:"nul"`.
func Decode(dst any, src Source) []Issue {
	v := reflect.ValueOf(dst)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if !v.CanSet() || v.Kind() != reflect.Struct {
		return []Issue{{"body", invalidInput}}
	}
	var r reader
	s := schemaOf(v.Type())
	if s.err != nil { // see Verify
		return []Issue{{"body", invalidInput}}
	}
	if s.has[inBody] {
		r.body(s, v, src.Body)
		r.merge(0, s.union)
		r.nest(0, "body")
	}
	if r.issues == nil && s.has[inQuery] {
		r.fields(s, v, src.Query, inQuery)
		r.merge(0, s.unionQuery)
		r.nest(0, "query")
	}
	if r.issues == nil && s.has[inPath] {
		r.params(s, v, src.Params)
		r.nest(0, "params")
	}
	return r.issues
}

// DecodeValue stores parsed JSON in what dst points to by the rules of [Decode]: the tool of a
// [Decoder] that holds a plain type. The paths of the issues start below the value.
func DecodeValue(dst, v any) []Issue {
	rv := reflect.ValueOf(dst)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return []Issue{{"", invalidInput}}
	}
	var r reader
	rv = rv.Elem()
	r.value(rv, v, &options{shape: shapeOf(rv.Type())})
	return r.issues
}

// reader collects the issues of one input. Paths grow from the inside out, so a good input costs none.
type reader struct{ issues []Issue }

func (r *reader) fail(message string) bool {
	r.issues = append(r.issues, Issue{Message: message})
	return false
}

// nest puts name before the paths of the issues since number from.
func (r *reader) nest(from int, name string) {
	for i := from; i < len(r.issues); i++ {
		r.issues[i].Path = join(name, r.issues[i].Path)
	}
}

// merge replaces the issues since number from by a single one that names no reason, as a union whose
// options all fail does.
func (r *reader) merge(from int, union bool) {
	if union && len(r.issues) > from {
		r.issues = append(r.issues[:from], Issue{Message: invalidInput})
	}
}

func indexName(i int) string { return strconv.Itoa(i) }

func (r *reader) body(s *schema, dst reflect.Value, v any) {
	_, undefined := v.(Undefined)
	if undefined && s.optional || v == nil && s.nullish {
		return
	}
	v = plain(v)
	o, ok := v.(Object)
	if !ok {
		for _, want := range s.want {
			r.fail(expected(want, v))
		}
		return
	}
	r.object(s, dst, o)
}

// object reads the members of o into the struct dst.
func (r *reader) object(s *schema, dst reflect.Value, o Object) {
	r.fields(s, dst, o, inBody)
	if s.inline != nil {
		r.inline(s, dst, o)
	} else if s.strict {
		r.strict(s, o)
	}
}

func (r *reader) inline(s *schema, dst reflect.Value, o Object) {
	s.collect(dst, o)
	if !s.inline.scan {
		return
	}
	for _, m := range o {
		if _, known := s.body[m.Name]; known {
			continue
		}
		if path, found := findNUL(m.Value); found {
			r.issues = append(r.issues, Issue{join(m.Name, path), containsNUL})
		}
	}
}

func (r *reader) strict(s *schema, o Object) {
	var unknown []string
	for _, m := range o {
		if _, known := s.body[m.Name]; !known {
			unknown = append(unknown, `"`+m.Name+`"`)
		}
	}
	switch len(unknown) {
	case 0:
	case 1:
		r.fail("Unrecognized key: " + unknown[0])
	default:
		r.fail("Unrecognized keys: " + strings.Join(unknown, ", "))
	}
}

// fields reads the members that come from one place.
func (r *reader) fields(s *schema, dst reflect.Value, o Object, from place) {
	for i := range s.fields {
		in := &s.fields[i]
		if in.place != from || in.inline {
			continue
		}
		v, present := o.Get(in.name)
		if _, undefined := v.(Undefined); undefined {
			present = false
		}
		start := len(r.issues)
		r.field(in, dst, v, present)
		r.nest(start, in.name)
	}
}

func (r *reader) params(s *schema, dst reflect.Value, param func(string) string) {
	for i := range s.fields {
		in := &s.fields[i]
		if in.place != inPath || param == nil {
			continue
		}
		start := len(r.issues)
		r.field(in, dst, param(in.name), true)
		r.nest(start, in.name)
	}
}

func (r *reader) field(in *input, dst reflect.Value, v any, present bool) {
	if !present {
		v = Undefined{}
		if in.optional && in.shape != shapeCustom {
			return
		}
	}
	start := len(r.issues)
	switch {
	case in.shape == shapeCustom:
		fv := in.make(dst)
		r.issues = append(r.issues, fv.Addr().Interface().(Decoder).DecodeWire(plain(v), present)...)
		if len(r.issues) == start {
			r.encoded(fv, in.rules)
		}
	case v == nil && in.nullable:
		return
	default:
		r.value(in.make(dst), v, &in.options)
	}
	r.merge(start, in.union)
	if !in.scan || len(r.issues) > start {
		return
	}
	if path, found := findNUL(v); found {
		r.issues = append(r.issues, Issue{path, containsNUL})
	}
}
