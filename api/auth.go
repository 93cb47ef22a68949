package api

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// secretOf returns the API key that a request carries, as X-API-Key or as a bearer token.
func secretOf(r *http.Request) string {
	if s := r.Header.Get("X-Api-Key"); s != "" {
		return s
	}
	if s, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(s)
	}
	return ""
}

// authorize reports why a request may not change anything, nil if it may. secret is the API key it carries.
//
// A valid key is always enough. While no key has been made, requests from this machine are taken without one, unless
// there is any sign that they only pass through it: a proxy's header, a foreign origin (a page in the user's browser),
// or a host name that is not this machine's (DNS rebinding).
func (a *server) authorize(c *gin.Context, secret string) error {
	if a.cfg.Writer == nil && a.cfg.Curator == nil && a.cfg.Refit == nil {
		return problem(http.StatusForbidden, "This server takes no changes.")
	}
	ctx := c.Request.Context()
	if secret != "" && a.cfg.Keys != nil {
		_, err := a.cfg.Keys.Check(ctx, secret)
		if errors.Is(err, ErrKey) {
			return keyNeeded(c, "The API key is not valid; `kindred key list` shows the valid ones.")
		}
		return err
	}
	if a.cfg.Keys != nil {
		any, err := a.cfg.Keys.Any(ctx)
		if err != nil {
			return err
		}
		if any {
			return keyNeeded(c, "Changes need an API key, in the header X-API-Key or as a bearer token; `kindred key add` makes one.")
		}
	}
	if !fromThisMachine(c.Request) || !sameSite(c.Request) {
		return keyNeeded(c, "No API key has been made yet, so changes are taken from this machine only; `kindred key add` makes one.")
	}
	return nil
}

func keyNeeded(c *gin.Context, detail string) *Problem {
	c.Header("WWW-Authenticate", `Bearer realm="kindred"`)
	return &Problem{Type: problemKey, Title: "API key needed", Status: http.StatusUnauthorized, Detail: detail}
}

// proxyHeaders are the fields, by their canonical names, that tell of a proxy.
var proxyHeaders = [...]string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via", "X-Forwarded-Host"}

// fromThisMachine reports whether a request was made on this machine and did not come through a proxy on it.
func fromThisMachine(r *http.Request) bool {
	for _, name := range proxyHeaders {
		if r.Header[name] != nil {
			return false
		}
	}
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().Unmap().IsLoopback()
}

// namesThisMachine reports whether a Host header is localhost or a loopback address.
func namesThisMachine(host string) bool {
	host = hostname(host)
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// hostname returns a Host header without its port.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.Trim(host, "[]")
}

// sameSite reports whether a request names this machine as its host and does not come from a page of another origin.
func sameSite(r *http.Request) bool {
	if !namesThisMachine(r.Host) {
		return false
	}
	// Where a browser says this, no script can make it say something else, and it is more exact than the origin.
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}
