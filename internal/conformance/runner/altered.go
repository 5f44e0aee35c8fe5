package runner

import (
	"bytes"
	"context"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
)

// Altered is a side whose answers are changed on the way, to show that the
// comparison notices.
type Altered struct {
	pair.Side
	Change func(*pair.Response)
}

// Do changes what the side answers.
func (a Altered) Do(ctx context.Context, r pair.Request) (*pair.Response, error) {
	res, err := a.Side.Do(ctx, r)
	if err == nil {
		a.Change(res)
	}
	return res, err
}

// Alterations are the smallest changes that a client could notice, by name.
func Alterations() map[string]func(*pair.Response) {
	replace := func(from, to string) func(*pair.Response) {
		return func(r *pair.Response) { r.Body = bytes.Replace(r.Body, []byte(from), []byte(to), 1) }
	}
	attribute := func(from, to string) func(*pair.Response) {
		return func(r *pair.Response) {
			for i, line := range r.Header["Set-Cookie"] {
				r.Header["Set-Cookie"][i] = strings.Replace(line, from, to, 1)
			}
		}
	}
	return map[string]func(*pair.Response){
		"another status": func(r *pair.Response) {
			if r.Status == 401 {
				r.Status = 400
			}
		},
		"another message":             replace("Invalid email or password", "Invalid e-mail or password"),
		"another member order":        replace(`{"token":`, `{"x":1,"token":`),
		"a time one millisecond off":  replace(`:06.678Z"`, `:06.679Z"`),
		"another cookie life":         attribute("Max-Age=604800", "Max-Age=604799"),
		"another order of attributes": attribute("Path=/; HttpOnly", "HttpOnly; Path=/"),
		"another escape of a cookie":  attribute("%3D;", "%3d;"),
		"a broken cookie signature":   attribute("session_token=", "session_token=x"),
	}
}
