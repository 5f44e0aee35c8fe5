package oauth

import "github.com/betterauth-go/betterauth/plugin"

// A Detour leads the flow that a call begins through another deployment, whose callback the provider knows.
type Detour struct {
	// BaseURL takes the place of Context.BaseURL in the redirect URI, unless it is empty.
	BaseURL string
	// CallbackURL returns where the flow ends instead of url, which is empty if the request names no page.
	CallbackURL func(p plugin.SocialProvider, url string) string
	// StateParam returns the parameter state of the provider's page instead of the state's ID.
	StateParam func(s *State) (string, error)
}

type detourKey struct{}

// SetDetour leads the flow that this call may begin along a detour. For before hooks.
func SetDetour(c *plugin.Context, d Detour) { c.Set(detourKey{}, d) }

func detourOf(c *plugin.Context) Detour {
	d, _ := c.Get(detourKey{}).(Detour)
	return d
}
