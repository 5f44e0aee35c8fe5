// Package sqlite keeps betterauth's rows in SQLite 3.35 or later, through database/sql and the
// driver of the caller's choice: modernc.org/sqlite, github.com/mattn/go-sqlite3 or
// github.com/ncruces/go-sqlite3.
//
//	db, err := sql.Open("sqlite", "app.db")
//	auth, err := betterauth.New(betterauth.Config{Database: sqlite.New(db), …})
//
// The handle stays the caller's, who closes it. An in-memory database needs
// db.SetMaxOpenConns(1), since with most drivers every connection would otherwise see a database of
// its own.
//
// # Connections
//
// On first use the adapter switches the database to a write-ahead log, in which readers and the
// writer do not wait for each other, and from then on it turns foreign keys on for each connection
// it writes with, unless the connection string has done so already. WithoutPragmas prevents both.
//
// database/sql keeps only two idle connections. Under load, give the handle as many as there are cores, or
// most requests open one of their own:
//
//	n := max(2, runtime.GOMAXPROCS(0))
//	db.SetMaxOpenConns(n)
//	db.SetMaxIdleConns(n)
//
// One write runs at a time in each Adapter, and transactions take the write lock when they begin, so
// that none of them fails half-way for want of it. Reads run twice as many at a time as there are
// cores. The others queue in order of arrival, as long as the context allows.
//
// Where another process or another user of the handle holds the lock, the adapter waits, as long as
// the context allows but at most for the time given to BusyTimeout, 10 seconds by default. No other
// setting is needed; a connection string that sets busy_timeout lets the driver do part of the waiting.
// A caller sees "database is locked" only when a lock stays in the way for that long, as that of a
// process which keeps a transaction open. This holds for a rollback journal too, where each commit
// waits for the readers of all processes and they for it: slower under load, with the same outcome.
//
// # Values
//
// Booleans are stored as 1 and 0, times as text "2006-01-02T15:04:05.000Z", JSON as text.
// Comparison without regard to case knows the letters of ASCII only, as SQLite does.
package sqlite
