package cookie

import (
	"net/http"
	"strings"
)

// Get returns the decoded value of the FIRST cookie of that name. It is the
// reader for cookies an endpoint asks for by name. Quotes are taken off and
// the value is URL-decoded; one that cannot be decoded stays as it is.
//
// It allocates only when the value has escapes.
func Get(header http.Header, name string) (value string, ok bool) {
	for _, line := range header["Cookie"] {
		for line != "" {
			var part string
			part, line, _ = strings.Cut(line, ";")
			key, raw, found := strings.Cut(part, "=")
			if found && strings.TrimSpace(key) == name {
				return Unescape(stripQuotes(strings.TrimSpace(raw))), true
			}
		}
	}
	return "", false
}

// stripQuotes takes the first and the last byte off a value that starts with
// a quote, without looking at the last, as this reader does in the reference.
func stripQuotes(s string) string {
	if s == "" || s[0] != '"' {
		return s
	}
	return s[1:max(1, len(s)-1)]
}

// Pair is a cookie of a request.
type Pair struct{ Name, Value string }

// List returns the cookies of a request, each name once, with its LAST value
// at the place of its first. It is the reader for cookies that are looked for
// by pattern: chunks, multi-session cookies, the cookie cache. Entries that
// break the grammar of RFC 6265 (space and comma in values aside) are left
// out; quotes are taken off and values are URL-decoded if they can be.
func List(header http.Header) []Pair {
	var list []Pair
	at := map[string]int{}
	for _, line := range header["Cookie"] {
		for part := range strings.SplitSeq(line, ";") {
			p, ok := parsePair(part)
			if !ok {
				continue
			}
			if i, seen := at[p.Name]; seen {
				list[i] = p
				continue
			}
			at[p.Name] = len(list)
			list = append(list, p)
		}
	}
	return list
}

func parsePair(part string) (Pair, bool) {
	name, value, ok := strings.Cut(part, "=")
	if !ok {
		return Pair{}, false
	}
	name, value = strings.Trim(name, " \t"), strings.Trim(value, " \t")
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	if !isName(name) || !isValue(value) {
		return Pair{}, false
	}
	return Pair{name, Unescape(value)}, true
}

// isValue reports whether s consists of cookie-octets (RFC 6265, section
// 4.1.1), spaces and commas.
func isValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == ';' || c == '\\' {
			return false
		}
	}
	return true
}

// SetRequest adds a cookie to the Cookie header of a request, or replaces
// those of that name. The header is written anew from what [List] reads. A
// name that is no token changes nothing but that.
func SetRequest(header http.Header, name, value string) {
	list := List(header)
	if isName(name) {
		list = put(list, Pair{name, value})
	}
	var b []byte
	for i, p := range list {
		if i > 0 {
			b = append(b, "; "...)
		}
		b = appendEscaped(append(append(b, p.Name...), '='), p.Value)
	}
	header.Set("Cookie", string(b))
}

func put(list []Pair, p Pair) []Pair {
	for i := range list {
		if list[i].Name == p.Name {
			list[i] = p
			return list
		}
	}
	return append(list, p)
}
