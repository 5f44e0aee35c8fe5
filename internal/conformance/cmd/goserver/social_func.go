package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// socialFunctions names functions of a provider's configuration, which reference/social.mjs has too.
type socialFunctions struct {
	MapProfileToUser   string `json:"mapProfileToUser"`
	GetUserInfo        string `json:"getUserInfo"`
	VerifyIDToken      string `json:"verifyIdToken"`
	RefreshAccessToken string `json:"refreshAccessToken"`
}

var errConfigured = errors.New("fails as configured")

func (f socialFunctions) check() error {
	for option, unknown := range map[string]bool{
		f.MapProfileToUser:   mappings[f.MapProfileToUser] == nil,
		f.GetUserInfo:        profiles[f.GetUserInfo] == nil,
		f.VerifyIDToken:      verifications[f.VerifyIDToken] == nil,
		f.RefreshAccessToken: refreshes[f.RefreshAccessToken] == nil,
	} {
		if option != "" && unknown {
			return fmt.Errorf("unknown function %q", option)
		}
	}
	return nil
}

func (f socialFunctions) install(o *social.Options) {
	o.MapProfileToUser = mappings[f.MapProfileToUser]
	o.GetUserInfo = profiles[f.GetUserInfo]
	o.VerifyIDToken = verifications[f.VerifyIDToken]
	o.RefreshAccessToken = refreshes[f.RefreshAccessToken]
}

type mapping = func(context.Context, map[string]any, *plugin.OAuthUser) error

// changes makes a mapping that cannot fail.
func changes(fn func(profile map[string]any, u *plugin.OAuthUser)) mapping {
	return func(_ context.Context, profile map[string]any, u *plugin.OAuthUser) error {
		fn(profile, u)
		return nil
	}
}

// adds makes a mapping that adds fields: names and values by turns.
func adds(pairs ...any) mapping {
	return changes(func(_ map[string]any, u *plugin.OAuthUser) { add(u, pairs...) })
}

func add(u *plugin.OAuthUser, pairs ...any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		u.Fields.Set(fmt.Sprint(pairs[i]), pairs[i+1])
	}
}

var mappings = map[string]mapping{
	"upper": changes(func(profile map[string]any, u *plugin.OAuthUser) {
		u.Name, u.Image = new(strings.ToUpper(fmt.Sprint(profile["name"]))), new("https://img.example/mapped.png")
	}),
	"address":       changes(func(_ map[string]any, u *plugin.OAuthUser) { u.Email = new("Mapped@Example.com") }),
	"no address":    changes(func(_ map[string]any, u *plugin.OAuthUser) { u.Email = nil }),
	"empty address": changes(func(_ map[string]any, u *plugin.OAuthUser) { u.Email = new("") }),
	"no name":       changes(func(_ map[string]any, u *plugin.OAuthUser) { u.Name = nil }),
	"proved":        changes(func(_ map[string]any, u *plugin.OAuthUser) { u.EmailVerified = true }),
	"proved address": changes(func(_ map[string]any, u *plugin.OAuthUser) {
		u.Email, u.EmailVerified = new("mapped@example.com"), true
	}),
	"doubted": changes(func(_ map[string]any, u *plugin.OAuthUser) { u.EmailVerified = false }),
	"fields": adds("nickname", "Nick", "level", 7, "since", time.UnixMilli(1767225600000), "member", true,
		"tags", []string{"a", "b"}, "role", "admin", "unknown", "x"),
	"wrong fields": adds("nickname", 5, "level", "seven", "since", "no date", "member", "perhaps"),
	"null fields":  adds("nickname", nil, "level", nil, "since", nil, "member", nil),
	"no fields":    adds(),
	"nothing":      changes(func(map[string]any, *plugin.OAuthUser) {}),
	"fails":        func(context.Context, map[string]any, *plugin.OAuthUser) error { return errConfigured },
}

type profileReader = func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error)

