package scholar

import (
	"net/url"
	"strings"

	"kindred/api/problem"
)

// Serves reports whether a path belongs to the APIs that Semantic Scholar's clients call.
func Serves(path string) bool {
	for _, prefix := range []string{"/graph/", "/recommendations/", "/datasets/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// Problem returns p as the service's clients read errors. They look for the members error and message, and take
// a status that the service does not use for an empty answer: what is wrong with the request is 400, what is no longer
// there 404, and what may be right in a moment 504.
func Problem(p *problem.Problem) *problem.Problem {
	out := *p
	switch p.Status {
	case 410:
		out.Status = 404
	case 413, 415, 422:
		out.Status = 400
	case 503:
		out.Status = 504
	}
	out.ErrorText = p.Detail
	if out.ErrorText == "" {
		out.ErrorText = p.Title
	}
	out.Message = out.ErrorText
	return &out
}

// WithoutPaging returns values without what tells pages of a bulk search apart.
func WithoutPaging(values url.Values) url.Values {
	out := make(url.Values, len(values))
	for name, v := range values {
		if name != "token" && name != "offset" {
			out[name] = v
		}
	}
	return out
}
