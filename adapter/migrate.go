package adapter

import "context"

// A Statement is one SQL statement of a migration, without a semicolon.
type Statement string

// A Migrator is an Adapter that can bring its database to a Schema. Migrations only ever add: tables,
// columns and indexes that are missing. What exists is neither changed nor dropped, whoever made it.
type Migrator interface {
	// Plan returns the statements that Migrate would run now, in order, and changes nothing. It
	// returns an error when something missing cannot be added, as a required column without a
	// default cannot be to a table with rows.
	Plan(ctx context.Context, s *Schema) ([]Statement, error)

	// Migrate runs the statements of Plan in one transaction. Any number of processes may call it at
	// the same time: one of them works, the others wait and find nothing left to do.
	Migrate(ctx context.Context, s *Schema) error

	// Align does what Migrate and then Drift do, and reads the schema only once when nothing is missing.
	Align(ctx context.Context, s *Schema) (drift []string, err error)

	// Drift describes what differs from s and is left alone by migrations: columns of another type,
	// columns that allow NULL and should not, required columns that s does not know, values meant to
	// be unique without an index that ensures it. No drift is an empty result.
	Drift(ctx context.Context, s *Schema) ([]string, error)
}
