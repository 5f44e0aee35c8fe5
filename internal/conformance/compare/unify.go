package compare

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Pairing remembers which value of the right stands for which of the left. It
// lives as long as a scenario.
type Pairing struct {
	secret string
	right  map[string]string
	left   map[string]string
	diffs  []Diff
}

// NewPairing starts a scenario whose signatures are made with secret.
func NewPairing(secret string) *Pairing {
	return &Pairing{secret: secret, right: map[string]string{}, left: map[string]string{}}
}

// Diff is one difference between the sides.
type Diff struct {
	Where       string // "status", "header location", "body.user.id", "rows session[0].token"
	Left, Right string
}

// String shows a difference in one line.
func (d Diff) String() string {
	return fmt.Sprintf("%s: %s | %s", d.Where, d.Left, d.Right)
}

// take returns the differences found since the last call.
func (p *Pairing) take() []Diff {
	found := p.diffs
	p.diffs = nil
	return found
}

func (p *Pairing) differ(where, left, right string) {
	p.diffs = append(p.diffs, Diff{Where: where, Left: left, Right: right})
}

func (p *Pairing) json(where string, l, r *value) {
	if l.kind != r.kind {
		p.differ(where, l.kindName()+" "+l.String(), r.kindName()+" "+r.String())
		return
	}
	switch l.kind {
	case 'o':
		p.object(where, l, r)
	case 'a':
		if len(l.members) != len(r.members) {
			p.differ(where+".length", fmt.Sprint(len(l.members)), fmt.Sprint(len(r.members)))
			return
		}
		for i := range l.members {
			p.json(fmt.Sprintf("%s.%d", where, i), l.members[i], r.members[i])
		}
	case 'n':
		if l.text != r.text {
			p.differ(where, l.text, r.text)
		}
	case 's':
		p.text(where, l.text, r.text)
	}
}

// object reports members that only one side has by name, and compares the
// order of those that both have.
func (p *Pairing) object(where string, l, r *value) {
	var common [2][]string
	for i, key := range l.keys {
		if r.child(key) == nil {
			p.differ(where+"."+key, l.members[i].String(), "absent")
			continue
		}
		common[0] = append(common[0], key)
	}
	for i, key := range r.keys {
		if l.child(key) == nil {
			p.differ(where+"."+key, "absent", r.members[i].String())
			continue
		}
		common[1] = append(common[1], key)
	}
	if !slices.Equal(common[0], common[1]) {
		p.differ(where+" (member order)", strings.Join(common[0], ","), strings.Join(common[1], ","))
	}
	for _, key := range common[0] {
		p.json(where+"."+key, l.child(key), r.child(key))
	}
}

// text compares two strings that may hold random parts: whole, or nested in
// JSON, percent encoding, base64, signed values and tokens.
func (p *Pairing) text(where, l, r string) {
	if l == r {
		return
	}
	for _, reading := range []func(string, string, string) bool{p.percent, p.nestedJSON, p.token, p.envelope, p.signed} {
		if reading(where, l, r) {
			return
		}
	}
	p.runs(where, l, r)
}

// percent undoes URL encoding when both sides used it alike.
func (p *Pairing) percent(where, l, r string) bool {
	if !strings.Contains(l, "%") && !strings.Contains(r, "%") {
		return false
	}
	dl, errL := url.PathUnescape(l)
	dr, errR := url.PathUnescape(r)
	if errL != nil || errR != nil || escaped(l) != escaped(r) {
		return false
	}
	p.text(where, dl, dr)
	return true
}

var lowerEscape = regexp.MustCompile(`%(?:[0-9][a-f]|[a-f][0-9A-Fa-f]|[A-F][a-f])`)

// escaped describes how a text was encoded: which reserved characters stand
// bare in it, and whether escapes are in lower case.
func escaped(s string) string {
	var bare []rune
	if lowerEscape.MatchString(s) {
		bare = append(bare, '%')
	}
	for _, c := range s {
		if !strings.ContainsRune("%-_.~!*'()", c) && !isAlphanumeric(c) && !slices.Contains(bare, c) {
			bare = append(bare, c)
		}
	}
	slices.Sort(bare)
	return string(bare)
}

func (p *Pairing) nestedJSON(where, l, r string) bool {
	if l == "" || r == "" || !strings.ContainsRune("{[", rune(l[0])) {
		return false
	}
	vl, errL := parse([]byte(l))
	vr, errR := parse([]byte(r))
	if errL != nil || errR != nil {
		return false
	}
	p.json(where, vl, vr)
	return true
}

