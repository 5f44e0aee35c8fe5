package main

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // the driver

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
)

// open opens a database of the given kind; close closes it.
func open(ctx context.Context, kind, dsn string) (store adapter.Adapter, close func(), err error) {
	switch kind {
	case "memory":
		return memory.New(), func() {}, nil
	case "sqlite":
		db, err := sql.Open("sqlite", "file:"+dsn+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
		if err != nil {
			return nil, nil, err
		}
		// The default of two idle connections would open and close one for most requests.
		connections := max(2, runtime.GOMAXPROCS(0))
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		return sqlite.New(db), func() { db.Close() }, nil
	case "pg":
		pool, err := pgxpool.New(ctx, dsn)
		if err != nil {
			return nil, nil, err
		}
		return postgres.New(pool), pool.Close, nil
	}
	return nil, nil, fmt.Errorf("unknown database %q", kind)
}
