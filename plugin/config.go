package plugin

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
)

// Config is the whole configuration of an Auth. The zero value of every field is its default.
type Config struct {
	// AppName names the application, in authenticator apps for instance. Default "Better Auth".
	AppName string
	// BaseURL is the public origin of the server, "https://example.com". A path in it becomes the base
	// path. Required before any link is mailed. Default: the environment's BETTER_AUTH_URL.
	BaseURL string
	// DynamicBaseURL serves several hosts; it replaces BaseURL.
	DynamicBaseURL *DynamicBaseURL
	// BasePath is where the handler is mounted. Default "/api/auth".
	BasePath string
	// Secret signs cookies and encrypts values; at least 32 random characters. Default: the
	// environment's BETTER_AUTH_SECRET, then AUTH_SECRET.
	Secret string
	// Secrets lists secrets by version for rotation: the first signs and encrypts, the others only
	// verify and decrypt. Default: the environment's BETTER_AUTH_SECRETS ("2:new,1:old").
	Secrets []Secret
	// Database stores users and sessions. Without it (and without SecondaryStorage) sessions live in
	// encrypted cookies only, and users in memory.
	Database adapter.Adapter
	// SecondaryStorage is a key-value store, Redis for instance, for sessions, verification values and
	// rate limits.
	SecondaryStorage SecondaryStorage

	EmailAndPassword  EmailAndPassword
	EmailVerification EmailVerification
	User              UserConfig
	Session           SessionConfig
	Account           AccountConfig
	Verification      VerificationConfig
	RateLimit         RateLimit
	Advanced          Advanced
	OnAPIError        OnAPIError

	// SocialProviders are those that users can sign in with: see package plugin/social. They need
	// BaseURL, because that is where they send the browser back to.
	SocialProviders []SocialProvider
	// Plugins in the order in which their hooks run.
	Plugins []Plugin
	// TrustedOrigins lists further origins, or patterns with * and ?, that may send requests and be
	// redirected to. The environment's BETTER_AUTH_TRUSTED_ORIGINS (comma separated) adds to it.
	TrustedOrigins []string
	// TrustedOriginsFunc adds origins for one request; r is nil for a call in process.
	TrustedOriginsFunc func(r *http.Request) []string
	// DisabledPaths lists endpoint paths that answer 404: "/sign-up/email".
	DisabledPaths []string
	// Hooks run before and after every endpoint.
	Hooks Hooks
	// DatabaseHooks run around writes of the core tables, after those of the plugins.
	DatabaseHooks DatabaseHooks

	// Logger receives warnings and errors. Default slog.Default().
	Logger *slog.Logger
	// Background runs work that the answer does not wait for, mails above all. Default: a goroutine
	// that Auth.Wait waits for.
	Background func(task func())
	// HTTPClient makes outbound requests. Default: http.DefaultClient with a deadline of 10 s.
	HTTPClient HTTPClient
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Rand is the source of tokens and ids. Default crypto/rand.
	Rand io.Reader
	// Getenv reads the environment. Default os.Getenv.
	Getenv func(string) string
}

// A Secret is one version of the secret.
type Secret struct {
	// Version is a number of zero or more that is written into what the secret encrypts.
	Version int
	Value   string
}

// String hides the value, so that a Secret can be printed and logged.
func (s Secret) String() string { return fmt.Sprintf("secret version %d", s.Version) }

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// DynamicBaseURL takes the base URL from the request's host.
type DynamicBaseURL struct {
	// AllowedHosts lists hosts, with * and ? as wildcards: "*.example.com", "localhost:*".
	AllowedHosts []string
	// Fallback is the base URL for other hosts; without it their requests fail.
	Fallback string
	// Protocol is "http", "https" or "auto" (the default: what the request came by).
	Protocol string
}

