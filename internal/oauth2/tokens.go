package oauth2

import (
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
)

// maxLife bounds lives of tokens, in seconds: what is longer does not fit a date.
const maxLife = 100 * 365 * 24 * 3600

// parse reads the answer of the token endpoint. Like the reference it takes anything that is not null:
// without an access token the profile cannot be read and the sign-in fails there.
func (p *Provider) parse(out plugin.Outbound, a *Answer) (*plugin.OAuthTokens, error) {
	v := decodeTokens(a)
	m, ok := v.(map[string]any)
	_, refused := m["error"]
	if v == nil || p.Token.Strict && (!ok || refused) {
		return nil, &Error{URL: loggable(p.Token.URL), Status: a.Status, Code: errorCode(a.Body), Err: ErrFormat}
	}
	now := out.Now()
	tokens := ReadTokens(m, now)
	if tokens.AccessTokenExpiresAt == nil && p.Token.DefaultExpiry > 0 {
		tokens.AccessTokenExpiresAt = new(now.Add(p.Token.DefaultExpiry))
	}
	return tokens, nil
}

// decodeTokens reads JSON, or a form from servers older than the RFC. What is neither is a string. A list is
// an object without members to the reference, and so it is here.
func decodeTokens(a *Answer) any {
	if v, err := decodeJSON(a.Body); err == nil {
		if _, list := v.([]any); list {
			return map[string]any{}
		}
		return v
	}
	if !strings.HasPrefix(a.ContentType, "application/x-www-form-urlencoded") {
		return ""
	}
	form, err := url.ParseQuery(string(a.Body))
	if err != nil {
		return ""
	}
	m := make(map[string]any, len(form))
	for name := range form {
		m[name] = form.Get(name)
	}
	return m
}

// ReadTokens takes the known members of a token response. Members of a wrong type count as absent.
func ReadTokens(m map[string]any, now time.Time) *plugin.OAuthTokens {
	return &plugin.OAuthTokens{
		TokenType:             text(m["token_type"]),
		AccessToken:           text(m["access_token"]),
		RefreshToken:          text(m["refresh_token"]),
		IDToken:               text(m["id_token"]),
		AccessTokenExpiresAt:  expiry(m["expires_in"], now),
		RefreshTokenExpiresAt: expiry(m["refresh_token_expires_in"], now),
		Scopes:                scopes(m["scope"]),
		Raw:                   m,
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// expiry adds seconds, a number or a string that is one, to now. Zero means unknown.
func expiry(v any, now time.Time) *time.Time {
	var s string
	switch v := v.(type) {
	case json.Number:
		s = v.String()
	case string:
		s = v
	}
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || seconds == 0 || math.IsNaN(seconds) || math.Abs(seconds) > maxLife {
		return nil
	}
	return new(now.Add(time.Duration(seconds * float64(time.Second))))
}

// scopes reads a string that is separated by spaces (RFC 6749 section 3.3), or an array.
func scopes(v any) []string {
	switch v := v.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		var list []string
		for _, s := range v {
			if s := strings.TrimSpace(text(s)); s != "" {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

func loggable(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "invalid URL"
	}
	return bare(u)
}
