package api

import (
	"net/http"

	"kindred/api/cursor"
	"kindred/api/problem"
)

// page is the part of a list that is asked for.
type page struct {
	limit  int
	offset int
	bound  cursor.Cursor // what a following cursor repeats
	hold   func()        // keeps the snapshot for the next page
}

// cut returns the part of rows that a page shows.
func (pg page) cut(rows []int32) []int32 { return cutList(rows, pg) }

// cutList returns the part of a list that a page shows.
func cutList[T any](list []T, pg page) []T {
	at := min(pg.offset, len(list))
	return list[at:min(len(list), at+pg.limit)]
}

// cursorFaults says what is wrong with a cursor.
var cursorFaults = map[cursor.Fault]string{
	cursor.Unreadable:   "cursor is none that this server gave out; omit it to start at the first page.",
	cursor.Foreign:      "cursor is of a form that this server gives out, and is none of its own; omit it to start at the first page.",
	cursor.Expired:      "cursor belongs to a list that is no longer held, because papers, topics or the model changed since; omit it to start at the first page.",
	cursor.OfOtherQuery: "cursor belongs to another query; repeat the parameters it came with, or omit it.",
}

// resume returns the offset of a cursor that must match bound. One of another snapshot is told apart by its status,
// 410.
func resume(raw string, bound cursor.Cursor) (int, *problem.Problem) {
	offset, why := cursor.Resume(raw, bound)
	if why == cursor.None {
		return offset, nil
	}
	p := problem.Invalid(problem.Field{
		Parameter: "cursor", Detail: cursorFaults[why],
		Page: "This page of the list is no longer there, because the papers or the filters changed. Start again at its first page.",
	})
	if why == cursor.Foreign || why == cursor.Expired {
		p.Type, p.Title, p.Status = problem.TypeCursor, "Cursor expired", http.StatusGone
	}
	return 0, p
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
