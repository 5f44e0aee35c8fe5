package wire

import (
	"math"
	"reflect"
	"strings"
	"time"
)

// Issue is one fault of an input. Path names the value: "body", "body.email", "body.tags.0",
// "query.token", "params.id".
type Issue struct {
	Path    string
	Message string
}

// Message joins issues to the message of a VALIDATION_ERROR: "[body.email] Invalid email address;
// [body.password] …".
func Message(issues []Issue) string {
	var b strings.Builder
	for i, issue := range issues {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteByte('[')
		b.WriteString(issue.Path)
		b.WriteString("] ")
		b.WriteString(issue.Message)
	}
	return b.String()
}

const (
	invalidInput = "Invalid input"
	containsNUL  = "Invalid string: must not contain U+0000"
)

func expected(want string, got any) string {
	return "Invalid input: expected " + want + ", received " + typeName(got)
}

// typeName names the type of v as a validation message does.
func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case Undefined:
		return "undefined"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return numberText(v)
		}
		return "number"
	case time.Time:
		return "Date"
	case []any:
		return "array"
	}
	switch reflect.TypeOf(v).Kind() {
	case reflect.Slice, reflect.Array:
		if !isObject(reflect.TypeOf(v)) {
			return "array"
		}
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Struct, reflect.Map, reflect.Pointer:
	default:
		return "number"
	}
	return "object"
}

// HasNUL reports whether v, a string or parsed JSON, contains U+0000 in a string or a name. PostgreSQL
// cannot store it.
func HasNUL(v any) bool {
	_, found := findNUL(v)
	return found
}

// findNUL returns the path below v of the first string with U+0000.
func findNUL(v any) (path string, found bool) {
	switch v := v.(type) {
	case string:
		return "", strings.IndexByte(v, 0) >= 0
	case []any:
		for i, item := range v {
			if path, found = findNUL(item); found {
				return join(indexName(i), path), true
			}
		}
	case Object:
		for i := range v {
			if strings.IndexByte(v[i].Name, 0) >= 0 {
				return "", true
			}
			if path, found = findNUL(v[i].Value); found {
				return join(v[i].Name, path), true
			}
		}
	}
	return "", false
}

// join puts name before a path.
func join(name, path string) string {
	switch {
	case path == "":
		return name
	case name == "":
		return path
	}
	return name + "." + path
}
