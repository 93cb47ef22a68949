package netguard_test

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"kindred/netguard"
)

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "2606:4700::1111": true, "100.128.0.1": true, "172.32.0.1": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.9.9.9": false, "0.0.0.0": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "192.0.0.1": false, "198.18.0.1": false, "224.0.0.1": false,
		"255.255.255.255": false, "240.0.0.1": false, "::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false,
		"fd12::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::7f00:1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "2001:0:1::": false, "fec0::1": false,
	} {
		if got := netguard.Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("Public(%s) = %v", address, got)
		}
	}
	if netguard.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// TestDialer wants no connection to this machine, by address or by name.
func TestDialer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		conn, err := netguard.Dialer(time.Minute).DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
		if err == nil {
			conn.Close()
		}
		if !errors.Is(err, netguard.ErrPrivate) {
			t.Errorf("dial %s: %v", host, err)
		}
	}
}
