package social

import (
	"context"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// DiscordOptions are the options of [Discord].
type DiscordOptions struct {
	Options
	// Permissions are those of a bot, asked for with the scope "bot".
	Permissions *int
}

// Discord signs in with Discord, provider id "discord". It asks for consent only once: Prompt is "none"
// by default.
func Discord[O Options | DiscordOptions](o O) plugin.SocialProvider {
	d := specific(o, func(o Options) DiscordOptions { return DiscordOptions{Options: o} })
	p := d.provider(oauth2.Provider{
		ProviderID: "discord",
		Title:      "Discord",
		Authorization: oauth2.Authorization{
			URL:    "https://discord.com/api/oauth2/authorize",
			Prompt: "none",
		},
		Token:    oauth2.Token{URL: "https://discord.com/api/oauth2/token"},
		UserInfo: discordProfile,
		Subject:  oauth2.SubjectAt("id"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{
				Name:          c.Named("global_name", "username"),
				Email:         c.String("email"),
				Image:         c.String("image_url"),
				EmailVerified: c.True("verified"),
			}
		},
	})
	p.Authorization.Scopes = d.requestedFirst("identify", "email")
	if d.Permissions != nil {
		p.Authorization.IfScope = "bot"
		p.Authorization.ScopeParam = plugin.Param{Name: "permissions", Value: strconv.Itoa(*d.Permissions)}
	}
	return p
}

func discordProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromUserInfo("https://discord.com/api/users/%40me", nil)(ctx, out, req)
	if err != nil {
		return nil, err
	}
	c["image_url"] = discordImage(c)
	return c, nil
}

// discordImage is the avatar, animated if its hash says so, or one of the default ones, which Discord
// picks by the id, and by the discriminator of older accounts.
func discordImage(c oauth2.Claims) string {
	const cdn = "https://cdn.discordapp.com/"
	if hash := c.First("avatar"); hash != nil {
		format := ".png"
		if strings.HasPrefix(*hash, "a_") {
			format = ".gif"
		}
		return cdn + "avatars/" + c.ID("id") + "/" + *hash + format
	}
	number, _ := strconv.ParseUint(c.ID("discriminator"), 10, 64)
	index := number % 5
	if c.ID("discriminator") == "0" {
		id, _ := strconv.ParseUint(c.ID("id"), 10, 64)
		index = (id >> 22) % 6
	}
	return cdn + "embed/avatars/" + strconv.FormatUint(index, 10) + ".png"
}
