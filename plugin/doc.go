// Package plugin is the kit that endpoints are made of: the core's own and a third party's alike.
//
// A plugin is a value with an id and a Register method. During betterauth.New it receives a
// [Registry] and adds endpoints, hooks, tables, rate limits and trusted origins to it:
//
//	func (p *Plugin) Register(r *plugin.Registry) error {
//		p.API.Ping = plugin.Handle(r, plugin.Endpoint{ID: "ping", Method: "GET", Path: "/ping"}, p.ping)
//		return nil
//	}
//
// [Handle] is the only way to add an endpoint. It mounts the function on the HTTP router and in the
// dynamic API.Call, and returns it as a typed function, so the surfaces cannot drift apart.
//
// The package also holds the configuration ([Config]), because configuration, registry and context
// refer to each other; package betterauth re-exports it.
package plugin
