package main

import (
	"encoding/json"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthpopup"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
)

func newOAuthProxy(text json.RawMessage) (plugin.Plugin, error) {
	var o struct {
		CurrentURL    string `json:"currentURL"`
		ProductionURL string `json:"productionURL"`
		MaxAge        int    `json:"maxAge"`
		Secret        string `json:"secret"`
		// Secrets stands for the reference's secret.keys, the current one first.
		Secrets []plugin.Secret `json:"secrets"`
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, err
	}
	return oauthproxy.New(oauthproxy.Options{
		CurrentURL: o.CurrentURL, ProductionURL: o.ProductionURL, MaxAge: time.Duration(o.MaxAge) * time.Second,
		Secret: o.Secret, Secrets: o.Secrets,
	}), nil
}

func newOAuthPopup(json.RawMessage) (plugin.Plugin, error) {
	return oauthpopup.New(oauthpopup.Options{}), nil
}
