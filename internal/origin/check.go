package origin

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Verdict is the outcome of a check. The caller turns everything but Allowed
// into the API error of its name.
type Verdict uint8

const (
	Allowed             Verdict = iota
	MissingOrNull               // 403 MISSING_OR_NULL_ORIGIN
	Invalid                     // 403 INVALID_ORIGIN, or the code of the redirect target
	CrossSiteNavigation         // 403 CROSS_SITE_NAVIGATION_LOGIN_BLOCKED
	NotString                   // 400, a redirect target that is not a string
)

// String names the verdict for logs.
func (v Verdict) String() string {
	switch v {
	case Allowed:
		return "allowed"
	case MissingOrNull:
		return "missing or null origin"
	case Invalid:
		return "invalid origin"
	case CrossSiteNavigation:
		return "cross-site navigation"
	case NotString:
		return "not a string"
	}
	return "unknown"
}

// IsSafeMethod reports the methods that are never checked: GET, HEAD, OPTIONS.
func IsSafeMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// CheckRequest is the origin check of every endpoint. It looks only at
// requests that carry cookies and may change something. The Origin header, or
// Referer when there is none, must be trusted. own is the origin the request
// was sent to ([Source.Origin]); it stands in for "Origin: null" when the
// browser itself says that the request is same-origin.
func CheckRequest(method string, h http.Header, own string, trusted func(url string) bool) Verdict {
	if IsSafeMethod(method) || len(h["Cookie"]) == 0 {
		return Allowed
	}
	return checkOrigin(h, own, trusted)
}

// CheckForm is the check of endpoints that sign in without a session: plain
// HTML forms of other sites can reach them, so requests without cookies are
// checked as well. Requests that show no sign of a browser pass. On a path
// exempt from the origin check ([SkipsPath]) only CrossSiteNavigation counts.
func CheckForm(h http.Header, own string, trusted func(url string) bool) Verdict {
	if len(h["Cookie"]) > 0 {
		return checkOrigin(h, own, trusted)
	}
	site, mode, dest := joined(h, "Sec-Fetch-Site"), joined(h, "Sec-Fetch-Mode"), joined(h, "Sec-Fetch-Dest")
	switch {
	case site == "cross-site" && mode == "navigate":
		return CrossSiteNavigation
	case site == "" && mode == "" && dest == "" && joined(h, "Origin") == "" && joined(h, "Referer") == "":
		return Allowed
	}
	return checkOrigin(h, own, trusted)
}

func checkOrigin(h http.Header, own string, trusted func(url string) bool) Verdict {
	origin := joined(h, "Origin")
	if origin == "null" && own != "" && joined(h, "Sec-Fetch-Site") == "same-origin" {
		origin = own
	}
	if origin == "" {
		origin = joined(h, "Referer")
	}
	switch {
	case origin == "" || origin == "null":
		return MissingOrNull
	case !trusted(origin):
		return Invalid
	}
	return Allowed
}

// joined returns all values of a header as one, so that a second header line
// can never hide behind a good first one. name is in canonical form.
func joined(h http.Header, name string) string {
	switch values := h[name]; len(values) {
	case 0:
		return ""
	case 1:
		return strings.TrimSpace(values[0])
	default:
		return strings.TrimSpace(strings.Join(values, ", "))
	}
}

// targets are the redirect targets an endpoint may take in its body, and the
// labels error messages use for them.
var targets = [...]struct{ field, label string }{
	{"callbackURL", "callbackURL"},
	{"redirectTo", "redirectURL"},
	{"errorCallbackURL", "errorCallbackURL"},
	{"newUserCallbackURL", "newUserCallbackURL"},
}

// CheckTargets checks the redirect targets of a request: body returns members of
// the parsed JSON body and query those of the query, where callbackURL may stand
// instead. trusted is called with each and must admit relative paths. It returns
// the first fault and the label of its field: callbackURL, redirectURL,
// errorCallbackURL or newUserCallbackURL.
func CheckTargets(body, query func(name string) any, trusted func(url string) bool) (label string, v Verdict) {
	for _, t := range targets {
		value := body(t.field)
		if t.field == "callbackURL" && isFalsy(value) && query != nil {
			value = query(t.field)
		}
		if v := CheckTarget(value, trusted); v != Allowed {
			return t.label, v
		}
	}
	return "", Allowed
}

// CheckTarget checks one redirect target. Nothing, "", false and 0 are no
// target and are allowed, as JavaScript has it.
func CheckTarget(value any, trusted func(url string) bool) Verdict {
	if isFalsy(value) {
		return Allowed
	}
	url, ok := value.(string)
	switch {
	case !ok:
		return NotString
	case !trusted(url):
		return Invalid
	}
	return Allowed
}

func isFalsy(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case float64:
		return v == 0
	case json.Number:
		f, err := v.Float64()
		return err == nil && f == 0
	}
	return false
}

// SkipsPath tells whether a path ("/sign-in/email") is one of the prefixes of
// advanced.disableOriginCheck or below one.
func SkipsPath(path string, prefixes []string) bool {
	for _, prefix := range prefixes {
		below, ok := strings.CutPrefix(path, strings.TrimRight(prefix, "/"))
		if ok && (below == "" || below[0] == '/') {
			return true
		}
	}
	return false
}
