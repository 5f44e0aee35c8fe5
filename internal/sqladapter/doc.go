// Package sqladapter implements adapter.Adapter, adapter.Joiner, adapter.Batcher and
// adapter.Migrator once for all SQL databases. A database package brings a Conn, which runs
// statements, and a Dialect, which says how its SQL differs.
//
// Values never enter a statement's text. The text is built once for each shape of a call (table,
// columns, operators) and cached, so that a repeated call only collects its arguments.
package sqladapter
