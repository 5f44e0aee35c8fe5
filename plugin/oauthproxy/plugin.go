package oauthproxy

import (
	"fmt"
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
)

const defaultMaxAge = time.Minute

// Options of the plugin. The zero value is good for production.
type Options struct {
	// CurrentURL is an address of this deployment: "https://pr-7.example.dev". Default: where the request was
	// sent to, if that is a trusted origin, or else what the hosting environment says (VERCEL_URL,
	// NETLIFY_URL, RENDER_URL), or else Config.BaseURL.
	CurrentURL string
	// ProductionURL is the address that the providers know, without the base path: "https://example.com".
	// Default: the environment's BETTER_AUTH_URL, or else Config.BaseURL; then only that address is left
	// alone, and redirect URIs stay as they are.
	ProductionURL string
	// MaxAge is how long the encrypted profile is good for. Default one minute.
	MaxAge time.Duration
	// Secret encrypts what passes between the deployments, so that they need not share Config.Secret. It must
	// be the same everywhere and have 32 characters or more, unless Advanced.AllowShortSecret is set; make it
	// with `openssl rand -base64 32`. Default Config.Secret.
	Secret string
	// Secrets lists such secrets by version for rotation: the first encrypts, the others only decrypt. Secret
	// then opens values from before the list.
	Secrets []plugin.Secret
}

// A Plugin leads the flows of one Auth through production.
type Plugin struct {
	// API calls the plugin's endpoints in process.
	API     API
	options Options
	own     *crypto.Keyring // of Options.Secret; nil: the instance's
	// configured and production are origins; production is empty if it is the base URL's.
	configured, production string
}

// API holds the plugin's endpoints.
type API struct {
	// OAuthProxyCompletion ends a flow that production has led back: it makes user and session and redirects.
	// Its result is always an error: the redirect, or what is wrong with the request.
	//
	//	GET /callback/:id/oauth-proxy
	OAuthProxyCompletion api.Func[CompletionInput, *api.StatusOutput]
	// OAuthProxy does the same at the address that earlier versions of the reference used.
	//
	//	GET /oauth-proxy-callback
	OAuthProxy api.Func[CallbackInput, *api.StatusOutput]
}

// CompletionInput is the route and query of GET /callback/:id/oauth-proxy.
type CompletionInput struct {
	Provider string `path:"id"`
	CallbackInput
}

// CallbackInput is the query of GET /oauth-proxy-callback.
type CallbackInput struct {
	// CallbackURL must be trusted. It is the page that the flow ends at.
	CallbackURL string `query:"callbackURL"`
	// Profile is what production encrypted.
	Profile string `query:"profile,omitempty"`
}

// New returns the plugin.
func New(options Options) *Plugin { return &Plugin{options: options} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "oauth-proxy" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.API.OAuthProxy != nil {
		return errors.New("this plugin belongs to another Auth; call oauthproxy.New for each")
	}
	if err := p.resolve(r.Config); err != nil {
		return err
	}
	check := plugin.Use(plugin.CheckCallbackQuery)
	p.API.OAuthProxy = plugin.Handle(r, plugin.Endpoint{
		ID: "oAuthProxy", Method: http.MethodGet, Path: "/oauth-proxy-callback",
		Summary: "End a sign-in that went through another deployment (former address)", Use: check,
	}, p.finishFormer)
	p.API.OAuthProxyCompletion = plugin.Handle(r, plugin.Endpoint{
		ID: "oAuthProxyCompletion", Method: http.MethodGet, Path: "/callback/:id/oauth-proxy",
		Summary: "End a sign-in that went through another deployment", Use: check,
	}, p.finish)
	r.Before(plugin.Path("/sign-in/social", "/sign-in/:provider", "/link-social", "/oauth-popup/start"), p.begin)
	r.Before(plugin.Path("/callback/:id"), p.relay)
	r.After(plugin.Path("/callback/:id"), p.unwrap)
	return nil
}

func (p *Plugin) resolve(c *plugin.Config) error {
	o := &p.options
	if o.MaxAge < 0 {
		return errors.New("MaxAge is negative; give a positive duration")
	}
	if o.MaxAge == 0 {
		o.MaxAge = defaultMaxAge
	}
	if o.CurrentURL != "" {
		if p.configured = originOf(o.CurrentURL); p.configured == "" {
			return errors.New("CurrentURL is no http or https URL; give an address such as https://preview.example.com")
		}
	}
	production := o.ProductionURL
	if production == "" {
		production = c.Getenv("BETTER_AUTH_URL")
	}
	if production != "" {
		if p.production = originOf(production); p.production == "" {
			return errors.New("ProductionURL is no http or https URL; give an address such as https://example.com")
		}
	}
	return p.makeKeys(c)
}

// makeKeys prepares the plugin's own secrets, if there are any.
func (p *Plugin) makeKeys(c *plugin.Config) error {
	current := p.options.Secret
	secrets := make([]crypto.Secret, 0, len(p.options.Secrets))
	for _, s := range p.options.Secrets {
		secrets = append(secrets, crypto.Secret{Version: s.Version, Value: s.Value})
	}
	if len(secrets) > 0 {
		current = secrets[0].Value
	} else if current == "" {
		return nil
	}
	err := crypto.CheckSecret(current)
	if errors.Is(err, crypto.ErrDefaultSecret) || errors.Is(err, crypto.ErrShortSecret) && !c.Advanced.AllowShortSecret {
		return fmt.Errorf("%w; make one with `openssl rand -base64 32`", err)
	}
	p.own, err = crypto.NewKeyring(secrets, p.options.Secret)
	return err
}

// keys encrypts what passes between the deployments.
func (p *Plugin) keys(c *plugin.Context) *crypto.Keyring {
	if p.own != nil {
		return p.own
	}
	return c.Keys
}

// originOf returns the origin of an address of the web, or "".
func originOf(address string) string {
	u, err := origin.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.Origin()
}
