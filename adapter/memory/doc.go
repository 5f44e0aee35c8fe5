// Package memory keeps the tables in the memory of the process: for tests, demonstrations and programs
// that need no accounts after a restart.
//
// It is a complete adapter: unique columns, foreign key actions, hash indexes on ids and on every unique
// or indexed column, joins, batches, and serializable transactions with rollback. Writers take turns (a
// transaction is one writer from its begin to its end), readers never wait for a transaction and see only
// what is committed.
package memory
