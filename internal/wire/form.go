package wire

import "strings"

// ParseForm reads an application/x-www-form-urlencoded body. All values are strings; of a repeated
// name the last value counts. Like URLSearchParams it never fails: a broken escape stays as it is.
func ParseForm(body string) Object {
	var b builder
	for name, value := range pairs(body) {
		slot, _ := b.slot(name)
		*slot = value
	}
	return b.object()
}

// ParseQuery reads the query of a URL, without the question mark. Values are strings; a repeated
// name holds a []any of them.
func ParseQuery(raw string) Object {
	var b builder
	for name, value := range pairs(raw) {
		slot, repeated := b.slot(name)
		if !repeated {
			*slot = value
		} else if list, ok := (*slot).([]any); ok {
			*slot = append(list, value)
		} else {
			*slot = []any{*slot, value}
		}
	}
	return b.object()
}

// pairs yields the decoded pairs of a form in order.
func pairs(s string) func(yield func(name, value string) bool) {
	return func(yield func(name, value string) bool) {
		for s != "" {
			var pair string
			pair, s, _ = strings.Cut(s, "&")
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			if !yield(formText(name), formText(value)) {
				return
			}
		}
	}
}

// formText decodes plus signs and the escapes that are whole.
func formText(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return validText(s)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return validText(string(b))
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
