// Package compare decides whether two answers are the same answer. Values that
// servers draw at random may differ, but must have one shape, and one value of
// the left must always stand for one value of the right.
package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// value is JSON with its member order kept.
type value struct {
	kind    byte // o, a, s, n, t (true), f (false), 0 (null)
	text    string
	keys    []string
	members []*value
}

// parse reads one JSON text and nothing after it.
func parse(text []byte) (*value, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseNext(d)
	if err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("text after the JSON value")
	}
	return v, nil
}

func parseNext(d *json.Decoder) (*value, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		return parseInside(d, t)
	case string:
		return &value{kind: 's', text: t}, nil
	case json.Number:
		return &value{kind: 'n', text: t.String()}, nil
	case bool:
		if t {
			return &value{kind: 't'}, nil
		}
		return &value{kind: 'f'}, nil
	}
	return &value{kind: '0'}, nil
}

func parseInside(d *json.Decoder, open json.Delim) (*value, error) {
	v := &value{kind: 'a'}
	if open == '{' {
		v.kind = 'o'
	}
	for d.More() {
		if v.kind == 'o' {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v.keys = append(v.keys, key.(string))
		}
		member, err := parseNext(d)
		if err != nil {
			return nil, err
		}
		v.members = append(v.members, member)
	}
	_, err := d.Token()
	return v, err
}

// Lookup finds a string, number or other text in a JSON document by a dotted
// path such as "user.id" or "0.token".
func Lookup(document []byte, path string) (string, error) {
	v, err := parse(document)
	if err != nil {
		return "", fmt.Errorf("look up %s: %w", path, err)
	}
	for _, name := range strings.Split(path, ".") {
		if v = v.child(name); v == nil {
			return "", fmt.Errorf("no %s in %.300s", path, document)
		}
	}
	return v.text, nil
}

func (v *value) child(name string) *value {
	for i, member := range v.members {
		if v.kind == 'o' && v.keys[i] == name || v.kind == 'a' && fmt.Sprint(i) == name {
			return member
		}
	}
	return nil
}

func (v *value) kindName() string {
	return map[byte]string{'o': "object", 'a': "array", 's': "string", 'n': "number", 't': "true", 'f': "false", '0': "null"}[v.kind]
}

// String shows a value in a report.
func (v *value) String() string {
	switch v.kind {
	case 's':
		return fmt.Sprintf("%q", v.text)
	case 'n':
		return v.text
	case 'o':
		return "{" + strings.Join(v.keys, ",") + "}"
	case 'a':
		return fmt.Sprintf("[%d]", len(v.members))
	}
	return v.kindName()
}
