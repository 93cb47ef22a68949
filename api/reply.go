package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"kindred/api/cached"
)

// reply is what a handler answers with: everything is encoded before the status line is written.
type reply struct {
	status int // 0 means 200
	typ    string
	body   []byte
	header map[string]string // beside Content-Type
}

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
	typeXML  = "application/xml; charset=utf-8"
)

// made returns a reply of a body that was made, or the error of making it.
func made(typ string, body []byte, err error) (*reply, error) {
	if err != nil {
		return nil, err
	}
	return &reply{typ: typ, body: body}, nil
}

// jsonReply encodes v. Text is escaped for HTML, so that an answer shown as a page by mistake is harmless.
func jsonReply(v any) (*reply, error) {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(v); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return &reply{typ: typeJSON, body: buf.Bytes()}, nil
}

// redirect sends a client on to an address of this site, which it is to GET.
func redirect(to string) *reply {
	header := pageHeader()
	header["Location"] = to
	return &reply{status: http.StatusSeeOther, typ: typeHTML, header: header}
}

// ready returns the reply as an answer that can be kept and be written many times.
func (r *reply) ready(etag, policy string) *cached.Answer {
	return cached.NewAnswer(cached.Content{Status: r.status, Type: r.typ, Body: r.body, Header: r.header}, etag, policy)
}

// newFixed returns the reply as an answer that stays the same as long as the process runs.
func newFixed(r *reply, etag, policy string) cached.Fixed {
	return cached.NewFixed(r.ready(etag, policy))
}

// trace is what log and metrics want to know of a request. It stands in for the context's writer, which costs one
// object a request where a key of the context costs a map.
type trace struct {
	gin.ResponseWriter
	id      [1]string // as in the answer's X-Request-Id, ready for the header
	pattern string    // of the route, "" where none matched
}

func traceOf(c *gin.Context) *trace {
	if t, ok := c.Writer.(*trace); ok {
		return t
	}
	return &trace{}
}

// requestID returns the id of the request, as in the answer's X-Request-Id.
func requestID(c *gin.Context) string { return traceOf(c).id[0] }
