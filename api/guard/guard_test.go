package guard

import (
	"context"
	"crypto/tls"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// settings are those of one bucket in memory.
type settings map[string][]byte

func (s settings) Setting(_ context.Context, bucket, key string) ([]byte, error) { return s[key], nil }

func (s settings) SetSetting(_ context.Context, bucket, key string, value []byte) error {
	if s[key] = value; value == nil {
		delete(s, key)
	}
	return nil
}

func (s settings) SettingKeys(context.Context, string) ([]string, error) {
	return slices.Sorted(maps.Keys(s)), nil
}

func TestKeys(t *testing.T) {
	set := settings{}
	keys := NewKeys(set)
	ctx := t.Context()
	key, secret, err := keys.Add(ctx, " Ann ")
	if err != nil || key.Name != "Ann" {
		t.Fatal(key, err)
	}
	if at := string(set[key.ID]); strings.Contains(at, secret) || strings.Contains(at, secret[len(secret)-64:]) {
		t.Error("the secret is kept in the clear")
	}
	if got, err := keys.Check(ctx, secret); err != nil || got.ID != key.ID {
		t.Errorf("check: %v %v", got, err)
	}
	for _, wrong := range []string{"", "x", secret[:len(secret)-1] + "!", strings.Replace(secret, key.ID, "ffffffff", 1), secret + "0"} {
		if _, err := keys.Check(ctx, wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
	if list, err := keys.List(ctx); err != nil || len(list) != 1 || list[0].ID != key.ID {
		t.Errorf("list: %v %v", list, err)
	}
	if err := keys.Revoke(ctx, key.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Check(ctx, secret); err == nil {
		t.Error("a revoked key is taken")
	}
	if err := keys.Revoke(ctx, key.ID); err == nil {
		t.Error("revoking twice is no error")
	}
	if _, _, err := keys.Add(ctx, ""); err == nil {
		t.Error("a key for nobody")
	}
}

// TestOwner holds that the owner's key is taken, and is not among those that are listed.
func TestOwner(t *testing.T) {
	secret := strings.Repeat("k", 32)
	keys := NewKeys(settings{}).WithOwner(secret)
	if key, err := keys.Check(t.Context(), secret); err != nil || key != OwnerKey {
		t.Errorf("the owner's key: %v, %v", key, err)
	}
	if _, err := keys.Check(t.Context(), secret[1:]); err == nil {
		t.Error("a part of the owner's key is taken")
	}
	if list, err := keys.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("listed: %v, %v", list, err)
	}
}

func TestClientOf(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "nonsense": "unknown", "": "unknown",
	} {
		if got := ClientOf(address); got != want {
			t.Errorf("%q counts for %q, want %q", address, got, want)
		}
	}
}

// TestLimits takes the tokens of two clients: each has its own, and they come back with time.
func TestLimits(t *testing.T) {
	l := NewLimits(2, 20, 3)
	now := time.Unix(1000, 0)
	for i := range 5 {
		if got := l.Allow("a", now, false); got.OK != (i < 3) {
			t.Errorf("request %d at once: %v", i+1, got.OK)
		}
	}
	if got := l.Allow("b", now, false); !got.OK {
		t.Error("one client took what is another's")
	}
	if got := l.Allow("a", now.Add(400*time.Millisecond), false); got.OK || got.Wait() != 1 {
		t.Errorf("after .4 s: %v, wait %d s", got.OK, got.Wait())
	}
	if got := l.Allow("a", now.Add(600*time.Millisecond), false); !got.OK {
		t.Error("no token after .6 s at 2 a second")
	}
	granted := 0
	for l.Allow("key", now, true).OK {
		granted++
	}
	if granted != 81 { // four seconds' worth, and one
		t.Errorf("%d requests at once with a key, want 81", granted)
	}
}

// TestBase has a request come from a proxy and from others: only the proxy's headers are believed, and only where they
// are a host and a scheme.
func TestBase(t *testing.T) {
	for _, c := range []struct {
		from, proto, host string
		tls               bool
		want              string
	}{
		{"192.0.2.1:9", "https", "papers.example.org", false, "https://papers.example.org"},
		{"192.0.2.1:9", "HTTPS", "[2001:db8::1]:8443", false, "https://[2001:db8::1]:8443"},
		{"192.0.2.1:9", "gopher", "a/b", false, "http://own.example"},
		{"192.0.2.1:9", "", `x" onload="`, true, "https://own.example"},
		{"[::ffff:192.0.2.1]:9", "https", "", false, "https://own.example"},
		{"198.51.100.7:9", "https", "papers.example.org", false, "http://own.example"},
		{"nobody", "https", "papers.example.org", false, "http://own.example"},
	} {
		r := httptest.NewRequest("GET", "http://own.example/", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-Proto", c.proto)
		r.Header.Set("X-Forwarded-Host", c.host)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := Base(r, []string{"nonsense", "192.0.2.0/24"}); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestNamesThisMachine(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost:8080": true, "127.0.0.1:1": true, "127.9.9.9": true, "[::1]:80": true, "::1": true,
		"": false, "localhost.example": false, "192.0.2.1": false, "[2001:db8::1]:80": false, "evil.example:80": false,
	} {
		if got := NamesThisMachine(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}
