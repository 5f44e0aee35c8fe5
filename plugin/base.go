package plugin

import (
	"net/http"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/origin"
)

// base is what follows from the base URL: of the instance, or of one request.
type base struct {
	url     string // with the base path, no trailing slash
	trusted []origin.Pattern
}

// dynamicBase makes a base for each request.
type dynamicBase struct {
	hosts   *origin.Hosts // nil: no base URL is configured, the request's own host counts
	trusted []origin.Pattern
}

// BaseURL is the public URL of the endpoints, base path included: "https://example.com/api/auth".
func (c *Context) BaseURL() string { return c.currentBase().url }

// TrustedURL reports whether u, absolute or (with relative) a path of this site, is of a trusted origin.
func (c *Context) TrustedURL(u string, relative bool) bool {
	return origin.Trusted(u, c.currentBase().trusted, relative)
}

func (c *Context) currentBase() *base {
	if c.base != nil {
		return c.base
	}
	return c.static
}

// resolveBase finds the base of this call: when it depends on the request, or the application adds
// origins per request.
func (c *Context) resolveBase() error {
	b := c.static
	if c.dynamic != nil {
		var err error
		if b, err = c.dynamic.resolve(c); err != nil {
			return err
		}
	}
	if fn := c.Config.TrustedOriginsFunc; fn != nil {
		b = &base{url: b.url, trusted: append(slices.Clip(b.trusted), origin.CompileAll(fn(c.Request)...)...)}
	}
	c.base = b
	return nil
}

func (d *dynamicBase) resolve(c *Context) (*base, error) {
	source := c.source()
	if d.hosts == nil {
		own := source.Origin()
		url, err := origin.BaseURL(own, c.Config.BasePath)
		if err != nil {
			return &base{trusted: d.trusted}, nil
		}
		return &base{url: url, trusted: append(slices.Clip(d.trusted), origin.Compile(own))}, nil
	}
	url, err := d.hosts.BaseURL(source)
	if err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	return &base{url: url, trusted: append(slices.Clip(d.trusted), origin.Compile(originOf(url)))}, nil
}

// source is where the call says it was sent to. Forwarded headers count only from a trusted proxy.
func (c *Context) source() origin.Source {
	forwarded := c.Config.Advanced.TrustedProxyHeaders
	switch {
	case c.Request != nil:
		return origin.FromRequest(c.Request, forwarded && c.clientIP.TrustsPeer(c.Request.RemoteAddr))
	case c.Header != nil:
		return origin.FromHeader(c.Header, forwarded)
	}
	return origin.Source{}
}

// RequestOrigin is the origin that the HTTP request says it was sent to, "" for a call in process without a
// request. A client can write there what it likes: see [Context.TrustedURL].
func (c *Context) RequestOrigin() string {
	if c.Request == nil {
		return ""
	}
	return c.source().Origin()
}

func originOf(url string) string {
	u, err := origin.Parse(url)
	if err != nil {
		return ""
	}
	return u.Origin()
}

// buildBase computes the base of the instance from the configuration.
func (a *App) buildBase() error {
	c := a.Config
	env := strings.Split(c.Getenv("BETTER_AUTH_TRUSTED_ORIGINS"), ",")
	origins := slices.Concat(c.TrustedOrigins, a.pluginOrigins, env)
	trusted := origin.CompileAll(origins...)
	switch {
	case c.DynamicBaseURL != nil:
		d := c.DynamicBaseURL
		hosts, err := origin.NewHosts(origin.Dynamic{AllowedHosts: d.AllowedHosts, Protocol: d.Protocol, Fallback: d.Fallback, BasePath: c.BasePath})
		if err != nil {
			return err
		}
		a.dynamic = &dynamicBase{hosts: hosts, trusted: append(origin.CompileAll(hosts.Origins()...), trusted...)}
	case c.BaseURL == "":
		a.dynamic = &dynamicBase{trusted: trusted}
	default:
		url, err := origin.BaseURL(c.BaseURL, c.BasePath)
		if err != nil {
			return err
		}
		a.static = &base{url: url, trusted: append([]origin.Pattern{origin.Compile(originOf(url))}, trusted...)}
	}
	return nil
}

// checkOrigin refuses requests that another site's page may have sent, and redirect targets elsewhere.
func (c *Context) checkOrigin(path string) error {
	adv := &c.Config.Advanced
	if origin.IsSafeMethod(c.Method) || adv.DisableOriginCheck && adv.DisableCSRFCheck ||
		origin.SkipsPath(path, adv.DisableOriginCheckPaths) {
		return nil
	}
	if !adv.DisableCSRFCheck && !adv.DisableOriginCheck {
		v := origin.CheckRequest(c.Method, c.Header, c.source().Origin(), c.trustedOrigin)
		if err := originError(v); err != nil {
			return err
		}
	}
	if adv.DisableOriginCheck {
		return nil
	}
	label, v := origin.CheckTargets(c.bodyMember, c.queryMember, c.trustedTarget)
	return targetError(label, v)
}

func (c *Context) trustedOrigin(u string) bool { return c.TrustedURL(u, false) }
func (c *Context) trustedTarget(u string) bool { return c.TrustedURL(u, true) }

func (c *Context) bodyMember(name string) any {
	v, _ := c.Body().Get(name)
	return v
}

func (c *Context) queryMember(name string) any {
	v, _ := c.query.Get(name)
	return v
}

func originError(v origin.Verdict) error {
	switch v {
	case origin.Allowed:
		return nil
	case origin.MissingOrNull:
		return errors.MissingOrNullOrigin
	case origin.CrossSiteNavigation:
		return errors.CrossSiteNavigationLoginBlocked
	}
	return errors.InvalidOrigin
}

var targetErrors = map[string]*errors.APIError{
	"callbackURL": errors.InvalidCallbackURL, "redirectURL": errors.InvalidRedirectURL,
	"errorCallbackURL": errors.InvalidErrorCallbackURL, "newUserCallbackURL": errors.InvalidNewUserCallbackURL,
}

func targetError(label string, v origin.Verdict) error {
	switch v {
	case origin.Allowed:
		return nil
	case origin.NotString:
		return errors.Message(http.StatusBadRequest, "Invalid "+label+": expected a string")
	}
	return targetErrors[label]
}

// FormCSRF is the middleware of endpoints that plain HTML forms can reach without a cookie: sign-in
// and sign-up. It stops forms of other sites (login CSRF). What hooks made of the request does not count: a
// cookie that a hook puts in for a token is none that a browser sent.
func FormCSRF(c *Context) error {
	adv := &c.Config.Advanced
	if !c.http || adv.DisableCSRFCheck || adv.DisableOriginCheck {
		return nil
	}
	verdict := origin.CheckForm(c.Request.Header, c.source().Origin(), c.trustedOrigin)
	if verdict != origin.CrossSiteNavigation && origin.SkipsPath(c.Endpoint.Path, adv.DisableOriginCheckPaths) {
		return nil
	}
	return originError(verdict)
}

// CheckCallbackQuery is the middleware of GET endpoints that redirect to their query's callbackURL.
func CheckCallbackQuery(c *Context) error {
	adv := &c.Config.Advanced
	if !c.http || adv.DisableOriginCheck || origin.SkipsPath(c.Endpoint.Path, adv.DisableOriginCheckPaths) {
		return nil
	}
	return targetError("callbackURL", origin.CheckTarget(c.queryMember("callbackURL"), c.trustedTarget))
}
