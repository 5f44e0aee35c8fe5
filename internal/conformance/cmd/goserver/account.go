package main

import "github.com/betterauth-go/betterauth/plugin"

// accountTree is the configuration of accounts.
type accountTree struct {
	modelTree
	AccountLinking struct {
		Enabled                   *bool    `json:"enabled"`
		DisableImplicitLinking    bool     `json:"disableImplicitLinking"`
		RequireLocalEmailVerified *bool    `json:"requireLocalEmailVerified"`
		TrustedProviders          []string `json:"trustedProviders"`
		AllowDifferentEmails      bool     `json:"allowDifferentEmails"`
		AllowUnlinkingAll         bool     `json:"allowUnlinkingAll"`
		UpdateUserInfoOnLink      bool     `json:"updateUserInfoOnLink"`
	} `json:"accountLinking"`
	UpdateAccountOnSignIn *bool                `json:"updateAccountOnSignIn"`
	EncryptOAuthTokens    bool                 `json:"encryptOAuthTokens"`
	SkipStateCookieCheck  bool                 `json:"skipStateCookieCheck"`
	StoreStateStrategy    plugin.StateStrategy `json:"storeStateStrategy"`
	StoreAccountCookie    bool                 `json:"storeAccountCookie"`
}

func (a accountTree) config() plugin.AccountConfig {
	off := func(b *bool) bool { return b != nil && !*b }
	l := a.AccountLinking
	return plugin.AccountConfig{
		Model: a.model(), DisableUpdateOnSignIn: off(a.UpdateAccountOnSignIn), EncryptOAuthTokens: a.EncryptOAuthTokens,
		SkipStateCookieCheck: a.SkipStateCookieCheck, StoreStateStrategy: a.StoreStateStrategy, StoreAccountCookie: a.StoreAccountCookie,
		AccountLinking: plugin.AccountLinking{
			Disabled: off(l.Enabled), DisableImplicit: l.DisableImplicitLinking,
			AllowUnverifiedLocalEmail: off(l.RequireLocalEmailVerified), TrustedProviders: l.TrustedProviders,
			AllowDifferentEmails: l.AllowDifferentEmails, AllowUnlinkingAll: l.AllowUnlinkingAll, UpdateUserInfoOnLink: l.UpdateUserInfoOnLink,
		},
	}
}
