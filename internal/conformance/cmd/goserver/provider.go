package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
)

// providers answers what reference/provider.mjs answers: the code of a callback is the profile itself, and
// tokens carry it on.
type providers struct{}

// told is what a code holds.
type told struct {
	ID       any     `json:"id"`
	Name     any     `json:"name"`
	Email    string  `json:"email"`
	Verified bool    `json:"verified"`
	Scope    *string `json:"scope"`
	Broken   string  `json:"broken"`
	Expires  int     `json:"expires"`
	Plain    bool    `json:"plain"`
	IDToken  string  `json:"idToken"`
	Answer   string  `json:"answer"` // of the token endpoint, as it is
	// At has the answers of paths, with or without their query.
	At map[string]json.RawMessage `json:"at"`
}

func decode(code string) (t told) {
	text, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil || json.Unmarshal(text, &t) != nil {
		return told{}
	}
	return t
}

type object = map[string]any

// Do implements plugin.HTTPClient.
func (providers) Do(r *http.Request) (*http.Response, error) {
	if answer, err := generic(r); answer != nil || err != nil {
		return answer, err
	}
	var (
		status int
		value  any
		err    error
	)
	switch {
	case keySet.MatchString(r.URL.Path):
		status, value = 200, raw(idtoken.Keys)
	case r.Method == http.MethodPost:
		status, value, err = post(r)
	default:
		status, value = profile(r)
	}
	if err != nil {
		return nil, err
	}
	text, isText := value.(raw)
	if !isText {
		text, err = json.Marshal(value)
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(text)), Request: r,
	}, err
}

// keySet is where providers publish their keys.
var keySet = regexp.MustCompile(`/(certs|keys|jwks(\.json)?)/?$`)

// raw is an answer that is sent as it is.
type raw []byte

func post(r *http.Request) (int, any, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return 0, nil, err
	}
	if strings.HasSuffix(r.URL.Path, "/verify") {
		return verify(form.Get("id_token"))
	}
	status, value := token(form)
	return status, value, nil
}

// verify reads an ID token, as LINE does.
func verify(token string) (int, any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return 400, object{"error": "invalid_request"}, nil
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	return 200, raw(claims), err
}

func token(form url.Values) (int, any) {
	refreshing := form.Get("grant_type") == "refresh_token"
	code, kind, where := form.Get("code"), "at.", "token"
	if refreshing {
		code, kind, where = strings.TrimPrefix(form.Get("refresh_token"), "rt."), "new.", "refresh"
	}
	t := decode(code)
	if t.Broken == where {
		return 400, object{"error": "invalid_grant"}
	}
	if t.Answer != "" {
		return 200, raw(t.Answer)
	}
	answer := object{"access_token": kind + code, "token_type": "bearer", "scope": "read:user"}
	if t.Scope != nil {
		answer["scope"] = *t.Scope
	}
	if t.Expires != 0 {
		answer["expires_in"] = t.Expires
	}
	if !t.Plain && !refreshing {
		answer["refresh_token"] = "rt." + code
	}
	if t.IDToken != "" {
		answer["id_token"] = t.IDToken
	}
	return 200, answer
}

func profile(r *http.Request) (int, any) {
	_, code, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	t := decode(code)
	own := t.At[r.URL.Path+"?"+r.URL.RawQuery]
	if own == nil {
		own = t.At[r.URL.Path]
	}
	switch {
	case t.Broken == "profile":
		return 500, object{"message": "broken"}
	case own != nil:
		return 200, own
	case r.URL.Path == "/user/emails" && t.Email == "":
		return 200, []object{}
	case r.URL.Path == "/user/emails":
		return 200, []object{{"email": t.Email, "primary": true, "verified": t.Verified}}
	case r.URL.Path == "/user":
		answer := object{"login": "login", "email": nil, "avatar_url": "https://img.example/a.png"}
		if t.ID != nil {
			answer["id"] = t.ID
		}
		if t.Name != nil {
			answer["name"] = t.Name
		}
		if t.Email != "" {
			answer["email"] = t.Email
		}
		return 200, answer
	}
	return 404, object{}
}
