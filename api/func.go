package api

import (
	"context"
	"net/http"
)

// A Func is an endpoint as a function. Call it like one:
//
//	out, err := auth.API.GetSession(ctx, api.GetSessionInput{}, api.WithHeaders(r.Header))
//
// The error is an *errors.APIError when the endpoint answered with an error or a redirect, and a
// *[ReplacedError] when a hook answered with something that is not an Out.
type Func[In, Out any] func(ctx context.Context, in In, opts ...Option) (Out, error)

// Response calls the endpoint and returns what it would have written over HTTP: status, headers
// (cookies among them) and body. An API error is such an answer too, so err is nil for it.
func (f Func[In, Out]) Response(ctx context.Context, in In, opts ...Option) (*http.Response, error) {
	var res *http.Response
	_, err := f(ctx, in, append(opts[:len(opts):len(opts)], Option{response: &res})...)
	if res != nil {
		return res, nil
	}
	return nil, err
}

// A Request is the input of [API.Call], the call of an endpoint by its id.
type Request struct {
	// Body becomes the JSON body: nil for none, a struct, or a map.
	Body any
	// Query and Params are URL query values and route parameters.
	Query  map[string]string
	Params map[string]string
}

// A ReplacedError says that a hook of a plugin answered in place of the endpoint with another type,
// as two-factor does when it holds back a sign-in. It is an error because a caller who checks only
// err must never take half a sign-in for a whole one.
type ReplacedError struct {
	// Value is the hook's answer.
	Value any
}

func (*ReplacedError) Error() string { return "api: a hook replaced the endpoint's answer" }