// EmailAndPassword configures sign-in with email and password.
type EmailAndPassword struct {
	Enabled bool
	// DisableSignUp refuses new users through this method.
	DisableSignUp bool
	// RequireEmailVerification refuses sign-in before the address is verified, and hides at sign-up
	// whether the address is known.
	RequireEmailVerification bool
	// DisableAutoSignIn makes no session at sign-up (reference: autoSignIn false).
	DisableAutoSignIn bool
	// MinPasswordLength and MaxPasswordLength count UTF-16 code units. Default 8 and 128.
	MinPasswordLength, MaxPasswordLength int
	// SendResetPassword mails a reset link; without it resetting is off.
	SendResetPassword func(ctx context.Context, m Mail) error
	// ResetPasswordTokenExpiresIn is the life of a reset link. Default 1 h.
	ResetPasswordTokenExpiresIn time.Duration
	// OnPasswordReset runs after a password was reset.
	OnPasswordReset func(ctx context.Context, u *api.User) error
	// RevokeSessionsOnPasswordReset ends all sessions of the user.
	RevokeSessionsOnPasswordReset bool
	// OnExistingUserSignUp runs when somebody signs up with a known address and is not told.
	OnExistingUserSignUp func(ctx context.Context, u *api.User) error
	// CustomSyntheticUser shapes the user that such a sign-up answers with. u has the core fields,
	// the id and the additional fields of the request.
	CustomSyntheticUser func(u *api.User) *api.User
	// Password replaces the hash.
	Password PasswordHash
	// MaxParallelHashes bounds how many passwords are hashed at once; each needs 32 MiB. Default
	// GOMAXPROCS.
	MaxParallelHashes int
}

// PasswordHash replaces scrypt. Both functions are needed.
type PasswordHash struct {
	Hash   func(ctx context.Context, password string) (string, error)
	Verify func(ctx context.Context, hash, password string) (bool, error)
}

// EmailVerification configures the proof of email addresses.
type EmailVerification struct {
	// SendVerificationEmail mails a verification link.
	SendVerificationEmail func(ctx context.Context, m Mail) error
	// SendOnSignUp mails at sign-up. Default (nil): as EmailAndPassword.RequireEmailVerification.
	SendOnSignUp *bool
	// SendOnSignIn mails again when an unverified user is refused.
	SendOnSignIn bool
	// AutoSignInAfterVerification makes a session when the link is opened.
	AutoSignInAfterVerification bool
	// ExpiresIn is the life of a link. Default 1 h.
	ExpiresIn time.Duration
	// BeforeEmailVerification runs before the address is marked; an error stops it.
	BeforeEmailVerification func(ctx context.Context, u *api.User) error
	// AfterEmailVerification runs after the address was marked.
	AfterEmailVerification func(ctx context.Context, u *api.User) error
}

// A Mail is what a callback has to send: the address is User.Email.
type Mail struct {
	User *api.User
	// URL is the link to put into the mail, Token the secret in it.
	URL, Token string
	// NewEmail is the wanted address, in mails about a change of address.
	NewEmail string
	// Request is the request that caused the mail; nil for a call in process. Its body is gone.
	Request *http.Request
}

// Model names the table and columns of a core model and adds fields to it.
type Model struct {
	// ModelName is the table's name in the database.
	ModelName string
	// Fields maps field names to column names.
	Fields map[string]string
	// AdditionalFields are further columns.
	AdditionalFields []adapter.Field
}

// UserConfig configures users.
type UserConfig struct {
	Model
	ChangeEmail ChangeEmail
	DeleteUser  DeleteUser
	// ValidateUserInfo is asked before a user is made, before a provider's account is linked, and at every
	// sign-in with a provider. An error refuses: an *errors.APIError with a code is told to the client with
	// status 403 (or in the redirect of a callback), any other as the code validation_failed. u is what
	// would be stored.
	ValidateUserInfo func(ctx context.Context, u *api.User, source UserSource) error
}

// ChangeEmail configures changes of the address.
type ChangeEmail struct {
	Enabled bool
	// SendChangeEmailConfirmation asks the current, verified address first.
	SendChangeEmailConfirmation func(ctx context.Context, m Mail) error
	// UpdateEmailWithoutVerification changes an unverified address at once.
	UpdateEmailWithoutVerification bool
}

// DeleteUser configures deletion by the user.
type DeleteUser struct {
	Enabled bool
	// SendDeleteAccountVerification mails a link instead of deleting at once.
	SendDeleteAccountVerification func(ctx context.Context, m Mail) error
	// BeforeDelete runs first; an error stops the deletion.
	BeforeDelete func(ctx context.Context, u *api.User) error
	// AfterDelete runs last.
	AfterDelete func(ctx context.Context, u *api.User) error
	// DeleteTokenExpiresIn is the life of the link. Default 24 h.
	DeleteTokenExpiresIn time.Duration
}

