package errors

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// An APIError is an answer that is not a success: an HTTP status, a stable code for programs and a
// message for people. Endpoints return it; the HTTP surface writes it as {"message","code"}.
//
// Declared errors never change: every With method returns a copy.
type APIError struct {
	// Status is the HTTP status: 401.
	Status int
	// Code names the error for programs: "INVALID_EMAIL_OR_PASSWORD". Some answers have none.
	Code string
	// Message says what went wrong, in English. An error without message and code has an empty body.
	Message string
	// Headers are added to the response.
	Headers http.Header

	details []Detail
	cause   error
}

// A Detail is a further member of an error's JSON body.
type Detail struct {
	Name  string
	Value any
}

// Define declares an error. Plugins use it for their own codes.
func Define(status int, code, message string) *APIError {
	return &APIError{Status: status, Code: code, Message: message}
}

// Status is an error with an empty body: only the HTTP status answers.
func Status(status int) *APIError { return &APIError{Status: status} }

// Message is an error that has a message and no code.
func Message(status int, message string) *APIError {
	return &APIError{Status: status, Message: message}
}

// Redirect is the 302 answer that sends the browser to url. It is an error because it ends the
// endpoint early, as in the reference; after hooks see it.
func Redirect(url string) *APIError {
	return &APIError{Status: http.StatusFound, Headers: http.Header{"Location": {url}}}
}

// Error returns message and code; never the cause, which may hold internals.
func (e *APIError) Error() string {
	switch {
	case e.Message != "" && e.Code != "":
		return e.Message + " (" + e.Code + ")"
	case e.Message != "":
		return e.Message
	case e.Code != "":
		return e.Code
	}
	if e.IsRedirect() {
		return "redirect"
	}
	return "status " + strconv.Itoa(e.Status)
}

// Unwrap returns the cause, which is logged and never sent.
func (e *APIError) Unwrap() error { return e.cause }

// Is reports whether target is an APIError with the same code. The errors that the user's documents
// name differently match their official counterparts: InvalidCredentials matches
// InvalidEmailOrPassword, UserAlreadyExists matches UserAlreadyExistsUseAnotherEmail.
func (e *APIError) Is(target error) bool {
	t, ok := target.(*APIError)
	if !ok {
		return false
	}
	if t.Code == "" {
		return e.Code == "" && e.Status == t.Status && e.Message == t.Message
	}
	return canonical(e.Code) == canonical(t.Code)
}

func canonical(code string) string {
	switch code {
	case "INVALID_CREDENTIALS":
		return "INVALID_EMAIL_OR_PASSWORD"
	case "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL":
		return "USER_ALREADY_EXISTS"
	}
	return code
}

// StatusName is the reference's name of the status: "UNAUTHORIZED" for 401.
func (e *APIError) StatusName() string { return statusNames[e.Status] }

// IsRedirect reports whether the error is a 302 answer.
func (e *APIError) IsRedirect() bool { return e.Status == http.StatusFound }

// Details returns the further members of the body, in order.
func (e *APIError) Details() []Detail { return e.details }

// WithStatus returns a copy that answers with another HTTP status.
func (e *APIError) WithStatus(status int) *APIError {
	c := *e
	c.Status = status
	return &c
}

// WithMessage returns a copy with another message.
func (e *APIError) WithMessage(message string) *APIError {
	c := *e
	c.Message = message
	return &c
}

// WithCause returns a copy that wraps err. The cause is for logs and errors.Is; clients never see it.
func (e *APIError) WithCause(err error) *APIError {
	c := *e
	c.cause = err
	return &c
}

// WithHeader returns a copy that sets a response header.
func (e *APIError) WithHeader(name, value string) *APIError {
	c := *e
	c.Headers = e.Headers.Clone()
	if c.Headers == nil {
		c.Headers = http.Header{}
	}
	c.Headers.Set(name, value)
	return &c
}

// WithDetail returns a copy with a further member in the JSON body.
func (e *APIError) WithDetail(name string, value any) *APIError {
	c := *e
	c.details = append(slices.Clip(e.details), Detail{name, value})
	return &c
}

// IsAPIError reports whether err is, or wraps, an APIError.
func IsAPIError(err error) bool {
	_, ok := errors.AsType[*APIError](err)
	return ok
}

var statusNames = map[int]string{
	302: "FOUND", 400: "BAD_REQUEST", 401: "UNAUTHORIZED", 402: "PAYMENT_REQUIRED", 403: "FORBIDDEN",
	404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 406: "NOT_ACCEPTABLE", 409: "CONFLICT", 410: "GONE",
	412: "PRECONDITION_FAILED", 413: "PAYLOAD_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE",
	417: "EXPECTATION_FAILED", 418: "I'M_A_TEAPOT", 422: "UNPROCESSABLE_ENTITY", 423: "LOCKED",
	429: "TOO_MANY_REQUESTS", 500: "INTERNAL_SERVER_ERROR", 501: "NOT_IMPLEMENTED",
	502: "BAD_GATEWAY", 503: "SERVICE_UNAVAILABLE",
}
