package genericoauth

import (
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// A Plugin adds providers to one Auth.
type Plugin struct {
	providers []Provider
	app       *plugin.App
}

// New returns the plugin. betterauth.New checks the providers and reports all faults together.
func New(providers ...Provider) *Plugin { return &Plugin{providers: providers} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "generic-oauth" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	if p.app != nil {
		return errors.New("this plugin belongs to another Auth; call genericoauth.New for each")
	}
	p.app = r.App
	list := make([]plugin.SocialProvider, 0, len(p.providers))
	for _, o := range p.providers {
		o.PostLogoutRedirectURI = absolute(r.Config.BaseURL, o.PostLogoutRedirectURI)
		list = append(list, newEntry(&o))
	}
	r.SocialProvider(list...)
	return nil
}
