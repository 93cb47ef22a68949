package api

import (
	"strings"

	"kindred/api/problem"
	"kindred/api/scholar"
)

// shape writes papers and authors of the request's snapshot as Semantic Scholar does.
func (r *request) shape() scholar.Shape { return scholar.Shape{Snapshot: r.s, Base: r.base} }

// scholarFields reads fields, which trees know. Those that they do not know are refused in the words of the service.
func (r *request) scholarFields(trees ...scholar.FieldTree) scholar.Fields {
	fields, unknown := scholar.Parse(r.List("fields"), trees...)
	if unknown != nil {
		unknown = unknown[:min(len(unknown), 20)]
		for i := range unknown {
			unknown[i] = clip(unknown[i], 60)
		}
		r.Fail("fields", "Unrecognized or unsupported fields: [%s]", strings.Join(unknown, ", "))
	}
	return fields
}

// isScholar reports whether a path belongs to the APIs that Semantic Scholar's clients call.
func isScholar(path string) bool {
	for _, prefix := range []string{"/graph/", "/recommendations/", "/datasets/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// scholarProblem returns p as the service's clients read errors. They look for the members error and message, and take
// a status that the service does not use for an empty answer: what is wrong with the request is 400, what is no longer
// there 404, and what may be right in a moment 504.
func scholarProblem(p *problem.Problem) *problem.Problem {
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
