package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
	"github.com/betterauth-go/betterauth/plugin/multisession"
	"github.com/betterauth-go/betterauth/plugin/username"
)

// config maps the shared configuration to ours.
func (t *tree) config(r *recorder) (plugin.Config, error) {
	c := plugin.Config{
		BaseURL: t.BaseURL, BasePath: t.BasePath, Secret: t.Secret, Secrets: t.Secrets,
		TrustedOrigins: t.TrustedOrigins, DisabledPaths: t.DisabledPaths,
		EmailAndPassword: t.EmailAndPassword.config(r), EmailVerification: t.EmailVerification.config(r),
		User: t.User.config(r), Session: t.Session.config(), Verification: t.Verification.config(),
		Account: t.Account.config(), HTTPClient: providers{}, RateLimit: t.RateLimit.config(),
		OnAPIError: plugin.OnAPIError{ErrorURL: t.OnAPIError.ErrorURL},
	}
	if t.DatabaseHooks == "record" {
		c.DatabaseHooks = plugin.DatabaseHooks{
			User: recording[api.User](r, "user"), Session: recording[api.Session](r, "session"),
			Account: recording[api.Account](r, "account"), Verification: recording[api.Verification](r, "verification"),
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.SocialProviders)) {
		p, err := t.SocialProviders[id].provider(id)
		if err != nil {
			return c, err
		}
		c.SocialProviders = append(c.SocialProviders, p)
	}
	var err error
	if c.Advanced, err = t.Advanced.config(); err != nil {
		return c, err
	}
	c.Advanced.StrictResponses, c.Advanced.DisableAliases = t.StrictResponses, t.StrictResponses
	for _, text := range t.Plugins {
		p, err := newPlugin(text)
		if err != nil {
			return c, err
		}
		c.Plugins = append(c.Plugins, p)
	}
	return c, nil
}

func newPlugin(text json.RawMessage) (plugin.Plugin, error) {
	var o struct {
		ID                string `json:"id"`
		RequireSignature  bool   `json:"requireSignature"`
		MinUsernameLength int    `json:"minUsernameLength"`
		MaxUsernameLength int    `json:"maxUsernameLength"`
		MaximumSessions   int    `json:"maximumSessions"`
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, err
	}
	switch o.ID {
	case "bearer":
		return bearer.New(bearer.Options{RequireSignature: o.RequireSignature}), nil
	case "username":
		return username.New(username.Options{MinLength: o.MinUsernameLength, MaxLength: o.MaxUsernameLength}), nil
	case "multi-session":
		return multisession.New(multisession.Options{MaximumSessions: o.MaximumSessions}), nil
	case "one-tap":
		return newOneTap(text)
	case "oauth-proxy":
		return newOAuthProxy(text)
	case "oauth-popup":
		return newOAuthPopup(text)
	case "last-login-method":
		return newLastLoginMethod(text)
	case "generic-oauth":
		return newGenericOAuth(text)
	}
	return nil, fmt.Errorf("unknown plugin %q", o.ID)
}

func (e emailAndPassword) config(r *recorder) plugin.EmailAndPassword {
	const path = "emailAndPassword."
	c := plugin.EmailAndPassword{
		Enabled: e.Enabled, DisableSignUp: e.DisableSignUp, RequireEmailVerification: e.RequireEmailVerification,
		DisableAutoSignIn: e.AutoSignIn != nil && !*e.AutoSignIn,
		MinPasswordLength: e.MinPasswordLength, MaxPasswordLength: e.MaxPasswordLength,
		SendResetPassword:             e.SendResetPassword.mail(r, path+"sendResetPassword"),
		ResetPasswordTokenExpiresIn:   seconds(e.ResetPasswordTokenExpiresIn),
		OnPasswordReset:               e.OnPasswordReset.user(r, path+"onPasswordReset", true),
		OnExistingUserSignUp:          e.OnExistingUserSignUp.user(r, path+"onExistingUserSignUp", true),
		RevokeSessionsOnPasswordReset: e.RevokeSessionsOnPasswordReset,
	}
	if e.Password == "cheap" {
		c.Password = plugin.PasswordHash{
			Hash:   func(_ context.Context, password string) (string, error) { return "cheap:" + password, nil },
			Verify: func(_ context.Context, hash, password string) (bool, error) { return hash == "cheap:"+password, nil },
		}
	}
	return c
}

func (e emailVerification) config(r *recorder) plugin.EmailVerification {
	const path = "emailVerification."
	return plugin.EmailVerification{
		SendVerificationEmail: e.SendVerificationEmail.mail(r, path+"sendVerificationEmail"),
		SendOnSignUp:          e.SendOnSignUp, SendOnSignIn: e.SendOnSignIn,
		AutoSignInAfterVerification: e.AutoSignInAfterVerification, ExpiresIn: seconds(e.ExpiresIn),
		BeforeEmailVerification: e.BeforeEmailVerification.user(r, path+"beforeEmailVerification", false),
		AfterEmailVerification:  e.AfterEmailVerification.user(r, path+"afterEmailVerification", false),
	}
}

