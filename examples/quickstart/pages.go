package main

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
)

//go:embed templates static
var files embed.FS

// pages are the HTML pages. They only show; the forms in them talk to the endpoints of the library, as
// static/app.js does it.
type pages struct {
	auth  *betterauth.Auth
	mails *inbox
}

// view is what a template gets.
type view struct {
	User     *api.User    // who is signed in, or nil
	Session  *api.Session // theirs in this browser
	Query    url.Values
	Sessions []*api.Session
	Mails    []mail
}

func newHandler(baseURL string, auth *betterauth.Auth, mails *inbox) http.Handler {
	p := &pages{auth, mails}
	signIn := betterauth.OrRedirect("/sign-in")
	mux := http.NewServeMux()

	mux.Handle("/api/auth/", auth.Handler()) // every endpoint of the library
	mux.Handle("GET /{$}", p.page("home", nil))
	for _, name := range []string{"sign-up", "sign-in", "forgot-password", "reset-password"} {
		mux.Handle("GET /"+name, p.page(name, nil))
	}
	mux.Handle("GET /account", auth.RequireSession(p.page("account", p.listSessions), signIn))
	mux.Handle("GET /account/delete", auth.RequireFresh(p.page("delete-account", nil), signIn))
	mux.Handle("GET /dev/inbox", p.page("inbox", p.listMails))
	mux.Handle("GET /dev/inbox.json", mails)
	mux.Handle("GET /static/", http.FileServerFS(files))
	if !strings.HasPrefix(baseURL, "http://localhost") {
		mux.HandleFunc("GET localhost/", func(w http.ResponseWriter, r *http.Request) {
			// Cookies belong to one host: keep everybody on the one that the mails link to.
			http.Redirect(w, r, baseURL+r.URL.RequestURI(), http.StatusFound)
		})
	}
	return secure(mux)
}

// secure sets the headers that tell browsers to load and run only what comes from here.
func secure(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// page serves a template. The session is loaded for the navigation, once per request: behind
// RequireSession it is there already. fill, if there is one, adds what the page shows besides.
func (p *pages) page(name string, fill func(r *http.Request, v *view) error) http.Handler {
	t := template.Must(template.New("layout.html").Funcs(template.FuncMap{"device": device}).
		ParseFS(files, "templates/layout.html", "templates/"+name+".html"))
	return p.auth.LoadSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &view{Query: r.URL.Query()}
		if data := betterauth.SessionFrom(r.Context()); data != nil {
			v.User, v.Session = data.User, data.Session
		}
		var err error
		if fill != nil {
			err = fill(r, v)
		}
		var html bytes.Buffer
		if err == nil {
			err = t.Execute(&html, v)
		}
		if err != nil {
			slog.ErrorContext(r.Context(), "page failed", "page", name, "error", err)
			http.Error(w, "Something went wrong.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store") // not for the next person at this browser
		_, _ = html.WriteTo(w)                      // the browser may be gone
	}))
}

// listSessions calls an endpoint of the library without HTTP. A trusted caller like this may name a user.
func (p *pages) listSessions(r *http.Request, v *view) (err error) {
	v.Sessions, err = p.auth.API.ListSessions(r.Context(), api.ListSessionsInput{UserID: v.User.ID})
	return err
}

func (p *pages) listMails(_ *http.Request, v *view) error {
	v.Mails = p.mails.list()
	return nil
}

// device describes a browser in a few words.
func device(s *api.Session) string {
	if s.UserAgent == nil {
		return "Unknown device"
	}
	browser := firstIn(*s.UserAgent, "Firefox", "Chrome", "Safari", "curl")
	system := firstIn(*s.UserAgent, "Android", "iPhone", "iPad", "Windows", "Mac", "Linux")
	return cmp.Or(browser, "Unknown browser") + " on " + cmp.Or(system, "unknown system")
}

// firstIn returns the first of the names that occurs in s.
func firstIn(s string, names ...string) string {
	i := slices.IndexFunc(names, func(name string) bool { return strings.Contains(s, name) })
	if i < 0 {
		return ""
	}
	return names[i]
}
