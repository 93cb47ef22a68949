package guard

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// Secret returns the API key that a request carries, as X-API-Key or as a bearer token.
func Secret(r *http.Request) string {
	if s := r.Header.Get("X-Api-Key"); s != "" {
		return s
	}
	if s, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(s)
	}
	return ""
}

// proxyHeaders are the fields, by their canonical names, that tell of a proxy.
var proxyHeaders = [...]string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via", "X-Forwarded-Host"}

// FromThisMachine reports whether a request was made on this machine and did not come through a proxy on it.
func FromThisMachine(r *http.Request) bool {
	for _, name := range proxyHeaders {
		if r.Header[name] != nil {
			return false
		}
	}
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().Unmap().IsLoopback()
}

// sameOrigin reports whether a page of this server made a request, or nobody's did. A change by a form always says
// where it comes from: browsers send Origin with every POST.
func sameOrigin(r *http.Request) bool {
	// Where a browser says this, no script can make it say something else, and it is more exact than the origin.
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return r.Method == http.MethodGet || r.Method == http.MethodHead
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

// NamesThisMachine reports whether a Host header is localhost or a loopback address.
func NamesThisMachine(host string) bool {
	host = Hostname(host)
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// Hostname returns a Host header without its port.
func Hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.Trim(host, "[]")
}

// Prefix reads a prefix, or an address as the prefix that holds it alone.
func Prefix(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// Base returns where the site is reached by what a request says, which is believed of the proxies that are trusted:
// addresses and prefixes.
func Base(r *http.Request, proxies []string) string {
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if fromOneOf(r, proxies) {
		if proto := strings.ToLower(r.Header.Get("X-Forwarded-Proto")); proto == "http" || proto == "https" {
			scheme = proto
		}
		if h := r.Header.Get("X-Forwarded-Host"); hostForm.MatchString(h) {
			host = h
		}
	}
	return scheme + "://" + host
}

// hostForm matches a host with or without a port, so that no header can write anything else into a link.
var hostForm = regexp.MustCompile(`^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$`)

// fromOneOf reports whether one of the proxies sent a request.
func fromOneOf(r *http.Request, proxies []string) bool {
	if len(proxies) == 0 {
		return false
	}
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range proxies {
		if prefix, err := Prefix(p); err == nil && prefix.Contains(addr.Addr().Unmap()) {
			return true
		}
	}
	return false
}
