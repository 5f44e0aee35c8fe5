package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// validURL reports whether s, trimmed, is an absolute URL as the WHATWG parser sees it, near enough:
// a scheme, and for the schemes of the web a host without forbidden characters and a port in range.
func validURL(s string) bool {
	s = strings.Trim(s, jsSpace)
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || !validScheme(scheme) || !utf8.ValidString(s) {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "ws", "wss", "ftp":
	default:
		return true
	}
	rest = strings.TrimLeft(rest, `/\`)
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		rest = rest[:end]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	host, port := splitPort(rest)
	n, err := strconv.ParseUint(port, 10, 16)
	return (port == "" || err == nil && n <= 65535) && validHost(host)
}

// splitPort cuts the port off, minding the colons of an IPv6 address.
func splitPort(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		return s[:i], s[i+1:]
	}
	return s, ""
}

func validScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(s[i]))) {
			return false
		}
	}
	return s != ""
}

func validHost(host string) bool {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		return closed && strings.Contains(inner, ":") && strings.Trim(inner, "0123456789abcdefABCDEF:.") == ""
	}
	return host != "" && !strings.ContainsAny(host, "\x00\t\n\r #/<>?@[\\]^|\x7f") && wholeEscapes(host)
}

// wholeEscapes reports whether every percent sign starts an escape.
func wholeEscapes(s string) bool {
	for i := range len(s) {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return false
		}
	}
	return true
}
