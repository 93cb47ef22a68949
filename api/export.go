package api

import (
	"bytes"
	"fmt"
	"io"

	"kindred/data"
	"kindred/data/cite"
)

// exportKinds are the endings of reference files: BibTeX, RIS and CSL-JSON.
var exportKinds = []string{"bib", "ris", "csl"}

// exportPaper answers with one paper as a reference.
func (a *server) exportPaper(kind string) handler {
	return func(r *request) (*reply, error) {
		if err := r.Done(); err != nil {
			return nil, err
		}
		p, err := r.paper()
		if err != nil {
			return nil, err
		}
		return exported(kind, []*data.Paper{p})
	}
}

// exportList answers with a page of a list as references.
func (a *server) exportList(kind string, list lister) handler {
	return func(r *request) (*reply, error) {
		l, err := list(r)
		if err != nil {
			return nil, err
		}
		papers := make([]*data.Paper, len(l.Items))
		for i := range l.Items {
			papers[i] = l.Items[i].Paper
		}
		return exported(kind, papers)
	}
}

// exported returns papers in one of the exportKinds, as a file to be saved.
func exported(kind string, papers []*data.Paper) (*reply, error) {
	var write func(io.Writer, []*data.Paper) error
	var typ string
	ending := kind
	switch kind {
	case "bib":
		write, typ = cite.BibTeX, "application/x-bibtex; charset=utf-8"
	case "ris":
		write, typ = cite.RIS, "application/x-research-info-systems; charset=utf-8"
	default:
		write, typ, ending = cite.CSL, "application/vnd.citationstyles.csl+json", "csl.json"
	}
	var buf bytes.Buffer
	if err := write(&buf, papers); err != nil {
		return nil, fmt.Errorf("export %s: %w", kind, err)
	}
	saved := map[string]string{"Content-Disposition": `attachment; filename="papers.` + ending + `"`}
	return &reply{typ: typ, body: buf.Bytes(), header: saved}, nil
}
