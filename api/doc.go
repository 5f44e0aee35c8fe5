// Package api is what callers of betterauth see: the typed functions of the core endpoints, their
// inputs and outputs, the models, and the options of a call. It holds no behaviour of its own.
//
// Each field of [API] is a function that runs the same endpoint as its HTTP route:
//
//	out, err := auth.API.SignInEmail(ctx, api.SignInEmailInput{Email: e, Password: p})
//
// Inputs are plain structs. Members tagged json come from the request body, query from the URL, path
// from the route; members tagged json:"-" exist only for trusted callers in the same process.
package api
