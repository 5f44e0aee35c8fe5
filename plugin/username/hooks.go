package username

import (
	"context"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// checked is the context key that tells the row hooks that a call's names have passed: they are valid and
// normalised.
type checked struct{}

// beforeSignUp checks and normalises the names of a sign-up. A display name alone is the username too,
// if it can be one, and a username alone is the display name.
func (p *Plugin) beforeSignUp(c *plugin.Context) error {
	name, given := member(c, username)
	shown, hasShown := member(c, display)
	if _, present := c.Body().Get(username); !present && hasShown {
		switch err := p.options.check(c, shown); {
		case err == nil:
			name, given = shown, true
		case !isFault(err):
			return err
		}
	}
	if given {
		if err := p.checkNew(c, name); err != nil {
			return err
		}
	}
	if hasShown {
		if err := p.options.checkDisplay(c, shown); err != nil {
			return err
		}
	}
	if v, _ := c.Body().Get(display); v == nil || v == "" {
		shown = name
	}
	p.rewrite(c, name, shown)
	return nil
}

// checkNew refuses a username that breaks the rules or belongs to somebody.
func (p *Plugin) checkNew(ctx context.Context, name string) error {
	if err := p.options.check(ctx, name); err != nil {
		return err
	}
	owner, err := p.find(ctx, name)
	if err == nil && owner != nil {
		err = IsAlreadyTaken
	}
	return err
}

// beforeUpdate checks and normalises the names of an update.
func (p *Plugin) beforeUpdate(c *plugin.Context) error {
	name, given := member(c, username)
	if given {
		if err := p.options.check(c, name); err != nil {
			return err
		}
	}
	if value, present := c.Body().Get(username); given || present && value == nil {
		if err := p.checkChange(c, name); err != nil {
			return err
		}
	}
	shown, hasShown := member(c, display)
	if hasShown {
		if err := p.options.checkDisplay(c, shown); err != nil {
			return err
		}
	}
	p.rewrite(c, name, shown)
	return nil
}

// checkChange refuses a username that belongs to somebody else, and to change, or to remove, one that is
// immutable. A trusted caller in process acts for a user that hooks do not know: then the database alone
// tells whether the name is taken.
func (p *Plugin) checkChange(c *plugin.Context, name string) error {
	if !c.IsHTTP() && c.Header == nil {
		return nil
	}
	current, err := session.Get(c)
	if err != nil {
		return err
	}
	if p.options.Immutable && current != nil {
		own, _ := api.Field[string](current.User.Extra, username)
		if own != "" && own != p.options.Normalize(name) {
			return IsImmutable
		}
	}
	if name == "" {
		return nil
	}
	owner, err := p.find(c, name)
	if err == nil && owner != nil && (current == nil || owner.ID != current.User.ID) {
		err = IsAlreadyTaken
	}
	return err
}

// member returns a string of the body.
func member(c *plugin.Context, name string) (value string, ok bool) {
	return api.Field[string](c.Body(), name)
}

// rewrite puts the normalised names into the body and marks them as checked.
func (p *Plugin) rewrite(c *plugin.Context, name, shown string) {
	if name != "" {
		c.SetBody(username, p.options.Normalize(name))
	}
	if shown != "" && !p.options.DisableDisplayUsername {
		c.SetBody(display, p.options.NormalizeDisplay(shown))
	}
	c.Context = context.WithValue(c.Context, checked{}, true)
}

// nameConflict names the loser's fault when two calls took a username at once: the unique column decided.
func (p *Plugin) nameConflict(c *plugin.Context) error {
	_, err := c.Returned()
	if !errors.Is(err, adapter.ErrUnique) {
		return nil
	}
	name, given := member(c, username)
	if !given {
		return nil
	}
	if c.Value(checked{}) == nil {
		name = p.options.Normalize(name)
	}
	owner, findErr := p.findNormalized(c, name)
	if findErr != nil {
		return findErr
	}
	email, _ := member(c, "email")
	if owner == nil || strings.EqualFold(owner.Email, email) {
		return nil
	}
	return IsAlreadyTaken.WithCause(err)
}

// beforeCreateRow checks and normalises the names of users that did not come through sign-up.
func (p *Plugin) beforeCreateRow(ctx context.Context, u *api.User) error {
	if ctx.Value(checked{}) != nil {
		return nil
	}
	name, _ := api.Field[string](u.Extra, username)
	shown, _ := api.Field[string](u.Extra, display)
	if name != "" {
		if err := p.checkNew(ctx, name); err != nil {
			return err
		}
		u.Extra.Set(username, p.options.Normalize(name))
	}
	if p.options.DisableDisplayUsername {
		return nil
	}
	if shown != "" {
		if err := p.options.checkDisplay(ctx, shown); err != nil {
			return err
		}
	}
	if shown == "" {
		shown = name
	}
	if shown != "" {
		u.Extra.Set(display, p.options.NormalizeDisplay(shown))
	}
	return nil
}

// beforeUpdateRow checks and normalises names that did not come through update-user. That the name is free
// is left to the unique column: the row to be changed is not known here.
func (p *Plugin) beforeUpdateRow(ctx context.Context, set adapter.Changes) error {
	if ctx.Value(checked{}) != nil {
		return nil
	}
	if name, _ := set[username].(string); name != "" {
		if err := p.options.check(ctx, name); err != nil {
			return err
		}
		set[username] = p.options.Normalize(name)
	}
	if shown, _ := set[display].(string); shown != "" {
		if err := p.options.checkDisplay(ctx, shown); err != nil {
			return err
		}
		set[display] = p.options.NormalizeDisplay(shown)
	}
	return nil
}
