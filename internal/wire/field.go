package wire

import (
	"reflect"
	"slices"
	"strings"
)

// place says where a field's value comes from.
type place uint8

const (
	inBody place = iota
	inQuery
	inPath
)

// field is one member of a struct as its tags describe it, embedded structs flattened.
type field struct {
	place     place
	name      string
	index     []int // of the field, through embedded structs
	typ       reflect.Type
	tag       reflect.StructTag
	inline    bool
	omitEmpty bool
	omitZero  bool
}

var objectType = reflect.TypeFor[Object]()

// isObject reports whether t has the underlying type of Object.
func isObject(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.ConvertibleTo(objectType)
}

// fieldsOf lists the fields of struct t in order. Of two with one name the shallower wins, else the
// first.
func fieldsOf(t reflect.Type) []field {
	all := collect(t, nil, nil)
	var out []field
	for _, f := range all {
		same := func(g field) bool { return g.place == f.place && g.name == f.name && !g.inline && !f.inline }
		shallower := func(g field) bool { return same(g) && len(g.index) < len(f.index) }
		if !slices.ContainsFunc(all, shallower) && !slices.ContainsFunc(out, same) {
			out = append(out, f)
		}
	}
	return out
}

// collect walks t and its embedded structs; outer guards against a struct that embeds itself.
func collect(t reflect.Type, index []int, outer []reflect.Type) []field {
	if slices.Contains(outer, t) {
		return nil
	}
	outer = append(slices.Clip(outer), t)
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(slices.Clone(index), i)
		if inner, ok := embedded(sf); ok {
			out = append(out, collect(inner, at, outer)...)
		} else if f, ok := describe(sf); ok {
			f.index = at
			out = append(out, f)
		}
	}
	return out
}

// embedded returns the struct whose fields sf promotes.
func embedded(sf reflect.StructField) (reflect.Type, bool) {
	t := sf.Type
	if t.Kind() == reflect.Pointer && sf.IsExported() {
		t = t.Elem()
	}
	return t, sf.Anonymous && t.Kind() == reflect.Struct && t != timeType && sf.Tag.Get("json") == ""
}

// describe reads the tags of sf; ok is false for a field that is no member.
func describe(sf reflect.StructField) (f field, ok bool) {
	text, tagged := sf.Tag.Lookup("json")
	if !sf.IsExported() || text == "-" {
		return f, false
	}
	f = field{name: sf.Name, typ: sf.Type, tag: sf.Tag}
	if !tagged {
		if text, tagged = sf.Tag.Lookup("query"); tagged {
			f.place = inQuery
		} else if text, tagged = sf.Tag.Lookup("path"); tagged {
			f.place = inPath
		}
	}
	name, options, _ := strings.Cut(text, ",")
	if name != "" {
		f.name = name
	}
	for option := range strings.SplitSeq(options, ",") {
		f.omitEmpty = f.omitEmpty || option == "omitempty"
		f.omitZero = f.omitZero || option == "omitzero"
		f.inline = f.inline || option == "inline" && isObject(sf.Type)
	}
	return f, true
}

// get returns the field of struct v; ok is false behind a nil embedded pointer.
func (f *field) get(v reflect.Value) (reflect.Value, bool) {
	if len(f.index) == 1 {
		return v.Field(f.index[0]), true
	}
	for _, i := range f.index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// make returns the field of the addressable struct v, allocating embedded pointers on the way.
func (f *field) make(v reflect.Value) reflect.Value {
	for _, i := range f.index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// absent reports whether the field's value v is left out of the text.
func (f *field) absent(v reflect.Value) bool {
	return f.omitEmpty && isEmpty(v) || f.omitZero && isZero(v)
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// isZero asks the value's own IsZero method first, as encoding/json does for omitzero.
func isZero(v reflect.Value) bool {
	if v.Type().Implements(zeroerType) && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return v.Interface().(zeroer).IsZero()
	}
	return v.IsZero()
}

type zeroer interface{ IsZero() bool }

var zeroerType = reflect.TypeFor[zeroer]()
