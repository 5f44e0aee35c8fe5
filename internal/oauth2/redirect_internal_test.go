package oauth2

import (
	"net/netip"
	"testing"
)

func TestIsPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "::1": false, "10.0.0.1": false, "172.16.5.4": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "fe80::1": false,
		"fd00::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "::": false,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if onlyPublic("tcp", "127.0.0.1:80", nil) == nil || onlyPublic("tcp", "nonsense", nil) == nil {
		t.Error("the dialer connects to a private address")
	}
	if err := onlyPublic("tcp", "8.8.8.8:443", nil); err != nil {
		t.Error(err)
	}
}
