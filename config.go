package betterauth

import "github.com/betterauth-go/betterauth/plugin"

// The configuration lives in package plugin, whose Context and Registry refer to it; these are its names
// for users.
type (
	// Config is the whole configuration; the zero value of every field is its default.
	Config = plugin.Config
	// Plugin adds endpoints, hooks and tables.
	Plugin = plugin.Plugin
	// HookFunc runs before or after an endpoint.
	HookFunc = plugin.HookFunc
	// Secret is one version of the secret, for rotation.
	Secret = plugin.Secret
	// DynamicBaseURL takes the base URL from the request's host.
	DynamicBaseURL = plugin.DynamicBaseURL
	// EmailAndPassword configures sign-in with email and password.
	EmailAndPassword = plugin.EmailAndPassword
	// PasswordHash replaces the password hash.
	PasswordHash = plugin.PasswordHash
	// EmailVerification configures the proof of email addresses.
	EmailVerification = plugin.EmailVerification
	// Mail is what a mail callback has to send.
	Mail = plugin.Mail
	// Model names the table and columns of a core model and adds fields to it.
	Model = plugin.Model
	// UserConfig configures users.
	UserConfig = plugin.UserConfig
	// ChangeEmail configures changes of the address.
	ChangeEmail = plugin.ChangeEmail
	// DeleteUser configures deletion by the user.
	DeleteUser = plugin.DeleteUser
	// SessionConfig configures sessions.
	SessionConfig = plugin.SessionConfig
	// CookieCache configures the copy of the session in a cookie.
	CookieCache = plugin.CookieCache
	// AccountConfig configures accounts.
	AccountConfig = plugin.AccountConfig
	// AccountLinking configures how accounts at providers and users come together.
	AccountLinking = plugin.AccountLinking
	// StateStrategy is where the state of an OAuth flow is kept.
	StateStrategy = plugin.StateStrategy
	// SocialProvider signs users in with an account elsewhere; package plugin/social has many.
	SocialProvider = plugin.SocialProvider
	// UserSource says where the data of a user comes from, for UserConfig.ValidateUserInfo.
	UserSource = plugin.UserSource
	// VerificationConfig configures verification values.
	VerificationConfig = plugin.VerificationConfig
	// StoreIdentifier says how names of verification values are stored.
	StoreIdentifier = plugin.StoreIdentifier
	// SecondaryStorage is a key-value store for sessions, verification values and rate limits.
	SecondaryStorage = plugin.SecondaryStorage
	// RateLimit configures the rate limiter.
	RateLimit = plugin.RateLimit
	// RateLimitRule is the limit of the paths that it matches.
	RateLimitRule = plugin.RateLimitRule
	// RateLimitStore counts requests.
	RateLimitStore = plugin.RateLimitStore
	// OnAPIError configures what happens with unexpected errors.
	OnAPIError = plugin.OnAPIError
	// ErrorPage is the look of the built-in error page.
	ErrorPage = plugin.ErrorPage
	// Hooks run around every endpoint.
	Hooks = plugin.Hooks
	// DatabaseHooks run around writes of the core tables.
	DatabaseHooks = plugin.DatabaseHooks
	// Advanced holds what most applications leave alone.
	Advanced = plugin.Advanced
	// IPAddress configures how the client's address is found.
	IPAddress = plugin.IPAddress
	// CrossSubDomainCookies shares cookies with subdomains.
	CrossSubDomainCookies = plugin.CrossSubDomainCookies
	// Cookie changes one cookie.
	Cookie = plugin.Cookie
	// CookieAttributes change attributes of cookies.
	CookieAttributes = plugin.CookieAttributes
	// Database configures how rows are made and read.
	Database = plugin.Database
)

// The encodings of the cookie cache.
const (
	Compact = plugin.Compact
	JWT     = plugin.JWT
	JWE     = plugin.JWE
)

// The places for the state of an OAuth flow.
const (
	StateInDatabase = plugin.StateInDatabase
	StateInCookie   = plugin.StateInCookie
)
