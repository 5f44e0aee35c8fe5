package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
)

// genericTold is what a code of a generic provider holds.
type genericTold struct {
	Claims  object          `json:"claims"`
	User    json.RawMessage `json:"user"`
	Broken  string          `json:"broken"`
	Expires int             `json:"expires"`
	Echo    bool            `json:"echo"`
	nonce   string
}

func decodeGeneric(code string) (t genericTold) {
	profile, nonce, _ := strings.Cut(code, "~")
	text, err := base64.RawURLEncoding.DecodeString(profile)
	if err != nil || json.Unmarshal(text, &t) != nil {
		return genericTold{}
	}
	t.nonce = nonce
	return t
}

// generic answers for servers of generic providers, as reference/generic.mjs does; nil for other requests.
func generic(r *http.Request) (*http.Response, error) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		return discoveryDocument(r)
	case r.URL.String() == "https://id.example/jwks":
		return reply(r, 200, idtoken.Keys, nil), nil
	case r.Method == http.MethodPost:
		return genericTokens(r)
	}
	_, bearer, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok {
		bearer = r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	}
	_, code, _ := strings.Cut(bearer, ".")
	t := decodeGeneric(code)
	switch {
	case t.User == nil:
		return nil, nil
	case t.Broken == "profile":
		return replyJSON(r, 500, object{"message": "broken"})
	}
	return reply(r, 200, t.User, nil), nil
}

// genericTokens is the token endpoint. It leaves a body that is not for it to the next.
func genericTokens(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	refreshing := form.Get("grant_type") == "refresh_token"
	code, kind, where, told := form.Get("code"), "at.", "token", "scope"
	if refreshing {
		code, kind, where, told = strings.TrimPrefix(form.Get("refresh_token"), "rt."), "new.", "refresh", "access_token"
	}
	t := decodeGeneric(code)
	switch {
	case t.User == nil && t.Claims == nil:
		return nil, nil
	case t.Broken == where:
		return replyJSON(r, 400, object{"error": "invalid_grant"})
	}
	answer := object{"access_token": kind + code, "token_type": "bearer"}
	if t.Echo {
		answer[told] = echo(form, r.Header)
	}
	if t.Expires != 0 {
		answer["expires_in"] = t.Expires
	}
	if !refreshing {
		answer["refresh_token"] = "rt." + code
	}
	if t.Claims != nil && !refreshing {
		if answer["id_token"], err = t.idToken(); err != nil {
			return nil, err
		}
	}
	return replyJSON(r, 200, answer)
}

// idToken is the ID token of a code. Its times are absolute.
func (t genericTold) idToken() (string, error) {
	claims := object{}
	if t.nonce != "" {
		claims["nonce"] = t.nonce
	}
	maps.Copy(claims, t.Claims)
	spec := strings.TrimSuffix(strings.TrimPrefix(idtoken.Spec{Claims: claims}.Placeholder(), "{{idtoken."), "}}")
	return idtoken.Sign(spec, time.Unix(0, 0))
}

func echo(form url.Values, header http.Header) string {
	var lines []string
	for name := range form {
		value := form.Get(name)
		switch name {
		case "code", "refresh_token":
			continue
		case "code_verifier":
			value = strconv.Itoa(len(value))
		}
		lines = append(lines, name+"="+value)
	}
	for _, name := range []string{"authorization", "x-own"} {
		if value := header.Get(name); value != "" {
			lines = append(lines, name+"="+value)
		}
	}
	return asEcho(lines)
}

// discoveryDocument differs from the usual one as the first part of the path says, at id.example.
func discoveryDocument(r *http.Request) (*http.Response, error) {
	var change struct {
		Status   int      `json:"status"`
		Body     *string  `json:"body"`
		Location string   `json:"location"`
		With     object   `json:"with"`
		Without  []string `json:"without"`
	}
	origin := r.URL.Scheme + "://" + r.URL.Host
	if origin == "https://id.example" {
		first, _, _ := strings.Cut(r.URL.Path[1:], "/")
		if text, err := base64.RawURLEncoding.DecodeString(first); err == nil && len(text) > 0 {
			if err := json.Unmarshal(text, &change); err != nil {
				return nil, fmt.Errorf("discovery document: %w", err)
			}
		}
	}
	switch {
	case change.Location != "":
		return reply(r, 302, nil, http.Header{"Location": {change.Location}}), nil
	case change.Body != nil:
		return reply(r, max(change.Status, 200), []byte(*change.Body), nil), nil
	case change.Status != 0:
		return reply(r, change.Status, nil, nil), nil
	}
	issuer, _, _ := strings.Cut(origin+r.URL.Path, "/.well-known")
	document := object{
		"issuer": issuer, "authorization_endpoint": origin + "/authorize", "token_endpoint": origin + "/token",
		"userinfo_endpoint": origin + "/userinfo", "end_session_endpoint": origin + "/logout",
		"jwks_uri": "https://id.example/jwks", "id_token_signing_alg_values_supported": []string{"RS256"},
	}
	maps.Copy(document, change.With)
	for _, name := range change.Without {
		delete(document, name)
	}
	return replyJSON(r, 200, document)
}

func replyJSON(r *http.Request, status int, value any) (*http.Response, error) {
	text, err := json.Marshal(value)
	return reply(r, status, text, nil), err
}

func reply(r *http.Request, status int, body []byte, header http.Header) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	maps.Copy(h, header)
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(bytes.NewReader(body)), Request: r}
}
