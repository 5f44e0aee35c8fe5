package verdict

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/compare"
	"github.com/betterauth-go/betterauth/internal/conformance/runner"
)

// refusal is an answer that says what is wrong.
type refusal struct{ Message, Code string }

func refused(t runner.Turn) (r refusal) {
	if t.Status < 400 || json.Unmarshal(t.Body, &r) != nil {
		return refusal{}
	}
	return r
}

func bare(t runner.Turn) bool {
	return t.Status == http.StatusInternalServerError && len(t.Body) == 0
}

// bareFailure holds where the reference answers an empty 500 and we say what is wrong.
func bareFailure(x *runner.Exchange) bool {
	r := refused(x.Right)
	return bare(x.Left) && r.Message != "" && r.Code != ""
}

var wrongType = regexp.MustCompile(`^\[body\.([\w.]+)\] Invalid input: expected ([\w ]+), received (\w+)$`)

// refusedType holds where we refuse a member of the body for its type, which
// it really has, and the reference took it or came to fail without saying so.
func refusedType(x *runner.Exchange) bool {
	r := refused(x.Right)
	m := wrongType.FindStringSubmatch(r.Message)
	if x.Right.Status != http.StatusBadRequest || r.Code != "VALIDATION_ERROR" || m == nil {
		return false
	}
	field, want, got := m[1], m[2], m[3]
	if kindAt(x.Request.Body, field) != got || want == got {
		return false
	}
	return x.Left.Status == http.StatusOK || bare(x.Left) || slices.Contains(laterRefusals, refused(x.Left).Code)
}

// laterRefusals are what the reference finds wrong only after it took a value of a wrong type.
var laterRefusals = []string{
	"USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "FAILED_TO_CREATE_USER", "UNAUTHORIZED",
}

// kindAt names the type of the value at a dotted path of a JSON body.
func kindAt(body, path string) string {
	var at any
	if json.Unmarshal([]byte(body), &at) != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			child, ok := v[name]
			if !ok {
				return "undefined"
			}
			at = child
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return "undefined"
			}
			at = v[i]
		}
	}
	switch at.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// lostCookies holds where both answer alike, and our answer sets cookies of the
// session before all those that the reference sets.
func lostCookies(x *runner.Exchange) bool {
	ours, theirs := compare.CookieNames(x.Right.Header.Values("Set-Cookie")), compare.CookieNames(x.Left.Header.Values("Set-Cookie"))
	lost := len(ours) - len(theirs)
	if x.Left.Status != x.Right.Status || lost <= 0 || len(theirs) == 0 && x.Right.Status < 400 || !slices.EqualFunc(ours[lost:], theirs, sameCookie) {
		return false
	}
	return !slices.ContainsFunc(ours[:lost], func(name string) bool {
		return !strings.HasSuffix(name, "session_token") && !strings.HasSuffix(name, "session_data") && !cleared(x.Right, name)
	})
}

// cleared holds for the other cookies that go with a session that has ended.
func cleared(t runner.Turn, name string) bool {
	_, kind, _ := strings.Cut(name, "better-auth.")
	return slices.Contains([]string{"dont_remember", "oauth_state", "account_data"}, kind) &&
		slices.ContainsFunc(t.Header.Values("Set-Cookie"), func(line string) bool {
			return strings.HasPrefix(line, name+"=;") && strings.Contains(line, "Max-Age=0;")
		})
}

// sameCookie compares names of cookies, which may end with a token.
func sameCookie(a, b string) bool {
	kindA, _, _ := strings.Cut(a, "_multi-")
	kindB, _, _ := strings.Cut(b, "_multi-")
	return kindA == kindB && len(a) == len(b)
}

// extended holds where the session that our answer sets a cookie for got a
// later end.
func extended(x *runner.Exchange) bool {
	token := sessionToken(x.Right.Header.Values("Set-Cookie"))
	before, after := sessionEnd(x.Right.Before.Rows["session"], token), sessionEnd(x.Right.After.Rows["session"], token)
	return token != "" && before != "" && before < after && !strings.HasPrefix(x.Step.Path, "/get-session")
}

// revoked holds where we refuse the session of a request, of which there is a
// cookie cache but no row any more.
func revoked(x *runner.Exchange) bool {
	cookies := strings.Split(header(x, "cookie"), "; ")
	cached := slices.ContainsFunc(cookies, func(c string) bool { return strings.Contains(c, "session_data=") })
	token := sessionToken(cookies)
	if bearer, ok := strings.CutPrefix(header(x, "authorization"), "Bearer "); ok {
		token, _, _ = strings.Cut(bearer, ".")
	}
	end := sessionEnd(x.Right.Before.Rows["session"], token)
	return cached && end == "" && x.Right.Status == http.StatusUnauthorized
}

// twoSessions holds where the bearer token and the cookie of a request are of two sessions, and a plugin
// looks for the session before the endpoint does.
func twoSessions(x *runner.Exchange) bool {
	bearer, ok := strings.CutPrefix(header(x, "authorization"), "Bearer ")
	bearer, _, _ = strings.Cut(bearer, ".")
	own := sessionToken(strings.Split(header(x, "cookie"), "; "))
	return ok && own != "" && own != bearer && kindAt(x.Request.Body, "username") == "string" &&
		plugged(x, "bearer") && plugged(x, "username")
}

func plugged(x *runner.Exchange, id string) bool {
	list, _ := x.Config["plugins"].([]any)
	return slices.ContainsFunc(list, func(v any) bool {
		p, _ := v.(map[string]any)
		return p["id"] == id
	})
}

