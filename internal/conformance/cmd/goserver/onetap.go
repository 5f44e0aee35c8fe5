package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/lastloginmethod"
	"github.com/betterauth-go/betterauth/plugin/onetap"
)

func newOneTap(text json.RawMessage) (plugin.Plugin, error) {
	var o struct {
		ClientID      string `json:"clientId"`
		DisableSignup bool   `json:"disableSignup"`
	}
	err := json.Unmarshal(text, &o)
	return onetap.New(onetap.Options{ClientID: o.ClientID, DisableSignUp: o.DisableSignup}), err
}

func newLastLoginMethod(text json.RawMessage) (plugin.Plugin, error) {
	var o struct {
		CookieName          string `json:"cookieName"`
		MaxAge              int    `json:"maxAge"`
		CustomResolveMethod string `json:"customResolveMethod"`
		StoreInDatabase     bool   `json:"storeInDatabase"`
		BeforeStoreCookie   string `json:"beforeStoreCookie"`
		Schema              struct {
			User struct {
				LastLoginMethod string `json:"lastLoginMethod"`
			} `json:"user"`
		} `json:"schema"`
	}
	err := json.Unmarshal(text, &o)
	options := lastloginmethod.Options{
		CookieName: o.CookieName, MaxAge: time.Duration(o.MaxAge) * time.Second,
		StoreInDatabase: o.StoreInDatabase, Column: o.Schema.User.LastLoginMethod,
	}
	if o.CustomResolveMethod != "" {
		options.ResolveMethod = resolveMethod
	}
	if wish := o.BeforeStoreCookie; wish != "" {
		options.BeforeStoreCookie = func(_ *plugin.Context, method string) (bool, error) {
			if wish == "fail" {
				return true, errors.New("beforeStoreCookie fails as configured")
			}
			return method == wish, nil
		}
	}
	return lastloginmethod.New(options), err
}

// resolveMethod is the configured function: it has a word for usernames, keeps quiet about One Tap and leaves
// the rest to the plugin.
func resolveMethod(c *plugin.Context) (string, bool) {
	switch c.Endpoint.Path {
	case "/sign-in/username":
		return "by name; é", true
	case "/one-tap/callback":
		return "", true
	}
	return "", false
}
