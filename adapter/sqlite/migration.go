package sqlite

import "github.com/betterauth-go/betterauth/internal/sqladapter"

const columnsSQL = `SELECT m.name, p.name, p.type, p."notnull" = 0, p.dflt_value IS NOT NULL OR p.pk > 0
 FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`

const indexesSQL = `SELECT m.name, l.name, i.name, l."unique", l.partial = 0
 FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
 WHERE m.type = 'table' ORDER BY l.name, i.seqno`

// migration needs no lock: its transaction has the write lock from the start.
func migration() sqladapter.Migration {
	return sqladapter.Migration{
		Columns:   &sqladapter.Stmt{SQL: columnsSQL},
		Indexes:   &sqladapter.Stmt{SQL: indexesSQL},
		FoldNames: true,
		IDs: sqladapter.Kinds{
			Text:   "text NOT NULL PRIMARY KEY",
			Serial: "integer NOT NULL PRIMARY KEY",
			UUID:   "text NOT NULL PRIMARY KEY",
		},
		IDTypes: sqladapter.Kinds{Text: "text", Serial: "integer", UUID: "text"},
		Types: map[string]string{
			"string": "text", "number": "integer", "boolean": "integer", "date": "date",
			"json": "text", "string[]": "text", "number[]": "text",
		},
		BigInt: "bigint",
		Accepts: map[string][]string{
			"string":  {"text", "varchar"},
			"number":  {"integer", "real", "bigint"},
			"boolean": {"integer", "boolean"},
			"date":    {"date", "integer", "text", "timestamp", "datetime"},
			"json":    {"text", "json"}, "string[]": {"text", "json"}, "number[]": {"text", "json"},
		},
		False: "0", True: "1",
	}
}
