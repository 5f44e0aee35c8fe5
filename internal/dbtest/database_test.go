package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
)

// A database is an empty database with an adapter.
type database struct {
	sqlAdapter
	kind string
	// exec runs SQL statements beside the adapter.
	exec func(tb testing.TB, script string)
	// query returns the first column of a query's rows, as text.
	query func(tb testing.TB, q string) []string
	// open returns a further adapter with connections of its own.
	open func(tb testing.TB) sqlAdapter
}

// sqlAdapter is everything that the SQL adapters implement.
type sqlAdapter interface {
	adapter.Adapter
	adapter.Joiner
	adapter.Batcher
	adapter.Migrator
}

// each runs a test on an empty database of each kind.
func each(t *testing.T, test func(t *testing.T, db database)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, newSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, newPostgres(t)) })
}

func newSQLite(tb testing.TB) database {
	path := filepath.Join(tb.TempDir(), "test.db")
	handle := openSQLite(tb, path)
	return database{
		sqlAdapter: sqlite.New(handle),
		kind:       "sqlite",
		exec: func(tb testing.TB, script string) {
			tb.Helper()
			if _, err := handle.Exec(script); err != nil {
				tb.Fatal(err)
			}
		},
		query: func(tb testing.TB, q string) []string { return queryTexts(tb, handle, q) },
		open:  func(tb testing.TB) sqlAdapter { return sqlite.New(openSQLite(tb, path)) },
	}
}

func openSQLite(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

func queryTexts(tb testing.TB, db *sql.DB, q string) (out []string) {
	tb.Helper()
	rows, err := db.Query(q)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			tb.Fatal(err)
		}
		out = append(out, s.String)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func newPostgres(tb testing.TB) database {
	url := newPostgresDatabase(tb)
	pool := openPool(tb, url)
	return database{
		sqlAdapter: postgres.New(pool),
		kind:       "postgres",
		exec: func(tb testing.TB, script string) {
			tb.Helper()
			if _, err := pool.Exec(tb.Context(), script); err != nil {
				tb.Fatal(err)
			}
		},
		query: func(tb testing.TB, q string) []string {
			tb.Helper()
			rows, err := pool.Query(tb.Context(), q)
			if err != nil {
				tb.Fatal(err)
			}
			out, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				tb.Fatal(err)
			}
			return out
		},
		open: func(tb testing.TB) sqlAdapter { return postgres.New(openPool(tb, url)) },
	}
}

// newPostgresDatabase creates a database that lives as long as the test and returns its URL.
func newPostgresDatabase(tb testing.TB) string {
	tb.Helper()
	url := os.Getenv("BETTERAUTH_TEST_POSTGRES")
	if url == "" {
		tb.Fatal("BETTERAUTH_TEST_POSTGRES is not set; scripts/postgres.sh start DIR prints a URL for it")
	}
	name := "betterauth_" + strings.ToLower(rand.Text()[:16])
	admin(tb, url, "CREATE DATABASE "+name)
	tb.Cleanup(func() { admin(tb, url, "DROP DATABASE "+name+" WITH (FORCE)") })
	config, err := pgx.ParseConfig(url)
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprintf("host=%s port=%d user=%s password='%s' dbname=%s sslmode=disable",
		config.Host, config.Port, config.User, config.Password, name)
}

func admin(tb testing.TB, url, statement string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		tb.Error(err)
	}
}

// openPool opens a pool; settings follow the URL as in "pool_max_conns=4".
func openPool(tb testing.TB, url string, settings ...string) *pgxpool.Pool {
	tb.Helper()
	pool, err := pgxpool.New(tb.Context(), strings.Join(append([]string{url}, settings...), " "))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return pool
}

// now is a fixed clock.
func now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC) }

// coreSchema is the schema of the core's tables with further ones.
func coreSchema(tb testing.TB, ids adapter.IDStrategy, more ...adapter.Table) *adapter.Schema {
	tb.Helper()
	s, err := adapter.NewSchema(append(adapter.CoreTables(now), more...)...)
	if err != nil {
		tb.Fatal(err)
	}
	return s.WithIDs(ids)
}

// migrated brings db to the core's schema.
func migrated(tb testing.TB, db database) database {
	tb.Helper()
	if err := db.Migrate(tb.Context(), coreSchema(tb, adapter.RandomIDs)); err != nil {
		tb.Fatal(err)
	}
	return db
}

// at is t as db holds it.
func (db database) at(t time.Time) any {
	if db.Capabilities().NoDates {
		return t.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return t
}

// truth is b as db holds it.
func (db database) truth(b bool) any {
	switch {
	case !db.Capabilities().NoBooleans:
		return b
	case b:
		return int64(1)
	}
	return int64(0)
}

func (db database) user(id, email string) adapter.Record {
	return adapter.Record{
		"id": id, "name": "Ann", "email": email, "emailVerified": db.truth(false), "image": nil,
		"createdAt": db.at(now()), "updatedAt": db.at(now()),
	}
}

func (db database) session(id, token, user string) adapter.Record {
	return adapter.Record{
		"id": id, "token": token, "userId": user, "expiresAt": db.at(now().Add(time.Hour)),
		"createdAt": db.at(now()), "updatedAt": db.at(now()), "ipAddress": "127.0.0.1", "userAgent": nil,
	}
}

func (db database) verification(id, identifier string) adapter.Record {
	return adapter.Record{
		"id": id, "identifier": identifier, "value": "0", "expiresAt": db.at(now()),
		"createdAt": db.at(now()), "updatedAt": db.at(now()),
	}
}

func (db database) account(id, user string) adapter.Record {
	return adapter.Record{
		"id": id, "accountId": user, "providerId": "p-" + id, "userId": user,
		"createdAt": db.at(now()), "updatedAt": db.at(now()),
	}
}

func (db database) create(tb testing.TB, table string, rows ...adapter.Record) {
	tb.Helper()
	for _, r := range rows {
		if _, err := db.Create(tb.Context(), table, r); err != nil {
			tb.Fatal(err)
		}
	}
}

func (db database) count(tb testing.TB, table string, where ...adapter.Where) int64 {
	tb.Helper()
	n, err := db.Count(tb.Context(), adapter.Query{Table: table, Where: where})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}
