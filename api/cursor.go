package api

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"kindred/recommend"
)

// cursor is where a list goes on. It is opaque to clients, and bound to the model and to the query it continues: ranks
// of another model or another query do not line up with it.
type cursor struct {
	Model  string `json:"m"`
	Query  string `json:"q"`
	Offset int    `json:"o"`
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
}

// page reads limit and cursor. scope holds what the cursor is bound to beside the parameters, such as the path.
func (p *params) page(s *Snapshot, scope string) page {
	pg := page{limit: p.integer("limit", recommend.DefaultLimit, 1, recommend.MaxLimit), bound: cursor{Model: s.Model.Version, Query: fingerprint(scope, p.values)}}
	raw := p.one("cursor")
	if raw == "" {
		return pg
	}
	offset, err := resume(raw, pg.bound)
	if err != nil && p.cursor == nil {
		p.cursor = err
	}
	pg.offset = offset
	return pg
}

// resume returns the offset of a cursor that must match bound. One of another model is told apart by its status, 410.
func resume(raw string, bound cursor) (int, *Problem) {
	wrong := func(detail string) (int, *Problem) {
		return 0, badRequest(FieldError{Parameter: "cursor", Detail: detail})
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(raw)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	switch {
	case err != nil || c.Model == "" || c.Offset <= 0 || c.Offset > math.MaxInt32:
		return wrong("cursor is none that this server gave out; leave it away to start at the first page.")
	case c.Model != bound.Model:
		_, p := wrong("cursor was made under model " + clip(c.Model, 16) + ", which model " + clip(bound.Model, 16) + " has replaced; leave it away to start at the first page.")
		p.Type, p.Title, p.Status = problemCursor, "Cursor expired", http.StatusGone
		return 0, p
	case c.Query != bound.Query:
		return wrong("cursor belongs to another query; repeat the parameters it came with, or leave it away.")
	}
	return c.Offset, nil
}

// next returns the cursor of the page after this one, "" when n items of total end the list.
func (pg page) next(n, total int) string {
	if n == 0 || pg.offset+n >= total {
		return ""
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