// token compares JSON web tokens: signed ones by header and payload,
// encrypted ones by header and the length of every part.
func (p *Pairing) token(where, l, r string) bool {
	sl, sr := strings.Split(l, "."), strings.Split(r, ".")
	if len(sl) != len(sr) || (len(sl) != 3 && len(sl) != 5) || !strings.HasPrefix(l, "eyJ") || !strings.HasPrefix(r, "eyJ") {
		return false
	}
	opened := 1
	if len(sl) == 3 {
		opened = 2
	}
	for i := range sl {
		part := fmt.Sprintf("%s(part %d)", where, i)
		if i >= opened {
			if len(sl[i]) != len(sr[i]) {
				p.differ(part+" length", fmt.Sprint(len(sl[i])), fmt.Sprint(len(sr[i])))
			}
			continue
		}
		if !p.envelope(part, sl[i], sr[i]) && sl[i] != sr[i] {
			p.differ(part, sl[i], sr[i])
		}
	}
	return true
}

// envelope opens base64url text that holds JSON, such as the cookie cache.
func (p *Pairing) envelope(where, l, r string) bool {
	bl, errL := base64.RawURLEncoding.DecodeString(l)
	br, errR := base64.RawURLEncoding.DecodeString(r)
	if errL != nil || errR != nil || len(bl) == 0 || bl[0] != '{' {
		return false
	}
	return p.nestedJSON(where, string(bl), string(br))
}

var signature = regexp.MustCompile(`^(.+)\.([A-Za-z0-9+/]{43}=)$`)

// signed checks signatures, on both sides, instead of pairing them.
func (p *Pairing) signed(where, l, r string) bool {
	ml, mr := signature.FindStringSubmatch(l), signature.FindStringSubmatch(r)
	if ml == nil || mr == nil {
		return false
	}
	okL, okR := Sign(p.secret, ml[1]) == l, Sign(p.secret, mr[1]) == r
	if okL != okR {
		p.differ(where+" (signature valid)", fmt.Sprint(okL), fmt.Sprint(okR))
	}
	p.text(where, ml[1], mr[1])
	return true
}

// Sign appends the signature that signed cookies carry.
func Sign(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var run = regexp.MustCompile(`[A-Za-z0-9_-]+`)

// runs pairs the random words of two texts that are otherwise equal.
func (p *Pairing) runs(where, l, r string) {
	wl, wr := run.FindAllString(l, -1), run.FindAllString(r, -1)
	if run.ReplaceAllString(l, "\x00") != run.ReplaceAllString(r, "\x00") || len(wl) != len(wr) {
		p.differ(where, quote(l), quote(r))
		return
	}
	for i := range wl {
		if why := p.word(wl[i], wr[i]); why != "" {
			p.differ(where, quote(l), quote(r)+" "+why)
			return
		}
	}
}

// minimal is the length below which a word is not taken for a random one.
const minimal = 16

func (p *Pairing) word(l, r string) string {
	l, r = trimShared(l, r)
	if l == r {
		return ""
	}
	if len(l) < minimal || len(l) != len(r) {
		return "(no pair of random values)"
	}
	if alphabet(l) != alphabet(r) {
		return fmt.Sprintf("(alphabet: %s | %s)", alphabet(l), alphabet(r))
	}
	if known, ok := p.right[l]; ok && known != r {
		return "(was " + known + " before)"
	}
	if known, ok := p.left[r]; ok && known != l {
		return "(stood for " + known + " before)"
	}
	p.right[l], p.left[r] = r, l
	return ""
}

// trimShared drops a common prefix such as "delete-account-".
func trimShared(l, r string) (string, string) {
	for {
		pl, restL, okL := strings.Cut(l, "-")
		pr, restR, okR := strings.Cut(r, "-")
		if !okL || !okR || pl != pr {
			return l, r
		}
		l, r = restL, restR
	}
}

func alphabet(s string) string {
	switch {
	case strings.Trim(s, "0123456789") == "":
		return "digits"
	case strings.Trim(s, "0123456789abcdef") == "":
		return "hex"
	case strings.Trim(s, "0123456789abcdef-") == "":
		return "uuid"
	}
	return "letters"
}

func isAlphanumeric(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func quote(s string) string {
	if len(s) > 400 {
		s = s[:400] + "…"
	}
	return fmt.Sprintf("%q", s)
}
