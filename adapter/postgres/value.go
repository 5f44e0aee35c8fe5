package postgres

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// scan hands all rows to row, closes them and returns how many there were.
func scan(rows pgx.Rows, row func(columns []string, values []any)) (n int, _ error) {
	defer rows.Close()
	var d decoder
	for ; rows.Next(); n++ {
		if d.columns == nil {
			d.start(rows.FieldDescriptions())
		}
		if err := d.decode(rows.RawValues()); err != nil {
			return n, err
		}
		row(d.columns, d.values)
	}
	return n, rows.Err()
}

// write hands the values of all rows to w, closes the rows and returns how many there were.
func write(rows pgx.Rows, w sqladapter.RowStream) (n int, _ error) {
	defer rows.Close()
	for ; rows.Next(); n++ {
		w.Begin()
		fields, raw := rows.FieldDescriptions(), rows.RawValues()
		texts := rowTexts(make([]byte, 0, 512), fields, raw)
		for i, b := range raw {
			f := &fields[i]
			var err error
			switch {
			case b == nil:
				err = w.Value(f.Name, nil)
			case isText(f):
				err = w.Text(f.Name, texts[:len(b)])
				texts = texts[len(b):]
			case f.DataTypeOID == pgtype.TimestamptzOID && f.Format == pgx.BinaryFormatCode && len(b) == 8:
				var t time.Time
				if t, err = timestamp(int64(binary.BigEndian.Uint64(b))); err == nil {
					err = w.Time(f.Name, t)
				}
			default:
				var v any
				if v, err = value(f, b); err == nil {
					err = w.Value(f.Name, v)
				}
			}
			if err != nil {
				return n, fmt.Errorf("column %q: %w", f.Name, err)
			}
		}
	}
	return n, rows.Err()
}

// rowTexts returns the texts of a row, one after the other: they share one allocation. buf is scratch.
func rowTexts(buf []byte, fields []pgconn.FieldDescription, raw [][]byte) string {
	for i, b := range raw {
		if b != nil && isText(&fields[i]) {
			buf = append(buf, b...)
		}
	}
	return string(buf)
}

// A decoder turns the wire's bytes into values of adapter.Record.
type decoder struct {
	fields  []pgconn.FieldDescription
	columns []string
	values  []any
}

func (d *decoder) start(fields []pgconn.FieldDescription) {
	d.fields = fields
	d.columns = make([]string, len(fields))
	d.values = make([]any, len(fields))
	for i := range fields {
		d.columns[i] = fields[i].Name
	}
}

// decode fills d.values. The texts of one row share one allocation.
func (d *decoder) decode(raw [][]byte) error {
	texts := rowTexts(make([]byte, 0, 512), d.fields, raw)
	for i, b := range raw {
		switch {
		case b == nil:
			d.values[i] = nil
		case isText(&d.fields[i]):
			d.values[i] = texts[:len(b)]
			texts = texts[len(b):]
		default:
			v, err := value(&d.fields[i], b)
			if err != nil {
				return fmt.Errorf("column %q: %w", d.fields[i].Name, err)
			}
			d.values[i] = v
		}
	}
	return nil
}

// isText reports whether a field's bytes are its text.
func isText(f *pgconn.FieldDescription) bool {
	switch f.DataTypeOID {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.UnknownOID:
		return true
	case pgtype.UUIDOID:
		return f.Format == pgx.TextFormatCode
	}
	return false
}

func value(f *pgconn.FieldDescription, b []byte) (any, error) {
	if f.Format == pgx.TextFormatCode {
		return textValue(f.DataTypeOID, string(b))
	}
	switch f.DataTypeOID {
	case pgtype.BoolOID:
		return len(b) == 1 && b[0] != 0, nil
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.Float4OID, pgtype.Float8OID,
		pgtype.TimestamptzOID, pgtype.TimestampOID, pgtype.DateOID:
		return binaryNumber(f.DataTypeOID, b)
	case pgtype.JSONOID:
		return json.RawMessage(bytes.Clone(b)), nil
	case pgtype.JSONBOID:
		if len(b) == 0 || b[0] != 1 {
			return nil, errors.New("unknown version of jsonb")
		}
		return json.RawMessage(bytes.Clone(b[1:])), nil
	case pgtype.UUIDOID:
		if len(b) == 16 {
			return formatUUID(b), nil
		}
	}
	return otherValue(f, b)
}

