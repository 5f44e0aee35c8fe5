// Package oauthproxy signs users in to deployments whose address no provider knows: previews and machines of
// developers.
//
// Providers send browsers back to registered addresses only. With this plugin on both sides, a preview sends
// them by way of production, which is registered: production redeems the code and hands the profile on,
// encrypted and good for a minute, and the preview makes user and session. Production stores nothing.
//
// Both deployments need the plugin, the same providers and the same secret: Options.Secret, or Config.Secret
// where the deployments share it.
//
//	oauthproxy.New(oauthproxy.Options{ProductionURL: "https://example.com"})
//
// Production needs no option: a deployment leaves its own flows alone when its address is ProductionURL. Node
// and Go deployments work together.
//
// The browser that ends a flow must be the one that began it, as without the plugin, and every flow ends once.
package oauthproxy
