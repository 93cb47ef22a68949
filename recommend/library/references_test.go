package library

import (
	"errors"
	"strings"
	"testing"

	"kindred/data"
)

// TestReferences looks up the records of a file by their ids and titles, each paper once, and names those that are not
// there. A title with a year of another time is that of another paper.
func TestReferences(t *testing.T) {
	s := shelf(
		&data.Paper{ID: "arxiv:2101.00001", ArXiv: "2101.00001", Title: "Glimmer nets for wobble detection"},
		&data.Paper{ID: "doi:10.5555/zorp.12", DOI: "10.5555/zorp.12", Title: "The zorp"},
		&data.Paper{ID: "z:3", Title: "Annals of brindle counting", Published: data.Date{Year: 2021}},
	)
	const bib = `@article{a, title={Something else}, doi={10.5555/ZORP.12}}
@misc{b, title={Glimmer Nets for Wobble Detection}, author={Quill, Ada}}
@misc{c, title={Glimmer nets}, eprint={2101.00001}, archiveprefix={arXiv}}
@misc{e, title={Annals of brindle counting}, year={1950}}
@misc{d, title={Sorvs of zant}, author={Quill, Ada}}
`
	got, err := s.References(t.Context(), "x.bib", strings.NewReader(bib))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Found) != 2 || got.Found[0].ID != "doi:10.5555/zorp.12" || got.Found[1].ID != "arxiv:2101.00001" {
		t.Errorf("found %v", got.Found)
	}
	if len(got.Missing) != 2 || ReferenceName(got.Missing[0]) != "Annals of brindle counting" || ReferenceName(got.Missing[1]) != "Sorvs of zant" || got.Rejected != 0 {
		t.Errorf("missing %v, %d rejected", got.Missing, got.Rejected)
	}
	if _, err := s.References(t.Context(), "x.bib", strings.NewReader("nothing of the kind")); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a file of no format: %v", err)
	}
}
