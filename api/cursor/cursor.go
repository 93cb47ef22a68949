// Package cursor continues lists: what a client sends back to get the next page of one, and the snapshots that such pages are
// answered from. How a request carries a cursor, and what a wrong one is answered with, belongs to api.
package cursor

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math"
	"net/url"
	"regexp"
	"strconv"
)

// Cursor is where a list goes on. It is opaque to clients, and bound to the snapshot and the query that it continues:
// places in another ranking do not line up with it.
type Cursor struct {
	Model    string `json:"m"`
	Revision string `json:"r"`
	Query    string `json:"q"`
	Offset   int    `json:"o"`
}

// String returns the form that clients get.
func (c Cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil { // two strings and a number always marshal
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Parse reads a cursor that this server may have given out.
func Parse(raw string) (c Cursor, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(raw)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	return c, err == nil && c.Query != "" && c.Offset > 0 && c.Offset <= math.MaxInt32
}

// form is the form of all cursors: base64url of a JSON object whose first member is m.
var form = regexp.MustCompile("^eyJtIjoi[A-Za-z0-9_-]{8,900}$")

// Fault is why a cursor does not continue a list.
type Fault int

// The faults of a cursor, None aside.
const (
	None         Fault = iota
	Unreadable         // of a form that no server of this kind gives out
	Foreign            // of the form, but none that this server can have given out
	Expired            // of another snapshot
	OfOtherQuery       // of another query
)

// Resume returns the offset of a cursor that must match bound, or why it does not.
func Resume(raw string, bound Cursor) (offset int, why Fault) {
	c, ok := Parse(raw)
	switch {
	case !ok && form.MatchString(raw):
		return 0, Foreign
	case !ok:
		return 0, Unreadable
	case c.Model != bound.Model || c.Revision != bound.Revision:
		return 0, Expired
	case c.Query != bound.Query:
		return 0, OfOtherQuery
	}
	return c.Offset, None
}

// Fingerprint hashes a query without its paging. It guards against mistakes, not against attackers.
func Fingerprint(scope string, values url.Values) string {
	rest := make(url.Values, len(values))
	for name, v := range values {
		if name != "cursor" && name != "limit" && name != "fields" {
			rest[name] = v
		}
	}
	h := fnv.New64a()
	h.Write([]byte(scope))
	h.Write([]byte{0})
	h.Write([]byte(rest.Encode()))
	return strconv.FormatUint(h.Sum64(), 36)
}
