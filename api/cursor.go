package api

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
)

// cursor is where a list goes on. It is opaque to clients, and bound to the snapshot and the query that it continues:
// places in another ranking do not line up with it.
type cursor struct {
	Model    string `json:"m"`
	Revision string `json:"r"`
	Query    string `json:"q"`
	Offset   int    `json:"o"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil { // two strings and a number always marshal
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// page is the part of a list that is asked for.
type page struct {
	limit  int
	offset int
	bound  cursor // what a following cursor repeats
	hold   func() // keeps the snapshot for the next page
}

// cut returns the part of rows that a page shows.
func (pg page) cut(rows []int32) []int32 {
	lo := min(pg.offset, len(rows))
	return rows[lo:min(lo+pg.limit, len(rows))]
}

// parseCursor reads a cursor that this server may have given out.
func parseCursor(raw string) (c cursor, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(raw)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	return c, err == nil && c.Query != "" && c.Offset > 0 && c.Offset <= math.MaxInt32
}

// cursorForm is the form of all cursors: base64url of a JSON object whose first member is m.
var cursorForm = regexp.MustCompile("^eyJtIjoi[A-Za-z0-9_-]{8,900}$")

// resume returns the offset of a cursor that must match bound. One of another snapshot is told apart by its status,
// 410.
func resume(raw string, bound cursor) (int, *Problem) {
	wrong := func(detail string) (int, *Problem) {
		return 0, badRequest(FieldError{Parameter: "cursor", Detail: detail, page: "This page of the list is no longer there, because the papers or the filters changed. Start again at its first page."})
	}
	c, ok := parseCursor(raw)
	switch {
	case !ok && cursorForm.MatchString(raw):
		_, p := wrong("cursor is of a form that this server gives out, but not one of its own; omit it to start at the first page.")
		p.Type, p.Title, p.Status = problemCursor, "Cursor expired", http.StatusGone
		return 0, p
	case !ok:
		return wrong("cursor was not given out by this server; omit it to start at the first page.")
	case c.Model != bound.Model || c.Revision != bound.Revision:
		_, p := wrong("cursor belongs to a list that is no longer held, because papers, topics or the model changed since; omit it to start at the first page.")
		p.Type, p.Title, p.Status = problemCursor, "Cursor expired", http.StatusGone
		return 0, p
	case c.Query != bound.Query:
		return wrong("cursor belongs to another query; repeat the parameters it came with, or omit it.")
	}
	return c.Offset, nil
}

// next returns the cursor of the page after this one, "" when n items of total end the list.
func (pg page) next(n, total int) string {
	if n == 0 || pg.offset+n >= total {
		return ""
	}
	if pg.hold != nil {
		pg.hold()
	}
	c := pg.bound
	c.Offset = pg.offset + n
	return c.String()
}

// fingerprint hashes a query without its paging. It guards against mistakes, not against attackers.
func fingerprint(scope string, values url.Values) string {
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
