package origin

import (
	"errors"
	"strconv"
	"strings"
)

// ErrInvalidURL is what [Parse] returns for every string that is not an
// absolute URL.
var ErrInvalidURL = errors.New("invalid URL")

// URL is an absolute URL as a browser understands it. Its parts are
// normalised: default ports are dropped, dot segments are resolved and
// characters are percent-encoded where the URL Standard says so.
type URL struct {
	Scheme   string // lower case, without ":"
	Userinfo string // "user:password", "" when there is none
	Host     string // without port; IPv6 in brackets
	Port     string // "" for none and for the default of the scheme
	Path     string
	Query    string // with its "?", "" when missing
	Fragment string // with its "#", "" when missing

	authority bool // has a "//" part, though the host may be empty
}

// defaultPorts lists the special schemes of the URL Standard except "file".
var defaultPorts = map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}

// Parse reads an absolute URL (WHATWG URL Standard, basic URL parser without
// a base). Host names with other than ASCII characters are refused: configure
// and send their "xn--" form, as browsers do.
func Parse(raw string) (URL, error) {
	scheme, rest, ok := cutScheme(clean(raw))
	if !ok {
		return URL{}, ErrInvalidURL
	}
	u := URL{Scheme: scheme}
	rest = u.cutQuery(rest)
	_, special := defaultPorts[scheme]
	switch {
	case special:
		ok = u.parseAuthority(strings.TrimLeft(rest, `/\`), `/\`)
	case scheme == "file":
		ok = u.parseFile(rest)
	case strings.HasPrefix(rest, "//"):
		ok = u.parseAuthority(rest[2:], "/")
	case strings.HasPrefix(rest, "/"):
		u.Path = cleanPath(rest, false)
	default:
		u.Path = escape(rest, "")
	}
	if !ok {
		return URL{}, ErrInvalidURL
	}
	return u, nil
}

// clean drops what a browser drops before it parses.
func clean(raw string) string {
	s := strings.ToValidUTF8(raw, "\uFFFD")
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if !strings.ContainsAny(s, "\t\n\r") {
		return s
	}
	return strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
}

func cutScheme(s string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(s, ":")
	if !ok || scheme == "" || !isLetter(scheme[0]) {
		return "", "", false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isLetter(c) && !isDigit(c) && c != '+' && c != '-' && c != '.' {
			return "", "", false
		}
	}
	return strings.ToLower(scheme), rest, true
}

// cutQuery takes query and fragment off the end.
func (u *URL) cutQuery(s string) (rest string) {
	rest, fragment, hasFragment := strings.Cut(s, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	set := " \"#<>"
	if u.special() {
		set += "'"
	}
	if hasQuery {
		u.Query = "?" + escape(query, set)
	}
	if hasFragment {
		u.Fragment = "#" + escape(fragment, " \"<>`")
	}
	return rest
}

func (u *URL) special() bool {
	return defaultPorts[u.Scheme] != "" || u.Scheme == "file"
}

// parseAuthority reads "user@host:port" up to one of the slashes and the path after it.
func (u *URL) parseAuthority(s, slashes string) bool {
	authority, path := s, ""
	if end := strings.IndexAny(s, slashes); end >= 0 {
		authority, path = s[:end], s[end:]
	}
	u.authority = true
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		u.Userinfo = userinfo(authority[:at])
		authority = authority[at+1:]
		if authority == "" {
			return false
		}
	}
	if !u.parseHostPort(authority) {
		return false
	}
	if u.special() || path != "" {
		u.Path = cleanPath(path, u.special())
	}
	return true
}

func userinfo(s string) string {
	const set = " \"#<>?`{}/:;=@[\\]^|"
	user, password, _ := strings.Cut(s, ":")
	if password == "" {
		return escape(user, set)
	}
	return escape(user, set) + ":" + escape(password, set)
}

func (u *URL) parseHostPort(s string) bool {
	host, port := s, ""
	if colon := portColon(s); colon >= 0 {
		host, port = s[:colon], s[colon+1:]
		if host == "" {
			return false
		}
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 64)
		if err != nil || n > 65535 {
			return false
		}
		u.Port = strconv.FormatUint(n, 10)
		if u.Port == defaultPorts[u.Scheme] {
			u.Port = ""
		}
	}
	var ok bool
	if u.special() {
		u.Host, ok = domain(host)
	} else {
		u.Host, ok = opaqueHost(host)
	}
	return ok
}

