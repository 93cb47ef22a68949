package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"kindred/api/guard"
	"kindred/api/problem"
)

// mcpPath is where assistants ask over the Model Context Protocol (MCP). It is no part of the OpenAPI description: a
// POST there is a message of another protocol, which describes its tools itself (tools/list).
const mcpPath = "/mcp"

// mcpRoutes has the route of the protocol. GET and DELETE are for sessions, which there are none of.
func (a *server) mcpRoutes() []route {
	if a.cfg.MCP == nil {
		return nil
	}
	return []route{{http.MethodPost, mcpPath, a.mcp}}
}

// mcp hands a message on. Like reading, it needs no key; unlike reading, it is closed to the pages of other origins, as
// the protocol demands.
func (a *server) mcp(c *gin.Context, _ string) {
	if guard.FromThisMachine(c.Request) && !guard.OwnHost(c.Request.Host, a.cfg.BaseURL) { // DNS rebinding: a page's own name for this machine
		a.fail(c, problem.New(http.StatusForbidden, "The host %s is not this machine's; ask at localhost, or start the server "+
			"with that address as --base-url.", clip(c.Request.Host, 100)))
		return
	}
	if err := a.origins.Check(c.Request); err != nil {
		a.fail(c, problem.New(http.StatusForbidden, "Pages of another origin may not ask here; the server's --allow-origin "+
			"lists those that may."))
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.cfg.MaxBody)
	a.cfg.MCP.ServeHTTP(c.Writer, c.Request)
}
