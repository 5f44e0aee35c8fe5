package betterauth

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/session"
)

// contextKey is the key of the loaded session in a request's context.
type contextKey struct{}

// loaded is the outcome of reading a request's session: data is nil when signed out.
type loaded struct {
	owner *Auth
	data  *api.SessionData
	// authoritative: read past the cookie cache.
	authoritative bool
}

// SessionFrom returns the session that LoadSession or one of the Require middlewares read for this
// request, or nil when signed out.
func SessionFrom(ctx context.Context) *api.SessionData {
	l, _ := ctx.Value(contextKey{}).(*loaded)
	if l == nil {
		return nil
	}
	return l.data
}

// UserFrom returns the signed-in user of this request, or nil.
func UserFrom(ctx context.Context) *api.User {
	if s := SessionFrom(ctx); s != nil {
		return s.User
	}
	return nil
}

// A GuardOption changes what a Require middleware answers.
type GuardOption func(*guard)

// OrRedirect sends browsers that ask for a page (GET with Accept: text/html) to target instead of
// answering 401 or 403; the page they wanted is in the query value callbackURL.
func OrRedirect(target string) GuardOption { return func(g *guard) { g.target = target } }

// LoadSession reads the session of each request once and passes it on: see SessionFrom. Cookies that
// were renewed are set before next runs, so next may stream. A request without a session passes too; a
// store that fails answers 500.
func (a *Auth) LoadSession(next http.Handler) http.Handler {
	return a.protect(next, guard{allow: func(*loaded) error { return nil }}, nil)
}

// RequireSession lets requests pass that have a session and answers the others 401 with the JSON of the
// endpoints; see OrRedirect for pages.
func (a *Auth) RequireSession(next http.Handler, options ...GuardOption) http.Handler {
	return a.protect(next, guard{allow: signedIn}, options)
}

// RequireFresh is RequireSession for sessions that began within Session.FreshAge (403 otherwise). It
// asks the store even if the cookie cache is on: put it before what guards an account.
func (a *Auth) RequireFresh(next http.Handler, options ...GuardOption) http.Handler {
	return a.protect(next, guard{authoritative: true, allow: func(l *loaded) error {
		if err := signedIn(l); err != nil {
			return err
		}
		if !session.IsFresh(a.app, l.data.Session) {
			return errors.SessionNotFresh
		}
		return nil
	}}, options)
}

func signedIn(l *loaded) error {
	if l.data == nil {
		return errors.Unauthorized
	}
	return nil
}

// guard is one middleware: what it needs and what it answers otherwise.
type guard struct {
	authoritative bool
	allow         func(*loaded) error
	target        string
}

func (a *Auth) protect(next http.Handler, g guard, options []GuardOption) http.Handler {
	for _, o := range options {
		o(&g)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l, err := a.load(w, r, g.authoritative)
		if err == nil {
			err = g.allow(l)
		}
		if err != nil {
			g.refuse(a, w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, l)))
	})
}

// load reads the session, or takes what an outer middleware has read.
func (a *Auth) load(w http.ResponseWriter, r *http.Request, authoritative bool) (*loaded, error) {
	if l, _ := r.Context().Value(contextKey{}).(*loaded); l != nil && l.owner == a && (l.authoritative || !authoritative) {
		return l, nil
	}
	var h http.Header
	data, err := a.API.GetSession(r.Context(), api.GetSessionInput{DisableCookieCache: authoritative && a.app.Stateful()},
		api.WithRequest(r), api.CaptureHeaders(&h))
	if cookies := h["Set-Cookie"]; len(cookies) > 0 {
		w.Header()["Set-Cookie"] = append(w.Header()["Set-Cookie"], cookies...)
		w.Header().Set("Cache-Control", "no-store")
	}
	return &loaded{owner: a, data: data, authoritative: authoritative}, err
}

func (g *guard) refuse(a *Auth, w http.ResponseWriter, r *http.Request, err error) {
	if g.target != "" && r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
		separator := "?"
		if strings.Contains(g.target, "?") {
			separator = "&"
		}
		http.Redirect(w, r, g.target+separator+"callbackURL="+url.QueryEscape(r.URL.RequestURI()), http.StatusFound)
		return
	}
	a.app.WriteError(w, r, err)
}
