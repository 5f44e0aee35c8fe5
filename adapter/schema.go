package adapter

// A Type is the logical type of a field.
type Type string

// The field types of the reference.
const (
	String      Type = "string"
	Number      Type = "number"
	Boolean     Type = "boolean"
	Date        Type = "date"
	JSON        Type = "json"
	StringArray Type = "string[]"
	NumberArray Type = "number[]"
)

// A Table describes one table: the core's, a plugin's, or the fields one of them adds to another's.
type Table struct {
	// Name is the logical name: "user".
	Name string
	// Physical is the name in the database; empty means Name.
	Physical string
	// Fields without the id, in the order of the wire.
	Fields []Field
	// Indexes over several columns, or further ones over a single column.
	Indexes []Index
	// NoMigration leaves the table to its owner: migrations neither create nor alter it.
	NoMigration bool
}

// An Index names columns (logical field names) that are looked up together.
type Index struct {
	Name   string // empty: <table>_<fields>_idx
	Fields []string
	Unique bool
}

// A Field describes one column.
type Field struct {
	// Name is the logical name: "emailVerified".
	Name string
	// Column is the name in the database; empty means Name.
	Column string
	Type   Type
	// Optional allows NULL.
	Optional bool
	Unique   bool
	Index    bool
	// BigInt stores a Number in 64 bits.
	BigInt bool
	// Sortable gives a text column a type that can be indexed on databases where plain text cannot.
	Sortable bool
	// Hidden keeps the field out of every answer (reference: returned false).
	Hidden bool
	// NoInput keeps clients from setting the field (reference: input false).
	NoInput bool
	// Default gives the value of a field that is not set when a row is created.
	Default func() any
	// OnUpdate gives the value of a field that is not set when a row is updated.
	OnUpdate func() any
	// Enum lists the only strings allowed.
	Enum []string
	// Validate checks a value that a client sent; its error text becomes the answer's message.
	Validate func(value any) error
	// Input and Output transform a value on its way to and from the database.
	Input, Output func(value any) (any, error)
	References    *Reference
}

// A Reference is a foreign key.
type Reference struct {
	Table, Field string
	// OnDelete is "cascade" when empty; or "no action", "restrict", "set null", "set default".
	OnDelete string
}
