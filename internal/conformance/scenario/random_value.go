package scenario

import "encoding/base64"

// rare are members that turn a request into a quite different one.
var rare = map[string]bool{"idToken": true, "additionalParams": true}

// values are what members of bodies and queries are filled with.
var values = map[string][]any{
	"email":              {"ann@example.com", "bob@example.com", "ANN@EXAMPLE.COM", "new@example.com", "nope", "a@b", "ann+tag@example.com", "o'x@example.co"},
	"password":           {"password1234", "password5678", "wrong-password", "short", "newpassword1"},
	"callbackURL":        {"/ok", "/ok?a=b#c", "http://localhost:3000/x", "https://evil.example", "https://a.example.com/x", "//evil", "/\\evil", "word", "/a b"},
	"token":              {"{{call.sendResetPassword.token}}", "{{call.sendVerificationEmail.token|none}}", "unknown", "{{resp.bob.token|x}}", "{{resp.bob.user.id|x}}", "{{token.a|x}}"},
	"username":           {"annie", "ANNIE", "bobby", "x", "a b", "new_name"},
	"rememberMe":         {true, false},
	"disableCookieCache": {"true", "false", "1", ""},
	"provider":           {"github", "github", "github", "google", "discord", "nope", "GitHub", ""},
	"scopes":             {[]any{"gist"}, []any{}, []any{"a b", "read:user"}, []any{1}, "gist"},
	"idToken":            {map[string]any{"token": "x.y.z"}, map[string]any{"token": ""}, map[string]any{}, map[string]any{"token": "x", "nonce": 1}},
	"additionalParams":   {map[string]any{"hd": "h"}, map[string]any{"state": "x"}, map[string]any{"a": 1}, map[string]any{"": ""}},
	"additionalData":     {map[string]any{"ref": "r", "n": []any{1, nil}}, map[string]any{}, map[string]any{"callbackURL": "/evil", "expiresAt": 1}},
	"state":              {"{{state.go|none}}", "{{state.go|none}}", "{{state.go|none}}", "{{state.go|none}}x", "unknown", ""},
	"accountId":          {"{{resp.list.0.id|none}}", "{{resp.list.1.id|none}}", "{{row.account.0.id|none}}", "{{row.account.2.id|none}}", "1001", "none", ""},
	"userId":             {"{{resp.bob.user.id|none}}", "{{row.user.0.id|none}}", "none"},
	"error":              {"access_denied", "", "a b&c", "héé<&>"},
	"age":                {7, 0, -1, 1e15, "7", 1.5},
	"active":             {true, false, "true"},
	"tags":               {[]any{"x"}, []any{}, []any{1}, "x", []any{"a", "b,c"}},
	"user":               {`{"name":{"firstName":"A"}}`, "x", ""},
	"theme":              {"dark", ""},
}

// alike are members that take the values of another.
var alike = map[string]string{
	"newEmail": "email", "loginHint": "email", "currentPassword": "password", "newPassword": "password",
	"redirectTo": "callbackURL", "errorCallbackURL": "callbackURL", "newUserCallbackURL": "callbackURL",
	"sessionToken": "token", "displayUsername": "username", "disableRefresh": "disableCookieCache",
	"revokeOtherSessions": "rememberMe", "disableRedirect": "rememberMe", "requestSignUp": "rememberMe", "useAccountCookie": "rememberMe",
	"error_description": "error", "iss": "callbackURL",
}

func (g *generator) value(key string) any {
	if other := alike[key]; other != "" {
		key = other
	}
	switch {
	case key == "code":
		return g.code()
	case g.one(12):
		return pick(g, []any{nil, 5, 1.5, true, []any{"a"}, map[string]any{"a": 1}, "", "x"})
	case values[key] != nil:
		return pick(g, values[key])
	}
	return pick(g, []any{"Some Name", "", "héé<&>", "\u2028", "name"})
}

// code is what a provider could have sent, or something else. The providers of
// both sides take what they cannot read for nobody.
func (g *generator) code() string {
	text := base64.RawURLEncoding.EncodeToString([]byte(pick(g, profiles)))
	switch {
	case g.one(8):
		return text[:min(4, len(text))]
	case g.one(12):
		return pick(g, []string{"", "x", "unknown"})
	}
	return text
}
