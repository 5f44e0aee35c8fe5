package wire

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
)

// emailPattern is the format of addresses the wire contract accepts.
var emailPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$`)
})

// ValidEmail reports whether s has the format of the "email" rule.
func ValidEmail(s string) bool { return emailPattern().MatchString(s) }

// rule is one condition of a `validate` tag, or a pattern.
type rule struct {
	text    string // as validator reads it: "min=8"
	name    string
	param   string
	message string // replaces the words of the table
	pattern *regexp.Regexp
}

// rules are the conditions of a value and, after "dive", of its elements.
type rules struct {
	list    []rule
	elem    *rules
	instead string // said of a value of the wrong type, when a rule names the only values allowed
}

// newRules reads the tags of a field of type t; nil means there are no rules.
func newRules(tag reflect.StructTag, t reflect.Type) (*rules, error) {
	text, pattern := tag.Get("validate"), tag.Get("pattern")
	if text == "" && pattern == "" {
		return nil, nil
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	own, below, dive := strings.Cut(","+text+",", ",dive,")
	rs := &rules{}
	if err := rs.parse(own, t, tag.Get("message")); err != nil {
		return nil, err
	}
	if pattern != "" {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil, err
		}
		rs.list = append(rs.list, rule{name: "pattern", param: pattern, message: tag.Get("message"), pattern: re})
	}
	if !dive {
		return rs, nil
	}
	if t.Kind() != reflect.Slice && t.Kind() != reflect.Map {
		return nil, fmt.Errorf("dive into %s", t)
	}
	rs.elem = &rules{}
	return rs, rs.elem.parse(below, t.Elem(), tag.Get("message"))
}

func (rs *rules) parse(text string, t reflect.Type, message string) error {
	for part := range strings.SplitSeq(text, ",") {
		if part == "" || part == "omitempty" {
			continue
		}
		r := rule{text: part, message: message}
		r.name, r.param, _ = strings.Cut(part, "=")
		zero, err := r.probe(t)
		if err != nil {
			return err
		}
		if r.name == "oneof" || r.name == "eq" {
			rs.instead = r.words(zero)
		}
		rs.list = append(rs.list, r)
	}
	return nil
}

// probe returns a zero value that the rule can judge. A type that decodes itself may hold any JSON.
func (r *rule) probe(t reflect.Type) (zero reflect.Value, err error) {
	types := []reflect.Type{t}
	if shapeOf(t) == shapeCustom {
		types = []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[float64](), reflect.TypeFor[[]any]()}
	}
	for _, t := range types {
		zero = reflect.New(t).Elem()
		if _, err = r.run(zero); err == nil {
			return zero, nil
		}
	}
	return zero, err
}

// tooMany returns the words of the first upper bound that list exceeds. Bounds of a list come before
// its elements, which are not looked at when there are too many.
func (rs *rules) tooMany(list []any) string {
	if rs == nil {
		return ""
	}
	for i := range rs.list {
		r, v := &rs.list[i], reflect.ValueOf(list)
		limit, err := strconv.ParseFloat(r.param, 64)
		exact := r.name == "len" && err == nil && float64(len(list)) > limit
		if !exact && r.name != "max" && r.name != "lte" && r.name != "lt" {
			continue
		}
		if ok, _ := r.run(v); !ok {
			return r.words(v)
		}
	}
	return ""
}

// run applies the rule. The error says that there is no such rule for such a value: validator/v10
// panics then.
func (r *rule) run(v reflect.Value) (ok bool, err error) {
	if r.pattern != nil {
		return v.Kind() == reflect.String && r.pattern.MatchString(v.String()), nil
	}
	defer func() {
		if p := recover(); p != nil {
			ok, err = false, fmt.Errorf("rule %q: %v", r.text, p)
		}
	}()
	return checker().Var(v.Interface(), r.text) == nil, nil
}

// checker is the validator with the rules JavaScript counts or matches differently. It is immutable
// once built.
var checker = sync.OnceValue(func() *validator.Validate {
	v := validator.New()
	own := map[string]validator.Func{
		"email": func(f validator.FieldLevel) bool { return ValidEmail(f.Field().String()) },
		"url":   func(f validator.FieldLevel) bool { return validURL(f.Field().String()) },
		"min":   bound(func(n, limit float64) bool { return n >= limit }),
		"gte":   bound(func(n, limit float64) bool { return n >= limit }),
		"max":   bound(func(n, limit float64) bool { return n <= limit }),
		"lte":   bound(func(n, limit float64) bool { return n <= limit }),
		"gt":    bound(func(n, limit float64) bool { return n > limit }),
		"lt":    bound(func(n, limit float64) bool { return n < limit }),
		"len":   bound(func(n, limit float64) bool { return n == limit }),
	}
	for name, f := range own {
		// The only errors are an empty name and a nil function.
		_ = v.RegisterValidation(name, f)
	}
	return v
})

// bound makes a rule that compares a value's size with the rule's parameter.
func bound(holds func(size, limit float64) bool) validator.Func {
	return func(f validator.FieldLevel) bool {
		limit, err := strconv.ParseFloat(f.Param(), 64)
		if err != nil {
			panic("bad parameter " + f.Param())
		}
		n, ok := size(f.Field())
		if !ok {
			panic("bad type " + f.Field().Type().String())
		}
		return holds(n, limit)
	}
}

// size is what min and max measure: a number, characters (code points, as the reference counts them
// in its rules) of a string, items of a list.
func size(v reflect.Value) (float64, bool) {
	switch {
	case v.Kind() == reflect.String:
		return float64(utf8.RuneCountInString(v.String())), true
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanUint():
		return float64(v.Uint()), true
	case v.CanFloat():
		return v.Float(), true
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Map || v.Kind() == reflect.Array:
		return float64(v.Len()), true
	}
	return 0, false
}

// formats are the words of rules that say what a string should be.
var formats = map[string]string{
	"email": "Invalid email address", "url": "Invalid URL", "uri": "Invalid URL", "http_url": "Invalid URL",
	"uuid": "Invalid UUID", "uuid4": "Invalid UUIDv4", "ipv4": "Invalid IPv4 address", "ipv6": "Invalid IPv6 address",
	"cidrv4": "Invalid IPv4 range", "cidrv6": "Invalid IPv6 range", "base64": "Invalid base64-encoded string",
	"base64url": "Invalid base64url-encoded string", "e164": "Invalid E.164 number", "jwt": "Invalid JWT",
}

// words says what is wrong with v, which broke the rule.
func (r *rule) words(v reflect.Value) string {
	if r.message != "" {
		return r.message
	}
	switch r.name {
	case "min", "gte":
		return sizeWords("Too small", v, ">="+r.param)
	case "max", "lte":
		return sizeWords("Too big", v, "<="+r.param)
	case "gt":
		return sizeWords("Too small", v, ">"+r.param)
	case "lt":
		return sizeWords("Too big", v, "<"+r.param)
	case "len":
		limit, _ := strconv.ParseFloat(r.param, 64)
		if n, _ := size(v); n > limit {
			return sizeWords("Too big", v, "exactly "+r.param)
		}
		return sizeWords("Too small", v, "exactly "+r.param)
	case "oneof":
		return optionWords(v.Kind(), optionsOf(r.param))
	case "eq":
		return optionWords(v.Kind(), []string{r.param})
	case "startswith":
		return `Invalid string: must start with "` + r.param + `"`
	case "endswith":
		return `Invalid string: must end with "` + r.param + `"`
	case "contains":
		return `Invalid string: must include "` + r.param + `"`
	case "pattern":
		return "Invalid string: must match pattern /" + r.param + "/"
	}
	if words, ok := formats[r.name]; ok {
		return words
	}
	return invalidInput
}

func sizeWords(fault string, v reflect.Value, limit string) string {
	switch v.Kind() {
	case reflect.String:
		return fault + ": expected string to have " + limit + " characters"
	case reflect.Slice, reflect.Array:
		return fault + ": expected array to have " + limit + " items"
	case reflect.Map:
		return fault + ": expected map to have " + limit + " entries"
	}
	return fault + ": expected number to be " + limit
}

func optionWords(kind reflect.Kind, values []string) string {
	if kind == reflect.String {
		for i, s := range values {
			values[i] = `"` + s + `"`
		}
	}
	if len(values) == 1 {
		return "Invalid input: expected " + values[0]
	}
	return "Invalid option: expected one of " + strings.Join(values, "|")
}

// optionsOf splits the parameter of oneof: words, or 'phrases in quotes'.
func optionsOf(param string) []string {
	var out []string
	for param = strings.TrimSpace(param); param != ""; param = strings.TrimSpace(param) {
		var value string
		if rest, quoted := strings.CutPrefix(param, "'"); quoted {
			value, param, _ = strings.Cut(rest, "'")
		} else {
			value, param, _ = strings.Cut(param, " ")
		}
		out = append(out, value)
	}
	return out
}
