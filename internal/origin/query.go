package origin

import (
	"errors"
	"net/url"
	"strings"
)

// ErrNotTarget is returned for a URL that is neither absolute nor a path with
// one leading slash.
var ErrNotTarget = errors.New("not an absolute or root-relative URL")

// AppendQuery adds an encoded query ([Query]) to a redirect target, before the
// fragment and after the query that is there, which keeps its text. The target
// must have been checked before; it comes back normalised, and a path of this
// site always stays one (the reference turns "/..//host" into "//host").
func AppendQuery(target, query string) (string, error) {
	if !strings.HasPrefix(target, "/") {
		u, err := Parse(target)
		if err != nil {
			return "", err
		}
		if query == "" {
			return target, nil
		}
		u.Query = joinQuery(u.Query, query)
		return u.String(), nil
	}
	rest := clean(target)
	if strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, `/\`) {
		return "", ErrNotTarget
	}
	if query == "" {
		return target, nil
	}
	u := URL{Scheme: "https"}
	u.Path = cleanPath(u.cutQuery(rest), true)
	if strings.HasPrefix(u.Path, "//") {
		// "/..//host" resolves to a path of two slashes, which alone would
		// name another host.
		u.Path = "/." + u.Path
	}
	return u.Path + joinQuery(u.Query, query) + u.Fragment, nil
}

func joinQuery(old, query string) string {
	switch {
	case old == "" || old == "?":
		return "?" + query
	case strings.HasSuffix(old, "&"):
		return old + query
	}
	return old + "&" + query
}

// Query encodes names and values in turn as JavaScript's URLSearchParams does,
// keeping their order.
func Query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(formEscape(pairs[i]))
		b.WriteByte('=')
		b.WriteString(formEscape(pairs[i+1]))
	}
	return b.String()
}

// formEscape differs from url.QueryEscape in two characters.
func formEscape(s string) string {
	s = url.QueryEscape(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer("%2A", "*", "~", "%7E").Replace(s)
}
