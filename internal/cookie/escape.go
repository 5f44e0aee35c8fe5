package cookie

import (
	"strings"
	"unicode/utf8"
)

const upperHex = "0123456789ABCDEF"

// appendEscaped writes s as JavaScript's encodeURIComponent does.
func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; isAlphaNumeric(c) || strings.IndexByte("-_.!~*'()", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}

// Unescape decodes s as JavaScript's decodeURIComponent does. A text that
// cannot be decoded, because of a bad escape or escapes that are not UTF-8,
// comes back as it is.
func Unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var stack [256]byte // keeps the usual cookie off the heap until the end
	b := stack[:0]
	for i := 0; i < len(s); {
		if s[i] != '%' {
			b = append(b, s[i])
			i++
			continue
		}
		start := len(b)
		for i < len(s) && s[i] == '%' {
			c, ok := unhex(s[i:])
			if !ok {
				return s
			}
			b = append(b, c)
			i += 3
		}
		if !utf8.Valid(b[start:]) {
			return s
		}
	}
	return string(b)
}

// unhex decodes the escape %XX at the start of s.
func unhex(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	high, low := hexDigit(s[1]), hexDigit(s[2])
	return high<<4 | low&15, high < 16 && low < 16
}

// hexDigit returns the value of a digit, or 255.
func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
