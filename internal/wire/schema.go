package wire

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// ErrInput is what [Verify] wraps for an input type that cannot be decoded.
var ErrInput = errors.New("wire: unusable input type")

// Decoder is a type that reads its own JSON value, for shapes plain Go types do not have: nullable
// values, unions. v is parsed JSON; it is Undefined and present false when the member was not sent.
// The paths of the issues start below the value ("" is the value itself).
type Decoder interface {
	DecodeWire(v any, present bool) []Issue
}

// shape is how values of a type are decoded.
type shape uint8

const (
	shapeBad shape = iota
	shapeString
	shapeBool
	shapeInt
	shapeUint
	shapeFloat
	shapeTime
	shapeAny
	shapeRaw
	shapeObject
	shapeMap
	shapeList
	shapeStruct
	shapePointer
	shapeCustom
	shapeJSON
)

var decoderType = reflect.TypeFor[Decoder]()

// shapes remembers shapeOf, whose questions about methods are slow: reflect.Type -> shape.
var shapes sync.Map

func shapeOf(t reflect.Type) shape {
	if s, ok := shapes.Load(t); ok {
		return s.(shape)
	}
	s := newShape(t)
	shapes.Store(t, s)
	return s
}

func newShape(t reflect.Type) shape {
	ptr := reflect.PointerTo(t)
	switch {
	case ptr.Implements(decoderType):
		return shapeCustom
	case t == timeType:
		return shapeTime
	case t == rawType:
		return shapeRaw
	case isObject(t):
		return shapeObject
	case t.Kind() == reflect.Pointer:
		return shapePointer
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		return shapeAny
	case ptr.Implements(unmarshalerType) && !ptr.Implements(structType):
		return shapeJSON
	}
	return shapeOfKind(t)
}

func shapeOfKind(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.String:
		return shapeString
	case reflect.Bool:
		return shapeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return shapeInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return shapeUint
	case reflect.Float32, reflect.Float64:
		return shapeFloat
	case reflect.Slice:
		return shapeList
	case reflect.Struct:
		return shapeStruct
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return shapeMap
		}
	}
	return shapeBad
}

// input is one field of an input struct.
type input struct {
	field
	options
	optional bool
	nullable bool
	union    bool
	scan     bool // look for U+0000; structs below look for themselves
}

// options is what a value's tags say about it.
type options struct {
	shape  shape
	rules  *rules // nil when there are none
	coerce bool
}

// schema is how a struct type is read.
type schema struct {
	typ        reflect.Type
	once       sync.Once
	fields     []input
	body       map[string]*input
	inline     *input
	has        [3]bool // by place
	checked    bool    // a rule exists here or below
	err        error
	optional   bool
	nullish    bool
	strict     bool
	union      bool
	unionQuery bool
	want       []string // what a body that is no object should have been
}

var schemas sync.Map // reflect.Type -> *schema

func schemaOf(t reflect.Type) *schema {
	v, ok := schemas.Load(t)
	if !ok {
		v, _ = schemas.LoadOrStore(t, &schema{typ: t})
	}
	s := v.(*schema)
	s.once.Do(s.build)
	return s
}

func (s *schema) build() {
	s.want = []string{"object"}
	s.mark(s.typ)
	for _, f := range fieldsOf(s.typ) {
		s.fields = append(s.fields, s.input(f))
	}
	s.body = make(map[string]*input, len(s.fields))
	for i := range s.fields {
		in := &s.fields[i]
		s.has[in.place] = true
		switch {
		case in.inline:
			s.inline = in
		case in.place == inBody:
			s.body[in.name] = in
		}
	}
	s.has[inBody] = s.has[inBody] || s.strict
	s.checked = hasRules(s.typ, nil)
}

// mark reads the `body` tags of blank fields, those of embedded structs included.
func (s *schema) mark(t reflect.Type) {
	for i := range t.NumField() {
		sf := t.Field(i)
		if inner, ok := embedded(sf); ok && inner != t {
			s.mark(inner)
		}
		if sf.Name != "_" {
			continue
		}
		for word := range strings.SplitSeq(sf.Tag.Get("body"), ",") {
			s.word(word)
		}
	}
}

func (s *schema) word(word string) {
	switch word {
	case "":
	case "optional":
		s.optional = true
	case "nullish":
		s.optional, s.nullish = true, true
	case "strict":
		s.strict = true
	case "union":
		s.union = true
	case "union-query":
		s.unionQuery = true
	case "record":
		s.want = []string{"record"}
	case "intersection":
		s.want = []string{"object", "record"}
	default:
		s.err = errors.Join(s.err, fmt.Errorf("%w: %s: unknown body tag %q", ErrInput, s.typ, word))
	}
}

func (s *schema) input(f field) input {
	in := input{field: f, options: options{shape: shapeOf(f.typ)}}
	in.scan = shapeOf(elemOf(f.typ)) != shapeStruct
	in.optional = f.omitEmpty || f.omitZero || f.inline || in.shape == shapePointer
	for word := range strings.SplitSeq(f.tag.Get("wire"), ",") {
		switch word {
		case "nullable":
			in.nullable = true
		case "coerce":
			in.coerce = true
		case "union":
			in.union = true
		case "nul":
			in.scan = false
		case "required":
			in.optional = false
		case "":
		default:
			s.err = errors.Join(s.err, fmt.Errorf("%w: %s.%s: unknown wire tag %q", ErrInput, s.typ, f.name, word))
		}
	}
	var err error
	if in.rules, err = newRules(f.tag, f.typ); err != nil {
		s.err = errors.Join(s.err, fmt.Errorf("%w: %s.%s: %w", ErrInput, s.typ, f.name, err))
	}
	if in.shape == shapeBad {
		s.err = errors.Join(s.err, fmt.Errorf("%w: %s.%s: type %s", ErrInput, s.typ, f.name, f.typ))
	}
	return in
}

// elemOf returns the type below pointers, lists and maps.
func elemOf(t reflect.Type) reflect.Type {
	for {
		switch shapeOf(t) {
		case shapePointer, shapeList, shapeMap:
			if t == t.Elem() {
				return t
			}
			t = t.Elem()
		default:
			return t
		}
	}
}

// hasRules reports whether struct t, or one it holds, has a field with rules.
func hasRules(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen == nil {
		seen = map[reflect.Type]bool{}
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	for _, f := range fieldsOf(t) {
		if f.tag.Get("validate") != "" || f.tag.Get("pattern") != "" {
			return true
		}
		if e := elemOf(f.typ); shapeOf(e) == shapeStruct && hasRules(e, seen) {
			return true
		}
	}
	return false
}

// Verify reports whether values of in's type can be decoded: every field has a usable type, every
// tag is understood and every rule exists. Call it once when an endpoint is registered.
func Verify(in any) error {
	t := reflect.TypeOf(in)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	return verify(t, map[reflect.Type]bool{})
}

func verify(t reflect.Type, seen map[reflect.Type]bool) error {
	if seen[t] {
		return nil
	}
	seen[t] = true
	s := schemaOf(t)
	err := s.err
	for i := range s.fields {
		if e := elemOf(s.fields[i].typ); shapeOf(e) == shapeStruct {
			err = errors.Join(err, verify(e, seen))
		}
	}
	return err
}

// collect stores in the inline field of struct dst the members of o no other field is named after.
func (s *schema) collect(dst reflect.Value, o Object) {
	var rest Object
	for _, m := range o {
		if _, known := s.body[m.Name]; !known {
			rest = append(rest, m)
		}
	}
	if rest != nil {
		s.inline.make(dst).Set(reflect.ValueOf(rest).Convert(s.inline.typ))
	}
}
