package oauthpopup

import (
	"encoding/json"
	"html"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/betterauth-go/betterauth/internal/origin"
)

// FuzzPage puts any text on the page: it stays data, and comes out as it went in.
func FuzzPage(f *testing.F) {
	f.Add("https://app.example", "n", "token", "/dash", "code", "description")
	f.Add("</script><script>alert(1)//", "<!--", "\u2028", "\\u003c/script>", "]]>", "\x00\"")
	f.Fuzz(func(t *testing.T, target, nonce, token, redirect, code, description string) {
		m := marker{Origin: target, Nonce: nonce}
		res, err := m.page(message{Token: token, RedirectTo: redirect, Error: &fault{Code: code, Description: description}}, redirect)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, _ := strings.Cut(string(text), `<script type="application/json" id="`+elementID+`">`)
		_, attribute, _ := strings.Cut(head, `<body data-target="`)
		if attribute, _ = strings.CutSuffix(attribute, "\">\n"); strings.ContainsAny(attribute, `"<>`) || html.UnescapeString(attribute) != redirect {
			t.Errorf("target %q, want %q", attribute, redirect)
		}
		data, rest, found := strings.Cut(rest, "</script>\n<script>"+script+"</script>")
		if !found || strings.Contains(data, "<") || strings.Count(rest, "<script") != 0 {
			t.Fatalf("page %s", text)
		}
		var got message
		if err := json.Unmarshal([]byte(data), &got); err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		for _, s := range []string{target, nonce, token, redirect, code, description} {
			if !utf8.ValidString(s) {
				return
			}
		}
		if got.Target != target || got.Nonce != nonce || got.Token != token || got.RedirectTo != redirect || got.Error.Code != code || got.Error.Description != description {
			t.Errorf("got %s", data)
		}
	})
}

// FuzzFailure finds the parameters of a redirect again.
func FuzzFailure(f *testing.F) {
	f.Add("/oops?x=1#f", "access_denied", "no way")
	f.Add("https://app.example", "%zz&=", "+")
	f.Add("//evil.example", "", "")
	f.Fuzz(func(t *testing.T, target, code, description string) {
		failure(target) // any text
		redirect, err := origin.AppendQuery("/oops#f", origin.Query("error", code, "error_description", description))
		if err != nil {
			t.Fatal(err)
		}
		gotCode, gotDescription := failure(redirect)
		if gotCode != strings.ToValidUTF8(code, "\uFFFD") || gotDescription != strings.ToValidUTF8(description, "\uFFFD") {
			t.Errorf("%s: %q, %q", redirect, gotCode, gotDescription)
		}
	})
}
