package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/wire"
	"kindred/classifier"
	"kindred/data"
	"kindred/data/readable"
	"kindred/data/store"
	"kindred/recommend/library"
)

// Problem is the body of every error: application/problem+json of RFC 9457.
type Problem struct {
	Type     string       `json:"type"` // about:blank, or a path that tells problems of one status apart
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail,omitempty"`
	Instance string       `json:"instance,omitempty"` // id of the request, as in the log
	Errors   []FieldError `json:"errors,omitempty"`

	// Extension members (RFC 9457, section 3.2) by which Semantic Scholar's clients read an error; set on its paths
	// alone.
	ErrorText string `json:"error,omitempty"`
	Message   string `json:"message,omitempty"`

	retryAfter time.Duration
	cause      error  // logged, never sent
	page       string // Detail in the words of pages, "" where it is the same
}

// FieldError says what is wrong with one field of the request: a JSON pointer into the body, or a query parameter.
type FieldError struct {
	Pointer   string `json:"pointer,omitempty"`   // into the body, RFC 6901
	Parameter string `json:"parameter,omitempty"` // name of the query parameter
	Detail    string `json:"detail"`

	page string // Detail in the words of pages, "" where it is the same
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Title + ": " + p.Detail
}

// Unwrap returns what lies behind the problem.
func (p *Problem) Unwrap() error { return p.cause }

// Types of problems that a client may want to tell from others of their status.
const (
	problemBlank      = "about:blank"
	problemParameters = "/problems/invalid-request"
	problemNoTerms    = "/problems/no-known-terms"
	problemCursor     = "/problems/cursor-expired"
	problemLoading    = "/problems/loading"
	problemEmpty      = "/problems/no-papers"
	problemRate       = "/problems/rate-limited"
	problemKey        = "/problems/key-needed"
	problemFull       = "/problems/no-room"
)

func problem(status int, detail string, args ...any) *Problem {
	return &Problem{Type: problemBlank, Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(detail, args...)}
}

// badRequest says that fields of the request are wrong, each with its remedy.
func badRequest(errs ...FieldError) *Problem {
	detail := errs[0].Detail
	if len(errs) > 1 {
		detail = fmt.Sprintf("%d fields are wrong; the first: %s", len(errs), detail)
	}
	return &Problem{
		Type: problemParameters, Title: "Invalid request", Status: http.StatusBadRequest, Detail: detail, Errors: errs,
		page: errs[0].page,
	}
}

// faults collects what is wrong with the fields of a body, as params does for parameters.
type faults []FieldError

func (f *faults) fail(name, detail string, args ...any) {
	*f = append(*f, FieldError{Pointer: "/" + name, Detail: fmt.Sprintf(detail, args...)})
}

// topics checks numbers of topics, as params.integers does.
func (f *faults) topics(name string, topics []int) {
	for i, t := range topics {
		if t <= 0 || t > math.MaxInt32 {
			bad := FieldError{Pointer: fmt.Sprintf("/%s/%d", name, i)}
			bad.Detail, bad.page = topicsHint.after("%s holds %d; topics are named by their numbers", name, t)
			*f = append(*f, bad)
		}
	}
}

// hint is where an error leads on to: for a client of the API, and for a reader of pages.
type hint struct{ api, page string }

var (
	searchHint = hint{"/v1/search?q= finds papers by words", "a search finds papers by words"}
	topicsHint = hint{"/v1/topics lists them", "the page of topics lists them"}
	docsHint   = hint{"/docs lists what there is", "a search, or the topics, lead on"}
)

// after returns a detail, which has no full stop, with the hint behind it, in the words of both.
func (h hint) after(detail string, args ...any) (api, page string) {
	detail = fmt.Sprintf(detail, args...)
	return detail + "; " + h.api + ".", detail + "; " + h.page + "."
}

// missing says that nothing is where a request looked for it, and what leads on.
func (h hint) missing(detail string, args ...any) *Problem {
	p := problem(http.StatusNotFound, "")
	p.Detail, p.page = h.after(detail, args...)
	return p
}

func noPaper(id string) *Problem {
	return searchHint.missing("No paper has the id %q. Ids look like arxiv:2306.05544 or doi:10.1000/xyz", clip(id, 200))
}

func noTopic(id string) *Problem { return topicsHint.missing("No topic has the id %q", clip(id, 40)) }

