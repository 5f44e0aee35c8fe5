package wire

import (
	"math"
	"strconv"
	"strings"
)

// maxSafe is JavaScript's Number.MAX_SAFE_INTEGER.
const maxSafe = 1<<53 - 1

// SafeNumber reports whether v is a number that JavaScript holds exactly: finite and, in absolute
// value, at most 2^53-1. A value that is not a number is not safe.
func SafeNumber(v any) bool {
	switch n := v.(type) {
	case float64:
		return math.Abs(n) <= maxSafe // false for NaN
	case float32:
		return math.Abs(float64(n)) <= maxSafe
	case int:
		return safeInt(int64(n))
	case int64:
		return safeInt(n)
	case int32:
		return true
	}
	return false
}

func safeInt(n int64) bool { return n >= -maxSafe && n <= maxSafe }

// appendNumber appends f as JSON.stringify does: the shortest decimal that reads back, an exponent
// only from 1e21 and below 1e-6, null for what is not finite, 0 for -0.
func appendNumber(dst []byte, f float64) []byte {
	abs := math.Abs(f)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return append(dst, "null"...)
	case abs < maxSafe && f == math.Trunc(f):
		return strconv.AppendInt(dst, int64(f), 10)
	case abs >= 1e-6 && abs < 1e21:
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return appendExponent(dst, f)
}

// appendExponent writes 1e-7 where strconv writes 1e-07.
func appendExponent(dst []byte, f float64) []byte {
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	n := len(dst)
	if dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// numberText is String(f) of JavaScript.
func numberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return string(appendNumber(nil, f))
}

// jsSpace is what String.prototype.trim removes.
const jsSpace = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// toNumber is Number(v) of JavaScript.
func toNumber(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		return textNumber(v)
	case []any:
		return listNumber(v)
	}
	return math.NaN()
}

// listNumber follows an array's way to a number through its text.
func listNumber(list []any) float64 {
	if len(list) == 0 {
		return 0
	}
	if len(list) == 1 {
		if _, isBool := list[0].(bool); !isBool {
			return toNumber(list[0])
		}
	}
	return math.NaN()
}

func textNumber(s string) float64 {
	s = strings.Trim(s, jsSpace)
	switch {
	case s == "":
		return 0
	case len(s) > 2 && s[0] == '0' && strings.ContainsRune("xXoObB", rune(s[1])):
		n, err := strconv.ParseUint(s, 0, 64)
		if err != nil || strings.Contains(s, "_") {
			return math.NaN()
		}
		return float64(n)
	case strings.TrimLeft(s, "+-") == "Infinity" && len(s) <= len("+Infinity"):
		return math.Inf(1 - 2*strings.Count(s, "-"))
	case strings.Trim(s, "0123456789+-.eE") != "":
		return math.NaN()
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

// truthy is Boolean(v) of JavaScript.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil, Undefined:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0 && !math.IsNaN(v)
	}
	return true
}
