// Package problem says what is wrong with a request: the body of an error (RFC 9457), in the words of the API and of the
// pages, and which error is which problem.
//
// What belongs here are the words and statuses of errors. How they are written is api's; what is wrong with a parameter
// or a body is found by api/input.
package problem

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"kindred/api/wire"
	"kindred/classifier"
	"kindred/data"
	"kindred/data/readable"
	"kindred/data/store"
	"kindred/recommend/library"
)

// Problem is the body of every error: application/problem+json of RFC 9457.
type Problem struct {
	Type     string  `json:"type"` // about:blank, or a path that tells problems of one status apart
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Instance string  `json:"instance,omitempty"` // id of the request, as in the log
	Errors   []Field `json:"errors,omitempty"`

	// Extension members (RFC 9457, section 3.2) by which Semantic Scholar's clients read an error; set on its paths
	// alone.
	ErrorText string `json:"error,omitempty"`
	Message   string `json:"message,omitempty"`

	RetryAfter time.Duration `json:"-"`
	Cause      error         `json:"-"` // logged, never sent
	Page       string        `json:"-"` // Detail in the words of pages, "" where it is the same
}

// Field says what is wrong with one field of the request: a JSON pointer into the body, or a query parameter.
type Field struct {
	Pointer   string `json:"pointer,omitempty"`   // into the body, RFC 6901
	Parameter string `json:"parameter,omitempty"` // name of the query parameter
	Detail    string `json:"detail"`

	Page string `json:"-"` // Detail in the words of pages, "" where it is the same
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Title + ": " + p.Detail
}

// Unwrap returns what lies behind the problem.
func (p *Problem) Unwrap() error { return p.Cause }

// Types of problems that a client may want to tell from others of their status.
const (
	TypeBlank      = "about:blank"
	TypeParameters = "/problems/invalid-request"
	TypeNoTerms    = "/problems/no-known-terms"
	TypeCursor     = "/problems/cursor-expired"
	TypeLoading    = "/problems/loading"
	TypeEmpty      = "/problems/no-papers"
	TypeRate       = "/problems/rate-limited"
	TypeKey        = "/problems/key-needed"
	TypeFull       = "/problems/no-room"
)

// New returns a problem with the usual title of a status.
func New(status int, detail string, args ...any) *Problem {
	return &Problem{Type: TypeBlank, Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(detail, args...)}
}

// Invalid says that fields of the request are wrong, each with its remedy.
func Invalid(errs ...Field) *Problem {
	detail := errs[0].Detail
	if len(errs) > 1 {
		detail = fmt.Sprintf("%d fields are wrong; the first: %s", len(errs), detail)
	}
	return &Problem{
		Type: TypeParameters, Title: "Invalid request", Status: http.StatusBadRequest, Detail: detail, Errors: errs,
		Page: errs[0].Page,
	}
}

// At is [Invalid] for one place of the body, which a JSON pointer names.
func At(pointer, detail string, args ...any) *Problem {
	return Invalid(Field{Pointer: pointer, Detail: fmt.Sprintf(detail, args...)})
}

// Parameter is [Invalid] for one parameter of the query.
func Parameter(name, detail string, args ...any) *Problem {
	return Invalid(Field{Parameter: name, Detail: fmt.Sprintf(detail, args...)})
}

// Faults collects what is wrong with the fields of a body, as input.Params does for parameters.
type Faults []Field

// Fail adds what is wrong with the field of a name.
func (f *Faults) Fail(name, detail string, args ...any) {
	*f = append(*f, Field{Pointer: "/" + name, Detail: fmt.Sprintf(detail, args...)})
}

// Topics checks numbers of topics, as input.Params does.
func (f *Faults) Topics(name string, topics []int) {
	for i, t := range topics {
		if t <= 0 || t > math.MaxInt32 {
			bad := Field{Pointer: fmt.Sprintf("/%s/%d", name, i)}
			bad.Detail, bad.Page = Topics.After("%s holds %d; topics are named by their numbers", name, t)
			*f = append(*f, bad)
		}
	}
}

// Hint is where an error leads on to: for a client of the API, and for a reader of pages.
type Hint struct{ API, Page string }

// Where errors lead on to.
var (
	Search = Hint{"/v1/search?q= finds papers by words", "a search finds papers by words"}
	Topics = Hint{"/v1/topics lists them", "the page of topics lists them"}
	Docs   = Hint{"/docs lists what there is", "a search, or the topics, lead on"}
)

// After returns a detail, which has no full stop, with the hint behind it, in the words of both.
func (h Hint) After(detail string, args ...any) (api, page string) {
	detail = fmt.Sprintf(detail, args...)
	return detail + "; " + h.API + ".", detail + "; " + h.Page + "."
}

