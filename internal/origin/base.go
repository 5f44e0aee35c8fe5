package origin

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"sync"
)

// BaseURL checks a configured base URL and completes it: when it has no path
// of its own, basePath ("/api/auth") is appended. basePath "" or "/" leaves
// the bare origin.
func BaseURL(raw, basePath string) (string, error) {
	u, err := Parse(raw)
	switch {
	case err != nil:
		return "", fmt.Errorf("invalid base URL %q: give an absolute URL such as https://example.com", raw)
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("invalid base URL %q: it must start with http:// or https://", raw)
	case u.Query != "" || u.Fragment != "" || u.Userinfo != "":
		return "", fmt.Errorf("invalid base URL %q: it must not have credentials, a query or a fragment", u.Origin())
	case strings.Trim(u.Path, "/") != "":
		return raw, nil
	}
	raw = strings.TrimRight(raw, "/")
	if basePath = strings.TrimPrefix(basePath, "/"); basePath == "" {
		return raw, nil
	}
	return raw + "/" + basePath, nil
}

// Source is what a request says about where it was sent.
type Source struct {
	Host  string // Host header, "" when unknown
	Proto string // "http" or "https" of the connection, "" when unknown

	// Of X-Forwarded-Host and X-Forwarded-Proto; empty unless both the proxy
	// headers are trusted and their values are well-formed.
	ForwardedHost, ForwardedProto string
}

// FromRequest reads the Source of a request. The X-Forwarded headers count only
// with trustForwarded (advanced.trustedProxyHeaders).
func FromRequest(r *http.Request, trustForwarded bool) Source {
	s := FromHeader(r.Header, trustForwarded)
	s.Host = cmp.Or(r.Host, s.Host)
	s.Proto = "http"
	if r.TLS != nil {
		s.Proto = "https"
	}
	return s
}

// FromHeader reads the Source from headers alone, for calls in process.
func FromHeader(h http.Header, trustForwarded bool) Source {
	s := Source{Host: joined(h, "Host")}
	if !trustForwarded {
		return s
	}
	if host := joined(h, "X-Forwarded-Host"); ValidHost(host) {
		s.ForwardedHost = host
	}
	if proto := joined(h, "X-Forwarded-Proto"); proto == "http" || proto == "https" {
		s.ForwardedProto = proto
	}
	return s
}

// Origin is the origin the request was sent to, "" when it cannot be told. The
// forwarded headers count only as a pair.
func (s Source) Origin() string {
	if s.ForwardedHost != "" && s.ForwardedProto != "" {
		return webOrigin(s.ForwardedProto, s.ForwardedHost)
	}
	s.ForwardedHost, s.ForwardedProto = "", ""
	return webOrigin(s.proto(""), s.Host)
}

// webOrigin joins scheme and host[:port], "" when the host holds anything else.
func webOrigin(scheme, host string) string {
	u, err := Parse(scheme + "://" + host)
	if err != nil || u.Path != "/" || u.Userinfo != "" || u.Query != "" || u.Fragment != "" {
		return ""
	}
	return u.Origin()
}

// host is the host[:port] the client asked for, "" when it is not well-formed.
func (s Source) host() string {
	switch {
	case s.ForwardedHost != "":
		return s.ForwardedHost
	case ValidHost(s.Host):
		return s.Host
	}
	return strings.TrimPrefix(webOrigin("http", s.Host), "http://")
}

// proto decides between http and https; configured wins when it is one of them.
func (s Source) proto(configured string) string {
	switch {
	case configured == "http" || configured == "https":
		return configured
	case s.ForwardedProto != "":
		return s.ForwardedProto
	case s.Proto != "":
		return s.Proto
	case IsLoopbackHost(s.host()):
		return "http"
	}
	return "https"
}

var (
	hostName = lazy(`^(?i:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$`)
	hostBad  = lazy(`(?i)javascript:|file:|data:`)
)

// lazy compiles when first asked: most instances have one configured base URL and never do.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// ValidHost tells whether a header value is a plain host[:port].
func ValidHost(host string) bool {
	return hostName().MatchString(host) && !hostBad().MatchString(host)
}

// IsLoopbackHost tells whether host[:port] is this machine: localhost, a name
// below it, 127.0.0.0/8 or ::1. The host may be a pattern.
func IsLoopbackHost(host string) bool {
	host = strings.ToLower(strings.TrimSpace(host))
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host, _, _ = strings.Cut(inner, "]")
	} else if strings.Count(host, ":") == 1 {
		host, _, _ = strings.Cut(host, ":")
	}
	host, _, _ = strings.Cut(host, "%")
	host = strings.TrimRight(host, ".")
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
