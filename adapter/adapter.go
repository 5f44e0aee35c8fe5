package adapter

import (
	"context"
	"errors"
)

// Errors every adapter reports, wrapped or bare.
var (
	// ErrNotFound says that no row matched. Adapters return it from Update, Consume and Increment; the
	// Store returns it from every method that promises one row.
	ErrNotFound = errors.New("adapter: not found")

	// ErrUnique says that a write would have repeated a value of a unique column or a primary key.
	ErrUnique = errors.New("adapter: unique constraint violated")

	// Abort is what a before hook returns to stop a write quietly: nothing is written, and the Store's
	// method returns Abort to its caller.
	Abort = errors.New("adapter: aborted by a hook")
)

// A Record is one row by physical column name. A nil value is SQL NULL.
//
// Between Store and Adapter only these dynamic types occur: nil, string, bool, int64, float64,
// time.Time (UTC, whole milliseconds) and json.RawMessage; what a database lacks (see Capabilities)
// the Store converts to string or int64 first.
//
// Records are read-only once handed over, in both directions: an adapter may keep the record it was
// given, and may return the one it keeps.
type Record map[string]any

// An Adapter is what a database implements. Names are physical tables and columns; the Store above
// it knows logical names, ids, defaults, conversions and hooks, so an Adapter only moves rows.
//
// All methods are safe for concurrent use, honour ctx, and are atomic: a failed call changes nothing.
// An adapter keeps no slice of a Query after the call returns.
// Package adaptertest holds the conformance suite.
type Adapter interface {
	// Create inserts r and returns the row as stored, database defaults included. It returns an error
	// wrapping ErrUnique when a unique column or the key is taken.
	Create(ctx context.Context, table string, r Record) (Record, error)

	// Find returns the rows that match q, in q.SortBy order; no match is an empty result, not an error.
	// The adapter ignores q.Joins unless it implements Joiner.
	Find(ctx context.Context, q Query) ([]Record, error)

	// Count returns how many rows match q.Where.
	Count(ctx context.Context, q Query) (int64, error)

	// Update sets columns of one row matching q.Where and returns the row afterwards, or ErrNotFound.
	// The condition and the write are one atomic step: of two callers that guard on the same old
	// value, one wins and the other gets ErrNotFound.
	Update(ctx context.Context, q Query, set Record) (Record, error)

	// UpdateMany sets columns of every row matching q.Where and returns how many there were.
	UpdateMany(ctx context.Context, q Query, set Record) (int64, error)

	// Delete removes every row matching q.Where and returns how many there were.
	Delete(ctx context.Context, q Query) (int64, error)

	// Consume removes one row matching q.Where (the first by q.SortBy) and returns it, or ErrNotFound.
	// Of many concurrent callers exactly one receives the row.
	Consume(ctx context.Context, q Query) (Record, error)

	// Increment adds by to numeric columns of one row matching q.Where, in which NULL counts as 0, and
	// applies set, atomically. It returns the row afterwards, or ErrNotFound when no row satisfies the
	// guard.
	Increment(ctx context.Context, q Query, by map[string]int64, set Record) (Record, error)

	// Transaction runs fn with an Adapter whose writes become visible together when fn returns nil and
	// not at all otherwise, also when fn panics. It may run fn again when the database asks for it.
	Transaction(ctx context.Context, fn func(tx Adapter) error) error

	// Capabilities tells the Store which values the database cannot hold as they are.
	Capabilities() Capabilities
}

// Capabilities describe a database. The zero value is a database with booleans, timestamps, JSON
// columns and real transactions that is reached over a network.
type Capabilities struct {
	// NoBooleans: booleans are stored as 1 and 0 (SQLite, MySQL).
	NoBooleans bool
	// NoDates: times are stored as text, "2006-01-02T15:04:05.000Z" (SQLite).
	NoDates bool
	// NoJSON: JSON and lists are stored as text (SQLite, MySQL).
	NoJSON bool
	// UUIDs: id columns have a type that takes nothing but UUIDs when ids are UUIDs (PostgreSQL). The
	// Store then refuses other ids instead of letting the database fail.
	UUIDs bool
	// InProcess: calls never wait for a network or disk, so the Store sets no deadline on them.
	InProcess bool
	// Kind names the database for messages and migrations: "memory", "sqlite", "postgres", "mysql".
	Kind string
}