// portColon finds the first colon outside of brackets.
func portColon(s string) int {
	inside := false
	for i := range len(s) {
		switch s[i] {
		case '[':
			inside = true
		case ']':
			inside = false
		case ':':
			if !inside {
				return i
			}
		}
	}
	return -1
}

// parseFile reads what follows "file:". Drive letters are not treated apart:
// a file URL never has an origin.
func (u *URL) parseFile(s string) bool {
	u.authority = true
	isSlash := func(i int) bool { return len(s) > i && (s[i] == '/' || s[i] == '\\') }
	if !isSlash(0) || !isSlash(1) {
		u.Path = cleanPath(s, true)
		return true
	}
	host, path := s[2:], ""
	if end := strings.IndexAny(host, `/\`); end >= 0 {
		host, path = host[:end], host[end:]
	}
	ok := true
	if host != "" {
		host, ok = domain(host)
	}
	if host != "localhost" {
		u.Host = host
	}
	u.Path = cleanPath(path, true)
	return ok
}

// cleanPath resolves dot segments and percent-encodes. The result starts with "/".
func cleanPath(path string, backslash bool) string {
	if backslash {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	var kept []string
	for i, segment := range segments {
		dot := strings.ReplaceAll(strings.ToLower(segment), "%2e", ".")
		if dot != "." && dot != ".." {
			kept = append(kept, escape(segment, " \"#<>?`{}"))
			continue
		}
		if dot == ".." {
			kept = kept[:max(0, len(kept)-1)]
		}
		if i == len(segments)-1 {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
}

// escape percent-encodes controls, non-ASCII bytes and the characters of set.
func escape(s, set string) string {
	const hex = "0123456789ABCDEF"
	needs := func(c byte) bool {
		return c < ' ' || c > '~' || strings.IndexByte(set, c) >= 0
	}
	n := 0
	for n < len(s) && !needs(s[n]) {
		n++
	}
	if n == len(s) {
		return s
	}
	b := append(make([]byte, 0, len(s)+8), s[:n]...)
	for ; n < len(s); n++ {
		if c := s[n]; needs(c) {
			b = append(b, '%', hex[c>>4], hex[c&15])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

// Origin is "scheme://host[:port]", or "" for schemes that have no origin.
func (u URL) Origin() string {
	if defaultPorts[u.Scheme] == "" {
		return ""
	}
	return u.Scheme + "://" + u.HostPort()
}

// HostPort is the host, followed by ":port" unless that is the default port.
func (u URL) HostPort() string {
	if u.Port == "" {
		return u.Host
	}
	return u.Host + ":" + u.Port
}

// String writes the URL as a browser would.
func (u URL) String() string {
	var b strings.Builder
	b.WriteString(u.Scheme)
	b.WriteByte(':')
	switch {
	case u.authority:
		b.WriteString("//")
		if u.Userinfo != "" {
			b.WriteString(u.Userinfo)
			b.WriteByte('@')
		}
		b.WriteString(u.HostPort())
	case strings.HasPrefix(u.Path, "//"):
		b.WriteString("/.")
	}
	b.WriteString(u.Path)
	b.WriteString(u.Query)
	b.WriteString(u.Fragment)
	return b.String()
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// hasControl reports C0 and C1 control characters and DEL.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r >= 0x7f && r <= 0x9f
	})
}
