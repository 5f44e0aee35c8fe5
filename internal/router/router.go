package router

import (
	"fmt"
	"slices"
	"strings"
)

// Router maps method and path to a value of type T. The zero value is ready
// to use. Add everything before the first Lookup: a Router that is no longer
// added to is safe for concurrent use.
type Router[T any] struct {
	// SkipTrailingSlashes lets "/ok/" find "/ok" (reference option
	// advanced.skipTrailingSlashes).
	SkipTrailingSlashes bool

	static map[route]T
	params map[string]*node[T] // by method
}

type route struct{ method, path string }

// node is one segment of the registered paths that have parameters.
type node[T any] struct {
	static map[string]*node[T]
	param  *node[T]
	leaf   *leaf[T]
}

type leaf[T any] struct {
	names []string
	value T
}

// Param is one ":name" segment of the matched path and what stood there.
type Param struct{ Name, Value string }

// Params are the parameters of a matched path from left to right. Values are
// as spelled in the URL: percent-encoding is kept, as the reference does.
type Params []Param

// Get returns the value of the named parameter, "" when there is none.
func (p Params) Get(name string) string {
	for _, param := range p {
		if param.Name == name {
			return param.Value
		}
	}
	return ""
}

// Add registers value for method and path. A path starts with "/", has no
// empty segment and no trailing slash; a segment ":name" stands for any one
// segment. A path that could not be told from a registered one is an error.
func (r *Router[T]) Add(method, path string, value T) error {
	names, err := paramNames(path)
	if err != nil {
		return err
	}
	if method == "" {
		return fmt.Errorf("route %q has no method", path)
	}
	if len(names) > 0 {
		return r.addParams(method, path, leaf[T]{names, value})
	}
	key := route{method, path}
	if _, taken := r.static[key]; taken {
		return fmt.Errorf("route %s %s is registered twice", method, path)
	}
	if r.static == nil {
		r.static = map[route]T{}
	}
	r.static[key] = value
	return nil
}

// paramNames checks the spelling of a path and lists its parameters.
func paramNames(path string) ([]string, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("route path %q does not start with a slash", path)
	}
	var names []string
	for segment := range strings.SplitSeq(path[1:], "/") {
		name, isParam := strings.CutPrefix(segment, ":")
		switch {
		case name == "":
			return nil, fmt.Errorf("route path %q has an empty segment", path)
		case isParam && slices.Contains(names, name):
			return nil, fmt.Errorf("route path %q names %q twice", path, name)
		case isParam:
			names = append(names, name)
		}
	}
	return names, nil
}

func (r *Router[T]) addParams(method, path string, l leaf[T]) error {
	if r.params == nil {
		r.params = map[string]*node[T]{}
	}
	n := r.params[method]
	if n == nil {
		n = &node[T]{}
		r.params[method] = n
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		n = n.child(segment)
	}
	if n.leaf != nil {
		return fmt.Errorf("route %s %s is registered twice", method, path)
	}
	n.leaf = &l
	return nil
}

// child returns the node for a segment of a registered path, making it if needed.
func (n *node[T]) child(segment string) *node[T] {
	if segment[0] == ':' {
		if n.param == nil {
			n.param = &node[T]{}
		}
		return n.param
	}
	next := n.static[segment]
	if next == nil {
		if n.static == nil {
			n.static = map[string]*node[T]{}
		}
		next = &node[T]{}
		n.static[segment] = next
	}
	return next
}

// Lookup returns what is registered for exactly this method and path (as
// [Path] returns it), with the values of its parameters. A static path wins
// over one with parameters. It allocates only for paths with parameters.
func (r *Router[T]) Lookup(method, path string) (value T, params Params, ok bool) {
	if r.SkipTrailingSlashes && len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	if value, ok = r.static[route{method, path}]; ok {
		return value, nil, true
	}
	root := r.params[method]
	if root == nil || !strings.HasPrefix(path, "/") {
		return value, nil, false
	}
	l, values := root.find(path[1:], nil)
	if l == nil {
		return value, nil, false
	}
	params = make(Params, len(l.names))
	for i, name := range l.names {
		params[i] = Param{name, values[i]}
	}
	return l.value, params, true
}

// find walks the rest of a path, static segments first.
func (n *node[T]) find(rest string, values []string) (*leaf[T], []string) {
	segment, rest, more := strings.Cut(rest, "/")
	if segment == "" {
		return nil, nil
	}
	if next := n.static[segment]; next != nil {
		if l, v := next.step(rest, more, values); l != nil {
			return l, v
		}
	}
	if n.param == nil {
		return nil, nil
	}
	return n.param.step(rest, more, append(values, segment))
}

func (n *node[T]) step(rest string, more bool, values []string) (*leaf[T], []string) {
	if !more {
		return n.leaf, values
	}
	return n.find(rest, values)
}
