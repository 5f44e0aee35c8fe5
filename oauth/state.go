package oauth

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
)

const (
	stateLife = 10 * time.Minute
	// browserLife is how long the cookie lives that ties a state to the browser.
	browserLife = 5 * time.Minute

	statePrefix  = "auth-state:"
	statePurpose = "oauth-state-cookie"
)

// A State is what a flow remembers between the redirect to the provider and the callback. It is stored as
// JSON, the same as the reference's.
type State struct {
	// Data is the additionalData of the request.
	Data         api.Fields `json:",inline"`
	CallbackURL  string     `json:"callbackURL"`
	CodeVerifier string     `json:"codeVerifier"`
	// ErrorURL and NewUserURL are empty when the request had none.
	ErrorURL   string `json:"errorURL,omitempty"`
	NewUserURL string `json:"newUserURL,omitempty"`
	Link       *Link  `json:"link,omitempty"`
	// ServerContext holds what plugins added with [AddServerContext].
	ServerContext api.Fields `json:"serverContext,omitempty"`
	ExpiresAt     int64      `json:"expiresAt"` // Unix milliseconds
	RequestSignUp *bool      `json:"requestSignUp,omitempty"`
	IDTokenNonce  string     `json:"idTokenNonce,omitempty"`
	// ID is the parameter state.
	ID string `json:"oauthState,omitempty"`
}

// WireStruct marks the state for the wire encoder.
func (State) WireStruct() {}

// A Link says that a flow links an account to a user who is signed in.
type Link struct {
	UserID string `json:"userId"`
	Email  string `json:"email"`
	// SessionToken is encrypted; the session must still be alive at the callback.
	SessionToken string `json:"encryptedSessionToken,omitempty"`
}

// WireStruct marks the link for the wire encoder.
func (Link) WireStruct() {}

type (
	stateKey         struct{}
	serverContextKey struct{}
)

// StateOf returns the state of the flow that this call begins or ends, or nil. For hooks.
func StateOf(c *plugin.Context) *State {
	s, _ := c.Get(stateKey{}).(*State)
	return s
}

// AddServerContext keeps a value with the flow that this call begins. Unlike State.Data it never comes from
// a request, so the callback may trust it.
func AddServerContext(c *plugin.Context, name string, value any) {
	fields, _ := c.Get(serverContextKey{}).(api.Fields)
	fields.Set(name, value)
	c.Set(serverContextKey{}, fields)
}

// Save fills in verifier, ID and expiry of a new state and stores it as Account.StoreStateStrategy says.
func (s *State) Save(c *plugin.Context) error {
	var err error
	if s.CodeVerifier == "" {
		if s.CodeVerifier, err = c.Random(128, crypto.URLSafe); err != nil {
			return err
		}
	}
	if s.ID, err = c.Random(32, crypto.URLSafe); err != nil {
		return err
	}
	s.ExpiresAt = c.Now().Add(stateLife).UnixMilli()
	s.ServerContext, _ = c.Get(serverContextKey{}).(api.Fields)
	c.Set(stateKey{}, s)
	text, err := wire.Marshal(s)
	if err != nil {
		return err
	}
	if c.Config.Account.StoreStateStrategy == plugin.StateInCookie {
		err = s.saveInCookie(c, string(text))
	} else {
		err = s.saveInDatabase(c, string(text))
	}
	if err == nil {
		return nil
	}
	c.Log.ErrorContext(c, "cannot store the state of a flow", slog.Any("error", err))
	if errors.Is(err, adapter.Abort) {
		return errors.Message(http.StatusInternalServerError, "Unable to create verification").WithCause(err)
	}
	return errors.InternalServerError.WithCause(err)
}

func (s *State) saveInDatabase(c *plugin.Context, text string) error {
	_, err := c.CreateVerification(statePrefix+s.ID, text, stateLife)
	if err == nil {
		c.SetSignedCookie(browserCookie(c).With(s.ID))
	}
	return err
}

func (s *State) saveInCookie(c *plugin.Context, text string) error {
	sealed, err := c.Keys.EncryptFor(statePurpose, text, c.Rand)
	if err == nil {
		c.SetCookie(sealedCookie(c).With(sealed))
	}
	return err
}

