package endpoints_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestErrorPage(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	cases := []struct{ code, description, shown, never string }{
		{"some_code", "", "<code>some_code</code>", ""},
		{"", "", "<code>UNKNOWN</code>", ""},
		{"<script>alert(1)</script>", "", "<code>UNKNOWN</code>", "<script"},
		{"it's", "", "<code>it&#39;s</code>", ""},
		{"x", `<img src=x onerror="alert(1)">`, "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;", "<img"},
		{"x", "</style><b>", "&lt;/style&gt;&lt;b&gt;", "<b>"},
	}
	for _, tc := range cases {
		a := s.Client().Get("/error?error=" + url.QueryEscape(tc.code) + "&error_description=" + url.QueryEscape(tc.description)).Expect(200)
		if !strings.Contains(a.Body, tc.shown) {
			t.Errorf("%q %q: %q is not shown in %s", tc.code, tc.description, tc.shown, a.Body)
		}
		if tc.never != "" && strings.Contains(a.Body, tc.never) {
			t.Errorf("%q %q: the page contains %q", tc.code, tc.description, tc.never)
		}
	}
}

// style returns the style sheet of a page, after checking that the page's policy allows it and nothing else.
func style(t *testing.T, a *plugintest.Answer) string {
	t.Helper()
	parts := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(a.Body)
	if len(parts) != 2 {
		t.Fatalf("no style in %s", a.Body)
	}
	sum := sha256.Sum256([]byte(parts[1]))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
	if policy := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, want) || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %s", policy)
	}
	return parts[1]
}

func TestErrorPageLook(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.OnAPIError.ErrorPage = plugin.ErrorPage{
			Colors:                   map[string]string{"background": "#123456", "foreground": "red}body{display:none", "titleColor": "rgb(1 2 3 / 50%)"},
			Size:                     map[string]string{"radiusLg": "99px", "text2xl": "</style>"},
			Font:                     map[string]string{"defaultFamily": "'Own Font', serif"},
			DisableBackgroundGrid:    true,
			DisableTitleBorder:       true,
			DisableCornerDecorations: true,
		}
	})
	a := s.Client().Get("/error?error=x").Expect(200)
	css := style(t, a)
	for _, want := range []string{"#123456", "rgb(1 2 3 / 50%)", "99px", "'Own Font', serif"} {
		if !strings.Contains(css, want) {
			t.Errorf("%q is missing in %s", want, css)
		}
	}
	for _, never := range []string{"display:none", "</style", "gradient", "border-bottom", "border:1px"} {
		if strings.Contains(css, never) {
			t.Errorf("%q is in %s", never, css)
		}
	}
	plain := style(t, plugintest.New(t).Client().Get("/error").Expect(200))
	for _, want := range []string{"gradient", "border-bottom", "border:1px"} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is missing in %s", want, plain)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestErrorURL(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.OnAPIError.ErrorURL = "https://example.com/oops?from=auth" })
	c := s.Client()
	c.Get("/error?error=some_code&error_description=a+b").ExpectRedirect("https://example.com/oops?from=auth&error=some_code&error_description=a+b")
	c.Get("/error?error=%3Cb%3E").ExpectRedirect("https://example.com/oops?from=auth&error=UNKNOWN")
}
