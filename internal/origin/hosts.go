package origin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/betterauth-go/betterauth/internal/glob"
)

// The errors of [Hosts.BaseURL].
var (
	ErrNoHost         = errors.New("the host of the request is unknown and no fallback base URL is set")
	ErrHostNotAllowed = errors.New("the host of the request is not an allowed host and no fallback base URL is set")
)

// HostPattern is a compiled entry of baseURL.allowedHosts: host[:port], with
// or without wildcards. Case and an http scheme do not count.
type HostPattern struct {
	text string
	wild bool
	glob glob.Glob
}

// CompileHost prepares one pattern.
func CompileHost(pattern string) HostPattern {
	p := HostPattern{text: bareHost(pattern), wild: glob.Has(pattern)}
	if p.wild {
		p.glob = glob.Compile(p.text)
	}
	return p
}

// Match tells whether host[:port] matches. An empty pattern matches nothing.
func (p HostPattern) Match(host string) bool {
	host = bareHost(host)
	switch {
	case host == "" || p.text == "":
		return false
	case p.wild:
		return p.glob.Match(host)
	}
	return host == p.text
}

func bareHost(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s, _, _ = strings.Cut(s, "/")
	return strings.ToLower(s)
}

// Dynamic configures a base URL that depends on the host a request was sent to.
type Dynamic struct {
	AllowedHosts []string // see [HostPattern]; at least one
	Protocol     string   // "http", "https", or "" and "auto" to follow the request
	Fallback     string   // base URL for any other host, "" for none
	BasePath     string   // appended when a base URL has no path, as in [BaseURL]
}

// Hosts is a checked and compiled [Dynamic].
type Hosts struct {
	config   Dynamic
	patterns []HostPattern
	fallback string
}

// NewHosts checks and compiles a dynamic base URL.
func NewHosts(d Dynamic) (*Hosts, error) {
	h := &Hosts{config: d}
	if len(d.AllowedHosts) == 0 {
		return nil, errors.New("a dynamic base URL needs at least one allowed host")
	}
	switch d.Protocol {
	case "", "auto", "http", "https":
	default:
		return nil, fmt.Errorf("base URL protocol %q is none of http, https and auto", d.Protocol)
	}
	for _, pattern := range d.AllowedHosts {
		h.patterns = append(h.patterns, CompileHost(pattern))
	}
	if d.Fallback == "" {
		return h, nil
	}
	var err error
	h.fallback, err = BaseURL(d.Fallback, d.BasePath)
	return h, err
}

// BaseURL returns the base URL for a request. Nothing of the request but an
// allowed host gets into it.
func (h *Hosts) BaseURL(s Source) (string, error) {
	host := s.host()
	for _, pattern := range h.patterns {
		if pattern.Match(host) {
			return BaseURL(s.proto(h.config.Protocol)+"://"+host, h.config.BasePath)
		}
	}
	switch {
	case h.fallback != "":
		return h.fallback, nil
	case host == "":
		return "", ErrNoHost
	}
	return "", fmt.Errorf("%w: %q", ErrHostNotAllowed, host)
}

// Origins returns the trusted origin patterns the allowed hosts stand for:
// https, unless the protocol is http; http, if the protocol is http or auto or
// the host is this machine. The origin of the fallback is one of them.
func (h *Hosts) Origins() []string {
	var origins []string
	protocol := h.config.Protocol
	for _, host := range h.config.AllowedHosts {
		if strings.Contains(host, "://") {
			origins = append(origins, host)
			continue
		}
		if protocol != "http" {
			origins = append(origins, "https://"+host)
		}
		if protocol == "http" || protocol == "auto" || IsLoopbackHost(host) {
			origins = append(origins, "http://"+host)
		}
	}
	if u, err := Parse(h.fallback); err == nil {
		origins = append(origins, u.Origin())
	}
	return origins
}
