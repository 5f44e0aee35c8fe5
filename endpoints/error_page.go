package endpoints

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"io"
	"net/http"
	"strings"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
)

// madeOf reports whether s consists of the given characters and is not empty.
func madeOf(s, characters string) bool { return s != "" && strings.Trim(s, characters) == "" }

// errorPage shows why a flow in the browser failed, or sends the browser to the application's own page.
func errorPage(c *plugin.Context, in api.ErrorInput) (*http.Response, error) {
	code := in.Code
	if !madeOf(code, crypto.AlphaNumeric+"'_-") {
		code = "UNKNOWN"
	}
	if target := c.Config.OnAPIError.ErrorURL; target != "" {
		return redirectError(target, code, in.Description)
	}
	style := errorStyle(&c.Config.OnAPIError.ErrorPage)
	sum := sha256.Sum256([]byte(style))
	return &http.Response{
		StatusCode: http.StatusOK,
		Header: http.Header{
			"Content-Type":            {"text/html; charset=utf-8"},
			"X-Content-Type-Options":  {"nosniff"},
			"Referrer-Policy":         {"no-referrer"},
			"Content-Security-Policy": {"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
		},
		Body: io.NopCloser(strings.NewReader(errorHTML(style, code, in.Description))),
	}, nil
}

func redirectError(target, code, description string) (*http.Response, error) {
	pairs := []string{"error", code}
	if description != "" {
		pairs = append(pairs, "error_description", description)
	}
	location, err := origin.AppendQuery(target, origin.Query(pairs...))
	if err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {location}}}, nil
}

func errorHTML(style, code, description string) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Error</title>\n<style>")
	b.WriteString(style)
	b.WriteString("</style>\n</head>\n<body>\n<main>\n<h1>Something went wrong</h1>\n<p>")
	if description == "" {
		description = "The request could not be completed. You can go back and try again."
	}
	b.WriteString(html.EscapeString(description))
	b.WriteString("</p>\n<p class=\"code\">Code: <code>")
	b.WriteString(html.EscapeString(code))
	b.WriteString("</code></p>\n<a href=\"/\">Back to the application</a>\n</main>\n</body>\n</html>\n")
	return b.String()
}

// cssCharacters are those that a configured CSS value may have: none that could end the declaration or the
// style element.
const cssCharacters = crypto.AlphaNumeric + `#%.,()'" /_-`

// errorStyle is the style sheet with the application's colours, sizes and fonts filled in.
func errorStyle(p *plugin.ErrorPage) string {
	value := func(set map[string]string, name, fallback string) string {
		if v := set[name]; madeOf(v, cssCharacters) {
			return v
		}
		return fallback
	}
	color := func(name, fallback string) string { return value(p.Colors, name, fallback) }
	size := func(name, fallback string) string { return value(p.Size, name, fallback) }
	grid, title, corner := "", "", ""
	if !p.DisableBackgroundGrid {
		line := color("gridColor", "rgb(128 128 128 / 12%)")
		grid = "background-image:linear-gradient(" + line + " 1px,transparent 1px),linear-gradient(90deg," + line + " 1px,transparent 1px);background-size:32px 32px;"
	}
	if !p.DisableTitleBorder {
		title = "border-bottom:2px solid " + color("titleBorder", color("destructive", "#dc2626")) + ";"
	}
	if !p.DisableCornerDecorations {
		corner = "border:1px solid " + color("cornerBorder", color("border", "#d4d4d8")) + ";"
	}
	return "*{box-sizing:border-box}" +
		"body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:1rem;" + grid +
		"background-color:" + color("background", "#fafafa") + ";color:" + color("foreground", "#18181b") +
		";font-family:" + value(p.Font, "defaultFamily", "system-ui, sans-serif") + "}" +
		"main{max-width:32rem;padding:2rem;" + corner + "border-radius:" + size("radiusLg", "12px") +
		";background:" + color("cardBackground", "#ffffff") + "}" +
		"h1{margin:0 0 1rem;padding-bottom:.5rem;" + title + "font-size:" + size("text2xl", "1.5rem") +
		";color:" + color("titleColor", "inherit") + "}" +
		"p{line-height:1.5}.code{font-size:" + size("textSm", ".875rem") + ";color:" + color("mutedForeground", "#71717a") + "}" +
		"code{font-family:" + value(p.Font, "monoFamily", "ui-monospace, monospace") + "}" +
		"a{display:inline-block;margin-top:1rem;padding:.6rem 1rem;text-decoration:none;border-radius:" + size("radiusMd", "8px") +
		";background:" + color("primary", "#18181b") + ";color:" + color("primaryForeground", "#ffffff") + "}"
}