func binaryNumber(oid uint32, b []byte) (any, error) {
	switch {
	case oid == pgtype.Int2OID && len(b) == 2:
		return int64(int16(binary.BigEndian.Uint16(b))), nil
	case oid == pgtype.Int4OID && len(b) == 4:
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case oid == pgtype.Int8OID && len(b) == 8:
		return int64(binary.BigEndian.Uint64(b)), nil
	case oid == pgtype.Float4OID && len(b) == 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), nil
	case oid == pgtype.Float8OID && len(b) == 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	case oid == pgtype.DateOID && len(b) == 4:
		return epoch.AddDate(0, 0, int(int32(binary.BigEndian.Uint32(b)))), nil
	case (oid == pgtype.TimestamptzOID || oid == pgtype.TimestampOID) && len(b) == 8:
		t, err := timestamp(int64(binary.BigEndian.Uint64(b)))
		return t, err
	}
	return nil, fmt.Errorf("%d bytes do not make a value of type %d", len(b), oid)
}

// epoch is the zero of PostgreSQL's dates.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// timestamp makes a time of microseconds since the epoch, cut to what JavaScript can hold.
func timestamp(us int64) (time.Time, error) {
	if us == math.MaxInt64 || us == math.MinInt64 {
		return time.Time{}, errors.New("infinite timestamp")
	}
	return time.UnixMicro(us + epoch.UnixMicro()).UTC().Truncate(time.Millisecond), nil
}

// textValue decodes the text format, which the simple protocol uses for everything.
func textValue(oid uint32, s string) (any, error) {
	switch oid {
	case pgtype.BoolOID:
		return s == "t", nil
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return strconv.ParseInt(s, 10, 64)
	case pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID:
		return strconv.ParseFloat(s, 64)
	case pgtype.TimestamptzOID:
		return parseTime("2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00", s)
	case pgtype.TimestampOID:
		return parseTime("2006-01-02 15:04:05.999999999", "", s)
	case pgtype.DateOID:
		return parseTime(time.DateOnly, "", s)
	case pgtype.JSONOID, pgtype.JSONBOID:
		return json.RawMessage(s), nil
	}
	return s, nil // of an enum, a domain, citext and the like
}

func parseTime(layout, alternative, s string) (any, error) {
	t, err := time.Parse(layout, s)
	if err != nil && alternative != "" {
		t, err = time.Parse(alternative, s)
	}
	if err != nil {
		return nil, errors.New("not a date PostgreSQL writes with DateStyle ISO")
	}
	return t.UTC().Truncate(time.Millisecond), nil
}

// otherValue decodes the types that our own tables do not use.
func otherValue(f *pgconn.FieldDescription, b []byte) (any, error) {
	m := pgtype.NewMap()
	if f.DataTypeOID == pgtype.NumericOID {
		var n float64
		err := m.Scan(f.DataTypeOID, f.Format, b, &n)
		return n, err
	}
	t, ok := m.TypeForOID(f.DataTypeOID)
	if !ok {
		return nil, fmt.Errorf("unknown type %d", f.DataTypeOID)
	}
	v, err := t.Codec.DecodeValue(m, f.DataTypeOID, f.Format, b)
	if err != nil {
		return nil, err
	}
	if list, ok := v.([]any); ok {
		text, err := json.Marshal(list)
		return json.RawMessage(text), err
	}
	return fmt.Sprint(v), nil
}

func formatUUID(b []byte) string {
	var s [36]byte
	hex.Encode(s[:8], b[:4])
	for i, at := range [...]int{4, 6, 8} {
		pos := 8 + i*5
		s[pos] = '-'
		hex.Encode(s[pos+1:pos+5], b[at:at+2])
	}
	s[23] = '-'
	hex.Encode(s[24:], b[10:])
	return string(s[:])
}

// arg makes a value one that pgx can send to a column of any suitable type in every query mode:
// texts go as text, which the server then reads as a uuid, a number or JSON.
func arg(v any) any {
	switch v := v.(type) {
	case json.RawMessage:
		return string(v)
	case time.Time:
		if ms := v.UTC().Truncate(time.Millisecond); ms != v {
			return ms
		}
	}
	return v
}

// list writes an array literal, which fits an array of any type.
func list(values []any) any {
	b := append(make([]byte, 0, 16*len(values)+2), '{')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := arg(v).(type) {
		case nil:
			b = append(b, "NULL"...)
		case time.Time:
			b = appendQuoted(b, v.Format(time.RFC3339Nano))
		default:
			b = appendQuoted(b, fmt.Sprint(v))
		}
	}
	return string(append(b, '}'))
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}
