package api

import (
	"strings"

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
