package api

import (
	"github.com/betterauth-go/betterauth/internal/wire"
)

// Nullable is a member that may be absent, null or set; the zero value is absent.
type Nullable[T any] struct {
	// Set is true when the member was there, null included.
	Set bool
	// Null is true when it was null.
	Null  bool
	Value T
}

// Some returns a set Nullable.
func Some[T any](v T) Nullable[T] { return Nullable[T]{Set: true, Value: v} }

// Null returns a Nullable that is null.
func Null[T any]() Nullable[T] { return Nullable[T]{Set: true, Null: true} }

// IsZero reports whether the member is absent, so that omitzero leaves it out.
func (n Nullable[T]) IsZero() bool { return !n.Set }

// MarshalJSON writes null or the value.
func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	if !n.Set || n.Null {
		return []byte("null"), nil
	}
	return wire.Marshal(n.Value)
}

// UnmarshalJSON reads null or a value.
func (n *Nullable[T]) UnmarshalJSON(data []byte) error {
	*n = Nullable[T]{Set: true}
	if string(data) == "null" {
		n.Null = true
		return nil
	}
	return wire.Unmarshal(data, &n.Value)
}

// DecodeWire reads an absent, null or present member of a request.
func (n *Nullable[T]) DecodeWire(v any, present bool) []wire.Issue {
	*n = Nullable[T]{Set: present}
	if !present {
		return nil
	}
	if v == nil {
		n.Null = true
		return nil
	}
	return wire.DecodeValue(&n.Value, v)
}

// EncodeWire is the inverse of DecodeWire.
func (n Nullable[T]) EncodeWire() (v any, present bool) {
	if !n.Set || n.Null {
		return nil, n.Set
	}
	return wire.Value(n.Value), true
}
