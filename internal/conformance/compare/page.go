package compare

import "regexp"

// embedded is the data block of a page, which scripts read.
var embedded = regexp.MustCompile(`(?s)<script type="application/json" id="([^"]*)">(.*?)</script>`)

// page compares the data blocks of pages for people.
func (p *Pairing) page(l, r []byte) {
	dl, dr := embedded.FindSubmatch(l), embedded.FindSubmatch(r)
	switch {
	case dl == nil && dr == nil:
	case dl == nil || dr == nil:
		p.differ("data", quote(string(l)), quote(string(r)))
	default:
		p.text("data id", string(dl[1]), string(dr[1]))
		p.raw("data", dl[2], dr[2])
	}
}
