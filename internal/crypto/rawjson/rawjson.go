// Package rawjson walks the members of a JSON object without decoding them.
//
// Signed JSON must keep its exact text, and reading one claim of a token
// should not cost a parse of the whole. The package finds where members start
// and end; it does not check that what lies between is valid JSON, so it suits
// text whose signature vouches for it.
package rawjson

// Scan calls member with the name, quotes included, and the value of each
// member of an object, in order, as slices of text. It reports whether text
// has the shape of an object; if not, some members may have been reported.
func Scan(text []byte, member func(name, value []byte)) bool {
	i := skipSpace(text, 0)
	if i == len(text) || text[i] != '{' {
		return false
	}
	if i = skipSpace(text, i+1); i < len(text) && text[i] == '}' {
		return skipSpace(text, i+1) == len(text)
	}
	for {
		nameEnd := stringEnd(text, i)
		colon := skipSpace(text, nameEnd)
		if nameEnd == i || colon == len(text) || text[colon] != ':' {
			return false
		}
		start := skipSpace(text, colon+1)
		end := valueEnd(text, start)
		next := skipSpace(text, end)
		if end == start || next == len(text) {
			return false
		}
		member(text[i:nameEnd], text[start:end])
		switch text[next] {
		case ',':
			i = skipSpace(text, next+1)
		case '}':
			return skipSpace(text, next+1) == len(text)
		default:
			return false
		}
	}
}

// skipSpace returns the index of the first byte from i on that is no space.
func skipSpace(text []byte, i int) int {
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// valueEnd returns the index after the value that starts at i, or i if there
// is none.
func valueEnd(text []byte, i int) int {
	if i == len(text) {
		return i
	}
	switch text[i] {
	case '"':
		return stringEnd(text, i)
	case '{', '[':
		return nestedEnd(text, i)
	}
	end := i
	for end < len(text) && !isSpace(text[end]) && text[end] != ',' && text[end] != '}' && text[end] != ']' {
		end++
	}
	return end
}

// stringEnd returns the index after the string that starts at i, or i if
// there is none.
func stringEnd(text []byte, i int) int {
	if i == len(text) || text[i] != '"' {
		return i
	}
	for end := i + 1; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case '"':
			return end + 1
		}
	}
	return i
}

// nestedEnd returns the index after the object or array that starts at i, or
// i if it does not end.
func nestedEnd(text []byte, i int) int {
	depth := 0
	for end := i; end < len(text); end++ {
		switch text[end] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return end + 1
			}
		case '"':
			after := stringEnd(text, end)
			if after == end {
				return i
			}
			end = after - 1
		}
	}
	return i
}
