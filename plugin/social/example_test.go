package social_test

import (
	"context"
	"fmt"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

func Example() {
	providers := []plugin.SocialProvider{
		social.GitHub(social.Options{ClientID: "id", ClientSecret: "secret"}),
		social.Google(social.GoogleOptions{
			Options: social.Options{
				ClientID:     "id",
				ClientSecret: "secret",
				MapProfileToUser: func(_ context.Context, profile map[string]any, user *plugin.OAuthUser) error {
					user.Fields.Set("locale", profile["locale"])
					return nil
				},
			},
			AccessType: "offline",
		}),
	}
	for _, p := range providers {
		fmt.Println(p.ID(), p.Name(), p.Validate())
	}
	// Output:
	// github GitHub <nil>
	// google Google <nil>
}
