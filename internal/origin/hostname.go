package origin

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// forbiddenHost are the characters no host may have.
const forbiddenHost = "\x00\t\n\r #/:<>?@[\\]^|"

// domain normalises the host of a special scheme: percent-decoding, lower
// case, IPv4 in any of its spellings, IPv6 in brackets.
func domain(host string) (string, bool) {
	if strings.HasPrefix(host, "[") {
		return bracketed(host)
	}
	host = percentDecode(host)
	for i := range len(host) {
		c := host[i]
		if c <= ' ' || c >= 0x7f || c == '%' || strings.IndexByte(forbiddenHost, c) >= 0 {
			return "", false
		}
	}
	host = strings.ToLower(host)
	if endsInNumber(host) {
		return ipv4(host)
	}
	return host, host != ""
}

// opaqueHost keeps the host of any other scheme as it is written.
func opaqueHost(host string) (string, bool) {
	if strings.HasPrefix(host, "[") {
		return bracketed(host)
	}
	if strings.ContainsAny(host, forbiddenHost) {
		return "", false
	}
	return escape(host, ""), true
}

func bracketed(host string) (string, bool) {
	inner, ok := strings.CutSuffix(host[1:], "]")
	addr, err := netip.ParseAddr(inner)
	if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
		return "", false
	}
	if addr.Is4In6() {
		b := addr.As16()
		return fmt.Sprintf("[::ffff:%x:%x]", uint(b[12])<<8|uint(b[13]), uint(b[14])<<8|uint(b[15])), true
	}
	return "[" + addr.String() + "]", true
}

// percentDecode decodes valid escapes and leaves others alone.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(n))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// decodeComponent decodes like JavaScript's decodeURIComponent: text with any
// malformed escape or encoding stays as it is.
func decodeComponent(s string) string {
	decoded, err := url.PathUnescape(s)
	if err != nil || strings.ToValidUTF8(decoded, "") != decoded {
		return s
	}
	return decoded
}

// endsInNumber tells whether a host must be read as an IPv4 address.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return false
	}
	_, err := ipv4Part(last)
	return err == nil || strings.Trim(last, "0123456789") == ""
}

// ipv4 reads an IPv4 address of one to four decimal, octal or hexadecimal parts.
func ipv4(host string) (string, bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > 4 {
		return "", false
	}
	var address uint64
	for i, part := range parts {
		n, err := ipv4Part(part)
		if err != nil {
			return "", false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return "", false
			}
			address |= n << (24 - 8*i)
			continue
		}
		if n >= 1<<(8*(5-len(parts))) {
			return "", false
		}
		address |= n
	}
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}).String(), true
}

// ipv4Part reads "255", "0377" or "0xff".
func ipv4Part(s string) (uint64, error) {
	switch {
	case s == "0x":
		return 0, nil
	case strings.HasPrefix(s, "0x"):
		return strconv.ParseUint(s[2:], 16, 64)
	case len(s) > 1 && s[0] == '0':
		return strconv.ParseUint(s[1:], 8, 64)
	}
	return strconv.ParseUint(s, 10, 64)
}
