package plugin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// InputMode says what additional fields are for.
type InputMode int

const (
	// ForCreate fills in defaults and refuses missing required fields.
	ForCreate InputMode = iota
	// ForUpdate takes what is there.
	ForUpdate
	// Trusted is ForCreate for callers who may set fields that clients may not.
	Trusted
	// TrustedUpdate is ForUpdate for them.
	TrustedUpdate
)

// Input checks a client's additional fields of a table ("user", "session") against the schema and returns
// those to store. Core columns and unknown members are dropped. The errors are MISSING_FIELD,
// FIELD_NOT_ALLOWED and VALIDATION_ERROR.
func (a *App) Input(table string, given api.Fields, mode InputMode) (api.Fields, error) {
	var out api.Fields
	for _, f := range a.inputs[table] {
		value, present := given.Get(f.Name)
		value, keep, err := inputField(f, value, present, mode)
		if err != nil {
			return nil, err
		}
		if keep {
			out.Set(f.Name, value)
		}
	}
	return out, nil
}

func inputField(f *adapter.Field, value any, present bool, mode InputMode) (_ any, keep bool, _ error) {
	switch {
	case !present && (mode == ForUpdate || mode == TrustedUpdate):
		return nil, false, nil
	case !present && f.Default != nil:
		return f.Default(), true, nil
	case !present && !f.Optional && mode == ForCreate:
		return nil, false, errors.MissingField.WithMessage(f.Name + " is required")
	case !present:
		return nil, false, nil
	case f.NoInput && mode != Trusted && mode != TrustedUpdate:
		return forbiddenField(f, value, mode)
	}
	if f.Validate != nil {
		if err := f.Validate(value); err != nil {
			return nil, false, errors.ValidationError.WithMessage(err.Error())
		}
	}
	value, err := typedValue(f, value)
	return value, err == nil, err
}

// forbiddenField is for a field that clients may not set: a default takes its place, a value that says
// nothing is dropped, anything else is refused.
func forbiddenField(f *adapter.Field, value any, mode InputMode) (any, bool, error) {
	if f.Default != nil && mode == ForCreate {
		return f.Default(), true, nil
	}
	if value == nil || value == "" || value == false || value == 0.0 {
		return nil, false, nil
	}
	return nil, false, errors.FieldNotAllowed.WithMessage(f.Name + " is not allowed to be set")
}

// typedValue refuses a value that the column could not hold.
func typedValue(f *adapter.Field, value any) (any, error) {
	if value == nil {
		if !f.Optional {
			return nil, fieldError(f, "Invalid input: expected "+expected(f.Type)+", received null")
		}
		return nil, nil
	}
	if wire.HasNUL(value) {
		return nil, fieldError(f, "Invalid input: the character U+0000 is not allowed")
	}
	switch v := value.(type) {
	case string:
		if len(f.Enum) > 0 && !slices.Contains(f.Enum, v) {
			return nil, fieldError(f, `Invalid option: expected one of "`+strings.Join(f.Enum, `"|"`)+`"`)
		}
		if f.Type == adapter.Date {
			t, err := wire.ParseTime(v)
			if err != nil {
				return nil, fieldError(f, "Invalid input: expected date, received string")
			}
			return t, nil
		}
	case float64:
		if f.Type == adapter.Number && !wire.SafeNumber(v) {
			return nil, fieldError(f, "Invalid input: expected number, received a number out of range")
		}
	}
	if got := kindOf(value); f.Type != adapter.JSON && got != expected(f.Type) {
		return nil, fieldError(f, fmt.Sprintf("Invalid input: expected %s, received %s", expected(f.Type), got))
	}
	return value, elements(f, value)
}

// elements checks the members of a list.
func elements(f *adapter.Field, value any) error {
	list, ok := value.([]any)
	if !ok || f.Type == adapter.JSON {
		return nil
	}
	want := "string"
	if f.Type == adapter.NumberArray {
		want = "number"
	}
	for i, v := range list {
		if got := kindOf(v); got != want || want == "number" && !wire.SafeNumber(v) {
			return errors.ValidationError.WithMessage(fmt.Sprintf("[body.%s.%d] Invalid input: expected %s, received %s", f.Name, i, want, got))
		}
	}
	return nil
}

func fieldError(f *adapter.Field, message string) error {
	return errors.ValidationError.WithStatus(http.StatusBadRequest).WithMessage("[body." + f.Name + "] " + message)
}

func expected(t adapter.Type) string {
	switch t {
	case adapter.Number, adapter.Boolean, adapter.Date:
		return string(t)
	case adapter.StringArray, adapter.NumberArray:
		return "array"
	case adapter.JSON:
		return "object"
	}
	return "string"
}

// kindOf names the type of a wire value, or of a value that a caller in process gave.
func kindOf(v any) string {
	if _, ok := v.(time.Time); ok {
		return "date"
	}
	switch wire.Value(v).(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case wire.Undefined:
		return "undefined"
	}
	return "object"
}

// findInputs notes the fields of each core table that are not the core's own: what clients may send.
func (a *App) findInputs() {
	a.inputs = map[string][]*adapter.Field{}
	for _, core := range adapter.CoreTables(a.clock) {
		own := map[string]bool{}
		for i := range core.Fields {
			own[core.Fields[i].Name] = true
		}
		t := a.DB.Schema().Table(core.Name)
		for i := range t.Fields {
			if f := &t.Fields[i]; !own[f.Name] {
				a.inputs[core.Name] = append(a.inputs[core.Name], f)
			}
		}
	}
}
