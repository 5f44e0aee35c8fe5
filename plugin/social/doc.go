// Package social has the well-known providers of "Sign in with …": one function each, which returns a
// value for Config.SocialProviders.
//
//	SocialProviders: []plugin.SocialProvider{
//		social.GitHub(social.Options{ClientID: "…", ClientSecret: "…"}),
//		social.Google(social.GoogleOptions{
//			Options:    social.Options{ClientID: "…", ClientSecret: "…"},
//			AccessType: "offline",
//		}),
//	}
//
// A provider with options of its own takes either type. Register <base URL>/callback/<id> with the
// provider as redirect URI: https://example.com/api/auth/callback/github.
package social
