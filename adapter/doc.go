// Package adapter is the storage layer: what tables there are, how a database is reached, and the
// typed access that endpoints and plugins use.
//
// It has three floors:
//
//   - An [Adapter] moves [Record] values in and out of one database by physical names. Packages
//     memory, sqlite and postgres hold adapters; package adaptertest checks any of them.
//   - The [Schema] lists the tables of the core, of plugins and of the application, with the logical
//     name, column, type, default and rules of every field.
//   - The [Store] joins the two: it translates names, makes ids, applies defaults, converts values for
//     databases that lack a type, runs hooks and carries transactions in the context.
//
// [Rows] is the typed door to the Store: a value that knows a table's name and its Go struct.
//
//	var users = adapter.Rows[api.User]{Table: "user"}
//
//	user, err := users.FindOne(ctx, store, adapter.Eq("email", email))
//	if errors.Is(err, adapter.ErrNotFound) { … }
package adapter
