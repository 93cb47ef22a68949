package guard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest tells who asks by arbitrary headers: nothing that they say makes a foreign address this machine, or writes
// anything but a host into a link.
func FuzzRequest(f *testing.F) {
	f.Add("203.0.113.9:1", "127.0.0.1", "https", "localhost", "papers.example.org")
	f.Add("127.0.0.1:1", "", "javascript", "a/b?c\"<>", "[::1]:80")
	f.Add("[2001:db8::1]:1", "::1", "HTTPS", "x.example:99999", "")
	f.Add("@", ",,", " ", "\r\n", "\x00")
	f.Fuzz(func(t *testing.T, remote, forwarded, proto, forwardedHost, host string) {
		r := &http.Request{Method: http.MethodPost, URL: &url.URL{}, RemoteAddr: remote, Host: "papers.example.org", Header: http.Header{}}
		for name, value := range map[string]string{"X-Forwarded-For": forwarded, "X-Forwarded-Proto": proto, "X-Forwarded-Host": forwardedHost, "Origin": host, "Cookie": host} {
			r.Header.Set(name, value)
		}
		if FromThisMachine(r) {
			t.Errorf("%q with a header of a proxy is this machine", remote)
		}
		for _, proxies := range [][]string{nil, {"0.0.0.0/0", "::/0"}} {
			base := Base(r, proxies)
			u, err := url.Parse(base)
			if err != nil || u.Host == "" || u.Path != "" || strings.ContainsAny(base, "\r\n\"<> ") {
				t.Errorf("the site is at %q: %v", base, err)
			}
			if proxies == nil && base != "http://papers.example.org" {
				t.Errorf("nobody is believed, and the site is at %q", base)
			}
		}
		if ClientOf(remote) == "" || Hostname(host) == "" && NamesThisMachine(host) {
			t.Errorf("%q %q", remote, host)
		}
		_, _ = Token(r), Secret(r)
	})
}
