package main

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
)

//go:embed page.html
var text string

var page = template.Must(template.New("page").Parse(text))

// A button leads to a provider.
type button struct{ ID, Name string }

// view is what the page shows.
type view struct {
	Error    string
	User     *api.User // nil: nobody is signed in
	Accounts []*api.AccountSummary
	Buttons  []button
}

type pages struct {
	auth    *betterauth.Auth
	buttons []button
}

func newPages(auth *betterauth.Auth, buttons []button) http.Handler {
	p := &pages{auth, buttons}
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", auth.Handler())
	mux.Handle("GET /{$}", auth.LoadSession(http.HandlerFunc(p.home)))
	mux.HandleFunc("POST /link", p.link)
	mux.HandleFunc("POST /unlink", p.unlink)
	mux.HandleFunc("POST /sign-out", p.signOut)
	// Other sites must not act with our visitors' cookies. The endpoints of the library see to it themselves, and
	// take the answers that some providers post.
	protection := http.NewCrossOriginProtection()
	protection.AddInsecureBypassPattern("/api/auth/")
	return protection.Handler(mux)
}

func (p *pages) home(w http.ResponseWriter, r *http.Request) {
	v := view{Error: r.URL.Query().Get("error"), User: betterauth.UserFrom(r.Context()), Buttons: p.buttons}
	if v.User != nil {
		accounts, err := p.auth.API.ListUserAccounts(r.Context(), api.ListAccountsInput{}, api.WithRequest(r))
		if err != nil {
			fail(w, r, err)
			return
		}
		v.Accounts = accounts
	}
	var html bytes.Buffer
	if err := page.Execute(&html, v); err != nil {
		fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store") // not for the next person at this browser
	_, _ = html.WriteTo(w)                      // the browser may be gone
}

// link sends the browser to a provider, and there is one account more when it comes back. Signing in would
// work the same way with API.SignInSocial; the page has links to GET /api/auth/sign-in/<id> instead.
func (p *pages) link(w http.ResponseWriter, r *http.Request) {
	var header http.Header
	out, err := p.auth.API.LinkSocialAccount(r.Context(), api.LinkSocialInput{Provider: r.FormValue("provider"), CallbackURL: "/"},
		api.WithRequest(r), api.CaptureHeaders(&header))
	if err != nil {
		fail(w, r, err)
		return
	}
	leave(w, r, header, out.URL)
}

func (p *pages) unlink(w http.ResponseWriter, r *http.Request) {
	_, err := p.auth.API.UnlinkAccount(r.Context(), api.UnlinkAccountInput{AccountID: r.FormValue("account")}, api.WithRequest(r))
	if err != nil {
		fail(w, r, err)
		return
	}
	leave(w, r, nil, "/")
}

// signOut leads to the provider's sign-out, if it has one, and back.
func (p *pages) signOut(w http.ResponseWriter, r *http.Request) {
	var header http.Header
	out, err := p.auth.API.SignOut(r.Context(), api.SignOutInput{CallbackURL: "/"}, api.WithRequest(r), api.CaptureHeaders(&header))
	if err != nil {
		fail(w, r, err)
		return
	}
	if out.URL == "" {
		out.URL = "/"
	}
	leave(w, r, header, out.URL)
}

// leave sends the browser elsewhere, with the cookies of a call.
func leave(w http.ResponseWriter, r *http.Request, header http.Header, target string) {
	for _, cookie := range header.Values("Set-Cookie") {
		w.Header().Add("Set-Cookie", cookie)
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// fail tells what the library has refused; anything else is ours to look after.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	if refused, ok := errors.AsType[*errors.APIError](err); ok && refused.Status < http.StatusInternalServerError {
		http.Error(w, refused.Message, refused.Status)
		return
	}
	slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
	http.Error(w, "Something went wrong.", http.StatusInternalServerError)
}