func browserCookie(c *plugin.Context) cookie.Cookie {
	return c.Cookies.Cookie("state", cookie.Override{MaxAge: new(int(browserLife / time.Second))})
}

func sealedCookie(c *plugin.Context) cookie.Cookie {
	return c.Cookies.Cookie("oauth_state", cookie.Override{MaxAge: new(int(stateLife / time.Second))})
}

// A StateError says why a callback does not belong to a flow of this browser.
type StateError struct {
	// Code is the parameter error of the redirect: "state_mismatch".
	Code string
	// URL is the flow's ErrorURL, if the state could be read.
	URL string
	err error
}

// Error names code and reason.
func (e *StateError) Error() string {
	if e.err != nil {
		return "oauth: " + e.Code + ": " + e.err.Error()
	}
	return "oauth: " + e.Code
}

// Unwrap returns the reason.
func (e *StateError) Unwrap() error { return e.err }

// The codes of a StateError.
const (
	codeMismatch = "state_mismatch"
	codeInvalid  = "state_invalid"
	codeInternal = "internal_server_error"
)

// Redeem returns the state that a callback names and makes sure that no other callback gets it. The error
// is a *[StateError].
func Redeem(c *plugin.Context, id string) (*State, error) {
	redeem := redeemRow
	if c.Config.Account.StoreStateStrategy == plugin.StateInCookie {
		redeem = redeemCookie
	}
	s, err := redeem(c, id)
	if err != nil {
		return nil, err
	}
	if s.ExpiresAt < c.Now().UnixMilli() {
		return nil, &StateError{Code: codeMismatch, URL: s.ErrorURL}
	}
	c.Set(stateKey{}, s)
	return s, nil
}

func redeemCookie(c *plugin.Context, id string) (*State, error) {
	k := sealedCookie(c)
	sealed, ok := c.Cookie(k.Name)
	if !ok || sealed == "" {
		return nil, &StateError{Code: codeMismatch}
	}
	text, err := c.Keys.DecryptFor(statePurpose, sealed)
	if err != nil {
		return nil, &StateError{Code: codeInvalid, err: err}
	}
	s, err := parseState(text)
	if err != nil {
		return nil, &StateError{Code: codeInvalid, err: err}
	}
	if s.ID != id {
		return nil, &StateError{Code: codeMismatch, URL: s.ErrorURL}
	}
	c.ExpireCookie(k)
	return s, nil
}

// redeemRow looks at the cookie first, so that a callback in another browser leaves the flow alone.
func redeemRow(c *plugin.Context, id string) (*State, error) {
	k := browserCookie(c)
	own, _, ok := c.SignedCookie(k.Name)
	if !c.Config.Account.SkipStateCookieCheck && (!ok || own != id) {
		s, err := storedState(c.LatestVerification(statePrefix + id))
		if err == nil {
			err = &StateError{Code: codeMismatch, URL: s.ErrorURL}
		}
		return nil, err
	}
	s, err := storedState(c.TakeVerification(statePrefix + id))
	if err == nil && s.ID != "" && s.ID != id {
		err = &StateError{Code: codeMismatch, URL: s.ErrorURL}
	}
	if err != nil {
		return nil, err
	}
	c.ExpireCookie(k)
	return s, nil
}

func storedState(v *api.Verification, err error) (*State, error) {
	switch {
	case errors.Is(err, adapter.ErrNotFound):
		return nil, &StateError{Code: codeMismatch}
	case err != nil:
		return nil, &StateError{Code: codeInternal, err: err}
	}
	s, err := parseState(v.Value)
	if err != nil {
		return nil, &StateError{Code: codeInternal, err: err}
	}
	return s, nil
}

var errState = errors.New("the state lacks what a flow needs")

func parseState(text string) (*State, error) {
	s := &State{}
	if err := wire.Unmarshal([]byte(text), s); err != nil {
		return nil, err
	}
	if s.CallbackURL == "" || s.CodeVerifier == "" || s.ExpiresAt == 0 || s.Link != nil && s.Link.UserID == "" {
		return nil, errState
	}
	return s, nil
}