// A SchemaSetter is an Adapter that wants to know the tables. NewStore calls SetSchema before any other
// method; an adapter that serves several Stores gets one call from each.
type SchemaSetter interface {
	SetSchema(s *Schema) error
}

// A Joiner is an Adapter that fetches related rows with the main ones in one statement. Without it
// the Store asks once for the rows and once for each join.
type Joiner interface {
	FindJoined(ctx context.Context, q Query) ([]Joined, error)
}

// A Joined row is a row with, for each of Query.Joins in order, the rows related to it.
type Joined struct {
	Record  Record
	Related [][]Record
}

// A Batcher is an Adapter that inserts several rows at once: all or none, in as few round trips as it
// can. Without it the Store uses a Transaction.
type Batcher interface {
	CreateBatch(ctx context.Context, inserts []Insert) ([]Record, error)
}

// An Insert is one row of a batch.
type Insert struct {
	Table  string
	Record Record
}

// A Query selects rows of one table.
type Query struct {
	Table  string
	Where  []Where  // empty matches every row
	Select []string // columns wanted; empty means all, and an adapter may return more
	SortBy []Sort
	Limit  int // 0 means no limit
	Offset int
	Joins  []Join
}

// A Where is one condition of a query. Conditions are combined as the reference combines them: all
// those with Or false must hold, and, if there are any with Or true, at least one of those.
type Where struct {
	Field string // logical name above the Store, column below it
	Op    Operator
	// Value is nil, a string, bool, int64, float64 or time.Time; a []any of these for In and NotIn;
	// a string for Contains, StartsWith and EndsWith, in which % and _ stand for themselves.
	Value any
	Or    bool
	// Insensitive compares text without regard to case.
	Insensitive bool
}

// An Operator compares a column with a value. Comparing with a nil value means IS NULL for OpEq and
// IS NOT NULL for OpNe; otherwise comparisons are SQL's: a NULL column satisfies none of them, OpNe and
// OpNotIn included. OpIn of nothing matches no row, OpNotIn of nothing every row. Whether case counts in
// OpContains, OpStartsWith and OpEndsWith without Insensitive is up to the database.
type Operator string

// The operators of the reference.
const (
	OpEq         Operator = "eq"
	OpNe         Operator = "ne"
	OpLt         Operator = "lt"
	OpLte        Operator = "lte"
	OpGt         Operator = "gt"
	OpGte        Operator = "gte"
	OpIn         Operator = "in"
	OpNotIn      Operator = "not_in"
	OpContains   Operator = "contains"
	OpStartsWith Operator = "starts_with"
	OpEndsWith   Operator = "ends_with"
)

// Eq is the condition field = value.
func Eq(field string, value any) Where { return Where{Field: field, Op: OpEq, Value: value} }

// Ne is the condition field <> value.
func Ne(field string, value any) Where { return Where{Field: field, Op: OpNe, Value: value} }

// Lt is the condition field < value.
func Lt(field string, value any) Where { return Where{Field: field, Op: OpLt, Value: value} }

// Lte is the condition field <= value.
func Lte(field string, value any) Where { return Where{Field: field, Op: OpLte, Value: value} }

// Gt is the condition field > value.
func Gt(field string, value any) Where { return Where{Field: field, Op: OpGt, Value: value} }

// Gte is the condition field >= value.
func Gte(field string, value any) Where { return Where{Field: field, Op: OpGte, Value: value} }

// In is the condition that field is one of values. No values match nothing.
func In(field string, values []any) Where { return Where{Field: field, Op: OpIn, Value: values} }

// StartsWith is the condition that the text field begins with prefix.
func StartsWith(field, prefix string) Where {
	return Where{Field: field, Op: OpStartsWith, Value: prefix}
}

// A Sort orders rows by one column.
type Sort struct {
	Field string
	Desc  bool
}

// A Join asks for the rows of Table whose To column equals the From column of the main row.
type Join struct {
	Table    string
	From, To string
	// Many allows several related rows; otherwise at most one is returned.
	Many bool
	// Limit caps the related rows of one main row; 0 means no limit.
	Limit int
}
