package cookie

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxSize is the most bytes of one Set-Cookie text; browsers cut off at
	// 4093 to 4096.
	maxSize = 4050
	// maxChunks is the most cookies one value is split over.
	maxChunks = 100
)

// Split returns the cookies that carry c: c itself when its text fits in 4050
// bytes, else <name>.0, <name>.1 and so on. ok is false when it would take
// more than 100 of them, and then there are none: the value does not belong
// in a cookie. Sizes count the value as it is, so it should need no escapes.
func Split(c Cookie) (chunks []Cookie, ok bool) {
	probe := c.With("")
	probe.Name += ".99"
	size := maxSize - len(probe.String())
	if size > 0 && len(c.Value) <= size {
		return []Cookie{c}, true
	}
	if size <= 0 || len(c.Value) > maxChunks*size {
		return nil, false
	}
	for value := range slices.Chunk([]byte(c.Value), size) {
		chunk := c.With(string(value))
		chunk.Name += "." + strconv.Itoa(len(chunks))
		chunks = append(chunks, chunk)
	}
	return chunks, true
}

// Store returns the cookies to set so that the browser holds c and nothing
// of an earlier value of it: those of [Split], and deletions of the chunks in
// the request's header that they do not replace. ok is that of Split; the
// deletions are returned either way.
func Store(header http.Header, c Cookie) (set []Cookie, ok bool) {
	set = Clear(header, c)
	chunks, ok := Split(c)
	for _, chunk := range chunks {
		at := slices.IndexFunc(set, func(old Cookie) bool { return old.Name == chunk.Name })
		if at >= 0 {
			set[at] = chunk
		} else {
			set = append(set, chunk)
		}
	}
	return set, ok
}

// Clear returns the deletions of c and of its chunks that the request's
// header holds, in the order of the header.
func Clear(header http.Header, c Cookie) []Cookie {
	var set []Cookie
	for _, p := range List(header) {
		if _, chunk := chunkIndex(c.Name, p.Name); chunk || p.Name == c.Name {
			old := c.Expired()
			old.Name = p.Name
			set = append(set, old)
		}
	}
	return set
}

// Join returns the value that [Split] spread over the cookies of a request:
// that of the cookie itself if it has one, else its chunks in order.
func Join(header http.Header, name string) (value string, ok bool) {
	if value, _ = Get(header, name); value != "" {
		return value, true
	}
	type chunk struct {
		index int
		value string
	}
	var chunks []chunk
	for _, p := range List(header) {
		if i, ok := chunkIndex(name, p.Name); ok {
			chunks = append(chunks, chunk{i, p.Value})
		}
	}
	slices.SortFunc(chunks, func(a, b chunk) int { return cmp.Compare(a.index, b.index) })
	var b strings.Builder
	for _, c := range chunks {
		b.WriteString(c.value)
	}
	return b.String(), b.Len() > 0
}

// chunkIndex returns i of a name of the form <base>.<i>.
func chunkIndex(base, name string) (int, bool) {
	rest, ok := strings.CutPrefix(name, base)
	if !ok {
		return 0, false
	}
	digits, ok := strings.CutPrefix(rest, ".")
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(digits)
	return i, err == nil && i >= 0 && strconv.Itoa(i) == digits
}
