package clientip

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Config says which proxies may name the client. The zero value is the default.
type Config struct {
	// Headers lists the headers a proxy names the client in, the first that
	// says anything counts. Default: X-Forwarded-For.
	Headers []string
	// TrustedProxies lists addresses and CIDR ranges of proxies. Default when
	// nil: loopback, link-local and private ranges. Empty but not nil: none.
	TrustedProxies []string
	// IPv6Subnet is the length of the IPv6 prefix that makes up one client,
	// 1 to 128 bits. Default when 0: 64.
	IPv6Subnet int
}

// Resolver finds client addresses. It is safe for concurrent use.
type Resolver struct {
	headers []string
	trusted []netip.Prefix // nil for the default ranges
	local   bool           // trust the default ranges
	subnet  int
}

// New checks a configuration.
func New(c Config) (*Resolver, error) {
	r := &Resolver{local: c.TrustedProxies == nil, subnet: c.IPv6Subnet}
	if r.subnet == 0 {
		r.subnet = 64
	}
	if r.subnet < 1 || r.subnet > 128 {
		return nil, fmt.Errorf("IPv6 subnet of %d bits: must be 1 to 128", c.IPv6Subnet)
	}
	headers := c.Headers
	if len(headers) == 0 {
		headers = []string{"X-Forwarded-For"}
	}
	for _, name := range headers {
		r.headers = append(r.headers, http.CanonicalHeaderKey(name))
	}
	for _, proxy := range c.TrustedProxies {
		prefix, ok := parsePrefix(proxy)
		if !ok {
			return nil, fmt.Errorf("trusted proxy %q is neither an address nor a CIDR range", proxy)
		}
		r.trusted = append(r.trusted, prefix)
	}
	return r, nil
}

// parsePrefix reads "10.0.0.0/8", "::1" and the IPv4-mapped spellings of IPv4.
func parsePrefix(s string) (netip.Prefix, bool) {
	s = strings.TrimSpace(s)
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if prefix.Addr().Is4In6() {
		if prefix.Bits() < 96 {
			return netip.Prefix{}, false
		}
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), true
}

// Resolve returns the client address for a request that came from peer
// (http.Request.RemoteAddr, with or without port). A header counts only when
// the peer is a trusted proxy; it is read from the right, hop by hop, to the
// first address that is no trusted proxy. Where the chain ends or stops making
// sense, the last address vouched for is the client. ok is false when the peer
// itself is no IP address, as on a Unix socket.
func (r *Resolver) Resolve(peer string, h http.Header) (client netip.Addr, ok bool) {
	client, ok = Parse(peer)
	if !ok || !r.isTrusted(client) {
		return client, ok
	}
	for _, name := range r.headers {
		if named, found := r.walk(h[name]); found {
			return named, true
		}
	}
	return client, true
}

// walk reads the values of one header from the right. found is false when the
// nearest hop is missing or malformed.
func (r *Resolver) walk(values []string) (client netip.Addr, found bool) {
	for _, value := range slices.Backward(values) {
		for value != "" {
			comma := strings.LastIndexByte(value, ',')
			hop := strings.TrimSpace(value[comma+1:])
			value = value[:max(0, comma)]
			if hop == "" {
				continue
			}
			addr, ok := Parse(hop)
			if !ok {
				return client, found
			}
			client, found = addr, true
			if !r.isTrusted(addr) {
				return client, true
			}
		}
	}
	return client, found
}

func (r *Resolver) isTrusted(addr netip.Addr) bool {
	if r.local {
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
	}
	return slices.ContainsFunc(r.trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Key is the text one client is known by in rate-limit keys and session rows:
// IPv4 in dotted form, IPv6 cut to the subnet and written out in full, e.g.
// "2001:0db8:0000:0000:0000:0000:0000:0000". It is "" for the zero Addr.
func (r *Resolver) Key(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	switch {
	case !addr.IsValid():
		return ""
	case addr.Is4():
		return addr.String()
	}
	prefix, err := addr.Prefix(r.subnet)
	if err != nil {
		return ""
	}
	return prefix.Addr().StringExpanded()
}

// Parse reads an address in any spelling, with or without a port, brackets or
// a zone (which is dropped). IPv4-mapped IPv6 becomes IPv4. It never panics.
func Parse(s string) (addr netip.Addr, ok bool) {
	if inner, bracketed := strings.CutPrefix(s, "["); bracketed {
		end := strings.IndexByte(inner, ']')
		if end < 0 || !isPort(inner[end+1:]) {
			return netip.Addr{}, false
		}
		s = inner[:end]
	} else if colon := strings.IndexByte(s, ':'); colon >= 0 && strings.IndexByte(s, '.') >= 0 && isPort(s[colon:]) {
		s = s[:colon]
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}

// isPort accepts ":" with up to five digits, and nothing at all.
func isPort(s string) bool {
	if s == "" {
		return true
	}
	return s[0] == ':' && len(s) <= 6 && strings.Trim(s[1:], "0123456789") == ""
}

// TrustsPeer reports whether a connection from peer (http.Request.RemoteAddr) comes from a trusted
// proxy, whose forwarding headers count.
func (r *Resolver) TrustsPeer(peer string) bool {
	addr, ok := Parse(peer)
	return ok && r.isTrusted(addr)
}
