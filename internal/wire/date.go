package wire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// errDate says that a text is no date.
var errDate = errors.New("wire: invalid date")

// ISOTime is Date.prototype.toISOString: UTC, milliseconds, always three fractional digits.
func ISOTime(t time.Time) string { return string(appendTime(make([]byte, 0, 24), t)) }

func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = append2(append(appendYear(dst, year), '-'), int(month))
	dst = append2(append(dst, '-'), day)
	dst = append2(append(dst, 'T'), hour)
	dst = append2(append(dst, ':'), minute)
	dst = append2(append(dst, ':'), second)
	ms := t.Nanosecond() / 1e6
	return append(append2(append(dst, '.', byte('0'+ms/100)), ms%100), 'Z')
}

// appendYear writes four digits, or a sign and six outside of 0 to 9999.
func appendYear(dst []byte, year int) []byte {
	sign := byte('+')
	if year < 0 {
		sign, year = '-', -year
	} else if year <= 9999 {
		return append2(append2(dst, year/100), year%100)
	}
	return append2(append2(append2(append(dst, sign), year/10000%100), year/100%100), year%100)
}

func append2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// maxDate is the last moment a JavaScript Date holds, in milliseconds from 1970 either way.
const maxDate = 8.64e15

// dateLayouts are the forms of ECMAScript's date time string format. A date alone is UTC; so is a
// time without offset, since a server has no local zone worth having.
var dateLayouts = [...]string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02",
	"2006-01",
	"2006",
}

// ParseTime reads the ISO 8601 subset that JavaScript's Date reads: a date, or a date and time with
// or without seconds, fraction and offset; years beyond four digits have a sign and six. The result
// is in UTC, cut to milliseconds. Unlike Date it refuses February 30.
func ParseTime(s string) (time.Time, error) {
	base, text := 0, s
	if len(s) > 7 && (s[0] == '+' || s[0] == '-') {
		year, err := strconv.Atoi(s[:7])
		if err != nil || s[:7] == "-000000" {
			return time.Time{}, fmt.Errorf("%w: %q", errDate, s)
		}
		// Any 400 years have the same calendar, so a year of four digits stands in for the real one.
		stand := 2000 + (year%400+400)%400
		base, text = year-stand, strconv.Itoa(stand)+s[7:]
	}
	for _, layout := range dateLayouts {
		t, err := time.Parse(layout, text)
		if err != nil || strings.IndexByte(text, ',') >= 0 {
			continue
		}
		t = t.UTC().Truncate(time.Millisecond).AddDate(base, 0, 0)
		if ms := t.UnixMilli(); ms >= -maxDate && ms <= maxDate {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: %q", errDate, s)
}
