package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/internal/conformance/pair"
)

// headers are the ones a client can act on; the rest belongs to the HTTP stack.
var headers = []string{
	"content-type", "location", "cache-control", "pragma", "x-retry-after", "retry-after",
	"set-auth-token", "access-control-expose-headers", "www-authenticate", "allow", "vary",
}

// Answer compares two responses. Of pages for people only status and headers count.
func (p *Pairing) Answer(l, r *pair.Response, page bool) []Diff {
	if l.Status != r.Status {
		p.differ("status", fmt.Sprint(l.Status), fmt.Sprint(r.Status))
	}
	for _, name := range headers {
		p.header(name, l.Header.Values(name), r.Header.Values(name))
	}
	p.cookies(l.Header.Values("set-cookie"), r.Header.Values("set-cookie"))
	if page {
		p.page(l.Body, r.Body)
	} else {
		p.body(l.Body, r.Body)
	}
	return p.take()
}

func (p *Pairing) header(name string, l, r []string) {
	if len(l) != len(r) {
		p.differ("header "+name, show(l), show(r))
		return
	}
	for i := range l {
		p.text("header "+name, l[i], r[i])
	}
}

// cookies compares what a browser ends up with: of several lines for one
// cookie in one answer, the last counts.
func (p *Pairing) cookies(l, r []string) {
	l, r = effective(l), effective(r)
	if len(l) != len(r) {
		p.differ("set-cookie", show(cookieNames(l)), show(cookieNames(r)))
		l, r = common(l, r), common(r, l)
	}
	r = p.align(l, r)
	for i, name := range cookieNames(l) {
		p.text("set-cookie name", name, cookieNames(r)[i])
		pl, pr := strings.Split(l[i], "; "), strings.Split(r[i], "; ")
		_, valueL, _ := strings.Cut(pl[0], "=")
		_, valueR, _ := strings.Cut(pr[0], "=")
		p.text("set-cookie "+name, valueL, valueR)
		if !slices.Equal(pl[1:], pr[1:]) {
			p.differ("set-cookie "+name+" attributes", strings.Join(pl[1:], "; "), strings.Join(pr[1:], "; "))
		}
	}
}

// align puts the right side's cookies whose names hold a random value that is known already into the
// left side's order: the order of several sessions' cookies follows that of the request's, which is the
// browser's affair.
func (p *Pairing) align(l, r []string) []string {
	r = slices.Clone(r)
	namesL, namesR := cookieNames(l), cookieNames(r)
	for i := range namesL {
		want, known := p.right[random(namesL[i])]
		if !known || random(namesR[i]) == want {
			continue
		}
		for j := i + 1; j < len(r); j++ {
			if random(namesR[j]) == want {
				r[i], r[j] = r[j], r[i]
				namesR[i], namesR[j] = namesR[j], namesR[i]
			}
		}
	}
	return r
}

// random is the part of a cookie name behind its last hyphen.
func random(name string) string { return name[strings.LastIndexByte(name, '-')+1:] }

func effective(lines []string) []string {
	last := map[string]int{}
	names := cookieNames(lines)
	for i, name := range names {
		last[name] = i
	}
	var kept []string
	for i, name := range names {
		if last[name] == i {
			kept = append(kept, lines[i])
		}
	}
	return kept
}

// common keeps the lines of cookies that the others have too.
func common(lines, others []string) []string {
	names, kept := cookieNames(others), []string(nil)
	for i, name := range cookieNames(lines) {
		if slices.Contains(names, name) {
			kept = append(kept, lines[i])
		}
	}
	return kept
}

// CookieNames names the cookies that an answer leaves a browser with.
func CookieNames(lines []string) []string { return cookieNames(effective(lines)) }

func cookieNames(lines []string) []string {
	names := make([]string, 0, len(lines))
	for _, line := range lines {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	return names
}

func (p *Pairing) body(l, r []byte) {
	vl, errL := parse(l)
	vr, errR := parse(r)
	if errL == nil && errR == nil {
		p.json("body", vl, vr)
		return
	}
	p.text("body", string(l), string(r))
}

// Left compares what a step left behind: callbacks in order, rows of every
// table, and the secondary storage.
func (p *Pairing) Left(l, r pair.State) []Diff {
	p.calls(l.Calls, r.Calls)
	tables := slices.Sorted(maps.Keys(l.Rows))
	if other := slices.Sorted(maps.Keys(r.Rows)); !slices.Equal(tables, other) {
		p.differ("tables", show(tables), show(other))
	}
	for _, table := range tables {
		p.rows("rows "+table, official(l.Rows[table]), official(r.Rows[table]))
	}
	p.rows("secondary", l.Secondary, r.Secondary)
	return p.take()
}

// official leaves out the rows that only we keep: which change of address a person asked for last.
func official(rows []json.RawMessage) []json.RawMessage {
	return slices.DeleteFunc(slices.Clone(rows), func(row json.RawMessage) bool {
		return strings.Contains(string(row), `"change-email-latest-`)
	})
}

// calls compares which callbacks came in which order, and what each was told.
func (p *Pairing) calls(l, r []pair.Call) {
	if before, after := show(callNames(l)), show(callNames(r)); before != after {
		p.differ("callbacks", before, after)
		l, r = byName(l), byName(r)
	}
	if !slices.Equal(callNames(l), callNames(r)) {
		return
	}
	for i := range l {
		p.raw("callback "+l[i].Name, l[i].Data, r[i].Data)
	}
}

func callNames(calls []pair.Call) (names []string) {
	for _, c := range calls {
		names = append(names, c.Name)
	}
	return names
}

func byName(calls []pair.Call) []pair.Call {
	return slices.SortedStableFunc(slices.Values(calls), func(a, b pair.Call) int { return strings.Compare(a.Name, b.Name) })
}

// rows compares tables as sets: rows are put in an order that random values do
// not decide, because not every database returns them as they came.
func (p *Pairing) rows(where string, l, r []json.RawMessage) {
	if len(l) != len(r) {
		p.differ(where, fmt.Sprintf("%d rows", len(l)), fmt.Sprintf("%d rows", len(r)))
		return
	}
	sl, sr := sortRows(l), sortRows(r)
	for i := range sl {
		p.raw(fmt.Sprintf("%s[%d]", where, i), sl[i], sr[i])
	}
}

func sortRows(rows []json.RawMessage) []json.RawMessage {
	sorted := slices.Clone(rows)
	for i, row := range sorted {
		sorted[i] = canonical(row)
	}
	slices.SortStableFunc(sorted, func(a, b json.RawMessage) int {
		return strings.Compare(mask(string(a)), mask(string(b)))
	})
	return sorted
}

// canonical writes a flat object with its members sorted: column order is no
// part of a row.
func canonical(row json.RawMessage) json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(row, &m) != nil {
		return row
	}
	out, err := json.Marshal(m)
	if err != nil {
		return row
	}
	return out
}

// mask hides random words, so that a sort sees only what both sides share.
func mask(s string) string {
	return run.ReplaceAllStringFunc(s, func(word string) string {
		if len(word) >= minimal {
			return "?"
		}
		return word
	})
}

func (p *Pairing) raw(where string, l, r json.RawMessage) {
	vl, errL := parse(l)
	vr, errR := parse(r)
	if errL != nil || errR != nil {
		p.text(where, string(l), string(r))
		return
	}
	p.json(where, vl, vr)
}

func show(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
