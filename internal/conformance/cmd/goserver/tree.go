package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
)

// tree is the shared configuration, in the reference's names. An option that
// it does not know is an error, so that no scenario tests less than it says.
type tree struct {
	BaseURL          string   `json:"baseURL"`
	BasePath         string   `json:"basePath"`
	Secret           string   `json:"secret"`
	SecondaryStorage string   `json:"secondaryStorage"`
	StrictResponses  bool     `json:"strictResponses"`
	DatabaseHooks    string   `json:"databaseHooks"`
	TrustedOrigins   []string `json:"trustedOrigins"`
	DisabledPaths    []string `json:"disabledPaths"`

	Secrets           []plugin.Secret       `json:"secrets"`
	EmailAndPassword  emailAndPassword      `json:"emailAndPassword"`
	EmailVerification emailVerification     `json:"emailVerification"`
	User              userTree              `json:"user"`
	Session           sessionTree           `json:"session"`
	Account           accountTree           `json:"account"`
	SocialProviders   map[string]socialTree `json:"socialProviders"`
	Verification      verificationTree      `json:"verification"`
	RateLimit         rateLimitTree         `json:"rateLimit"`
	Advanced          advancedTree          `json:"advanced"`
	OnAPIError        struct {
		ErrorURL string `json:"errorURL"`
		// CustomizeDefaultErrorPage makes the reference show its page in production too; we always do.
		CustomizeDefaultErrorPage struct{} `json:"customizeDefaultErrorPage"`
	} `json:"onAPIError"`
	Plugins []json.RawMessage `json:"plugins"`
}

type emailAndPassword struct {
	Enabled                       bool   `json:"enabled"`
	Password                      string `json:"password"`
	DisableSignUp                 bool   `json:"disableSignUp"`
	AutoSignIn                    *bool  `json:"autoSignIn"`
	RequireEmailVerification      bool   `json:"requireEmailVerification"`
	MinPasswordLength             int    `json:"minPasswordLength"`
	MaxPasswordLength             int    `json:"maxPasswordLength"`
	SendResetPassword             wish   `json:"sendResetPassword"`
	ResetPasswordTokenExpiresIn   int    `json:"resetPasswordTokenExpiresIn"`
	OnPasswordReset               wish   `json:"onPasswordReset"`
	OnExistingUserSignUp          wish   `json:"onExistingUserSignUp"`
	RevokeSessionsOnPasswordReset bool   `json:"revokeSessionsOnPasswordReset"`
}

type emailVerification struct {
	SendVerificationEmail       wish  `json:"sendVerificationEmail"`
	SendOnSignUp                *bool `json:"sendOnSignUp"`
	SendOnSignIn                bool  `json:"sendOnSignIn"`
	AutoSignInAfterVerification bool  `json:"autoSignInAfterVerification"`
	ExpiresIn                   int   `json:"expiresIn"`
	BeforeEmailVerification     wish  `json:"beforeEmailVerification"`
	AfterEmailVerification      wish  `json:"afterEmailVerification"`
}

type modelTree struct {
	ModelName        string               `json:"modelName"`
	Fields           map[string]string    `json:"fields"`
	AdditionalFields map[string]fieldTree `json:"additionalFields"`
}

type fieldTree struct {
	Type         adapter.Type `json:"type"`
	Required     *bool        `json:"required"`
	Input        *bool        `json:"input"`
	Returned     *bool        `json:"returned"`
	DefaultValue any          `json:"defaultValue"`
	FieldName    string       `json:"fieldName"`
}

type userTree struct {
	modelTree
	ChangeEmail struct {
		Enabled                        bool `json:"enabled"`
		SendChangeEmailConfirmation    wish `json:"sendChangeEmailConfirmation"`
		UpdateEmailWithoutVerification bool `json:"updateEmailWithoutVerification"`
	} `json:"changeEmail"`
	DeleteUser struct {
		Enabled                       bool `json:"enabled"`
		SendDeleteAccountVerification wish `json:"sendDeleteAccountVerification"`
		BeforeDelete                  wish `json:"beforeDelete"`
		AfterDelete                   wish `json:"afterDelete"`
		DeleteTokenExpiresIn          int  `json:"deleteTokenExpiresIn"`
	} `json:"deleteUser"`
}

type sessionTree struct {
	modelTree
	ExpiresIn                 int  `json:"expiresIn"`
	UpdateAge                 *int `json:"updateAge"`
	FreshAge                  *int `json:"freshAge"`
	DisableSessionRefresh     bool `json:"disableSessionRefresh"`
	DeferSessionRefresh       bool `json:"deferSessionRefresh"`
	StoreSessionInDatabase    bool `json:"storeSessionInDatabase"`
	PreserveSessionInDatabase bool `json:"preserveSessionInDatabase"`
	CookieCache               struct {
		Enabled  bool            `json:"enabled"`
		MaxAge   int             `json:"maxAge"`
		Strategy plugin.Strategy `json:"strategy"`
		Version  string          `json:"version"`
	} `json:"cookieCache"`
}

