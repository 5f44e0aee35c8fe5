package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // the driver

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
)

// store is an open database: the adapter for the library, and what the control
// channel does behind its back.
type store struct {
	adapter adapter.Adapter
	exec    func(ctx context.Context, text string) error
	clear   func(ctx context.Context) error
	dump    func(ctx context.Context) (map[string][]json.RawMessage, error)
	close   func()
}

func openStore(ctx context.Context, where, directory string) (*store, error) {
	switch {
	case where == "none":
		return withoutSQL(nil), nil
	case where == "memory":
		return withoutSQL(memory.New()), nil
	case where == "sqlite":
		return openSQLite(filepath.Join(directory, "own.db"))
	case strings.HasPrefix(where, "sqlite:"):
		return openSQLite(strings.TrimPrefix(where, "sqlite:"))
	}
	return openPostgres(ctx, where)
}

func withoutSQL(a adapter.Adapter) *store {
	return &store{
		adapter: a,
		exec:    func(context.Context, string) error { return fmt.Errorf("this database has no SQL") },
		clear:   func(context.Context) error { return nil },
		dump:    func(context.Context) (map[string][]json.RawMessage, error) { return nil, nil },
		close:   func() {},
	}
}

func openSQLite(file string) (*store, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(0)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	s := &store{adapter: sqlite.New(db), close: func() { db.Close() }}
	s.exec = func(ctx context.Context, text string) error {
		_, err := db.ExecContext(ctx, text)
		return err
	}
	s.clear = func(ctx context.Context) error { return clearSQLite(ctx, db) }
	s.dump = func(ctx context.Context) (map[string][]json.RawMessage, error) { return dumpSQLite(ctx, db) }
	return s, nil
}

func strs(ctx context.Context, db *sql.DB, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}

const sqliteTables = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`

func clearSQLite(ctx context.Context, db *sql.DB) error {
	tables, err := strs(ctx, db, sqliteTables)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	statements := []string{"PRAGMA foreign_keys = OFF"}
	for _, table := range tables {
		statements = append(statements, `DROP TABLE "`+table+`"`)
	}
	for _, statement := range append(statements, "PRAGMA foreign_keys = ON") {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// dumpSQLite lets SQLite write the JSON: drivers turn columns declared as
// dates into times, and the stored text is what counts.
func dumpSQLite(ctx context.Context, db *sql.DB) (map[string][]json.RawMessage, error) {
	tables, err := strs(ctx, db, sqliteTables)
	if err != nil {
		return nil, err
	}
	all := map[string][]json.RawMessage{}
	for _, table := range tables {
		columns, err := strs(ctx, db, `SELECT name FROM pragma_table_info(?) ORDER BY cid`, table)
		if err != nil {
			return nil, err
		}
		pairs := make([]string, 0, len(columns))
		for _, c := range columns {
			pairs = append(pairs, fmt.Sprintf(`'%s', "%s"`, c, c))
		}
		rows, err := strs(ctx, db, fmt.Sprintf(`SELECT json_object(%s) FROM "%s" ORDER BY rowid`, strings.Join(pairs, ", "), table))
		if err != nil {
			return nil, err
		}
		all[table] = []json.RawMessage{}
		for _, row := range rows {
			all[table] = append(all[table], json.RawMessage(row))
		}
	}
	return all, nil
}

func openPostgres(ctx context.Context, url string) (*store, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	s := &store{adapter: postgres.New(pool), close: pool.Close}
	s.exec = func(ctx context.Context, text string) error {
		_, err := pool.Exec(ctx, text)
		return err
	}
	s.clear = func(ctx context.Context) error { return clearPostgres(ctx, pool) }
	s.dump = func(ctx context.Context) (map[string][]json.RawMessage, error) { return dumpPostgres(ctx, pool) }
	return s, nil
}

func postgresTables(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	rows, err := pool.Query(ctx, `SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func clearPostgres(ctx context.Context, pool *pgxpool.Pool) error {
	tables, err := postgresTables(ctx, pool)
	if err != nil || len(tables) == 0 {
		return err
	}
	_, err = pool.Exec(ctx, `DROP TABLE "`+strings.Join(tables, `", "`)+`" CASCADE`)
	pool.Reset() // prepared statements knew the dropped tables
	return err
}

func dumpPostgres(ctx context.Context, pool *pgxpool.Pool) (map[string][]json.RawMessage, error) {
	tables, err := postgresTables(ctx, pool)
	if err != nil {
		return nil, err
	}
	all := map[string][]json.RawMessage{}
	for _, table := range tables {
		rows, err := pool.Query(ctx, `SELECT * FROM "`+table+`"`, pgx.QueryExecModeDescribeExec)
		if err != nil {
			return nil, err
		}
		records, err := pgx.CollectRows(rows, pgx.RowToMap)
		if err != nil {
			return nil, err
		}
		all[table] = []json.RawMessage{}
		for _, record := range records {
			text, err := json.Marshal(readable(record))
			if err != nil {
				return nil, err
			}
			all[table] = append(all[table], text)
		}
	}
	return all, nil
}

// readable writes values as node-postgres and JSON.stringify do.
func readable(record map[string]any) map[string]any {
	for key, value := range record {
		switch v := value.(type) {
		case time.Time:
			record[key] = v.UTC().Format("2006-01-02T15:04:05.000Z")
		case int64:
			record[key] = fmt.Sprint(v)
		}
	}
	return record
}