// Missing says that nothing is where a request looked for it, and what leads on.
func (h Hint) Missing(detail string, args ...any) *Problem {
	p := New(http.StatusNotFound, "")
	p.Detail, p.Page = h.After(detail, args...)
	return p
}

// NoPaper says that no paper has an id.
func NoPaper(id string) *Problem {
	return Search.Missing("No paper has the id %q. Ids look like arxiv:2306.05544 or doi:10.1000/xyz", readable.Clip(id, 200))
}

// NoTopic says that no topic has an id.
func NoTopic(id string) *Problem {
	return Topics.Missing("No topic has the id %q", readable.Clip(id, 40))
}

// NoKnownTerms says that the model knows no word of a text.
func NoKnownTerms() *Problem {
	return &Problem{
		Type: TypeNoTerms, Title: "No known terms", Status: http.StatusUnprocessableEntity,
		Detail: "The model knows none of the words in this text, so nothing can be said about it. A title or a few sentences in the language of the papers work best.",
		Errors: []Field{{Pointer: "/text", Detail: "no word of it is known to the model"}},
	}
}

// Loading says that nothing is there to answer from yet.
func Loading() *Problem {
	return &Problem{
		Type: TypeLoading, Title: "Loading", Status: http.StatusServiceUnavailable, RetryAfter: 5 * time.Second,
		Detail: "The papers and the model are being loaded. Try again in a few seconds.",
	}
}

// Learning says that papers are there and their model is not yet.
func Learning() *Problem {
	return &Problem{
		Type: TypeLoading, Title: "Learning", Status: http.StatusServiceUnavailable, RetryAfter: 5 * time.Second,
		Detail: "A model of the papers is being learned; recommendations and topics come when it is there. Papers and searches by the words of titles are answered meanwhile.",
	}
}

// Unreadable says that the model's file failed under the request.
func Unreadable(cause error) *Problem {
	return &Problem{
		Type: TypeLoading, Title: "Model unreadable", Status: http.StatusServiceUnavailable, RetryAfter: 5 * time.Second,
		Detail: "The file of the model cannot be read any more. It is being replaced; papers and searches by the words of titles are answered meanwhile.", Cause: cause,
	}
}

// Empty says that there is nothing to wait for: nobody has put papers here.
func Empty() *Problem {
	return &Problem{
		Type: TypeEmpty, Title: "No papers yet", Status: http.StatusServiceUnavailable, RetryAfter: 30 * time.Second,
		Detail: "There are no papers here yet, or no model of them: import some (kindred import FILE...) and fit a model (kindred fit). They are served as soon as it is there.",
	}
}

// Of turns any error into what the client is told. It is the only place that maps errors to statuses; what is
// none of the known ones is an internal error whose cause stays in the log.
func Of(err error) *Problem {
	var p *Problem
	var unknown *wire.NotFoundError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &tooLarge):
		return New(http.StatusRequestEntityTooLarge, "The body is larger than %d bytes; send fewer papers at a time.", tooLarge.Limit)
	case errors.As(err, &unknown):
		if unknown.Kind == "topic" {
			return NoTopic(unknown.ID)
		}
		return NoPaper(unknown.ID)
	case errors.Is(err, data.ErrNotFound):
		return New(http.StatusNotFound, "No paper has this id.")
	case errors.Is(err, library.ErrNoModel):
		return Learning()
	case errors.Is(err, store.ErrFull):
		return &Problem{
			Type: TypeFull, Title: "No room left", Status: http.StatusInsufficientStorage, RetryAfter: time.Minute,
			Detail: "The server's disk is full. Nothing of this request was stored; what was acknowledged before is safe. Try again when there is room.", Cause: err,
		}
	case errors.Is(err, classifier.ErrNoTerms):
		return NoKnownTerms()
	case errors.Is(err, data.ErrInvalid):
		return New(http.StatusBadRequest, "%s", err)
	case errors.Is(err, context.DeadlineExceeded):
		return &Problem{Type: TypeBlank, Title: "Too slow", Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "The answer took too long; ask for less or try again.", Cause: err}
	case errors.Is(err, context.Canceled):
		// Nobody is left to read it; the status is for the log (499, as nginx writes it).
		return &Problem{Type: TypeBlank, Title: "Client gone", Status: StatusClientGone, Cause: err}
	}
	return &Problem{Type: TypeBlank, Title: "Internal error", Status: http.StatusInternalServerError, Detail: "The server failed; the instance names the log entry.", Cause: err}
}

// StatusClientGone is the status of a request whose client hung up.
const StatusClientGone = 499
