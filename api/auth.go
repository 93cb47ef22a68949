package api

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"kindred/api/guard"
	"kindred/api/problem"
)

// authorize returns the key by which a request may change something, or why it may not. secret is a key that the body of
// the request carries.
//
// A valid key is needed, whatever address a request comes from: behind a proxy on this machine every visitor has the
// address of the machine. The key may also stand in the headers, or be that of a session of the curator's page; a
// session counts only in requests from pages of this server.
func (a *server) authorize(c *gin.Context, secret string) (guard.Key, error) {
	if a.cfg.Writer == nil && a.cfg.Curator == nil && a.cfg.Refit == nil {
		return guard.Key{}, problem.New(http.StatusForbidden, "This server takes no changes.")
	}
	if a.cfg.Keys == nil {
		return guard.Key{}, keyNeeded(c)
	}
	secret = cmp.Or(secret, guard.Secret(c.Request))
	token := guard.Token(c.Request)
	switch {
	case secret != "":
		key, err := a.cfg.Keys.Check(c.Request.Context(), secret)
		if errors.Is(err, guard.ErrKey) {
			return key, keyWrong(c)
		}
		return key, err
	case token != "":
		key, err := a.sessions.Key(c.Request.Context(), token)
		if errors.Is(err, guard.ErrKey) {
			return key, keyNeeded(c)
		}
		return key, err
	}
	return guard.Key{}, keyNeeded(c)
}

// signIn opens a session for a key, whose token the browser keeps.
func (a *server) signIn(c *gin.Context, secret string) error {
	if _, err := a.authorize(c, secret); err != nil {
		return err
	}
	token, err := a.sessions.Open(c.Request.Context(), secret)
	if errors.Is(err, guard.ErrKey) { // revoked this moment
		return keyWrong(c)
	}
	if err == nil {
		a.keepSession(c, token)
	}
	return err
}

// signOut ends the session of a request.
func (a *server) signOut(c *gin.Context) {
	if token := guard.Token(c.Request); token != "" {
		a.sessions.Close(token)
	}
	a.keepSession(c, "")
}

func (a *server) keepSession(c *gin.Context, token string) {
	http.SetCookie(c.Writer, guard.Cookie(token, strings.HasPrefix(a.base(c.Request), "https:")))
}

func keyNeeded(c *gin.Context) *problem.Problem {
	return keyProblem(c, "Changes need an API key, in the header X-API-Key or as a bearer token. `kindred key add` makes one; "+
		"that of the server's owner is in the file owner.key of the data folder.", "You are not signed in, or no longer.")
}

func keyWrong(c *gin.Context) *problem.Problem {
	return keyProblem(c, "The API key is not valid. `kindred key list` names the keys there are, without their secrets; `kindred key add` makes a new one.",
		"This key is not valid.")
}

func keyProblem(c *gin.Context, detail, page string) *problem.Problem {
	c.Header("WWW-Authenticate", `Bearer realm="kindred"`)
	return &problem.Problem{Type: problem.TypeKey, Title: "Key needed", Status: http.StatusUnauthorized, Detail: detail, Page: page}
}
