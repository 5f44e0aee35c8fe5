package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// An Adapter is an adapter.Adapter, adapter.Joiner, adapter.Batcher and adapter.Migrator.
type Adapter struct{ *sqladapter.Adapter }

// An Option changes what New does by default.
type Option func(*options)

type options struct {
	schema  string
	retries int
}

// Schema names the schema of the tables. Without it, the connection's search_path decides: tables are
// created in its first schema. Migrations create the schema if need be.
func Schema(name string) Option { return func(o *options) { o.schema = name } }

// RetryTransactions runs a transaction again, at most n times, when PostgreSQL rolled it back because
// of a deadlock or a serialization failure. The default is 0: what runs in a transaction must have no
// effects outside the database to be safe to run twice, and only the caller knows.
func RetryTransactions(n int) Option { return func(o *options) { o.retries = n } }

// New returns an Adapter that uses pool. It does not connect.
func New(pool *pgxpool.Pool, opts ...Option) *Adapter {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return &Adapter{sqladapter.New(conn{pool: pool}, dialect(o.schema), o.retries)}
}

func dialect(schema string) *sqladapter.Dialect {
	return &sqladapter.Dialect{
		Capabilities: adapter.Capabilities{Kind: "postgres", UUIDs: true},
		Schema:       schema,
		Numbered:     true,
		// Rows that reference the updated one can be inserted meanwhile.
		LockUpdate: " FOR NO KEY UPDATE",
		LockDelete: " FOR UPDATE",
		In:         "{} = ANY(?)",
		NotIn:      "{} <> ALL(?)",
		InFold:     "lower({}) = ANY(lower(?::text)::text[])",
		NotInFold:  "lower({}) <> ALL(lower(?::text)::text[])",
		Match:      "{} LIKE ?",
		MatchFold:  "{} ILIKE ?",
		Arg:        arg,
		List:       list,
		Pattern:    sqladapter.LikePattern,
		Unique:     func(err error) bool { return code(err) == "23505" },
		Restart:    restart,
		Migration:  migration(schema),
	}
}

// restart reports a serialization failure or a deadlock, after which the transaction is rolled back.
func restart(err error) bool {
	c := code(err)
	return c == "40001" || c == "40P01"
}

// code returns the SQLSTATE of an error of the server, or "".
func code(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
