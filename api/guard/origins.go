package guard

import (
	"net/http"
	"net/url"
	"strings"
)

// OwnHost reports whether a Host header names this machine or the address that clients reach the server by, "" for none.
func OwnHost(host, baseURL string) bool {
	if NamesThisMachine(host) {
		return true
	}
	base, err := url.Parse(baseURL)
	return err == nil && base.Host != "" && strings.EqualFold(Hostname(host), base.Hostname())
}

// Origins returns the check of where a request that a browser sends comes from: the server itself, which clients reach by
// baseURL, or one of the allowed origins.
func Origins(allowed []string, baseURL string) (*http.CrossOriginProtection, error) {
	origins := http.NewCrossOriginProtection()
	for _, o := range allowed {
		if err := origins.AddTrustedOrigin(o); err != nil {
			return nil, err
		}
	}
	if base, err := url.Parse(baseURL); err == nil && base.Host != "" {
		if err := origins.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, err
		}
	}
	return origins, nil
}
