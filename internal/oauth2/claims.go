package oauth2

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/wire"
)

// ErrToken is an ID token that is no JWT with an object as payload.
var ErrToken = errors.New("oauth2: malformed ID token")

// Claims are a profile: decoded JSON whose numbers are json.Number. A nil map is an empty profile.
type Claims map[string]any

// At is the value at a path of objects, or nil.
func (c Claims) At(path ...string) any {
	var v any = map[string]any(c)
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// Object is the object at a path, or an empty one.
func (c Claims) Object(path ...string) Claims {
	m, _ := c.At(path...).(map[string]any)
	return m
}

// String is the string at a path, or nil.
func (c Claims) String(path ...string) *string {
	s, ok := c.At(path...).(string)
	if !ok {
		return nil
	}
	return &s
}

// First is the first of these members that is a string and not empty, or nil.
func (c Claims) First(names ...string) *string {
	for _, name := range names {
		if s, ok := c[name].(string); ok && s != "" {
			return &s
		}
	}
	return nil
}

// Named is First, or "" if there is none.
func (c Claims) Named(names ...string) *string {
	if s := c.First(names...); s != nil {
		return s
	}
	return new("")
}

// True tells whether the value at a path is true, or "true": some providers send booleans as text.
// Anything else is false, so that an address is verified only when the provider says so.
func (c Claims) True(path ...string) bool {
	v := c.At(path...)
	return v == true || v == "true"
}

// ID is the string or number at a path as text, or "". Integers keep all digits.
func (c Claims) ID(path ...string) string {
	switch v := c.At(path...).(type) {
	case string:
		return v
	case json.Number:
		if f, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), ".eE") {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return v.String()
	}
	return ""
}

// SubjectAt takes the subject of an account from a path of the profile.
func SubjectAt(path ...string) func(Claims) string {
	return func(c Claims) string { return c.ID(path...) }
}

// ReadJWT returns the claims of a JWT without verifying it. That is allowed for tokens that come from
// the token endpoint itself (OpenID Connect Core 3.1.3.7), and for those that were verified before.
func ReadJWT(token string) (Claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, ErrToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, ErrToken
	}
	return ReadClaims(payload)
}

// ReadClaims decodes the payload of a JWT.
func ReadClaims(payload []byte) (Claims, error) {
	v, err := decodeJSON(payload)
	m, ok := v.(map[string]any)
	if err != nil || !ok {
		return nil, ErrToken
	}
	return m, nil
}

// Placeholder is the address of a user whose provider knows none: <id>@<namespace>.placeholder.invalid,
// which never receives mail. It is nil when the id does not fit an address.
func Placeholder(id, namespace string) *string {
	email := id + "@" + namespace + ".placeholder.invalid"
	if id == "" || !wire.ValidEmail(email) {
		return nil
	}
	return &email
}
