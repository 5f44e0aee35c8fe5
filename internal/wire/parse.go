package wire

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrSyntax is what [Parse] and [Unmarshal] wrap when the text is not JSON.
var ErrSyntax = errors.New("wire: invalid JSON")

// maxDepth is how deep arrays and objects may nest, read or written; it keeps the stack small.
const maxDepth = 16_384

// Parse reads one JSON text as JSON.parse does, without accepting anything around it (a byte order
// mark included). The result is nil, bool, float64, string, []any or Object. A repeated name keeps
// its first position and last value; names that are array indices come first. Invalid UTF-8 and lone
// surrogates become U+FFFD. A number too large for a float64 is read as null, which is what
// JavaScript would write for it.
func Parse(data []byte) (any, error) {
	p := parser{data: data}
	if len(data) <= maxShared {
		p.shared = string(data)
	}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos != len(data) {
		return nil, p.fail()
	}
	return v, nil
}

// maxShared is how long a text may be for its strings to be parts of one copy of it: one allocation instead of
// two a member, as long as a string that is kept does not keep much else alive.
const maxShared = 4 << 10

type parser struct {
	data   []byte
	pos    int
	shared string // data, if it is short
}

// part returns data[start:end] as a string.
func (p *parser) part(start, end int) string {
	if p.shared != "" {
		return p.shared[start:end]
	}
	return string(p.data[start:end])
}

func (p *parser) fail() error { return fmt.Errorf("%w at byte %d", ErrSyntax, p.pos) }

func (p *parser) space() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// accept moves past c if it comes next after white space.
func (p *parser) accept(c byte) bool {
	p.space()
	if p.pos < len(p.data) && p.data[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *parser) value(depth int) (any, error) {
	p.space()
	if p.pos >= len(p.data) || depth > maxDepth {
		return nil, p.fail()
	}
	switch p.data[p.pos] {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		return p.text()
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	}
	return p.number()
}

func (p *parser) word(w string) error {
	if len(p.data)-p.pos < len(w) || string(p.data[p.pos:p.pos+len(w)]) != w {
		return p.fail()
	}
	p.pos += len(w)
	return nil
}

func (p *parser) object(depth int) (any, error) {
	p.pos++
	var b builder
	if p.accept('}') {
		return Object{}, nil
	}
	for {
		if err := p.member(&b, depth); err != nil {
			return nil, err
		}
		if p.accept('}') {
			return b.object(), nil
		}
		if !p.accept(',') {
			return nil, p.fail()
		}
	}
}

func (p *parser) member(b *builder, depth int) error {
	p.space()
	if p.pos >= len(p.data) || p.data[p.pos] != '"' {
		return p.fail()
	}
	name, err := p.text()
	if err != nil {
		return err
	}
	if !p.accept(':') {
		return p.fail()
	}
	v, err := p.value(depth + 1)
	if err != nil {
		return err
	}
	slot, _ := b.slot(name)
	*slot = v
	return nil
}

func (p *parser) array(depth int) (any, error) {
	p.pos++
	list := []any{}
	if p.accept(']') {
		return list, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.accept(']') {
			return list, nil
		}
		if !p.accept(',') {
			return nil, p.fail()
		}
	}
}

func (p *parser) number() (any, error) {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
	} else if !p.digits() {
		return nil, p.fail()
	}
	if p.peek() == '.' {
		p.pos++
		if !p.digits() {
			return nil, p.fail()
		}
	}
	if p.peek()|0x20 == 'e' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !p.digits() {
			return nil, p.fail()
		}
	}
	f, _ := strconv.ParseFloat(p.part(start, p.pos), 64) // the only possible error is the range
	if math.IsInf(f, 0) {
		return nil, nil
	}
	return f, nil
}

// peek returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

// digits moves past a run of digits and reports whether there was one.
func (p *parser) digits() bool {
	start := p.pos
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos > start
}

// text reads a string; most hold no escape and are copied whole.
func (p *parser) text() (string, error) {
	start := p.pos + 1
	for i := start; i < len(p.data); i++ {
		switch c := p.data[i]; {
		case c == '"':
			p.pos = i + 1
			return validText(p.part(start, i)), nil
		case c == '\\':
			return p.escaped(start, i)
		case c < ' ':
			p.pos = i
			return "", p.fail()
		}
	}
	p.pos = len(p.data)
	return "", p.fail()
}

// escaped reads on from the first backslash of a string, at i.
func (p *parser) escaped(start, i int) (string, error) {
	buf := append(make([]byte, 0, i-start+32), p.data[start:i]...)
	for p.pos = i; p.pos < len(p.data); {
		switch c := p.data[p.pos]; {
		case c == '"':
			p.pos++
			return validText(string(buf)), nil
		case c < ' ':
			return "", p.fail()
		case c == '\\':
			var err error
			if buf, err = p.escape(buf); err != nil {
				return "", err
			}
		default:
			buf = append(buf, c)
			p.pos++
		}
	}
	return "", p.fail()
}

// escape reads one escape sequence and appends what it stands for.
func (p *parser) escape(buf []byte) ([]byte, error) {
	if p.pos+1 >= len(p.data) {
		return nil, p.fail()
	}
	c := p.data[p.pos+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return p.unicode(buf)
	default:
		return nil, p.fail()
	}
	p.pos += 2
	return append(buf, c), nil
}

// unicode reads \uXXXX, or two of them when they are a surrogate pair.
func (p *parser) unicode(buf []byte) ([]byte, error) {
	r, ok := p.unit(p.pos)
	if !ok {
		return nil, p.fail()
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		low, _ := p.unit(p.pos)
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			p.pos += 6
		}
	}
	return utf8.AppendRune(buf, r), nil
}

// unit returns the code unit of the \uXXXX at position i.
func (p *parser) unit(i int) (rune, bool) {
	if i+6 > len(p.data) || p.data[i] != '\\' || p.data[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range p.data[i+2 : i+6] {
		if !isHex(c) {
			return 0, false
		}
		r = r<<4 | rune(unhex(c))
	}
	return r, true
}
