package plugin

import (
	"net/http"
	"time"
)

// Advanced holds what most applications leave alone.
type Advanced struct {
	IPAddress IPAddress
	// UseSecureCookies forces the __Secure- prefix and the Secure attribute on or off. Default (nil):
	// on when the base URL is https.
	UseSecureCookies *bool
	// DisableCSRFCheck skips the check of the Origin header.
	DisableCSRFCheck bool
	// DisableOriginCheck skips the check of URLs to redirect to, and of the Origin header.
	DisableOriginCheck bool
	// DisableOriginCheckPaths skips both for paths that begin with one of these.
	DisableOriginCheckPaths []string
	CrossSubDomainCookies   CrossSubDomainCookies
	// Cookies changes single cookies by key: "session_token", "session_data", "dont_remember".
	Cookies map[string]Cookie
	// DefaultCookieAttributes change every cookie.
	DefaultCookieAttributes CookieAttributes
	// CookiePrefix is the first part of cookie names. Default "better-auth".
	CookiePrefix string
	Database     Database
	// TrustedProxyHeaders honours X-Forwarded-Host and X-Forwarded-Proto from trusted proxies when
	// the base URL comes from the request.
	TrustedProxyHeaders bool
	// SkipTrailingSlashes accepts paths with a trailing slash.
	SkipTrailingSlashes bool
	// StrictResponses leaves out the members that go beyond the reference: status in error bodies, code
	// in 429 bodies, session at sign-in and sign-up, success at reset-password.
	StrictResponses bool
	// DisableAliases leaves out the routes that the reference does not have: GET /session,
	// POST /forget-password and their like.
	DisableAliases bool
	// MaxBodySize is the largest request body in bytes. Default 1 MiB.
	MaxBodySize int64
	// BackgroundTimeout ends the context of background work, mails above all. Default 1 min.
	BackgroundTimeout time.Duration
	// AllowShortSecret accepts a secret of fewer than 32 characters, for installations that have one.
	AllowShortSecret bool
}

// IPAddress configures how the client's address is found: the peer's, or what a trusted proxy says.
type IPAddress struct {
	// Headers are read in order when the peer is a trusted proxy. Default X-Forwarded-For.
	Headers []string
	// DisableTracking never reads addresses; rate limits by address are then off.
	DisableTracking bool
	// IPv6Subnet is the prefix length that counts as one client. Default 64.
	IPv6Subnet int
	// TrustedProxies lists addresses and ranges (CIDR). Default: loopback, link-local and private ones.
	TrustedProxies []string
}

// CrossSubDomainCookies shares cookies with subdomains.
type CrossSubDomainCookies struct {
	Enabled bool
	// Domain attribute. Default: the host of BaseURL.
	Domain string
}

// Cookie changes one cookie.
type Cookie struct {
	// Name replaces prefix and key.
	Name       string
	Attributes CookieAttributes
}

// CookieAttributes change attributes of cookies; zero members change nothing.
type CookieAttributes struct {
	// MaxAge; nil changes nothing.
	MaxAge      *time.Duration
	Domain      string
	Path        string
	Expires     time.Time
	HTTPOnly    *bool
	Secure      *bool
	SameSite    http.SameSite
	Partitioned *bool
	// Prefix is "secure" or "host": the name gets the prefix that browsers enforce.
	Prefix string
}

// Database configures how rows are made and read.
type Database struct {
	// DefaultLimit is how many rows a list returns. Default 100 (reference: defaultFindManyLimit).
	DefaultLimit int
	// IDs is how ids are made: "" (32 random letters and digits), "uuid", "serial" or "database".
	IDs string
	// GenerateID, if set, makes ids.
	GenerateID func(table string) string
	// Timeout bounds every call of the database, of SecondaryStorage and of RateLimit.Custom. Default 5 s.
	Timeout time.Duration
}
