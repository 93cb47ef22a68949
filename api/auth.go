package api

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"kindred/api/guard"
)

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
	secret = cmp.Or(secret, guard.Secret(c.Request), guard.CookieSecret(c.Request))
	if secret == "" || a.cfg.Keys == nil {
		return keyNeeded(c, "Changes need an API key, in the header X-API-Key or as a bearer token. `kindred key add` makes one; "+
			"that of the server's owner is in the file owner.key of the data folder.")
	}
	_, err := a.cfg.Keys.Check(c.Request.Context(), secret)
	if errors.Is(err, guard.ErrKey) {
		return keyNeeded(c, "The API key is not valid; `kindred key list` shows the valid ones.")
	}
	return err
}

// signIn has the browser keep a key that was found valid.
func (a *server) signIn(c *gin.Context, secret string) {
	http.SetCookie(c.Writer, guard.Cookie(secret, strings.HasPrefix(a.base(c.Request), "https:")))
}

func keyNeeded(c *gin.Context, detail string) *Problem {
	c.Header("WWW-Authenticate", `Bearer realm="kindred"`)
	return &Problem{Type: problemKey, Title: "Key needed", Status: http.StatusUnauthorized, Detail: detail, page: "The key is missing or not valid. Go back and sign in with another one."}
}
