package errors_test

import (
	"fmt"
	"io"

	"github.com/betterauth-go/betterauth/errors"
)

// TooManyNotes is declared once by the plugin that returns it.
var TooManyNotes = errors.Define(403, "TOO_MANY_NOTES", "There are too many notes")

// Errors of endpoints are compared by code, whatever else was added to them.
func Example() {
	err := fmt.Errorf("saving: %w", TooManyNotes.WithMessage("100 notes are enough").WithCause(io.ErrShortWrite))

	fmt.Println(errors.Is(err, TooManyNotes), errors.Is(err, errors.Unauthorized))
	if e, ok := errors.AsType[*errors.APIError](err); ok {
		fmt.Println(e.Status, e.Code, e.Message)
	}
	fmt.Println(errors.Is(err, io.ErrShortWrite)) // for the log; it is never sent
	// Output:
	// true false
	// 403 TOO_MANY_NOTES 100 notes are enough
	// true
}
