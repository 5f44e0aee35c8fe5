package sqladapter

import (
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
)

// A Dialect says how a database's SQL differs. In its templates {} stands for a quoted column and ?
// for a parameter.
type Dialect struct {
	Capabilities adapter.Capabilities
	// Schema qualifies table names; empty leaves it to the connection.
	Schema string
	// Numbered writes parameters as $1, $2, … instead of ?.
	Numbered bool
	// LockUpdate and LockDelete follow a SELECT whose row is about to be updated or deleted.
	LockUpdate, LockDelete string
	// NoLimit must precede an OFFSET that has no LIMIT.
	NoLimit string

	// In, NotIn and their Fold forms, which ignore case, compare a column with a list that is one
	// parameter, made by List.
	In, NotIn, InFold, NotInFold string
	// Match and MatchFold compare a column with a pattern made by Pattern.
	Match, MatchFold string

	// Date, if set, reads a column of dates instead of its name alone, and NoColumn then reports whether err
	// says that a table lacks a column.
	Date     string
	NoColumn func(err error) bool

	// Arg converts a value to what the driver takes.
	Arg func(v any) any
	// List converts a list to one parameter.
	List func(values []any) any
	// Pattern is the pattern for texts that contain, start or end with s, which is literal.
	Pattern func(op adapter.Operator, s string, fold bool) string

	// Unique reports whether err is the violation of a unique constraint or a primary key.
	Unique func(err error) bool
	// Restart reports whether the transaction that failed with err may succeed when run again.
	Restart func(err error) bool

	// Migration is what migrations need to know.
	Migration Migration
}

// quote appends an identifier.
func quote(b []byte, name string) []byte {
	b = append(b, '"')
	if strings.IndexByte(name, '"') < 0 {
		b = append(b, name...)
	} else {
		b = append(b, strings.ReplaceAll(name, `"`, `""`)...)
	}
	return append(b, '"')
}

// table appends a qualified table name.
func (d *Dialect) table(b []byte, name string) []byte {
	if d.Schema != "" {
		b = append(quote(b, d.Schema), '.')
	}
	return quote(b, name)
}

func (d *Dialect) param(b []byte, n int) []byte {
	if !d.Numbered {
		return append(b, '?')
	}
	return strconv.AppendInt(append(b, '$'), int64(n), 10)
}

// A condition is how one Where compares.
type condition byte

const (
	isNull condition = iota
	isNotNull
	never
	always
	eq
	ne
	lt
	lte
	gt
	gte
	eqFold
	neFold
	in
	notIn
	inFold
	notInFold
	match
	matchFold
)

// takesArg reports whether the condition has a parameter.
func (c condition) takesArg() bool { return c >= eq }

func (d *Dialect) template(c condition) string {
	return [...]string{
		isNull: "{} IS NULL", isNotNull: "{} IS NOT NULL", never: "1=0", always: "1=1",
		eq: "{} = ?", ne: "{} <> ?", lt: "{} < ?", lte: "{} <= ?", gt: "{} > ?", gte: "{} >= ?",
		eqFold: "lower({}) = lower(?)", neFold: "lower({}) <> lower(?)",
		in: d.In, notIn: d.NotIn, inFold: d.InFold, notInFold: d.NotInFold,
		match: d.Match, matchFold: d.MatchFold,
	}[c]
}
