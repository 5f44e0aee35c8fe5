package postgres

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// brokenRows are n rows after which the server gives up, as a standby does whose rows are cleaned away.
type brokenRows struct {
	pgx.Rows
	n int
}

func (r *brokenRows) Next() bool { r.n--; return r.n >= 0 }

func (*brokenRows) FieldDescriptions() []pgconn.FieldDescription {
	return []pgconn.FieldDescription{{Name: "id", DataTypeOID: pgtype.TextOID}}
}

func (*brokenRows) RawValues() [][]byte { return [][]byte{[]byte("a")} }
func (*brokenRows) Close()              {}
func (*brokenRows) Err() error          { return &pgconn.PgError{Code: "40001"} }

type brokenPool struct {
	querier
	rows int
}

func (p brokenPool) Query(context.Context, string, ...any) (pgx.Rows, error) {
	return &brokenRows{n: p.rows}, nil
}

// TestRepeat repeats what a conflict ended, but no read that has handed rows over: they would come twice.
func TestRepeat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows, want int
		write      bool
	}{
		"read without rows":  {0, attempts, false},
		"read with rows":     {2, 1, false},
		"write without rows": {0, attempts, true},
		"write with a row":   {1, attempts, true}, // its one row takes the place of the former
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tries, st := 0, &sqladapter.Stmt{Write: c.write}
			err := again(t.Context(), func() error {
				tries++
				return query(t.Context(), brokenPool{rows: c.rows}, st, nil, func([]string, []any) {})
			})
			if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "40001" || tries != c.want {
				t.Errorf("%d tries, want %d, then %v", tries, c.want, err)
			}
		})
	}
}
