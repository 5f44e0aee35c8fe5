package adapter

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrValue says that a value cannot be stored in its field: of the wrong type, text with a NUL byte or
// broken UTF-8, an id that is no number where ids are numbers. The text names the field, never the value.
var ErrValue = errors.New("adapter: value cannot be stored")

// A column knows how the values of one field look above and below the Store.
type column struct {
	name   string // logical
	column string // physical
	field  *Field // nil for the id
	typ    Type
	id     bool // the id, or a reference to one
	ids    IDStrategy
	caps   Capabilities
}

// table is what the Store works with: a Table with its columns, hooks and struct plans.
type table struct {
	*Table
	columns []column // in schema order, the id last
	hooks   []Hook
	events  HookEvent // union of the hooks' events
	plans   planCache
}

func newTable(t *Table, ids IDStrategy, caps Capabilities) *table {
	info := &table{Table: t, columns: make([]column, 0, len(t.Fields)+1)}
	for i := range t.Fields {
		f := &t.Fields[i]
		info.columns = append(info.columns, column{
			name: f.Name, column: f.Column, field: f, typ: f.Type, id: f.ReferencesID(), ids: ids, caps: caps,
		})
	}
	info.columns = append(info.columns, column{name: idName, column: idName, typ: String, id: true, ids: ids, caps: caps})
	return info
}

func (t *table) column(name string) (*column, error) {
	for i := range t.columns {
		if t.columns[i].name == name {
			return &t.columns[i], nil
		}
	}
	return nil, fmt.Errorf("adapter: table %q has no field %q", t.Name, name)
}

func (t *table) idColumn() *column { return &t.columns[len(t.columns)-1] }

func (c *column) fault(why string) error {
	return fmt.Errorf("%w: field %q: %s", ErrValue, c.name, why)
}

// input converts a logical value for a write.
func (c *column) input(v any) (any, error) {
	v = plain(v)
	if c.field != nil && c.field.Input != nil {
		var err error
		if v, err = c.field.Input(v); err != nil {
			return nil, fmt.Errorf("adapter: field %q: %w", c.name, err)
		}
		v = plain(v)
	}
	return c.encode(v)
}

// encode converts a plain logical value to what the adapter holds.
func (c *column) encode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if c.id {
		return c.encodeID(v)
	}
	switch c.typ {
	case String:
		return c.encodeString(v)
	case Number:
		return c.encodeNumber(v)
	case Boolean:
		return c.encodeBool(v)
	case Date:
		return c.encodeDate(v)
	default:
		return c.encodeJSON(v)
	}
}

func (c *column) encodeID(v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		if n, isInt := v.(int64); isInt {
			s = strconv.FormatInt(n, 10)
		} else {
			return nil, c.fault("not an id")
		}
	}
	switch {
	case c.ids == SerialIDs:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, c.fault("not a number")
		}
		return n, nil
	case c.ids == UUIDs && c.caps.UUIDs && !isUUID(s):
		return nil, c.fault("not a UUID")
	}
	return c.encodeString(v)
}

// encodeString returns v itself where it can: boxing the string again would allocate.
func (c *column) encodeString(v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, c.fault("not a string")
	}
	if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
		return nil, c.fault("a NUL byte or broken UTF-8")
	}
	return v, nil
}

func (c *column) encodeNumber(v any) (any, error) {
	switch n := v.(type) {
	case int64:
		return v, nil
	case float64:
		if whole := int64(n); float64(whole) == n {
			return whole, nil
		}
		return v, nil
	case string:
		if f, err := strconv.ParseFloat(strings.TrimSpace(n), 64); err == nil {
			return c.encodeNumber(f)
		}
	}
	return nil, c.fault("not a number")
}

func (c *column) encodeBool(v any) (any, error) {
	b, ok := v.(bool)
	if s, isString := v.(string); isString {
		b, ok = s == "true", true
	}
	if !ok {
		return nil, c.fault("not a boolean")
	}
	if !c.caps.NoBooleans {
		return b, nil
	}
	if b {
		return int64(1), nil
	}
	return int64(0), nil
}

// dateLayout is how JavaScript and the reference write a date.
const dateLayout = "2006-01-02T15:04:05.000Z"

func (c *column) encodeDate(v any) (any, error) {
	t, ok := v.(time.Time)
	if !ok {
		s, isString := v.(string)
		if !isString {
			return nil, c.fault("not a date")
		}
		var err error
		if t, err = parseDate(s); err != nil {
			return nil, c.fault("not a date")
		}
	}
	t = milliseconds(t)
	if c.caps.NoDates {
		return t.Format(dateLayout), nil
	}
	return t, nil
}

// milliseconds is t as every database of the reference holds it: UTC, without a monotonic reading.
func milliseconds(t time.Time) time.Time {
	return t.UTC().Truncate(time.Millisecond)
}

// dateLayouts are the forms in which databases and the reference hand out dates as text.
var dateLayouts = [...]string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999-07",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly,
}

func parseDate(s string) (t time.Time, err error) {
	for _, layout := range dateLayouts {
		if t, err = time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, err
}

// output converts what the adapter holds to a logical value: string, bool, float64, time.Time,
// json.RawMessage, []any (lists) or nil.
func (c *column) output(v any) (any, error) {
	v, err := c.decode(v)
	if err != nil || c.field == nil || c.field.Output == nil {
		return v, err
	}
	if v, err = c.field.Output(v); err != nil {
		return nil, fmt.Errorf("adapter: field %q: %w", c.name, err)
	}
	return plain(v), nil
}

// transforms reports whether values need the field's Output function.
func (c *column) transforms() bool { return c.field != nil && c.field.Output != nil }

func (c *column) decode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch {
	case c.id || c.typ == String:
		return c.decodeString(v)
	case c.typ == Number:
		f, err := c.decodeNumber(v)
		return f, err
	case c.typ == Boolean:
		b, err := c.decodeBool(v)
		return b, err
	case c.typ == Date:
		return c.decodeDate(v)
	default:
		return c.decodeJSON(v)
	}
}

func (c *column) decodeString(v any) (any, error) {
	switch s := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(s), nil
	case int64:
		return strconv.FormatInt(s, 10), nil
	case float64:
		return strconv.FormatFloat(s, 'f', -1, 64), nil
	}
	return nil, c.stored(v)
}

func (c *column) decodeNumber(v any) (float64, error) {
	switch n := v.(type) {
	case int64:
		return float64(n), nil
	case float64:
		return n, nil
	case string:
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			return f, nil
		}
	}
	return 0, c.stored(v)
}

func (c *column) decodeBool(v any) (bool, error) {
	switch b := v.(type) {
	case bool:
		return b, nil
	case int64:
		return b == 1, nil
	case float64:
		return b == 1, nil
	}
	return false, c.stored(v)
}

// decodeDate returns v itself where it can: boxing a time allocates.
func (c *column) decodeDate(v any) (any, error) {
	switch t := v.(type) {
	case time.Time:
		if t.Location() == time.UTC && t.Nanosecond()%int(time.Millisecond) == 0 {
			return v, nil
		}
		return milliseconds(t), nil
	case string:
		if d, err := parseDate(t); err == nil {
			return milliseconds(d), nil
		}
	case int64:
		return time.UnixMilli(t).UTC(), nil
	}
	return nil, c.stored(v)
}

// stored complains about what a database holds, by type and not by value.
func (c *column) stored(v any) error {
	return fmt.Errorf("adapter: field %q: the database holds a %T that is no %s", c.name, v, c.typ)
}