// answers makes a reader of one profile, whose user fn changes.
func answers(data map[string]any, fn func(*plugin.OAuthTokens, *plugin.OAuthUser)) profileReader {
	return func(_ context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
		u := plugin.OAuthUser{Name: new("Fixed"), Email: new("Fixed@example.com"), Image: new("https://img.example/f.png"), EmailVerified: true}
		fn(tokens, &u)
		return &plugin.OAuthProfile{Data: maps.Clone(data), User: u}, nil
	}
}

var subject = object{"id": "f-1", "sub": "f-1"}

// anywhere has the account's id wherever some provider has it.
var anywhere = object{
	"id": "e-1", "sub": "e-1", "oid": "e-1", "user_id": "e-1", "account_id": "e-1", "unionid": "e-1", "https://slack.com/user_id": "e-1",
	"data": object{"id": "e-1", "user": object{"open_id": "e-1"}}, "response": object{"id": "e-1"}, "user": object{"user_id": "e-1"},
}

var profiles = map[string]profileReader{
	"of any provider": answers(anywhere, func(*plugin.OAuthTokens, *plugin.OAuthUser) {}),
	"fixed": answers(object{"id": "f-1", "sub": "f-1", "note": "told"}, func(t *plugin.OAuthTokens, u *plugin.OAuthUser) {
		u.Name = new("Fixed " + given(t))
	}),
	"fields": answers(subject, func(_ *plugin.OAuthTokens, u *plugin.OAuthUser) {
		add(u, "nickname", "Nick", "level", 7, "role", "admin")
	}),
	"unverified": answers(subject, func(_ *plugin.OAuthTokens, u *plugin.OAuthUser) { u.EmailVerified = false }),
	"no address": answers(subject, func(_ *plugin.OAuthTokens, u *plugin.OAuthUser) { u.Email, u.Image = nil, nil }),
	"no subject": answers(object{"note": "told"}, func(*plugin.OAuthTokens, *plugin.OAuthUser) {}),
	"none":       func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) { return nil, nil },
	"fails":      func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) { return nil, errConfigured },
}

// given tells which tokens there are.
func given(t *plugin.OAuthTokens) string {
	text := ""
	for _, there := range []bool{t.AccessToken != "", t.RefreshToken != "", t.IDToken != "", len(t.Scopes) > 0} {
		if there {
			text += "1"
		} else {
			text += "0"
		}
	}
	return text
}

var verifications = map[string]func(_ context.Context, token, nonce string) error{
	"yes": func(context.Context, string, string) error { return nil },
	"no":  func(context.Context, string, string) error { return errConfigured },
	"nonce": func(_ context.Context, _, nonce string) error {
		if nonce != "n" {
			return errConfigured
		}
		return nil
	},
	"fails": func(context.Context, string, string) error { return errConfigured },
}

var until = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

var refreshes = map[string]func(_ context.Context, refreshToken string) (*plugin.OAuthTokens, error){
	"fixed": func(_ context.Context, refreshToken string) (*plugin.OAuthTokens, error) {
		return &plugin.OAuthTokens{
			AccessToken: "fresh" + strings.TrimPrefix(refreshToken, "rt"), RefreshToken: refreshToken, IDToken: "id.fresh", TokenType: "bearer",
			AccessTokenExpiresAt: &until, RefreshTokenExpiresAt: &until, Scopes: []string{"one", "two"},
		}, nil
	},
	"access token": func(_ context.Context, refreshToken string) (*plugin.OAuthTokens, error) {
		return &plugin.OAuthTokens{AccessToken: "fresh" + strings.TrimPrefix(refreshToken, "rt")}, nil
	},
	"no access token": func(context.Context, string) (*plugin.OAuthTokens, error) {
		return &plugin.OAuthTokens{RefreshToken: "rt.fresh"}, nil
	},
	"none":  func(context.Context, string) (*plugin.OAuthTokens, error) { return nil, nil },
	"fails": func(context.Context, string) (*plugin.OAuthTokens, error) { return nil, errConfigured },
}
