package oauth2

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
)

// Challenge is the S256 code challenge of a PKCE verifier (RFC 7636 section 4.2).
func Challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Encode writes parameters in their order, as a query or a form.
func Encode(params plugin.Params) string {
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(origin.FormEscape(p.Name) + "=" + origin.FormEscape(p.Value))
	}
	return b.String()
}

// AppendQuery adds parameters to the URL of an endpoint. What the endpoint's own query has under the
// same names is replaced; the rest of it keeps its text, because some providers sign it.
func AppendQuery(endpoint string, params plugin.Params) (string, error) {
	return appendQuery(endpoint, params, params)
}

// appendQuery drops from the endpoint's query what replaced has.
func appendQuery(endpoint string, params, replaced plugin.Params) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return "", &Error{URL: "invalid URL", Err: ErrFormat}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	var query []string
	for _, pair := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if n, err := url.QueryUnescape(name); pair != "" && (err != nil || !replaced.Has(n)) {
			query = append(query, pair)
		}
	}
	if len(params) > 0 {
		query = append(query, Encode(params))
	}
	u.RawQuery = strings.Join(query, "&")
	return u.String(), nil
}

// basic is the header of client_secret_basic: both parts are form-encoded first (RFC 6749 section 2.3.1).
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(origin.FormEscape(id)+":"+origin.FormEscape(secret)))
}