func noKnownTerms() *Problem {
	return &Problem{
		Type: problemNoTerms, Title: "No known terms", Status: http.StatusUnprocessableEntity,
		Detail: "The model knows none of the words in this text, so nothing can be said about it. A title or a few sentences in the language of the papers work best.",
		Errors: []FieldError{{Pointer: "/text", Detail: "no word of it is known to the model"}},
	}
}

func loading() *Problem {
	return &Problem{
		Type: problemLoading, Title: "Loading", Status: http.StatusServiceUnavailable, retryAfter: 5 * time.Second,
		Detail: "The papers and the model are being loaded. Try again in a few seconds.",
	}
}

// learning says that papers are there and their model is not yet.
func learning() *Problem {
	return &Problem{
		Type: problemLoading, Title: "Learning", Status: http.StatusServiceUnavailable, retryAfter: 5 * time.Second,
		Detail: "A model of the papers is being learned; recommendations and topics come when it is there. Papers and searches by the words of titles are answered meanwhile.",
	}
}

// unreadable says that the model's file failed under the request.
func unreadable(cause error) *Problem {
	return &Problem{
		Type: problemLoading, Title: "Model unreadable", Status: http.StatusServiceUnavailable, retryAfter: 5 * time.Second,
		Detail: "The file of the model cannot be read any more. It is being replaced; papers and searches by the words of titles are answered meanwhile.", cause: cause,
	}
}

// empty says that there is nothing to wait for: nobody has put papers here.
func empty() *Problem {
	return &Problem{
		Type: problemEmpty, Title: "No papers yet", Status: http.StatusServiceUnavailable, retryAfter: 30 * time.Second,
		Detail: "There are no papers here yet, or no model of them: import some (kindred import FILE...) and fit a model (kindred fit). They are served as soon as it is there.",
	}
}

// problemOf turns any error into what the client is told. It is the only place that maps errors to statuses; what is
// none of the known ones is an internal error whose cause stays in the log.
func problemOf(err error) *Problem {
	var p *Problem
	var unknown *wire.NotFoundError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &tooLarge):
		return problem(http.StatusRequestEntityTooLarge, "The body is larger than %d bytes; send fewer papers at a time.", tooLarge.Limit)
	case errors.As(err, &unknown):
		if unknown.Kind == "topic" {
			return noTopic(unknown.ID)
		}
		return noPaper(unknown.ID)
	case errors.Is(err, data.ErrNotFound):
		return problem(http.StatusNotFound, "No paper has this id.")
	case errors.Is(err, library.ErrNoModel):
		return learning()
	case errors.Is(err, store.ErrFull):
		return &Problem{
			Type: problemFull, Title: "No room left", Status: http.StatusInsufficientStorage, retryAfter: time.Minute,
			Detail: "The server's disk is full. Nothing of this request was stored; what was acknowledged before is safe. Try again when there is room.", cause: err,
		}
	case isNoTerms(err):
		return noKnownTerms()
	case errors.Is(err, data.ErrInvalid):
		return problem(http.StatusBadRequest, "%s", err)
	case errors.Is(err, context.DeadlineExceeded):
		return &Problem{Type: problemBlank, Title: "Too slow", Status: http.StatusServiceUnavailable, retryAfter: time.Second, Detail: "The answer took too long; ask for less or try again.", cause: err}
	case errors.Is(err, context.Canceled):
		// Nobody is left to read it; the status is for the log (499, as nginx writes it).
		return &Problem{Type: problemBlank, Title: "Client gone", Status: statusClientGone, cause: err}
	}
	return &Problem{Type: problemBlank, Title: "Internal error", Status: http.StatusInternalServerError, Detail: "The server failed; the instance names the log entry.", cause: err}
}

const statusClientGone = 499

// writeProblem answers with p.
func writeProblem(c *gin.Context, p *Problem) {
	out := *p
	out.Instance = "urn:request:" + requestID(c)
	body, err := json.Marshal(&out)
	if err != nil { // a Problem holds nothing that cannot be marshalled
		body = []byte(`{"type":"about:blank","title":"Internal error","status":500}`)
	}
	h := c.Writer.Header()
	for _, name := range []string{"Etag", "Link", "Last-Modified", "Content-Encoding"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.retryAfter+time.Second-1)/time.Second)))
	}
	c.Data(p.Status, "application/problem+json", append(body, '\n'))
}

// clip shortens a value that a message quotes.
func clip(s string, n int) string { return readable.Clip(s, n) }

// isNoTerms reports whether err says that a text has no term the model knows.
func isNoTerms(err error) bool { return errors.Is(err, classifier.ErrNoTerms) }
