package api

import (
	"iter"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// Fields are named values in order: the columns that plugins and the application add to a model, or
// free-form JSON. The zero value is empty and ready to use.
type Fields wire.Object

// Get returns the value of a field as it was stored: string, bool, float64, time.Time, nil, or decoded JSON.
func (f Fields) Get(name string) (any, bool) { return wire.Object(f).Get(name) }

// Set adds a field or replaces its value.
func (f *Fields) Set(name string, value any) { (*wire.Object)(f).Set(name, value) }

// Delete removes a field.
func (f *Fields) Delete(name string) { (*wire.Object)(f).Delete(name) }

// All yields the fields in order.
func (f Fields) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, m := range f {
			if !yield(m.Name, m.Value) {
				return
			}
		}
	}
}

// Field returns the value of a field as a T; ok is false when it is absent, null or of another type.
//
//	plan, ok := api.Field[string](user.Extra, "plan")
func Field[T any](f Fields, name string) (value T, ok bool) {
	v, _ := f.Get(name)
	value, ok = v.(T)
	return value, ok
}