// SessionConfig configures sessions.
type SessionConfig struct {
	Model
	// ExpiresIn is the life of a session. Default 7 days.
	ExpiresIn time.Duration
	// UpdateAge is how old a session gets before a read extends it. Default 24 h; negative: every read.
	UpdateAge time.Duration
	// DisableRefresh never extends sessions on read (reference: disableSessionRefresh).
	DisableRefresh bool
	// DeferRefresh keeps reads free of writes; clients POST to refresh (reference: deferSessionRefresh).
	DeferRefresh bool
	// StoreInDatabase also keeps sessions in the database when there is a SecondaryStorage.
	StoreInDatabase bool
	// PreserveInDatabase keeps ended sessions as expired rows.
	PreserveInDatabase bool
	// FreshAge is how long after sign-in sensitive actions are allowed. Default 24 h; negative: always.
	FreshAge time.Duration
	// CookieCache keeps a copy of the session in a cookie.
	CookieCache CookieCache
}

// Strategy is how the cookie cache is encoded.
type Strategy string

// The encodings of the cookie cache.
const (
	Compact Strategy = "compact" // signed, readable
	JWT     Strategy = "jwt"     // signed JWT
	JWE     Strategy = "jwe"     // encrypted
)

// CookieCache configures the copy of the session in a cookie.
type CookieCache struct {
	Enabled bool
	// MaxAge is how long a copy is good. Default 5 min.
	MaxAge   time.Duration
	Strategy Strategy // default Compact
	// RefreshCache renews the copy before it ends, when there is no store to read.
	RefreshCache bool
	// RefreshUpdateAge is how long before its end the copy is renewed. Default a fifth of MaxAge.
	RefreshUpdateAge time.Duration
	// Version invalidates copies that carry another one. Default "1".
	Version string
	// VersionFunc computes the version from the session.
	VersionFunc func(s *api.Session, u *api.User) string
}

// AccountConfig configures accounts.
type AccountConfig struct {
	Model
	// AccountLinking says when an account at a provider becomes a further way to sign in of a user.
	AccountLinking AccountLinking
	// DisableUpdateOnSignIn keeps the tokens of the first sign-in with a provider, instead of storing those
	// of each (reference: updateAccountOnSignIn false).
	DisableUpdateOnSignIn bool
	// EncryptOAuthTokens encrypts access and refresh tokens in the database. Tokens that were stored before
	// are still read.
	EncryptOAuthTokens bool
	// StoreStateStrategy says where the state of a flow waits for the callback. Default: the database, or
	// a cookie without database and secondary storage.
	StoreStateStrategy StateStrategy
	// SkipStateCookieCheck accepts a callback in another browser than the one in which the flow began.
	// That lets somebody be signed in to a stranger's account; it is for clients that cannot keep cookies.
	SkipStateCookieCheck bool
	// StoreAccountCookie keeps the provider's account in an encrypted cookie; always on without a
	// database.
	StoreAccountCookie bool
}

// StateStrategy is where the state of an OAuth flow is kept.
type StateStrategy string

// The places for the state of a flow.
const (
	StateInDatabase StateStrategy = "database" // a verification value, tied to the browser by a cookie
	StateInCookie   StateStrategy = "cookie"   // an encrypted cookie
)

// AccountLinking configures how accounts at providers and users come together. At a sign-in with a
// provider an account is linked to the user with the same address if the provider is trusted or says that
// the address is verified, and the user's own address is verified too.
type AccountLinking struct {
	// Disabled never links accounts (reference: enabled false).
	Disabled bool
	// DisableImplicit links only when the signed-in user asks for it, not at sign-in (reference:
	// disableImplicitLinking).
	DisableImplicit bool
	// AllowUnverifiedLocalEmail links although the user never proved the address. Somebody who signed up
	// with another's address then shares the account with its owner (reference: requireLocalEmailVerified
	// false).
	AllowUnverifiedLocalEmail bool
	// TrustedProviders lists ids of providers whose addresses count as verified.
	TrustedProviders []string
	// TrustedProvidersFunc adds trusted providers for one request; r is nil for a call in process.
	TrustedProvidersFunc func(r *http.Request) []string
	// AllowDifferentEmails lets a signed-in user link an account with another address.
	AllowDifferentEmails bool
	// AllowUnlinkingAll lets users remove their last account.
	AllowUnlinkingAll bool
	// UpdateUserInfoOnLink copies name, image and additional fields of the profile to the user.
	UpdateUserInfoOnLink bool
}

