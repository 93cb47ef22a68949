package library

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// shelf is a snapshot of papers without a model.
func shelf(papers ...*data.Paper) *Snapshot {
	rows := make([]Row, len(papers))
	byID := shelved{}
	for i, p := range papers {
		rows[i].Column = store.Column{ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published, DuplicateOf: p.DuplicateOf}
		for _, id := range p.IDs() {
			byID[id] = p
		}
	}
	return &Snapshot{Papers: byID, Catalog: NewCatalog(rows, nil)}
}

// shelved gives papers by their ids.
type shelved map[string]*data.Paper

func (s shelved) Paper(_ context.Context, id string) (*data.Paper, error) {
	if p, ok := s[id]; ok {
		return p, nil
	}
	return nil, data.ErrNotFound
}

func (s shelved) Papers(_ context.Context, ids []string) ([]*data.Paper, error) {
	out := make([]*data.Paper, len(ids))
	for i, id := range ids {
		out[i] = s[id]
	}
	return out, nil
}

func TestResolve(t *testing.T) {
	s := shelf(
		&data.Paper{ID: "arxiv:2101.00001", ArXiv: "2101.00001", Title: "Glimmer nets for wobble α-detection", Aliases: []string{
			"openalex:W2741809807", "s2:0123456789abcdef0123456789abcdef01234567", "pmid:6886630", "acl:2020.wobble-main.7",
		}},
		&data.Paper{ID: "doi:10.5555/zorp.12", DOI: "10.5555/zorp.12", Title: "The zorp"},
		&data.Paper{ID: "doi:10.5555/twin.1", DOI: "10.5555/twin.1", Title: "On the naming of plinths"},
		&data.Paper{ID: "doi:10.5555/twin.2", DOI: "10.5555/twin.2", Title: "On the Naming of Plinths"},
		&data.Paper{ID: "doi:10.5555/copy.1", DOI: "10.5555/copy.1", Title: "Glimmer Nets for Wobble alpha-Detection", DuplicateOf: "arxiv:2101.00001"},
	)
	glimmer := "arxiv:2101.00001"
	cases := []struct {
		typed, paper, id string
		words            int
	}{
		{"2101.00001v3", glimmer, glimmer, 0},
		{" arXiv:2101.00001 ", glimmer, glimmer, 0},
		{"https://arxiv.org/abs/2101.00001v1", glimmer, glimmer, 0},
		{"https://huggingface.co/papers/2101.00001", glimmer, glimmer, 0},
		{"https://www.semanticscholar.org/paper/Glimmer-nets/0123456789abcdef0123456789abcdef01234567", glimmer, "s2:0123456789abcdef0123456789abcdef01234567", 0},
		{"https://openalex.org/W2741809807", glimmer, "openalex:W2741809807", 0},
		{"https://pubmed.ncbi.nlm.nih.gov/6886630/", glimmer, "pmid:6886630", 0},
		{"https://aclanthology.org/2020.wobble-main.7.pdf", glimmer, "acl:2020.wobble-main.7", 0},
		{"https://papers.example.org/papers/arxiv:2101.00001", glimmer, glimmer, 0},
		{"https://doi.org/10.5555/ZORP.12", "doi:10.5555/zorp.12", "doi:10.5555/zorp.12", 0},
		{"https://publisher.example/doi/full/10.5555/zorp.12", "doi:10.5555/zorp.12", "doi:10.5555/zorp.12", 0},
		{"https://publisher.example/article/10.5555/zorp.12/abstract?x=1", "doi:10.5555/zorp.12", "doi:10.5555/zorp.12", 0},
		{"https://publisher.example/pdf/10.5555/zorp.12.pdf", "doi:10.5555/zorp.12", "doi:10.5555/zorp.12", 0},
		{"glimmer nets for wobble alpha detection.", glimmer, "", 6},
		{"GlimmerNets for Wobble $\\alpha$-detection", glimmer, "", 5},
		{"The Zorp", "doi:10.5555/zorp.12", "", 2},
		{"On the naming of plinths", "", "", 0}, // two papers, and neither more than the other
		{"2202.99999", "", "arxiv:2202.99999", 0},
		{"doi:10.5555/none", "", "doi:10.5555/none", 0},
		{"https://nowhere.example/about", "", "https://nowhere.example/about", 0},
		{"wobble detection", "", "", 0},
		{"title:wobble", "", "", 0},
		{"...", "", "", 0},
		{"", "", "", 0},
	}
	for _, c := range cases {
		got, err := s.Resolve(t.Context(), c.typed)
		if err != nil {
			t.Fatalf("%q: %v", c.typed, err)
		}
		paper := ""
		if got.Paper != nil {
			paper = got.Paper.ID
		}
		if certain := c.paper != "" && c.words != 2; got.Certain() != certain {
			t.Errorf("%q: certain is %v", c.typed, got.Certain())
		}
		if paper != c.paper || got.ID != c.id || got.Words != c.words {
			t.Errorf("%q is %q, id %q, %d words; want %q, %q, %d", c.typed, paper, got.ID, got.Words, c.paper, c.id, c.words)
		}
	}
}

