package errors

import "errors"

// New, Is, As, Join and Unwrap are those of the standard library.

// New returns an error with the given text.
func New(text string) error { return errors.New(text) }

// Is reports whether any error in err's tree matches target.
func Is(err, target error) bool { return errors.Is(err, target) }

// As finds the first error in err's tree that fits target and stores it there.
func As(err error, target any) bool { return errors.As(err, target) }

// AsType finds the first error in err's tree that is an E.
func AsType[E error](err error) (E, bool) { return errors.AsType[E](err) }

// Join returns an error that wraps errs, or nil if all are nil.
func Join(errs ...error) error { return errors.Join(errs...) }

// Unwrap returns what err wraps, or nil.
func Unwrap(err error) error { return errors.Unwrap(err) }
