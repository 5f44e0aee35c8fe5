package origin

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/betterauth-go/betterauth/internal/glob"
)

// Pattern is one compiled entry of the trusted origins:
//
//	https://example.com      this origin
//	https://*.example.com    "*" and "?" match within origin, dots included
//	*.example.com            the same for host[:port] of any scheme
//	192.168.*.*              IPv4 addresses only, never host names
//	myapp://                 every URL of a custom scheme
//	myapp://host/path        this path of a custom scheme and what is below it
type Pattern struct {
	text     string
	exact    bool // text is an http or https origin, spelled as browsers do
	wild     bool
	hostOnly bool      // wildcard without "://"
	whole    glob.Glob // of text, when wild
	ipv4     bool      // the host is digits, dots and wildcards

	custom    customURL
	hasCustom bool
	authority glob.Glob // of custom, when wild
	path      glob.Glob
	customIP  bool
}

// Compile prepares one pattern. A pattern that makes no sense matches nothing.
func Compile(pattern string) Pattern {
	p := Pattern{text: pattern, wild: glob.Has(pattern)}
	p.custom, p.hasCustom = parseCustom(pattern, p.wild)
	if !p.wild {
		u, err := Parse(pattern)
		p.exact = err == nil && strings.HasPrefix(u.Scheme, "http") && u.Origin() == pattern
		return p
	}
	scheme := strings.Index(pattern, "://")
	p.hostOnly = scheme < 0
	p.whole = glob.Compile(pattern)
	if p.hostOnly {
		p.ipv4 = namesIPv4(pattern)
		return p
	}
	p.ipv4 = namesIPv4(pattern[scheme+len("://"):])
	if p.hasCustom {
		p.authority = glob.Compile(p.custom.authority)
		p.path = glob.Compile(p.custom.path)
		p.customIP = namesIPv4(p.custom.authority)
	}
	return p
}

// CompileAll compiles a list, leaving out empty entries.
func CompileAll(patterns ...string) []Pattern {
	compiled := make([]Pattern, 0, len(patterns))
	for _, pattern := range patterns {
		if pattern != "" {
			compiled = append(compiled, Compile(pattern))
		}
	}
	return compiled
}

// String returns the pattern as it was configured.
func (p Pattern) String() string { return p.text }

// Trusted tells whether a URL or an Origin header matches any of the patterns.
// With allowRelative a path of this site ([SafeRelative]) is trusted too.
// Code-carrying schemes (javascript, data, vbscript) never are; the reference
// lets a host pattern admit them.
func Trusted(rawURL string, patterns []Pattern, allowRelative bool) bool {
	if strings.HasPrefix(rawURL, "/") {
		return allowRelative && SafeRelative(rawURL)
	}
	for i := range patterns {
		if patterns[i].exact && patterns[i].text == rawURL {
			return true
		}
	}
	u, err := Parse(rawURL)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "javascript", "data", "vbscript":
		return false
	case "http", "https":
		return trustedWeb(u, patterns)
	}
	return trustedCustom(u, rawURL, patterns)
}

func trustedWeb(u URL, patterns []Pattern) bool {
	origin, host := u.Origin(), u.HostPort()
	for i := range patterns {
		p := &patterns[i]
		switch {
		case !p.wild:
			if p.exact && p.text == origin {
				return true
			}
		case p.ipv4 && !isIPv4Host(host):
		case p.hostOnly && p.whole.Match(host), !p.hostOnly && p.whole.Match(origin):
			return true
		}
	}
	return false
}

func trustedCustom(u URL, raw string, patterns []Pattern) bool {
	host := u.HostPort()
	custom, ok := parseCustom(raw, false)
	for i := range patterns {
		p := &patterns[i]
		switch {
		case p.hostOnly:
			if host != "" && (!p.ipv4 || isIPv4Host(host)) && p.whole.Match(host) {
				return true
			}
		case ok && p.hasCustom && p.matchCustom(custom):
			return true
		}
	}
	return false
}

func (p *Pattern) matchCustom(u customURL) bool {
	if u.scheme != p.custom.scheme {
		return false
	}
	if p.wild {
		return p.matchCustomGlob(u)
	}
	if p.custom.authority != "" && u.authority != p.custom.authority {
		return false
	}
	below, ok := strings.CutPrefix(u.path, p.custom.path)
	return ok && (p.custom.path == "" || below == "" || below[0] == '/')
}

func (p *Pattern) matchCustomGlob(u customURL) bool {
	if strings.Contains(u.authority, "@") {
		return false
	}
	if p.custom.authority != "" {
		if p.customIP && !isIPv4Host(u.authority) || !p.authority.Match(u.authority) {
			return false
		}
	}
	if p.custom.path == "" {
		return true
	}
	return p.path.Match(cmp.Or(u.path, "/"))
}

// SafeRelative tells whether a redirect target is a path of this very site:
// one leading slash, no second one, no backslash, no control character and no
// encoded slash or backslash in the path.
func SafeRelative(target string) bool {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") ||
		strings.Contains(target, `\`) || hasControl(target) {
		return false
	}
	if end := strings.IndexAny(target, "?#"); end >= 0 {
		target = target[:end]
	}
	target = strings.ToLower(target)
	return !strings.Contains(target, "%2f") && !strings.Contains(target, "%5c")
}

// customURL is a URL of a scheme without origins, cut by plain text rules so
// that a pattern with wildcards is read the same way.
type customURL struct {
	scheme, authority string // lower case
	path              string // decoded, dot segments resolved, "" for the root
}

func parseCustom(raw string, wild bool) (customURL, bool) {
	scheme, rest, ok := strings.Cut(raw, ":")
	if !ok || scheme == "" || hasControl(raw) {
		return customURL{}, false
	}
	u := customURL{scheme: strings.ToLower(scheme)}
	authorityEnd, pathEnd := "/?#", "?#"
	if wild { // "?" is a wildcard there
		authorityEnd, pathEnd = "/#", "#"
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		end := strings.IndexAny(after, authorityEnd)
		if end < 0 {
			end = len(after)
		}
		u.authority, rest = strings.ToLower(after[:end]), after[end:]
	}
	if end := strings.IndexAny(rest, pathEnd); end >= 0 {
		rest = rest[:end]
	}
	u.path = resolvePath(rest)
	return u, true
}

// resolvePath decodes a path and resolves its dot segments, so that an encoded
// ".." cannot leave the path a pattern names.
func resolvePath(path string) string {
	var kept []string
	for segment := range strings.SplitSeq(decodeComponent(path), "/") {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "/" + strings.Join(kept, "/")
}

// namesIPv4 tells whether the host of a pattern is an address range.
func namesIPv4(authority string) bool {
	if end := strings.IndexAny(authority, ":/"); end >= 0 {
		authority = authority[:end]
	}
	return strings.ContainsAny(authority, "0123456789") && strings.Trim(authority, "0123456789*?.") == ""
}

func isIPv4Host(hostPort string) bool {
	host, _, _ := strings.Cut(hostPort, ":")
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4()
}
