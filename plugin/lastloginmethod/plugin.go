package lastloginmethod

import (
	"context"
	"fmt"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

const (
	defaultName = "better-auth.last_used_login_method"
	defaultLife = 30 * 24 * time.Hour
	// field of the user.
	field = "lastLoginMethod"
)

// Options of the plugin. The zero value is good. The functions may run in parallel.
type Options struct {
	// CookieName is the whole name of the cookie; cookie prefixes are not added to it. Default
	// "better-auth.last_used_login_method". The client plugin has an option of the same name.
	CookieName string
	// MaxAge is the life of the cookie, at most 400 days. Default 30 days.
	MaxAge time.Duration
	// ResolveMethod names the method of a call (reference: customResolveMethod). ok false leaves it to
	// the plugin; an empty method remembers nothing. It is asked after every call that sets a session
	// cookie, and with StoreInDatabase also when users and sessions are created.
	ResolveMethod func(c *plugin.Context) (method string, ok bool)
	// BeforeStoreCookie may refuse the cookie, for lack of consent for instance. An error is logged and
	// refuses it too.
	BeforeStoreCookie func(c *plugin.Context, method string) (store bool, err error)
	// StoreInDatabase also keeps the method in the user's column.
	StoreInDatabase bool
	// Column is the name of that column. Default "lastLoginMethod" (reference: schema.user.lastLoginMethod).
	Column string
}

func (o *Options) resolve() error {
	if o.CookieName == "" {
		o.CookieName = defaultName
	}
	if o.MaxAge == 0 {
		o.MaxAge = defaultLife
	}
	if o.MaxAge < 0 {
		return fmt.Errorf("MaxAge is %s; set a positive duration", o.MaxAge)
	}
	return nil
}

// A Plugin remembers the login methods of one Auth. It has no endpoints.
type Plugin struct {
	options Options
	used    bool
}

// New returns the plugin.
func New(options Options) *Plugin { return &Plugin{options: options} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "last-login-method" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.used {
		return errors.New("this plugin belongs to another Auth; call lastloginmethod.New for each")
	}
	if err := p.options.resolve(); err != nil {
		return err
	}
	if err := p.cookie(r.App, "").Validate(r.App.Now()); err != nil {
		return fmt.Errorf("CookieName or MaxAge: %w", err)
	}
	p.used = true
	r.After(p.concerns, p.keepCookie)
	if p.options.StoreInDatabase {
		r.Tables(adapter.Table{Name: "user", Fields: []adapter.Field{
			{Name: field, Column: p.options.Column, Type: adapter.String, Optional: true, NoInput: true},
		}})
		r.Before(p.concerns, mark)
		r.Rows(plugin.Users.Hook(adapter.Hooks[api.User]{BeforeCreate: p.beforeUser}))
		r.Rows(plugin.Sessions.Hook(adapter.Hooks[api.Session]{AfterCreate: p.afterSession}))
		r.After(p.concerns, refreshCopies)
	}
	return nil
}

// callKey is the context key under which row hooks find the call that they belong to.
type callKey struct{}

func mark(c *plugin.Context) error {
	c.Context = context.WithValue(c.Context, callKey{}, c)
	return nil
}

func callOf(ctx context.Context) *plugin.Context {
	c, _ := ctx.Value(callKey{}).(*plugin.Context)
	return c
}
