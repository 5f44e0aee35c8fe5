package securitytest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// A Hub answers what GitHub would, without a network: the code of a callback is the profile itself and
// tokens carry it on.
type Hub struct{}

// A HubProfile is an account at the Hub.
type HubProfile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Verified bool   `json:"verified"`
}

// HubCode is the code of a callback for the account with an address, verified.
func HubCode(email string) string {
	return HubProfile{ID: email, Name: "Octo", Email: email, Verified: true}.Code()
}

// Code is the code of a callback for a profile.
func (p HubProfile) Code() string {
	text, _ := json.Marshal(p) // four plain members always can be
	return base64.RawURLEncoding.EncodeToString(text)
}

// ConnectHub lets users sign in with the Hub.
func ConnectHub(c *betterauth.Config) {
	c.HTTPClient = Hub{}
	c.SocialProviders = []plugin.SocialProvider{social.GitHub(social.Options{ClientID: "id", ClientSecret: "secret"})}
}

// Do implements plugin.HTTPClient.
func (Hub) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	answer, err := hubAnswer(r)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(answer)), Request: r,
	}, err
}

func hubAnswer(r *http.Request) (string, error) {
	if r.URL.Path == "/login/oauth/access_token" {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return "", err
		}
		form, err := url.ParseQuery(string(text))
		token := form.Get("code") + form.Get("refresh_token")
		return fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"expires_in":3600,"token_type":"bearer","scope":"read:user"}`, token, token), err
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	var p HubProfile
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if r.URL.Path == "/user/emails" {
		return fmt.Sprintf(`[{"email":%q,"primary":true,"verified":%t}]`, p.Email, p.Verified), err
	}
	return string(text), err
}
