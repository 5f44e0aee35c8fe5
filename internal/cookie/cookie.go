package cookie

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Values of [Attributes.SameSite], as configured; they are written with a
// capital letter.
const (
	Lax    = "lax"
	Strict = "strict"
	None   = "none"
)

// Name prefixes that browsers enforce (RFC 6265bis, section 4.1.3).
const (
	SecurePrefix = "__Secure-"
	HostPrefix   = "__Host-"
)

// maxLifetime is the longest lifetime of a cookie: 400 days, in seconds.
const maxLifetime = 34560000

// ErrLifetime reports a Max-Age or Expires of more than 400 days.
var ErrLifetime = errors.New("cookie: lifetime of more than 400 days")

// Attributes are the attributes of a Set-Cookie header. The zero value has
// none, which is a session cookie for the path of the request.
type Attributes struct {
	MaxAge      *int // seconds; nil or negative: not written
	Domain      string
	Path        string
	Expires     time.Time // zero: not written
	HTTPOnly    bool
	Secure      bool
	SameSite    string // Lax, Strict, None, or empty
	Partitioned bool
	Prefix      string // "secure" or "host" puts the prefix before the name
}

// Cookie is a cookie to set. Value is plain text; it is encoded on writing.
type Cookie struct {
	Name  string
	Value string
	Attributes
}

// With returns the cookie with another value.
func (c Cookie) With(value string) Cookie {
	c.Value = value
	return c
}

// Session returns the cookie without Max-Age: the browser drops it when it
// closes.
func (c Cookie) Session() Cookie {
	c.MaxAge = nil
	return c
}

// Expired returns the cookie that deletes this one: no value, Max-Age 0, the
// other attributes kept, since browsers match on name, domain and path.
func (c Cookie) Expired() Cookie {
	c.Value, c.MaxAge = "", new(0)
	return c
}

// String returns the text of a Set-Cookie header: the name, the value as
// encodeURIComponent writes it, then Max-Age, Domain, Path, Expires,
// HttpOnly, Secure, SameSite and Partitioned. A __Host- name forces Secure,
// path / and no domain; a __Secure- name, SameSite=None and Partitioned force
// Secure.
func (c Cookie) String() string {
	c = c.resolve()
	b := make([]byte, 0, len(c.Name)+len(c.Value)+len(c.Domain)+len(c.Path)+160)
	b = append(append(b, c.Name...), '=')
	b = appendEscaped(b, c.Value)
	return string(c.appendAttributes(b))
}

func (c Cookie) appendAttributes(b []byte) []byte {
	if c.MaxAge != nil && *c.MaxAge >= 0 {
		b = strconv.AppendInt(append(b, "; Max-Age="...), int64(*c.MaxAge), 10)
	}
	b = appendText(b, "; Domain=", c.Domain)
	b = appendText(b, "; Path=", c.Path)
	if !c.Expires.IsZero() {
		b = c.Expires.UTC().AppendFormat(append(b, "; Expires="...), http.TimeFormat)
	}
	b = appendFlag(b, "; HttpOnly", c.HTTPOnly)
	b = appendFlag(b, "; Secure", c.Secure)
	if c.SameSite != "" {
		b = append(b, "; SameSite="...)
		b = append(append(b, c.SameSite[0]&^0x20), c.SameSite[1:]...) // a capital letter first
	}
	return appendFlag(b, "; Partitioned", c.Partitioned)
}

func appendText(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return append(append(b, name...), value...)
}

func appendFlag(b []byte, name string, set bool) []byte {
	if !set {
		return b
	}
	return append(b, name...)
}

// resolve applies the prefix and what it and the other attributes imply.
func (c Cookie) resolve() Cookie {
	switch c.Prefix {
	case "secure":
		c.Name = SecurePrefix + c.Name
	case "host":
		c.Name = HostPrefix + c.Name
	}
	c.Prefix = ""
	switch {
	case hasPrefixFold(c.Name, HostPrefix):
		c.Secure, c.Path, c.Domain = true, "/", ""
	case hasPrefixFold(c.Name, SecurePrefix):
		c.Secure = true
	}
	if c.Partitioned || strings.EqualFold(c.SameSite, None) {
		c.Secure = true
	}
	return c
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// Validate reports what makes the cookie unusable at now: a name that is no
// token, attributes that would break the header, or [ErrLifetime].
func (c Cookie) Validate(now time.Time) error {
	c = c.resolve()
	switch {
	case !isName(c.Name):
		return fmt.Errorf("cookie: %q is not a cookie name", c.Name)
	case !isAttribute(c.Domain):
		return fmt.Errorf("cookie: %s: %q is not a domain", c.Name, c.Domain)
	case !isAttribute(c.Path):
		return fmt.Errorf("cookie: %s: %q is not a path", c.Name, c.Path)
	case !isSameSite(c.SameSite):
		return fmt.Errorf("cookie: %s: %q is not a SameSite value", c.Name, c.SameSite)
	case c.MaxAge != nil && *c.MaxAge > maxLifetime, c.Expires.Sub(now) > maxLifetime*time.Second:
		return fmt.Errorf("%w: %s", ErrLifetime, c.Name)
	}
	return nil
}

func isSameSite(s string) bool {
	return s == "" || strings.EqualFold(s, Lax) || strings.EqualFold(s, Strict) || strings.EqualFold(s, None)
}

// isAttribute reports whether s can stand in a header as an attribute value.
func isAttribute(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f || s[i] == ';' {
			return false
		}
	}
	return true
}

// isName reports whether s is a token (RFC 9110, section 5.6.2), which a
// cookie name must be.
func isName(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	return isAlphaNumeric(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func isAlphaNumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
