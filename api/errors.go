package api

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/problem"
	"kindred/data/readable"
)

// writeProblem answers with p.
func writeProblem(c *gin.Context, p *problem.Problem) {
	out := *p
	out.Instance = "urn:request:" + requestID(c)
	body, err := json.Marshal(&out)
	if err != nil { // a problem holds nothing that cannot be marshalled
		body = []byte(`{"type":"about:blank","title":"Internal error","status":500}`)
	}
	h := c.Writer.Header()
	for _, name := range []string{"Etag", "Link", "Last-Modified", "Content-Encoding"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.RetryAfter+time.Second-1)/time.Second)))
	}
	c.Data(p.Status, "application/problem+json", append(body, '\n'))
}

// clip shortens a value that a message quotes.
func clip(s string, n int) string { return readable.Clip(s, n) }
