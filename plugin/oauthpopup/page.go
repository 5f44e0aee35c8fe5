package oauthpopup

import (
	"html"
	"io"
	"net/http"
	"strings"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// A message is what the page posts to the opener.
type message struct {
	Type string `json:"type"`
	// Target is the origin that it is posted to.
	Target     string `json:"targetOrigin"`
	Nonce      string `json:"nonce"`
	Token      string `json:"token,omitempty"`
	RedirectTo string `json:"redirectTo,omitempty"`
	Error      *fault `json:"error,omitempty"`
}

// WireStruct marks the message for the wire encoder.
func (message) WireStruct() {}

// A fault says why there is no session.
type fault struct {
	Code        string `json:"code"`
	Description string `json:"description,omitempty"`
}

// WireStruct marks the fault for the wire encoder.
func (fault) WireStruct() {}

const (
	messageType = "better-auth:oauth-popup"
	elementID   = "better-auth-oauth-popup"

	// script posts what the data block holds, except its address, to the window that the address names. That
	// window closes the popup when it has read the message; if the popup closed first, the official client would
	// take it for cancelled. Without such a window this is no popup but a visitor who closed one and then signed
	// in on the page itself: the browser goes where the flow leads.
	script = `(() => {
  const { targetOrigin, ...message } = JSON.parse(document.getElementById("` + elementID + `").textContent);
  const opener = window.opener || window.parent, target = document.body.dataset.target;
  if (opener === window && target) return location.replace(target);
  if (opener !== window) opener.postMessage(message, targetOrigin);
  setTimeout(() => window.close(), 1000);
})();`
	// scriptHash is the SHA-256 of script, the only one that may run.
	scriptHash = "eV8+qi6VYxBzTDkCwJuQ/VQHFW/zZQv1t/C/d9hf3hA="

	policy = "default-src 'none'; script-src 'sha256-" + scriptHash + "'; base-uri 'none'; form-action 'none'"
)

// inlined keeps JSON from ending the script element that it stands in.
var inlined = strings.NewReplacer("<", `\u003c`, "\u2028", `\u2028`, "\u2029", `\u2029`)

// page is the answer that posts msg to the opener. target is where the flow leads; empty if it never began.
func (m marker) page(msg message, target string) (*http.Response, error) {
	msg.Type, msg.Target, msg.Nonce = messageType, m.Origin, m.Nonce
	data, err := wire.Marshal(msg)
	if err != nil {
		return nil, err
	}
	text := "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Signing in</title>\n</head>\n" +
		`<body data-target="` + html.EscapeString(target) + "\">\n" +
		`<script type="application/json" id="` + elementID + `">` + inlined.Replace(string(data)) + "</script>\n" +
		"<script>" + script + "</script>\n</body>\n</html>\n"
	return &http.Response{
		StatusCode: http.StatusOK,
		Header: http.Header{
			"Content-Type":            {"text/html; charset=utf-8"},
			"X-Content-Type-Options":  {"nosniff"},
			"Referrer-Policy":         {"no-referrer"},
			"Cache-Control":           {"no-store"},
			"Pragma":                  {"no-cache"},
			"Content-Security-Policy": {policy},
		},
		Body: io.NopCloser(strings.NewReader(text)),
	}, nil
}

// failed is the page that tells the opener why there is no session.
func (m marker) failed(code, description string) (*http.Response, error) {
	return m.page(message{Error: &fault{Code: code, Description: description}}, "")
}
