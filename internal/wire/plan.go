package wire

import (
	"reflect"
	"sync"
)

// plan is how a struct type is written: its fields with their encoders, built on first use so that
// types may refer to themselves.
type plan struct {
	typ    reflect.Type
	once   sync.Once
	fields []planField
	names  map[string]bool // set only when there is an inline field to compare with
}

type planField struct {
	field
	prefix string // `,"name":`
	encode encoder
}

var plans sync.Map // reflect.Type -> *plan

func planOf(t reflect.Type) *plan {
	p, ok := plans.Load(t)
	if !ok {
		p, _ = plans.LoadOrStore(t, &plan{typ: t})
	}
	return p.(*plan)
}

func (p *plan) build() {
	inline := false
	for _, f := range fieldsOf(p.typ) {
		if f.place != inBody {
			continue
		}
		name := string(AppendString([]byte{','}, f.name)) + ":"
		p.fields = append(p.fields, planField{field: f, prefix: name, encode: encoderOf(f.typ)})
		inline = inline || f.inline
	}
	if !inline {
		return
	}
	p.names = make(map[string]bool, len(p.fields))
	for i := range p.fields {
		if f := &p.fields[i]; !f.inline {
			p.names[f.name] = true
		}
	}
}

// append writes struct v; it is an encoder.
func (p *plan) append(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if p.once.Do(p.build); depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '{')
	start := len(dst)
	var err error
	for i := range p.fields {
		f := &p.fields[i]
		fv, ok := f.get(v)
		if !ok || (f.omitEmpty || f.omitZero) && f.absent(fv) {
			continue
		}
		if f.inline {
			dst, err = p.inline(dst, fv, start, depth)
		} else if isUndefined(fv) {
			continue
		} else {
			prefix := f.prefix
			if len(dst) == start {
				prefix = prefix[1:]
			}
			dst, err = f.encode(append(dst, prefix...), fv, depth+1)
		}
		if err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// isUndefined reports whether v is an interface that holds Undefined.
func isUndefined(v reflect.Value) bool {
	return v.Kind() == reflect.Interface && !v.IsNil() && v.Elem().Type() == undefinedType
}

// inline writes the members of v that no field of the struct is named after.
func (p *plan) inline(dst []byte, v reflect.Value, start, depth int) ([]byte, error) {
	var err error
	for i := range v.Len() {
		m := v.Index(i).Addr().Interface().(*Member) // elements of a slice are addressable
		if p.names[m.Name] {
			continue
		}
		if dst, err = appendMember(dst, m, start, depth); err != nil {
			return nil, err
		}
	}
	return dst, nil
}
