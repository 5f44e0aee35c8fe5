package memory

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// match reports whether r satisfies all conditions without Or and, if there are any with it, one of
// those.
func match(r adapter.Record, where []adapter.Where) bool {
	alternatives, satisfied := false, false
	for i := range where {
		w := &where[i]
		if w.Or {
			alternatives = true
			satisfied = satisfied || holds(r[w.Field], w)
		} else if !holds(r[w.Field], w) {
			return false
		}
	}
	return satisfied || !alternatives
}

// holds evaluates one condition by SQL's rules: a comparison with NULL does not hold.
func holds(v any, w *adapter.Where) bool {
	switch w.Op {
	case adapter.OpNotIn:
		values, _ := w.Value.([]any)
		return len(values) == 0 || v != nil && !oneOf(v, values, w.Insensitive)
	case adapter.OpIn:
		values, _ := w.Value.([]any)
		return oneOf(v, values, w.Insensitive)
	case adapter.OpEq:
		return v == nil && w.Value == nil || equal(v, w.Value, w.Insensitive)
	case adapter.OpNe:
		return v != nil && (w.Value == nil || !equal(v, w.Value, w.Insensitive))
	case adapter.OpContains, adapter.OpStartsWith, adapter.OpEndsWith:
		return holdsText(v, w)
	}
	order, ok := compare(v, w.Value, w.Insensitive)
	if !ok {
		return false
	}
	switch w.Op {
	case adapter.OpLt:
		return order < 0
	case adapter.OpLte:
		return order <= 0
	case adapter.OpGt:
		return order > 0
	case adapter.OpGte:
		return order >= 0
	}
	return false
}

func holdsText(v any, w *adapter.Where) bool {
	text, ok := v.(string)
	part, isText := w.Value.(string)
	if !ok || !isText {
		return false
	}
	if w.Insensitive {
		text, part = strings.ToLower(text), strings.ToLower(part)
	}
	switch w.Op {
	case adapter.OpStartsWith:
		return strings.HasPrefix(text, part)
	case adapter.OpEndsWith:
		return strings.HasSuffix(text, part)
	}
	return strings.Contains(text, part)
}

func oneOf(v any, values []any, insensitive bool) bool {
	for _, other := range values {
		if equal(v, other, insensitive) {
			return true
		}
	}
	return false
}

func equal(a, b any, insensitive bool) bool {
	order, ok := compare(a, b, insensitive)
	return ok && order == 0
}

// compare orders two values of one type; false means that they have no order, as nothing has with NULL.
func compare(a, b any, insensitive bool) (order int, ok bool) {
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		if insensitive {
			return strings.Compare(strings.ToLower(x), strings.ToLower(y)), ok
		}
		return strings.Compare(x, y), ok
	case time.Time:
		y, ok := b.(time.Time)
		return x.Compare(y), ok
	case bool:
		y, ok := b.(bool)
		return compareBool(x, y), ok
	case json.RawMessage:
		y, ok := b.(json.RawMessage)
		return bytes.Compare(x, y), ok
	case int64:
		if y, isInt := b.(int64); isInt {
			return cmp.Compare(x, y), true
		}
		y, ok := b.(float64)
		return cmp.Compare(float64(x), y), ok
	case float64:
		if y, isInt := b.(int64); isInt {
			return cmp.Compare(x, float64(y)), true
		}
		y, ok := b.(float64)
		return cmp.Compare(x, y), ok
	}
	return 0, false
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compareBy orders two rows; NULL comes before every value.
func compareBy(by []adapter.Sort, a, b adapter.Record) int {
	for _, s := range by {
		x, y := a[s.Field], b[s.Field]
		order, ok := compare(x, y, false)
		if !ok {
			order = compareBool(x != nil, y != nil)
		}
		if order != 0 && s.Desc {
			return -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}