func (u userTree) config(r *recorder) plugin.UserConfig {
	return plugin.UserConfig{
		Model: u.model(),
		ChangeEmail: plugin.ChangeEmail{
			Enabled:                        u.ChangeEmail.Enabled,
			SendChangeEmailConfirmation:    u.ChangeEmail.SendChangeEmailConfirmation.mail(r, "user.changeEmail.sendChangeEmailConfirmation"),
			UpdateEmailWithoutVerification: u.ChangeEmail.UpdateEmailWithoutVerification,
		},
		DeleteUser: plugin.DeleteUser{
			Enabled:                       u.DeleteUser.Enabled,
			SendDeleteAccountVerification: u.DeleteUser.SendDeleteAccountVerification.mail(r, "user.deleteUser.sendDeleteAccountVerification"),
			BeforeDelete:                  u.DeleteUser.BeforeDelete.user(r, "user.deleteUser.beforeDelete", false),
			AfterDelete:                   u.DeleteUser.AfterDelete.user(r, "user.deleteUser.afterDelete", false),
			DeleteTokenExpiresIn:          seconds(u.DeleteUser.DeleteTokenExpiresIn),
		},
	}
}

func (s sessionTree) config() plugin.SessionConfig {
	return plugin.SessionConfig{
		Model: s.model(), ExpiresIn: seconds(s.ExpiresIn), UpdateAge: orNever(s.UpdateAge), FreshAge: orNever(s.FreshAge),
		DisableRefresh: s.DisableSessionRefresh, DeferRefresh: s.DeferSessionRefresh,
		StoreInDatabase: s.StoreSessionInDatabase, PreserveInDatabase: s.PreserveSessionInDatabase,
		CookieCache: plugin.CookieCache{
			Enabled: s.CookieCache.Enabled, MaxAge: seconds(s.CookieCache.MaxAge),
			Strategy: s.CookieCache.Strategy, Version: s.CookieCache.Version,
		},
	}
}

func (v verificationTree) config() plugin.VerificationConfig {
	return plugin.VerificationConfig{
		Model: v.model(), DisableCleanup: v.DisableCleanup, StoreInDatabase: v.StoreInDatabase,
		StoreIdentifier: plugin.StoreIdentifier{Hashed: v.StoreIdentifier == "hashed"},
	}
}

func (l rateLimitTree) config() plugin.RateLimit {
	c := plugin.RateLimit{Disabled: !l.Enabled, Window: seconds(l.Window), Max: l.Max, Storage: l.Storage, Model: plugin.Model{ModelName: l.ModelName}}
	for _, path := range slices.Sorted(maps.Keys(l.CustomRules)) {
		rule := l.CustomRules[path]
		c.Rules = append(c.Rules, plugin.RateLimitRule{Path: path, Window: seconds(rule.Window), Max: rule.Max, Unlimited: rule.unlimited})
	}
	return c
}

func (a advancedTree) config() (plugin.Advanced, error) {
	c := plugin.Advanced{
		UseSecureCookies: a.UseSecureCookies, DisableCSRFCheck: a.DisableCSRFCheck,
		DisableOriginCheck: a.DisableOriginCheck.all, DisableOriginCheckPaths: a.DisableOriginCheck.list,
		CookiePrefix: a.CookiePrefix, SkipTrailingSlashes: a.SkipTrailingSlashes,
		IPAddress: plugin.IPAddress{
			Headers: a.IPAddress.IPAddressHeaders, DisableTracking: a.IPAddress.DisableIPTracking,
			IPv6Subnet: a.IPAddress.IPv6Subnet, TrustedProxies: a.IPAddress.TrustedProxies,
		},
		CrossSubDomainCookies: plugin.CrossSubDomainCookies{Enabled: a.CrossSubDomainCookies.Enabled, Domain: a.CrossSubDomainCookies.Domain},
		Cookies:               map[string]plugin.Cookie{},
		Database:              plugin.Database{IDs: a.Database.GenerateID, DefaultLimit: a.Database.DefaultFindManyLimit},
	}
	var err error
	if c.DefaultCookieAttributes, err = a.DefaultCookieAttributes.attributes(); err != nil {
		return c, err
	}
	for key, custom := range a.Cookies {
		attributes, err := custom.Attributes.attributes()
		if err != nil {
			return c, err
		}
		c.Cookies[key] = plugin.Cookie{Name: custom.Name, Attributes: attributes}
	}
	return c, nil
}

// recording makes hooks that tell the recorder which of them ran, and with what.
func recording[T any](r *recorder, model string) adapter.Hooks[T] {
	told := func(event string, data any) error { return r.record("databaseHooks."+model+"."+event, data) }
	return adapter.Hooks[T]{
		BeforeCreate: func(_ context.Context, row *T) error { return told("create.before", row) },
		AfterCreate:  func(_ context.Context, row *T) { _ = told("create.after", row) },
		BeforeUpdate: func(_ context.Context, set adapter.Changes) error { return told("update.before", set) },
		AfterUpdate:  func(_ context.Context, row *T) { _ = told("update.after", row) },
		BeforeDelete: func(_ context.Context, row *T) error { return told("delete.before", row) },
		AfterDelete:  func(_ context.Context, row *T) { _ = told("delete.after", row) },
	}
}
