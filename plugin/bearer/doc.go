// Package bearer lets clients without cookies, such as mobile apps and command-line tools, carry the session
// token in a header:
//
//	Authorization: Bearer <token>
//
// The token is the one in the body of a sign-in, or the value of the response header set-auth-token, which
// every answer has that sets a session cookie. It works for every endpoint and for calls in process.
package bearer
