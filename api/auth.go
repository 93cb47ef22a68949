package api

import (
	"cmp"
	"errors"
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

// authorize reports why a request may not change anything, nil if it may. secret is a key that the body of the request
// carries.
//
// A valid key is needed, whatever address a request comes from: behind a proxy on this machine every visitor has the
// address of the machine. The key may also stand in the headers, or in the cookie of the curator's page; that counts
// only in requests from pages of this server.
func (a *server) authorize(c *gin.Context, secret string) error {
	if a.cfg.Writer == nil && a.cfg.Curator == nil && a.cfg.Refit == nil {
		return problem(http.StatusForbidden, "This server takes no changes.")
	}
	secret = cmp.Or(secret, secretOf(c.Request), cookieSecret(c.Request))
	if secret == "" || a.cfg.Keys == nil {
		return keyNeeded(c, "Changes need an API key, in the header X-API-Key or as a bearer token. `kindred key add` makes one; "+
			"that of the server's owner is in the file owner.key of the data folder.")
	}
	_, err := a.cfg.Keys.Check(c.Request.Context(), secret)
	if errors.Is(err, ErrKey) {
		return keyNeeded(c, "The API key is not valid; `kindred key list` shows the valid ones.")
	}
	return err
}

// keyCookie is the cookie that keeps the key of a curator for as long as the browser is open.
const keyCookie = "kindred_key"

// cookieSecret returns the key in the cookie of a request that a page of this server made, or a person who typed the
// address.
func cookieSecret(r *http.Request) string {
	c, err := r.Cookie(keyCookie)
	if err != nil || !sameOrigin(r) {
		return ""
	}
	return c.Value
}

// signIn has the browser keep a key that was found valid. No script can read it, and no request from a page of another
// site carries it.
func (a *server) signIn(c *gin.Context, secret string) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: keyCookie, Value: secret, Path: "/curate", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: strings.HasPrefix(a.base(c.Request), "https:"),
	})
}

func keyNeeded(c *gin.Context, detail string) *Problem {
	c.Header("WWW-Authenticate", `Bearer realm="kindred"`)
	return &Problem{Type: problemKey, Title: "Key needed", Status: http.StatusUnauthorized, Detail: detail, page: "The key is missing or not valid. Go back and sign in with another one."}
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
