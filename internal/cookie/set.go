package cookie

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// DefaultPrefix is the prefix of every cookie name unless configured.
const DefaultPrefix = "better-auth"

// ErrNoDomain reports cross-subdomain cookies without a domain and without a
// base URL to take it from.
var ErrNoDomain = errors.New("cookie: baseURL is required when cross-subdomain cookies are enabled")

// Override changes attributes; a nil member leaves its attribute alone.
type Override struct {
	MaxAge      *int // seconds
	Domain      *string
	Path        *string
	Expires     *time.Time
	HTTPOnly    *bool
	Secure      *bool
	SameSite    *string
	Partitioned *bool
	Prefix      *string
}

// apply returns a with the members of o that are set.
func (o Override) apply(a Attributes) Attributes {
	if o.MaxAge != nil {
		a.MaxAge = o.MaxAge
	}
	assign(&a.Domain, o.Domain)
	assign(&a.Path, o.Path)
	assign(&a.Expires, o.Expires)
	assign(&a.HTTPOnly, o.HTTPOnly)
	assign(&a.Secure, o.Secure)
	assign(&a.SameSite, o.SameSite)
	assign(&a.Partitioned, o.Partitioned)
	assign(&a.Prefix, o.Prefix)
	return a
}

func assign[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Custom is what the application changes about one cookie.
type Custom struct {
	Name       string // replaces <prefix>.<key>; empty: unchanged
	Attributes Override
}

// Settings decide the names and attributes of all cookies.
type Settings struct {
	Prefix string // of names; empty: DefaultPrefix

	// The first of these that is set decides whether cookies are Secure and
	// their names start with __Secure-.
	UseSecure  *bool
	Protocol   string // "http" or "https" of a dynamic base URL; else empty or "auto"
	BaseURL    string // empty when dynamic or not known
	Production bool

	CrossSubDomain bool   // send a Domain attribute
	Domain         string // empty: the host of BaseURL
	DynamicBaseURL bool   // the host is known per request only, so Domain may be missing

	Defaults Override          // of every cookie
	Cookies  map[string]Custom // by key, such as "session_token"
}

// Set makes the cookies of an auth instance. It is immutable and safe for
// concurrent use.
type Set struct {
	prefix string // of names, "__Secure-" included
	secure string // "__Secure-" or empty
	base   Attributes
	custom map[string]Custom
}

// New checks settings and returns the set they describe; all faults are
// joined in the error.
func New(s Settings) (*Set, error) {
	set := &Set{custom: maps.Clone(s.Cookies)}
	if s.isSecure() {
		set.secure = SecurePrefix
	}
	set.prefix = set.secure + DefaultPrefix + "."
	if s.Prefix != "" {
		set.prefix = set.secure + s.Prefix + "."
	}
	domain, err := s.domain()
	if err != nil {
		return nil, err
	}
	set.base = s.Defaults.apply(Attributes{
		Domain: domain, Path: "/", HTTPOnly: true, Secure: set.secure != "", SameSite: Lax,
	})
	if err := set.validate(); err != nil {
		return nil, err
	}
	return set, nil
}

func (s *Settings) isSecure() bool {
	switch {
	case s.UseSecure != nil:
		return *s.UseSecure
	case s.Protocol == "https", s.Protocol == "http":
		return s.Protocol == "https"
	case s.BaseURL != "":
		return strings.HasPrefix(s.BaseURL, "https://")
	}
	return s.Production
}

func (s *Settings) domain() (string, error) {
	switch {
	case !s.CrossSubDomain:
		return "", nil
	case s.Domain != "":
		return s.Domain, nil
	case s.BaseURL != "":
		u, err := url.Parse(s.BaseURL)
		if err != nil || u.Hostname() == "" {
			return "", fmt.Errorf("%w: the base URL has no host", ErrNoDomain)
		}
		return u.Hostname(), nil
	case s.DynamicBaseURL:
		return "", nil
	}
	return "", ErrNoDomain
}

// validate tries one ordinary cookie and each customised one.
func (s *Set) validate() error {
	faults := []error{s.Cookie("session").Validate(time.Time{})}
	for _, key := range slices.Sorted(maps.Keys(s.custom)) {
		faults = append(faults, s.Cookie(key).Validate(time.Time{}))
	}
	return errors.Join(faults...)
}

// Secure reports whether names start with __Secure-.
func (s *Set) Secure() bool { return s.secure != "" }

// Name returns the name of a cookie, without a prefix set by an attribute.
func (s *Set) Name(key string) string {
	if custom := s.custom[key]; custom.Name != "" {
		return s.secure + custom.Name
	}
	return s.prefix + key
}

// Cookie returns the cookie of a key, such as "session_token", without a
// value. The overrides are the caller's own attributes (usually MaxAge); they
// yield to what the application set for this cookie. Callers keep the result
// and use [Cookie.With] on each request.
func (s *Set) Cookie(key string, overrides ...Override) Cookie {
	a := s.base
	for _, o := range overrides {
		a = o.apply(a)
	}
	return Cookie{Name: s.Name(key), Attributes: s.custom[key].Attributes.apply(a)}
}
