// Package errors holds the error type of every endpoint, the errors that the core declares, and the
// helpers of the standard package of the same name, so that a file imports one of the two.
//
//	var e *errors.APIError
//	if errors.As(err, &e) { log.Print(e.Status, e.Code) }
//	if errors.Is(err, errors.InvalidEmailOrPassword) { … }
//
// Errors are compared by code, so a copy with another status or message still matches.
package errors
