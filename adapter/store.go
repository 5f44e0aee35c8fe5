package adapter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"
)

// Options configure a Store. Adapter and Schema are required.
type Options struct {
	Adapter Adapter
	Schema  *Schema
	// IDs tells how ids are made; the zero value makes random ones.
	IDs IDStrategy
	// NewID makes ids instead of the strategy, when IDs is RandomIDs or UUIDs. table is the logical name.
	NewID func(table string) string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rand is where random ids come from; nil means crypto/rand.
	Rand io.Reader
	// Timeout bounds each call of an adapter that is not in process, and the begin and commit of a
	// transaction; 0 means 5 seconds.
	Timeout time.Duration
	// DefaultLimit caps Find when the query has no limit; 0 means 100.
	DefaultLimit int
	// NoJoins asks for related rows in a query of their own even if the adapter can join.
	NoJoins bool
	// Log receives failures of after hooks; nil discards them.
	Log *slog.Logger
}

// A Store gives access to the tables by logical names. It makes ids, applies defaults, converts values,
// runs hooks and carries transactions in the context. It is safe for concurrent use once hooks are added.
type Store struct {
	adapter Adapter
	schema  *Schema
	tables  map[string]*table
	options Options
}

// NewStore makes a Store and tells the adapter the schema. It fails when a required option is missing or
// the adapter refuses the schema.
func NewStore(o Options) (*Store, error) {
	if o.Adapter == nil || o.Schema == nil {
		return nil, errors.New("adapter: a Store needs an Adapter and a Schema")
	}
	o.setDefaults()
	s := &Store{adapter: o.Adapter, schema: o.Schema.WithIDs(o.IDs), tables: map[string]*table{}, options: o}
	caps := o.Adapter.Capabilities()
	if caps.InProcess {
		s.options.Timeout = 0
	}
	for _, t := range s.schema.Tables() {
		s.tables[t.Name] = newTable(t, o.IDs, caps)
	}
	if setter, ok := o.Adapter.(SchemaSetter); ok {
		if err := setter.SetSchema(s.schema); err != nil {
			return nil, fmt.Errorf("adapter: set schema: %w", err)
		}
	}
	return s, nil
}

func (o *Options) setDefaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.DefaultLimit == 0 {
		o.DefaultLimit = 100
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Schema returns the tables, with the id strategy of the Store.
func (s *Store) Schema() *Schema { return s.schema }

// Adapter returns the database, without the current transaction.
func (s *Store) Adapter() Adapter { return s.adapter }

// Now returns the time as the database will give it back: UTC, whole milliseconds.
func (s *Store) Now() time.Time { return milliseconds(s.options.Now()) }

// NewID makes the id of a new row of a table (logical name). It returns false when the database makes
// the ids.
func (s *Store) NewID(table string) (string, bool) {
	id, err := s.newID(table)
	return id, err == nil && id != ""
}

func (s *Store) newID(table string) (string, error) {
	switch {
	case !s.options.IDs.generated():
		return "", nil
	case s.options.NewID != nil:
		return s.options.NewID(table), nil
	case s.options.IDs == UUIDs:
		return randomUUID(s.options.Rand)
	}
	return randomID(s.options.Rand)
}

func (s *Store) table(name string) (*table, error) {
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("adapter: there is no table %q", name)
}

// call runs one operation on the database or the current transaction, with a deadline.
func call[R any](ctx context.Context, s *Store, do func(context.Context, Adapter) (R, error)) (R, error) {
	if s.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.options.Timeout)
		defer cancel()
	}
	return do(ctx, s.current(ctx))
}

// Create inserts a row given by logical names and returns it as stored. Missing fields get their default.
func (s *Store) Create(ctx context.Context, table string, values Record) (Record, error) {
	t, err := s.table(table)
	if err != nil {
		return nil, err
	}
	rec, err := s.create(ctx, t, untypedRow{values: values})
	if err != nil {
		return nil, err
	}
	return t.logical(rec, nil)
}

