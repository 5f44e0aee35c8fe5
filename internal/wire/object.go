package wire

import (
	"slices"
	"strconv"
)

// Undefined is JavaScript's undefined: the value of a body that was not sent and of a member that
// is absent. It is compared by type; [Marshal] leaves out members that hold it.
type Undefined struct{}

// Object is a JSON object that keeps the order of its members.
type Object []Member

// Member is one name and value of an Object. Value holds what [Parse] gives (nil, bool, float64,
// string, []any, Object) or anything [Marshal] takes.
type Member struct {
	Name  string
	Value any
}

// Get returns the value of the member called name; the last one wins if there are several.
func (o Object) Get(name string) (any, bool) {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

// Set replaces the value of the member called name, or appends the member.
func (o *Object) Set(name string, v any) {
	for i := len(*o) - 1; i >= 0; i-- {
		if (*o)[i].Name == name {
			(*o)[i].Value = v
			return
		}
	}
	*o = append(*o, Member{name, v})
}

// Delete removes every member called name.
func (o *Object) Delete(name string) {
	*o = slices.DeleteFunc(*o, func(m Member) bool { return m.Name == name })
}

// Clone returns a copy that shares the values but not the list of members.
func (o Object) Clone() Object { return slices.Clone(o) }

// manyMembers is where a map starts to find duplicates faster than a scan does.
const manyMembers = 16

// builder collects members as a JavaScript object does: a repeated name keeps its first position,
// and names that are array indices come first, in ascending order.
type builder struct {
	members Object
	index   map[string]int
	indices bool
}

// slot returns the value stored under name and whether it was there already.
func (b *builder) slot(name string) (*any, bool) {
	if i := b.find(name); i >= 0 {
		return &b.members[i].Value, true
	}
	if b.members == nil {
		b.members = make(Object, 0, 4)
	}
	b.members = append(b.members, Member{Name: name})
	if b.index != nil {
		b.index[name] = len(b.members) - 1
	}
	if _, ok := arrayIndex(name); ok {
		b.indices = true
	}
	return &b.members[len(b.members)-1].Value, false
}

func (b *builder) find(name string) int {
	if b.index == nil && len(b.members) >= manyMembers {
		b.index = make(map[string]int, 2*manyMembers)
		for i, m := range b.members {
			b.index[m.Name] = i
		}
	}
	if b.index != nil {
		if i, ok := b.index[name]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(b.members, func(m Member) bool { return m.Name == name })
}

// object returns the collected members in JavaScript's order.
func (b *builder) object() Object {
	if b.indices {
		slices.SortStableFunc(b.members, compareKeys)
	}
	return b.members
}

func compareKeys(a, b Member) int {
	m, indexA := arrayIndex(a.Name)
	n, indexB := arrayIndex(b.Name)
	switch {
	case indexA && indexB:
		return int(m - n)
	case indexA:
		return -1
	case indexB:
		return 1
	}
	return 0
}

// arrayIndex reports whether name is the canonical text of an integer below 2^32-1, the names
// ECMAScript orders first (OrdinaryOwnPropertyKeys).
func arrayIndex(name string) (int64, bool) {
	if name == "" || len(name) > 10 || (name[0] == '0' && len(name) > 1) {
		return 0, false
	}
	for i := range len(name) {
		if name[i] < '0' || name[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(name, 10, 64)
	return n, err == nil && n < 1<<32-1
}
