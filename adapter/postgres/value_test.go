package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// FuzzValue decodes bytes of any type in both formats, which must neither panic nor give a value that
// an adapter.Record cannot hold.
func FuzzValue(f *testing.F) {
	f.Add(uint32(pgtype.BoolOID), int16(1), []byte{1})
	f.Add(uint32(pgtype.UUIDOID), int16(1), make([]byte, 16))
	f.Add(uint32(pgtype.TimestamptzOID), int16(0), []byte("2026-01-02 03:04:05.678+00"))
	f.Add(uint32(pgtype.TimestamptzOID), int16(1), []byte{127, 255, 255, 255, 255, 255, 255, 255})
	f.Add(uint32(pgtype.JSONBOID), int16(1), []byte("\x01{}"))
	f.Add(uint32(pgtype.NumericOID), int16(1), []byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Add(uint32(pgtype.TextArrayOID), int16(1), []byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 'x'})
	f.Fuzz(func(t *testing.T, oid uint32, format int16, b []byte) {
		var d decoder
		d.start([]pgconn.FieldDescription{{Name: "c", DataTypeOID: oid, Format: format & 1}})
		if d.decode([][]byte{b}) != nil || b == nil {
			return
		}
		if d.values[0] == nil {
			t.Errorf("%q of type %d became NULL", b, oid)
		}
	})
}

func TestListIsArrayLiteral(t *testing.T) {
	t.Parallel()
	got := list([]any{`a"b\c,{}`, nil, int64(-1), true, 1.5, ""})
	if want := `{"a\"b\\c,{}",NULL,"-1","true","1.5",""}`; got != want {
		t.Errorf("list = %s, want %s", got, want)
	}
}