// Find returns the rows that match q, with logical names in and out. Joins are not followed.
// Options.DefaultLimit applies when q.Limit is 0; a negative limit is none.
func (s *Store) Find(ctx context.Context, q Query) ([]Record, error) {
	t, err := s.table(q.Table)
	if err != nil {
		return nil, err
	}
	recs, err := s.find(ctx, t, q)
	if err != nil {
		return nil, err
	}
	rows := make([]Record, len(recs))
	for i, rec := range recs {
		if rows[i], err = t.logical(rec, q.Select); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// FindOne returns the first row that matches q, or ErrNotFound.
func (s *Store) FindOne(ctx context.Context, q Query) (Record, error) {
	q.Limit = 1
	rows, err := s.Find(ctx, q)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// Count returns how many rows of a table match.
func (s *Store) Count(ctx context.Context, table string, where ...Where) (int64, error) {
	t, err := s.table(table)
	if err != nil {
		return 0, err
	}
	q, err := t.query(where)
	if err != nil {
		return 0, err
	}
	return call(ctx, s, func(ctx context.Context, a Adapter) (int64, error) { return a.Count(ctx, q) })
}

// Update changes one row and returns it as it is then, or ErrNotFound.
func (s *Store) Update(ctx context.Context, table string, set Changes, where ...Where) (Record, error) {
	t, err := s.table(table)
	if err != nil {
		return nil, err
	}
	rec, err := s.update(ctx, t, set, where)
	if err != nil {
		return nil, err
	}
	return t.logical(rec, nil)
}

// UpdateMany changes every row that matches and returns how many there were.
func (s *Store) UpdateMany(ctx context.Context, table string, set Changes, where ...Where) (int64, error) {
	t, err := s.table(table)
	if err != nil {
		return 0, err
	}
	return s.updateMany(ctx, t, set, where)
}

// Delete removes every row that matches and returns how many there were.
func (s *Store) Delete(ctx context.Context, table string, where ...Where) (int64, error) {
	t, err := s.table(table)
	if err != nil {
		return 0, err
	}
	return s.delete(ctx, t, where)
}

// Consume removes the first row that matches q and returns it, or ErrNotFound; of many concurrent
// callers exactly one gets it.
func (s *Store) Consume(ctx context.Context, q Query) (Record, error) {
	t, err := s.table(q.Table)
	if err != nil {
		return nil, err
	}
	rec, err := s.consume(ctx, t, q)
	if err != nil {
		return nil, err
	}
	return t.logical(rec, nil)
}

// Increment adds to numeric fields of one row, applies set, and returns the row, or ErrNotFound. Update
// hooks do not run.
func (s *Store) Increment(ctx context.Context, table string, by map[string]int64, set Changes, where ...Where) (Record, error) {
	t, err := s.table(table)
	if err != nil {
		return nil, err
	}
	rec, err := s.increment(ctx, t, by, set, where)
	if err != nil {
		return nil, err
	}
	return t.logical(rec, nil)
}

// Hold keeps a row as it is until the transaction ends: whoever else wants to change or to hold it waits. It
// orders calls that look at rows of one owner and then change them, in all processes. ErrNotFound when the
// row is gone. No hooks run.
func (s *Store) Hold(ctx context.Context, table, id string) error {
	t, err := s.table(table)
	if err != nil {
		return err
	}
	q, err := t.query([]Where{Eq("id", id)})
	if err != nil {
		return err
	}
	same := Record{q.Where[0].Field: q.Where[0].Value} // a write takes the lock, even of what is there already
	_, err = call(ctx, s, func(ctx context.Context, a Adapter) (Record, error) { return a.Increment(ctx, q, nil, same) })
	return err
}

// logical translates a record of the adapter to logical names and values.
func (t *table) logical(rec Record, names []string) (Record, error) {
	out := make(Record, len(t.columns))
	for i := range t.columns {
		c := &t.columns[i]
		if len(names) > 0 && !slices.Contains(names, c.name) {
			continue
		}
		v, err := c.output(rec[c.column])
		if err != nil {
			return nil, err
		}
		out[c.name] = v
	}
	return out, nil
}
