// Package postgres keeps betterauth's rows in PostgreSQL 12 or later, through pgx.
//
//	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
//	auth, err := betterauth.New(betterauth.Config{Database: postgres.New(pool), …})
//
// The pool stays the caller's, who sets its size and closes it. Every query mode of pgx works, so a
// pool behind PgBouncer can be set to default_query_exec_mode=exec or simple_protocol.
//
// Each call is one statement, and a batch of inserts is one round trip. Rows are locked where two
// callers could otherwise both win, so the default isolation level, read committed, is enough. As
// PostgreSQL demands, a transaction in which a statement failed can only be rolled back.
package postgres
