package router

import (
	"net/http"
	"strings"
)

// Path returns the path of a request below basePath ("/api/auth" or "" or
// "/"; trailing slashes are ignored), still percent-encoded, with dot segments
// removed as a URL parser does (RFC 3986 section 5.2.4, "%2e" counting as a dot).
//
// ok is false when the request is not below basePath or has a double slash:
// no route can match. The path is then still good as a rate-limit key: the
// base path alone is "/", what lies elsewhere is the whole path. Disabled
// paths and rate limits compare [Trim] of it, routes compare it as it is.
func Path(r *http.Request, basePath string) (path string, ok bool) {
	path = removeDots(r.URL.EscapedPath())
	if !strings.HasPrefix(path, "/") {
		return "/", false
	}
	base := strings.TrimRight(basePath, "/")
	below, ok := strings.CutPrefix(path, base)
	switch {
	case !ok:
		return path, false
	case below == "":
		return "/", false
	case below[0] != '/':
		return path, false
	}
	return below, !strings.Contains(below, "//")
}

// Trim removes trailing slashes, leaving at least "/": the spelling that
// disabled paths and rate limits use.
func Trim(path string) string {
	if trimmed := strings.TrimRight(path, "/"); trimmed != "" {
		return trimmed
	}
	return "/"
}

// removeDots resolves "." and ".." segments in an encoded absolute path. The
// empty segments of double slashes stay.
func removeDots(path string) string {
	if !hasDots(path) {
		return path
	}
	segments := strings.Split(path, "/")[1:]
	kept := segments[:0]
	for i, segment := range segments {
		last := i == len(segments)-1
		switch dots(segment) {
		case 0:
			kept = append(kept, segment)
			continue
		case 2:
			kept = kept[:max(0, len(kept)-1)]
		}
		if last {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
}

// hasDots reports whether an absolute path has a "." or ".." segment.
func hasDots(path string) bool {
	if !strings.HasPrefix(path, "/") {
		return false
	}
	for rest, more := path[1:], true; more; {
		var segment string
		segment, rest, more = strings.Cut(rest, "/")
		if dots(segment) > 0 {
			return true
		}
	}
	return false
}

// dots is 1 for a "." segment, 2 for "..", else 0; "%2e" is a dot.
func dots(segment string) int {
	n := 0
	for segment != "" {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && strings.EqualFold(segment[:3], "%2e"):
			segment = segment[3:]
		default:
			return 0
		}
		n++
	}
	if n > 2 {
		return 0
	}
	return n
}