type verificationTree struct {
	modelTree
	DisableCleanup  bool   `json:"disableCleanup"`
	StoreIdentifier string `json:"storeIdentifier"`
	StoreInDatabase bool   `json:"storeInDatabase"`
}

type rateLimitTree struct {
	Enabled     bool                `json:"enabled"`
	Window      int                 `json:"window"`
	Max         int                 `json:"max"`
	Storage     string              `json:"storage"`
	ModelName   string              `json:"modelName"`
	CustomRules map[string]ruleTree `json:"customRules"`
}

// ruleTree is {window, max}, or false.
type ruleTree struct {
	Window, Max int
	unlimited   bool
}

// UnmarshalJSON reads a rule or false.
func (r *ruleTree) UnmarshalJSON(text []byte) error {
	if string(text) == "false" {
		r.unlimited = true
		return nil
	}
	var rule struct{ Window, Max int }
	err := json.Unmarshal(text, &rule)
	r.Window, r.Max = rule.Window, rule.Max
	return err
}

// stringsOrAll is a list of paths, or true.
type stringsOrAll struct {
	all  bool
	list []string
}

// UnmarshalJSON reads true, false or a list.
func (s *stringsOrAll) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &s.all); err == nil {
		return nil
	}
	return json.Unmarshal(text, &s.list)
}

type advancedTree struct {
	UseSecureCookies    *bool        `json:"useSecureCookies"`
	DisableCSRFCheck    bool         `json:"disableCSRFCheck"`
	DisableOriginCheck  stringsOrAll `json:"disableOriginCheck"`
	CookiePrefix        string       `json:"cookiePrefix"`
	SkipTrailingSlashes bool         `json:"skipTrailingSlashes"`
	IPAddress           struct {
		IPAddressHeaders  []string `json:"ipAddressHeaders"`
		DisableIPTracking bool     `json:"disableIpTracking"`
		IPv6Subnet        int      `json:"ipv6Subnet"`
		TrustedProxies    []string `json:"trustedProxies"`
	} `json:"ipAddress"`
	CrossSubDomainCookies struct {
		Enabled bool   `json:"enabled"`
		Domain  string `json:"domain"`
	} `json:"crossSubDomainCookies"`
	Cookies map[string]struct {
		Name       string         `json:"name"`
		Attributes attributesTree `json:"attributes"`
	} `json:"cookies"`
	DefaultCookieAttributes attributesTree `json:"defaultCookieAttributes"`
	Database                struct {
		GenerateID           string `json:"generateId"`
		DefaultFindManyLimit int    `json:"defaultFindManyLimit"`
	} `json:"database"`
}

type attributesTree struct {
	MaxAge      *int   `json:"maxAge"`
	Domain      string `json:"domain"`
	Path        string `json:"path"`
	SameSite    string `json:"sameSite"`
	HTTPOnly    *bool  `json:"httpOnly"`
	Secure      *bool  `json:"secure"`
	Partitioned *bool  `json:"partitioned"`
}

func parseTree(text []byte) (*tree, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var t tree
	if err := d.Decode(&t); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return &t, nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// orNever turns an explicit 0 into what means "always" or "never" to us.
func orNever(n *int) time.Duration {
	switch {
	case n == nil:
		return 0
	case *n == 0:
		return -1
	}
	return seconds(*n)
}

func (m modelTree) model() plugin.Model {
	out := plugin.Model{ModelName: m.ModelName, Fields: m.Fields}
	for _, name := range slices.Sorted(maps.Keys(m.AdditionalFields)) {
		f := m.AdditionalFields[name]
		field := adapter.Field{
			Name: name, Column: f.FieldName, Type: f.Type, Optional: f.Required != nil && !*f.Required,
			NoInput: f.Input != nil && !*f.Input, Hidden: f.Returned != nil && !*f.Returned,
		}
		if f.DefaultValue != nil {
			field.Default = func() any { return f.DefaultValue }
		}
		out.AdditionalFields = append(out.AdditionalFields, field)
	}
	return out
}

func (a attributesTree) attributes() (plugin.CookieAttributes, error) {
	modes := map[string]http.SameSite{"": 0, "lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode}
	mode, ok := modes[a.SameSite]
	if !ok {
		return plugin.CookieAttributes{}, errors.New("unknown sameSite " + a.SameSite)
	}
	out := plugin.CookieAttributes{Domain: a.Domain, Path: a.Path, SameSite: mode, HTTPOnly: a.HTTPOnly, Secure: a.Secure, Partitioned: a.Partitioned}
	if a.MaxAge != nil {
		out.MaxAge = new(seconds(*a.MaxAge))
	}
	return out, nil
}
