package oauth2

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

const maxRedirects = 5

// roundTrips sends the request, and its successors if the request follows redirects.
func roundTrips(ctx context.Context, client *http.Client, r Request, u *url.URL) (*http.Response, error) {
	for hop := 0; ; hop++ {
		req, err := r.build(ctx, u)
		if err != nil {
			return nil, err
		}
		resp, err := client.Do(req)
		if err != nil || !isRedirect(resp.StatusCode) {
			return resp, err
		}
		resp.Body.Close()
		if !r.Follow || req.Method != http.MethodGet || hop == maxRedirects {
			return nil, ErrRedirect
		}
		next, err := redirectTarget(u, resp.Header.Get("Location"))
		if err != nil {
			return nil, err
		}
		if r.SameOrigin && (next.Scheme != u.Scheme || next.Host != u.Host) {
			return nil, ErrRedirect
		}
		if next.Host != u.Host {
			r.Header = nil
			if client, err = publicClient(client); err != nil {
				return nil, err
			}
		}
		u = next
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func redirectTarget(from *url.URL, location string) (*url.URL, error) {
	to, err := from.Parse(location)
	if err != nil || location == "" || to.User != nil || to.Host == "" {
		return nil, ErrRedirect
	}
	if to.Scheme != "https" && to.Scheme != from.Scheme {
		return nil, ErrRedirect
	}
	return to, nil
}

// publicClient connects to public addresses only. The check is made when the connection is, so that a
// name cannot change its address in between. A transport of another type cannot be checked: refused.
func publicClient(c *http.Client) (*http.Client, error) {
	base := c.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	t, ok := base.(*http.Transport)
	if !ok {
		return nil, ErrRedirect
	}
	t = t.Clone()
	t.DisableKeepAlives = true // the clone lives for one request
	t.DialTLSContext = nil
	t.DialContext = (&net.Dialer{Timeout: 5 * time.Second, Control: onlyPublic}).DialContext
	clone := *c
	clone.Transport = t
	return &clone, nil
}

func onlyPublic(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !isPublic(ap.Addr()) {
		return ErrRedirect
	}
	return nil
}

// reserved are the ranges that netip has no method for: "this network", shared address space
// (RFC 6598), protocol assignments, benchmarking, reserved, and addresses that embed others.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
