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
		b.WriteString(FormEscape(pairs[i]))
		b.WriteByte('=')
		b.WriteString(FormEscape(pairs[i+1]))
	}
	return b.String()
}

// formChars are the two characters that browsers and Go escape differently.
var formChars = strings.NewReplacer("%2A", "*", "~", "%7E")

// FormEscape is application/x-www-form-urlencoded as browsers write it.
func FormEscape(s string) string {
	return formChars.Replace(url.QueryEscape(strings.ToValidUTF8(s, "\uFFFD")))
}

// Resolve makes a redirect target absolute against base, an absolute URL, and sets query parameters in
// it as JavaScript's URLSearchParams does: pairs of names and values in turn, in place of what is there.
// The target must have been checked before.
func Resolve(target, base string, pairs ...string) (string, error) {
	if strings.HasPrefix(target, "/") {
		b, err := Parse(base)
		if err != nil {
			return "", err
		}
		target = b.Origin() + target
	}
	u, err := Parse(target)
	if err != nil {
		return "", err
	}
	u.Query = "?" + setQuery(strings.TrimPrefix(u.Query, "?"), pairs)
	return u.String(), nil
}

// setQuery returns a query with parameters replaced, or added at the end, written anew as forms are.
func setQuery(query string, pairs []string) string {
	var out []string
	set := map[string]bool{}
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, value = formUnescape(name), formUnescape(value)
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name && !set[name] {
				value = pairs[i+1]
			} else if pairs[i] == name {
				name = ""
			}
		}
		if name == "" {
			continue
		}
		set[name] = true
		out = append(out, name, value)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !set[pairs[i]] {
			out = append(out, pairs[i], pairs[i+1])
		}
	}
	return Query(out...)
}

// formUnescape undoes FormEscape; an escape that is none stays as it is.
func formUnescape(s string) string {
	s = strings.ReplaceAll(s, "+", "%20")
	if text, err := url.PathUnescape(s); err == nil {
		return text
	}
	return s
}