// failing is a store that cannot be read.
type failing struct{ shelved }

func (failing) Paper(context.Context, string) (*data.Paper, error) { return nil, errUnreadable }

var errUnreadable = errors.New("unreadable")

func TestResolveTellsFailureFromAbsence(t *testing.T) {
	s := shelf(&data.Paper{ID: "x", Title: "Glimmer nets"})
	s.Papers = failing{}
	for _, typed := range []string{"2101.00001", "Glimmer nets"} {
		if _, err := s.Resolve(t.Context(), typed); !errors.Is(err, errUnreadable) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestComplete(t *testing.T) {
	s := shelf(
		&data.Paper{ID: "a", Title: "Wobble detection with glimmer nets", Published: data.Date{Year: 2020}},
		&data.Paper{ID: "b", Title: "Glimmer nets", Published: data.Date{Year: 2019}},
		&data.Paper{ID: "c", Title: "Glimmering", Published: data.Date{Year: 2018}},
		&data.Paper{ID: "d", Title: "Plinth nets", Published: data.Date{Year: 2022}},
	)
	for typed, want := range map[string][]string{
		"glimm": {"b", "c", "a"}, "Glimmer n": {"b", "a"}, "nets gl": {"a", "b"}, "glimmer net": {"b", "a"}, "zorp": nil, "!": nil,
	} {
		var got []string
		for _, row := range s.Catalog.Complete(typed, 3) {
			got = append(got, s.Catalog.Row(int(row)).ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
	if got := s.Catalog.Complete("glimmer", 1); len(got) != 1 {
		t.Errorf("%d completions, want 1", len(got))
	}
}

func TestNearest(t *testing.T) {
	s := shelf(&data.Paper{ID: "a", Title: "Wobble detection with glimmer nets"}, &data.Paper{ID: "b", Title: "Plinth nets"})
	row, likeness := s.Catalog.Nearest("wobble detection by glimmer nets", s.Catalog.Recent())
	if s.Catalog.Row(row).ID != "a" || likeness < .6 || likeness > .7 {
		t.Errorf("row %d, likeness %v", row, likeness)
	}
	if _, likeness := s.Catalog.Nearest("zorp", s.Catalog.Recent()); likeness != 0 {
		t.Errorf("likeness %v without a word in common", likeness)
	}
}

func TestAuthors(t *testing.T) {
	s := shelf(
		&data.Paper{ID: "old", Title: "One", Authors: []string{"Quill, Ada", "Zoë Brix"}, Published: data.Date{Year: 2001}},
		&data.Paper{ID: "new", Title: "Two", Authors: []string{"Ada Quill", "A. Quill", "—"}, Published: data.Date{Year: 2020}},
		&data.Paper{ID: "copy", Title: "Two", Authors: []string{"Ada Quill"}, DuplicateOf: "new"},
	)
	ada, ok := s.Catalog.Author(AuthorID("ada QUILL"))
	if !ok || ada.Name != "Ada Quill" || len(ada.Rows) != 2 || s.Catalog.Row(int(ada.Rows[0])).ID != "new" {
		t.Fatalf("%+v", ada)
	}
	if AuthorID("Quill, Ada") != ada.ID || AuthorID("—") != "" || AuthorID("Zoe Brix") != AuthorID("Zoë Brix") {
		t.Error("ids follow from how a name is written")
	}
	for query, want := range map[string][]string{
		"quill": {"Ada Quill", "A. Quill"}, "A Quill": {"A. Quill", "Ada Quill"}, "Ada Quill": {"Ada Quill", "A. Quill"}, "brix": {"Zoë Brix"}, "a": nil, "Arix": nil, "nobody": nil, "": nil,
	} {
		var got []string
		for _, a := range s.Catalog.AuthorsNamed(query) {
			got = append(got, a.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}
