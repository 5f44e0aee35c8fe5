package clientip_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/clientip"
)

func resolver(t testing.TB, c clientip.Config) *clientip.Resolver {
	t.Helper()
	r, err := clientip.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type vectors struct {
	NormalizeIP []struct{ IP, Key64, Key128, Key48 string }
	FromHeader  []struct {
		Header  string
		Options struct{ TrustedProxies []string }
		IP      *string
	}
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVectorsKey(t *testing.T) {
	t.Parallel()
	for _, row := range readVectors(t).NormalizeIP {
		addr, ok := clientip.Parse(row.IP)
		if !ok {
			t.Errorf("%s: not parsed", row.IP)
		}
		for subnet, want := range map[int]string{0: row.Key64, 64: row.Key64, 128: row.Key128, 48: row.Key48} {
			if got := resolver(t, clientip.Config{IPv6Subnet: subnet}).Key(addr); got != want {
				t.Errorf("%s/%d: got %s, want %s", row.IP, subnet, got, want)
			}
		}
	}
}

// TestVectorsHeader runs the reference's chains behind a trusted peer. Where
// the reference finds no client at all, which would put all such clients into
// one bucket, we take the last hop vouched for.
func TestVectorsHeader(t *testing.T) {
	t.Parallel()
	const peer = "203.0.113.99"
	better := map[string]string{
		"1.1.1.1, 203.0.113.7":     "203.0.113.7", // no proxies listed: only the nearest hop counts
		"evil, 203.0.113.7/listed": "203.0.113.7",
		"10.0.0.1/listed":          "10.0.0.1",
		"not-an-ip":                peer,
	}
	for _, row := range readVectors(t).FromHeader {
		name := row.Header
		if row.Options.TrustedProxies != nil {
			name += "/listed"
		}
		want, ok := better[name]
		if row.IP != nil {
			want = *row.IP
		} else if !ok {
			t.Fatalf("no expectation for %q", name)
		}
		r := resolver(t, clientip.Config{TrustedProxies: append(row.Options.TrustedProxies, peer)})
		got, ok := r.Resolve(peer+":1234", http.Header{"X-Forwarded-For": {row.Header}})
		if !ok || r.Key(got) != want {
			t.Errorf("%q: got %v, want %s", name, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	xff := func(values ...string) http.Header { return http.Header{"X-Forwarded-For": values} }
	tests := []struct {
		name string
		c    clientip.Config
		peer string
		h    http.Header
		want string
	}{
		{"peer alone", clientip.Config{}, "198.51.100.1:80", nil, "198.51.100.1"},
		{"header of a stranger", clientip.Config{}, "198.51.100.1:80", xff("1.1.1.1"), "198.51.100.1"},
		{"loopback peer", clientip.Config{}, "127.0.0.1:80", xff("1.1.1.1"), "1.1.1.1"},
		{"loopback peer, IPv6", clientip.Config{}, "[::1]:80", xff("2001:DB8::1"), "2001:db8::1"},
		{"mapped peer", clientip.Config{}, "[::ffff:10.0.0.1]:80", xff("1.1.1.1"), "1.1.1.1"},
		{"private peer", clientip.Config{}, "10.1.2.3:80", xff("1.1.1.1"), "1.1.1.1"},
		{"link-local peer with zone", clientip.Config{}, "[fe80::1%eth0]:80", xff("1.1.1.1"), "1.1.1.1"},
		{"unique local peer", clientip.Config{}, "[fd00::1]:80", xff("1.1.1.1"), "1.1.1.1"},
		{"spoofed on the left", clientip.Config{}, "127.0.0.1:80", xff("9.9.9.9, 1.1.1.1"), "1.1.1.1"},
		{"through two proxies", clientip.Config{}, "127.0.0.1:80", xff("9.9.9.9, 1.1.1.1, 10.0.0.1"), "1.1.1.1"},
		{"several header lines", clientip.Config{}, "127.0.0.1:80", xff("9.9.9.9, 1.1.1.1", "10.0.0.1"), "1.1.1.1"},
		{"empty hops", clientip.Config{}, "127.0.0.1:80", xff(" , 1.1.1.1 ,, "), "1.1.1.1"},
		{"hop with port", clientip.Config{}, "127.0.0.1:80", xff("1.1.1.1:5678"), "1.1.1.1"},
		{"hop in brackets", clientip.Config{}, "127.0.0.1:80", xff("[2001:db8::1]:5678"), "2001:db8::1"},
		{"all trusted", clientip.Config{}, "127.0.0.1:80", xff("10.0.0.9, 10.0.0.1"), "10.0.0.9"},
		{"garbage nearest", clientip.Config{}, "127.0.0.1:80", xff("1.1.1.1, garbage"), "127.0.0.1"},
		{"garbage behind", clientip.Config{}, "127.0.0.1:80", xff("garbage, 10.0.0.1"), "10.0.0.1"},
		{"no header", clientip.Config{}, "127.0.0.1:80", nil, "127.0.0.1"},
		{"nobody trusted", clientip.Config{TrustedProxies: []string{}}, "127.0.0.1:80", xff("1.1.1.1"), "127.0.0.1"},
		{"list replaces the default", clientip.Config{TrustedProxies: []string{"198.51.100.0/24"}}, "127.0.0.1:80", xff("1.1.1.1"), "127.0.0.1"},
		{"listed range", clientip.Config{TrustedProxies: []string{"198.51.100.0/24"}}, "198.51.100.9:80", xff("1.1.1.1"), "1.1.1.1"},
		{"listed address", clientip.Config{TrustedProxies: []string{"2001:db8::5"}}, "[2001:db8::5]:80", xff("1.1.1.1"), "1.1.1.1"},
		{"listed mapped range", clientip.Config{TrustedProxies: []string{"::ffff:198.51.100.0/120"}}, "198.51.100.9:80", xff("1.1.1.1"), "1.1.1.1"},
		{"other header", clientip.Config{Headers: []string{"cf-connecting-ip"}}, "127.0.0.1:80", http.Header{"Cf-Connecting-Ip": {"1.1.1.1"}, "X-Forwarded-For": {"2.2.2.2"}}, "1.1.1.1"},
		{"second header", clientip.Config{Headers: []string{"X-Real-Ip", "X-Forwarded-For"}}, "127.0.0.1:80", xff("1.1.1.1"), "1.1.1.1"},
		{"peer without port", clientip.Config{}, "198.51.100.1", nil, "198.51.100.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := resolver(t, tt.c).Resolve(tt.peer, tt.h)
			if !ok || got != netip.MustParseAddr(tt.want) {
				t.Errorf("got %v, %t, want %s", got, ok, tt.want)
			}
		})
	}
}

func TestResolveUnknownPeer(t *testing.T) {
	t.Parallel()
	for _, peer := range []string{"", "@", "/run/x.sock", "pipe", "1.2.3", "1.2.3.4:x", "[::1", "[::1]x", "::1]:80", "1.2.3.4:123456"} {
		got, ok := resolver(t, clientip.Config{}).Resolve(peer, http.Header{"X-Forwarded-For": {"1.1.1.1"}})
		if ok {
			t.Errorf("%q: got %v", peer, got)
		}
	}
	if got := resolver(t, clientip.Config{}).Key(netip.Addr{}); got != "" {
		t.Errorf("key of nothing: %q", got)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []clientip.Config{
		{IPv6Subnet: -1},
		{IPv6Subnet: 129},
		{TrustedProxies: []string{"10.0.0.0/33"}},
		{TrustedProxies: []string{"proxy.example.com"}},
		{TrustedProxies: []string{""}},
		{TrustedProxies: []string{"::ffff:0:0/80"}},
	} {
		if _, err := clientip.New(c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

// TestOneBucket: every spelling of an address and every address of one /64 is
// one client.
func TestOneBucket(t *testing.T) {
	t.Parallel()
	r := resolver(t, clientip.Config{})
	spellings := [][]string{
		{"203.0.113.7", "::ffff:203.0.113.7", "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:CB00:7107", "[::ffff:203.0.113.7]:443"},
		{"2001:db8::1", "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8:0:0::ffff", "[2001:db8::1]:80", "2001:db8::1%eth0"},
	}
	for i := range 30 {
		spellings[1] = append(spellings[1], fmt.Sprintf("2001:db8::%x:1", i))
	}
	for _, same := range spellings {
		keys := map[string]bool{}
		for _, s := range same {
			addr, ok := clientip.Parse(s)
			if !ok {
				t.Errorf("%q: not parsed", s)
			}
			keys[r.Key(addr)] = true
		}
		if len(keys) != 1 {
			t.Errorf("%q: %v", same, keys)
		}
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("127.0.0.1:80", "1.1.1.1, 10.0.0.1")
	f.Add("[::1]:80", "[2001:db8::1]:5, ::ffff:1.2.3.4%x")
	f.Add("@", ",,,")
	r := resolver(f, clientip.Config{})
	f.Fuzz(func(t *testing.T, peer, forwarded string) {
		addr, ok := r.Resolve(peer, http.Header{"X-Forwarded-For": {forwarded}})
		if ok != addr.IsValid() {
			t.Fatalf("%q, %q: %v, %t", peer, forwarded, addr, ok)
		}
		if !ok {
			return
		}
		if addr.Is4In6() || addr.Zone() != "" {
			t.Errorf("%q, %q: %v is not normalised", peer, forwarded, addr)
		}
		key := r.Key(addr)
		again, ok := clientip.Parse(key)
		if !ok || r.Key(again) != key {
			t.Errorf("key %q is not stable", key)
		}
	})
}

// FuzzTrustedProxies reads addresses and ranges of proxies: a header counts exactly when package net finds
// the peer in the range too.
func FuzzTrustedProxies(f *testing.F) {
	for _, peer := range []string{"10.1.2.3", "2001:db8::1", "::ffff:10.1.2.3"} {
		for _, proxy := range []string{"10.0.0.0/8", "10.1.2.3", "::ffff:10.0.0.0/104", "2001:db8::/32", " ::1 ", "fe80::1%eth0", "0.0.0.0/0", "::/0", "::/95", "10.0.0.0/33"} {
			f.Add(proxy, peer)
		}
	}
	named := netip.MustParseAddr("203.0.113.9")
	f.Fuzz(func(t *testing.T, proxy, peer string) {
		r, err := clientip.New(clientip.Config{TrustedProxies: []string{proxy}})
		if err != nil {
			return
		}
		got, ok := r.Resolve(peer, http.Header{"X-Forwarded-For": {named.String()}})
		addr, _ := clientip.Parse(peer)
		_, ipNet, err := net.ParseCIDR(strings.TrimSpace(proxy))
		if !ok || addr == named || err != nil {
			return
		}
		if want := ipNet.Contains(addr.AsSlice()); (got == named) != want {
			t.Errorf("proxy %q, peer %q: trusted is %t, want %t", proxy, peer, !want, want)
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	r := resolver(b, clientip.Config{})
	h := http.Header{"X-Forwarded-For": {"9.9.9.9, 1.1.1.1, 10.0.0.1"}}
	b.ReportAllocs()
	for b.Loop() {
		r.Resolve("127.0.0.1:8080", h)
	}
}