// VerificationConfig configures verification values.
type VerificationConfig struct {
	Model
	// DisableCleanup keeps expired rows.
	DisableCleanup bool
	// StoreIdentifier is how names are stored.
	StoreIdentifier StoreIdentifier
	// StoreInDatabase also keeps values in the database when there is a SecondaryStorage.
	StoreInDatabase bool
}

// StoreIdentifier says how the names of verification values are stored. The zero value stores them
// as they are.
type StoreIdentifier struct {
	// Hashed stores base64url(SHA-256(name)).
	Hashed bool
	// Hash, if set, replaces the hash.
	Hash func(identifier string) (string, error)
	// Overrides are rules for names that begin with a prefix; the longest matching prefix wins.
	Overrides map[string]StoreIdentifier
}

// SecondaryStorage is a key-value store. All methods are safe for concurrent use.
type SecondaryStorage interface {
	// Get returns the value of key; ok is false when there is none.
	Get(ctx context.Context, key string) (value string, ok bool, err error)
	// GetAndDelete reads and removes key in one atomic step.
	GetAndDelete(ctx context.Context, key string) (value string, ok bool, err error)
	// Increment atomically adds one to a counter and returns it. A new counter expires after ttl.
	Increment(ctx context.Context, key string, ttl time.Duration) (int64, error)
	// Set stores a value; a ttl of zero means for ever.
	Set(ctx context.Context, key, value string, ttl time.Duration) error
	// Delete removes a key; a missing one is no error.
	Delete(ctx context.Context, key string) error
}

// RateLimit configures the rate limiter. It is on by default.
type RateLimit struct {
	Disabled bool
	// Window and Max: Max requests per Window and client and path. Default 100 in 10 s.
	Window time.Duration
	Max    int
	// Storage is "memory", "database" or "secondary-storage". Default: secondary storage if there is
	// one, else memory.
	Storage string
	// Custom replaces the storage.
	Custom RateLimitStore
	// Rules by path or pattern (* does not cross a slash) replace all others.
	Rules []RateLimitRule
	Model
}

// A RateLimitRule is the limit of the paths that it matches.
type RateLimitRule struct {
	// Path is exact, or a pattern with *.
	Path string
	// Match, if set, is used instead of Path.
	Match  func(path string) bool
	Window time.Duration
	Max    int
	// Unlimited switches the limit off.
	Unlimited bool
	// Func, if set, decides per request, given the rule in force; ok false means unlimited.
	Func func(r *http.Request, window time.Duration, max int) (w time.Duration, m int, ok bool)
}

// RateLimitStore counts requests.
type RateLimitStore interface {
	// Consume counts one request under key and reports whether it is allowed, and if not, after how
	// long the next may be.
	Consume(ctx context.Context, key string, window time.Duration, max int) (allowed bool, retryAfter time.Duration, err error)
}

// OnAPIError configures what happens with unexpected errors.
type OnAPIError struct {
	// OnError is called instead of logging, for every error that leaves the endpoint pipeline.
	OnError func(err error, c *Context)
	// ErrorURL is the page that browsers are sent to when a flow fails. Default BaseURL + "/error".
	ErrorURL string
	// ErrorPage changes the look of the built-in page.
	ErrorPage ErrorPage
}

// ErrorPage is the look of the built-in error page: CSS values by name, as in the reference's
// onAPIError.customizeDefaultErrorPage.
type ErrorPage struct {
	// Colors: background, foreground, primary, primaryForeground, mutedForeground, border,
	// destructive, titleBorder, titleColor, gridColor, cardBackground, cornerBorder.
	Colors map[string]string
	// Size: radiusSm, radiusMd, radiusLg, textSm, text2xl, text4xl, text6xl.
	Size map[string]string
	// Font: defaultFamily, monoFamily.
	Font                     map[string]string
	DisableTitleBorder       bool
	DisableCornerDecorations bool
	DisableBackgroundGrid    bool
}

// Hooks run around every endpoint, before those of the plugins.
type Hooks struct {
	Before, After HookFunc
}

// DatabaseHooks run around writes of the core tables.
type DatabaseHooks struct {
	User         adapter.Hooks[api.User]
	Session      adapter.Hooks[api.Session]
	Account      adapter.Hooks[api.Account]
	Verification adapter.Hooks[api.Verification]
}
