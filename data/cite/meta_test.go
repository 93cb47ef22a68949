package cite

import (
	"slices"
	"testing"

	"kindred/data"
)

func TestMetaTags(t *testing.T) {
	const at = "https://papers.example.org/papers/x"
	for _, c := range []struct {
		paper *data.Paper
		want  []Tag
	}{
		{&data.Paper{
			Title: "Glimmer  nets", Authors: []string{"Ada Quill", "Brix, Zoë"}, Venue: "Journal of Plinths", DOI: "10.5555/zorp",
			Published: data.Date{Year: 2024, Month: 5, Day: 7}, Keywords: []string{"zorp", "wobble"}, Abstract: "We\nglimmer.",
		}, []Tag{
			{"citation_title", "Glimmer nets"}, {"citation_author", "Ada Quill"}, {"citation_author", "Brix, Zoë"},
			{"citation_publication_date", "2024/05/07"}, {"citation_journal_title", "Journal of Plinths"},
			{"citation_doi", "10.5555/zorp"}, {"citation_keywords", "zorp; wobble"}, {"citation_abstract", "We glimmer."},
			{"citation_abstract_html_url", at},
		}},
		{&data.Paper{Title: "Glimmer", Venue: "Workshop on Plinths", Published: data.Date{Year: 2024}}, []Tag{
			{"citation_title", "Glimmer"}, {"citation_publication_date", "2024"}, {"citation_conference_title", "Workshop on Plinths"},
			{"citation_abstract_html_url", at},
		}},
		{&data.Paper{Title: "Glimmer", Venue: "arXiv", ArXiv: "2101.00001"}, []Tag{
			{"citation_title", "Glimmer"}, {"citation_publisher", "arXiv"}, {"citation_arxiv_id", "2101.00001"},
			{"citation_pdf_url", "https://arxiv.org/pdf/2101.00001"}, {"citation_abstract_html_url", at},
		}},
	} {
		if got := MetaTags(c.paper, at); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
