// Package glob matches the wildcard patterns of trusted origins, allowed hosts
// and custom rate-limit rules.
package glob

import (
	"regexp"
	"strings"
)

// Glob is a compiled pattern. "?" is any one character and "*" any run of
// characters, neither of which crosses "/" or "\"; "**" as a whole segment is
// any number of segments; "\" takes the next character literally. A slash in
// the pattern matches one or more slashes, and the text may end with slashes.
type Glob struct{ re *regexp.Regexp }

const (
	separator = `[/\\]`
	character = `[^/\\]`
)

// Compile translates a pattern. Every string is a valid pattern.
func Compile(pattern string) Glob {
	var b strings.Builder
	b.WriteString(`^`)
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		beforeStars := !last && segments[i+1] == "**"
		switch {
		case segment == "" && i > 0:
			continue
		case segment == "**" && last && i > 0:
			b.WriteString(separator + `*(?:` + character + `*` + separator + `*)*`)
			continue
		case segment == "**" && last:
			b.WriteString(`(?:` + character + `*` + separator + `*)*`)
			continue
		case segment == "**":
			if !beforeStars {
				writeInnerStars(&b, i)
			}
			continue
		}
		writeSegment(&b, segment)
		switch {
		case last:
			b.WriteString(separator + `*`)
		case !beforeStars:
			b.WriteString(separator + `+`)
		}
	}
	b.WriteString(`$`)
	return Glob{regexp.MustCompile(b.String())}
}

// writeInnerStars writes "**" with more segments after it.
func writeInnerStars(b *strings.Builder, index int) {
	if index > 0 {
		b.WriteString(separator + `+`)
	}
	b.WriteString(`(?:` + character + `*` + separator + `+)*`)
}

func writeSegment(b *strings.Builder, segment string) {
	escaped := false
	for _, r := range segment {
		switch {
		case escaped:
			b.WriteString(regexp.QuoteMeta(string(r)))
			escaped = false
		case r == '\\':
			escaped = true
		case r == '?':
			b.WriteString(character)
		case r == '*':
			b.WriteString(character + `*`)
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
}

// Has reports whether a pattern has a wildcard at all.
func Has(pattern string) bool { return strings.ContainsAny(pattern, "*?") }

// Match reports whether the whole text matches. Its time is linear in the text.
func (g Glob) Match(text string) bool { return g.re.MatchString(text) }
