package sqladapter

import (
	"context"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// A Streamer is a Conn that can hand over values one by one, which saves an interface value for each.
type Streamer interface {
	Stream(ctx context.Context, st *Stmt, args []any, w RowStream) error
}

// A RowStream takes rows one after the other.
type RowStream interface {
	adapter.RowWriter
	// Begin starts a row.
	Begin()
}

// JoinOne finds a row and the one related to it.
func (a *Adapter) JoinOne(ctx context.Context, q adapter.Query, row, related adapter.RowWriter) (found, joined bool, err error) {
	var key [256]byte
	s := a.d.newShape(key[:], 'j', q.Table, len(q.Where))
	s.query(&q)
	s.joins(q.Joins)
	if s.err != nil {
		return false, false, s.err
	}
	st := a.statement(s.key, false, func(b *builder) { b.selectJoined(&q) })
	p := pair{main: row, related: related}
	if streamer, ok := a.conn.(Streamer); ok {
		err = streamer.Stream(ctx, st, s.args, &p)
	} else {
		err = a.conn.Query(ctx, st, s.args, p.row)
	}
	if err == nil {
		err = p.err
	}
	if err != nil && a.forgetColumns(err) {
		return a.JoinOne(ctx, q, row, related)
	}
	return p.found, p.joined, a.wrap("find", q.Table, err)
}

// A pair writes the values before the marker to the main row and those after it to the related one.
type pair struct {
	main, related         adapter.RowWriter
	found, second, joined bool
	err                   error
}

func (p *pair) Begin() { p.second = false }

func (p *pair) writer() adapter.RowWriter {
	if p.second {
		return p.related
	}
	return p.main
}

func (p *pair) Text(column, text string) error { return p.writer().Text(column, text) }

func (p *pair) Time(column string, t time.Time) error { return p.writer().Time(column, t) }

func (p *pair) Value(column string, v any) error {
	if column == marker {
		p.found, p.second, p.joined = true, true, truth(v)
		return nil
	}
	if p.second && !p.joined {
		return nil // the columns of no row are all NULL
	}
	return p.writer().Value(column, v)
}

// row is the RowFunc.
func (p *pair) row(columns []string, values []any) {
	p.Begin()
	for i, c := range columns {
		if err := p.Value(c, values[i]); err != nil && p.err == nil {
			p.err = err
		}
	}
}