// sessionToken is the token in the session cookie among lines that begin with "name=value".
func sessionToken(lines []string) string {
	for _, line := range lines {
		pair, _, _ := strings.Cut(line, ";")
		name, value, _ := strings.Cut(pair, "=")
		if text, err := url.PathUnescape(value); err == nil && strings.HasSuffix(name, "session_token") {
			token, _, _ := strings.Cut(text, ".")
			return token
		}
	}
	return ""
}

func sessionEnd(rows []json.RawMessage, token string) string {
	for _, row := range rows {
		var s struct{ Token, ExpiresAt string }
		if json.Unmarshal(row, &s) == nil && s.Token == token {
			return s.ExpiresAt
		}
	}
	return ""
}

func header(x *runner.Exchange, name string) string {
	for _, h := range x.Request.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// expiredOthers holds where we also removed sessions that have expired.
func expiredOthers(x *runner.Exchange) bool {
	left, right := x.Left.After.Rows["session"], x.Right.After.Rows["session"]
	return len(left)-len(right) == expired(left, x.Now) && expired(right, x.Now) == 0
}

// keptDeletion holds where a request names the token of a deletion, which we
// keep although nobody was deleted.
func keptDeletion(x *runner.Exchange) bool {
	left, right := x.Left.After.Rows["verification"], x.Right.After.Rows["verification"]
	kept := slices.ContainsFunc(right, func(row json.RawMessage) bool {
		var v struct{ Identifier string }
		err := json.Unmarshal(row, &v)
		token, ok := strings.CutPrefix(v.Identifier, "delete-account-")
		return err == nil && ok && strings.Contains(x.Request.Target+x.Request.Body, token)
	})
	return kept && len(right)-len(left) == 1 && strings.HasPrefix(x.Step.Path, "/delete-user") && len(x.Left.After.Rows["user"]) == len(x.Right.After.Rows["user"])
}

func expired(rows []json.RawMessage, now time.Time) (n int) {
	for _, row := range rows {
		var r struct{ ExpiresAt time.Time }
		if json.Unmarshal(row, &r) == nil && r.ExpiresAt.Before(now) {
			n++
		}
	}
	return n
}

// ownState holds where the data of a flow has names that the flow itself uses.
func ownState(x *runner.Exchange) bool {
	var body struct {
		AdditionalData map[string]any
	}
	if json.Unmarshal([]byte(x.Request.Body), &body) != nil {
		return false
	}
	for _, name := range []string{"callbackURL", "codeVerifier", "errorURL", "expiresAt"} {
		if _, ok := body.AdditionalData[name]; ok {
			return true
		}
	}
	return false
}

// emptyURL holds where the body asks for an empty URL.
func emptyURL(x *runner.Exchange) bool {
	var body struct {
		CallbackURL, ErrorCallbackURL, NewUserCallbackURL *string
	}
	if json.Unmarshal([]byte(x.Request.Body), &body) != nil {
		return false
	}
	empty := func(s *string) bool { return s != nil && *s == "" }
	return empty(body.CallbackURL) || empty(body.ErrorCallbackURL) || empty(body.NewUserCallbackURL)
}

// redeemed holds where a reset of a password took with it no more than the
// other reset tokens of that person.
func redeemed(x *runner.Exchange) bool {
	var in struct{ Token string }
	if path, _, _ := strings.Cut(x.Step.Path, "?"); path != "/reset-password" || x.Left.Status != http.StatusOK || x.Right.Status != http.StatusOK || json.Unmarshal([]byte(x.Request.Body), &in) != nil {
		return false
	}
	resets := resetTokens(x.Right.Before.Rows["verification"])
	others := 0
	for token, user := range resets {
		if token != in.Token && user == resets[in.Token] {
			others++
		}
	}
	more := len(resetTokens(x.Left.After.Rows["verification"])) - len(resetTokens(x.Right.After.Rows["verification"]))
	return more > 0 && more <= others
}

// resetTokens maps the reset tokens among verification rows to their users.
func resetTokens(rows []json.RawMessage) map[string]string {
	tokens := map[string]string{}
	for _, row := range rows {
		var v struct{ Identifier, Value string }
		if json.Unmarshal(row, &v) != nil {
			continue
		}
		if token, ok := strings.CutPrefix(v.Identifier, "reset-password:"); ok {
			tokens[token] = v.Value
		}
	}
	return tokens
}

// spentLink holds where a link that changes an address is followed and we say that it is spent.
func spentLink(x *runner.Exchange) bool {
	_, query, _ := strings.Cut(x.Request.Target, "?")
	values, err := url.ParseQuery(query)
	parts := strings.Split(values.Get("token"), ".")
	if err != nil || len(parts) != 3 {
		return false
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ UpdateTo string }
	if err != nil || json.Unmarshal(text, &claims) != nil || claims.UpdateTo == "" {
		return false
	}
	return refused(x.Right).Code == "INVALID_TOKEN" || strings.Contains(x.Right.Header.Get("Location"), "error=INVALID_TOKEN")
}

var confidentialPath = regexp.MustCompile(`^/(get-session|get-access-token|refresh-token)`)

// confidential holds where our answer sets a cookie or carries a token, or
// comes from where sessions are read.
func confidential(x *runner.Exchange) bool {
	return x.Step.Ours != nil || confidentialPath.MatchString(x.Step.Path) || len(x.Right.Header.Values("Set-Cookie")) > 0 || strings.Contains(strings.ToLower(string(x.Right.Body)), `token"`)
}

// cached holds where sessions are read back from a cookie or a secondary storage.
func cached(x *runner.Exchange) bool {
	session, _ := x.Config["session"].(map[string]any)
	return x.Config["secondaryStorage"] != nil || session["cookieCache"] != nil || x.Right.After.Rows["session"] == nil
}
