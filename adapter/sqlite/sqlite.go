package sqlite

import (
	"database/sql"
	"encoding/json"
	"runtime"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// An Adapter is an adapter.Adapter, adapter.Joiner, adapter.Batcher and adapter.Migrator.
type Adapter struct{ *sqladapter.Adapter }

// An Option changes what New does by default.
type Option func(*conn)

// WithoutPragmas leaves the journal mode and the enforcement of foreign keys as the connection string
// and the database have them.
func WithoutPragmas() Option { return func(c *conn) { c.pragmas = false } }

// BusyTimeout is how long a call waits for a lock that another process holds. Beyond it, the call
// fails with the driver's error, "database is locked". The default is 10 seconds.
func BusyTimeout(d time.Duration) Option { return func(c *conn) { c.busy = d } }

// New returns an Adapter that uses db. It does not connect.
func New(db *sql.DB, opts ...Option) *Adapter {
	c := &conn{
		db: db, pragmas: true, busy: 10 * time.Second,
		writer: make(chan struct{}, 1), readers: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), setup: make(chan struct{}, 1),
	}
	for _, opt := range opts {
		opt(c)
	}
	return &Adapter{sqladapter.New(c, dialect(), 0)}
}

func dialect() *sqladapter.Dialect {
	return &sqladapter.Dialect{
		Capabilities: adapter.Capabilities{Kind: "sqlite", NoBooleans: true, NoDates: true, NoJSON: true},
		NoLimit:      " LIMIT -1",
		In:           "{} IN (SELECT value FROM json_each(?))",
		NotIn:        "{} NOT IN (SELECT value FROM json_each(?))",
		InFold:       "lower({}) IN (SELECT lower(value) FROM json_each(?))",
		NotInFold:    "lower({}) NOT IN (SELECT lower(value) FROM json_each(?))",
		Match:        "{} GLOB ?", // LIKE would ignore case
		MatchFold:    `{} LIKE ? ESCAPE '\'`,
		Date:         "+{}", // the value as it is, which drivers then do not parse
		NoColumn:     func(err error) bool { return strings.Contains(err.Error(), "no such column") },
		Arg:          arg,
		List:         list,
		Pattern:      pattern,
		Unique: func(err error) bool {
			return strings.Contains(err.Error(), "UNIQUE constraint failed")
		},
		Restart:   func(error) bool { return false },
		Migration: migration(),
	}
}

// layout is how the reference stores a time.
const layout = "2006-01-02T15:04:05.000Z"

// arg makes a value one that SQLite can hold.
func arg(v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case time.Time:
		return v.UTC().Format(layout)
	case json.RawMessage:
		return string(v)
	}
	return v
}

// list makes one parameter of a list, for json_each.
func list(values []any) any {
	converted := make([]any, len(values))
	for i, v := range values {
		converted[i] = arg(v)
	}
	text, err := json.Marshal(converted)
	if err != nil { // a float that is not a number, which equals nothing
		return "[]"
	}
	return string(text)
}

var escapeGlob = strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]")

func pattern(op adapter.Operator, s string, fold bool) string {
	if fold {
		return sqladapter.LikePattern(op, s, fold)
	}
	return sqladapter.Wildcard(op, escapeGlob.Replace(s), "*")
}

// value makes a value of adapter.Record of what a driver returned. Drivers parse columns declared as
// date, and some return booleans for columns declared so.
func value(v any) any {
	switch v := v.(type) {
	case bool, time.Time:
		return arg(v)
	case []byte:
		return string(v)
	}
	return v
}
