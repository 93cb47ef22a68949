package scholar

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
	"kindred/recommend/recommendtest"
)

// shape returns the shape of papers in a catalog of them.
func shape(papers ...*data.Paper) Shape {
	_, _, byID := recommendtest.NewEngine(papers)
	rows := make([]library.Row, len(papers))
	for i, p := range papers {
		rows[i].Column = store.Column{
			Seq: int64(i + 1), ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published, Categories: p.Categories, Venue: p.Venue,
		}
	}
	return Shape{&library.Snapshot{Papers: byID, Catalog: library.NewCatalog(rows, nil)}, "https://papers.example"}
}

func day(s string) data.Date {
	d, err := data.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// somePapers have all that the shapes differ by: ids, dates, venues, authors.
func somePapers() []*data.Paper {
	return []*data.Paper{
		{ID: "arxiv:2101.00001", Title: "Lichen growth on granite", Abstract: "Slow.", Authors: []string{"Ada Quill", "Zoë Brix"}, ArXiv: "2101.00001",
			Published: day("2021-01-05"), Categories: []string{"q-bio.PE"}, Venue: "Journal of Lichens", Aliases: []string{"s2:CorpusId:42", "pmc:PMC77"}},
		{ID: "doi:10.5555/x", Title: "Tides of an inland sea", Authors: []string{"Quill, Ada"}, DOI: "10.5555/x", Published: day("2019"), Venue: "Waters"},
		{ID: "z:1", Title: "Undated notes on moss", Authors: []string{"B. Vorn", "Ada Quill", "C. Dell"}},
		{ID: "a:1", Title: "Lichen growth on basalt", Published: day("2021-03-01"), Venue: "Waters"},
	}
}

// TestPaperFields asks for all fields of a paper: what is not known is null, and what was not asked for is absent.
func TestPaperFields(t *testing.T) {
	s, papers := shape(somePapers()...), somePapers()
	fields, unknown := Parse(strings.Fields("title year venue journal publicationDate externalIds corpusId authors.name citationCount references tldr abstract"), PaperFields)
	if unknown != nil {
		t.Fatal(unknown)
	}
	for i, want := range []string{
		`{"abstract":"Slow.","authors":[{"authorId":%q,"name":"Ada Quill"},{"authorId":%q,"name":"Zoë Brix"}],"citationCount":null,"corpusId":42,` +
			`"externalIds":{"ArXiv":"2101.00001","CorpusId":42,"PubMedCentral":"77"},"journal":{"name":"Journal of Lichens"},` +
			`"paperId":"arxiv:2101.00001","publicationDate":"2021-01-05","references":[],"title":"Lichen growth on granite","tldr":null,"venue":"Journal of Lichens","year":2021}`,
		`{"abstract":null,"authors":[{"authorId":%q,"name":"Quill, Ada"}],"citationCount":null,"corpusId":null,"externalIds":{"DOI":"10.5555/x"},` +
			`"journal":{"name":"Waters"},"paperId":"doi:10.5555/x","publicationDate":null,"references":[],"title":"Tides of an inland sea","tldr":null,"venue":"Waters","year":2019}`,
	} {
		var ids []any
		for _, name := range papers[i].Authors {
			ids = append(ids, library.AuthorID(name))
		}
		got, err := json.Marshal(s.Paper(&library.Item{Paper: papers[i]}, fields))
		if want := fmt.Sprintf(want, ids...); err != nil || string(got) != want {
			t.Errorf("%s, %v\nwant\n%s", got, err, want)
		}
	}
	if got := s.Paper(&library.Item{Paper: papers[0], Ranked: true, Score: .5}, Fields{"score": nil}); !reflect.DeepEqual(got, Object{"paperId": papers[0].ID, "score": float32(.5)}) {
		t.Errorf("%v", got)
	}
}

// TestParse reads paths of fields, and names those that no tree knows.
func TestParse(t *testing.T) {
	fields, unknown := Parse([]string{"title", "authors.name", "authors.url", "citations.title", "zorp", "title.x", "authors.zorp", ""}, PaperFields)
	if want := []string{"zorp", "title.x", "authors.zorp", ""}; !slices.Equal(unknown, want) {
		t.Errorf("unknown %q, want %q", unknown, want)
	}
	if parts := fields.Parts("authors"); len(parts) != 2 || !parts.Has("name") || !parts.Has("url") || fields.Has("abstract") {
		t.Errorf("%v", fields)
	}
	if got := (Fields{}).OrTitle(); !got.Has("title") || len(got) != 1 {
		t.Errorf("no fields are %v", got)
	}
}

// TestBulk lists papers in each order, those without a date last, and only those that pass.
func TestBulk(t *testing.T) {
	s := shape(somePapers()...)
	for _, test := range []struct {
		order  string
		f      recommend.Filter
		venues []string
		want   string
	}{
		{"paperId", recommend.Filter{}, nil, "a:1 arxiv:2101.00001 doi:10.5555/x z:1"},
		{"paperId:desc", recommend.Filter{}, nil, "z:1 doi:10.5555/x arxiv:2101.00001 a:1"},
		{"publicationDate:asc", recommend.Filter{}, nil, "doi:10.5555/x arxiv:2101.00001 a:1 z:1"},
		{"publicationDate:desc", recommend.Filter{}, nil, "a:1 arxiv:2101.00001 doi:10.5555/x z:1"},
		{"paperId", recommend.Filter{}, []string{"waters"}, "a:1 doi:10.5555/x"},
		{"paperId", recommend.Filter{After: day("2020")}, nil, "a:1 arxiv:2101.00001"},
		{"paperId", recommend.Filter{Categories: []string{"q-bio.PE"}}, nil, "arxiv:2101.00001"},
		{"paperId", recommend.Filter{}, []string{"nowhere"}, ""},
	} {
		var ids []string
		for _, row := range s.Bulk(test.order, test.f, test.venues) {
			ids = append(ids, s.Catalog.Row(int(row)).ID)
		}
		if got := strings.Join(ids, " "); got != test.want {
			t.Errorf("%s %+v %q: %s, want %s", test.order, test.f, test.venues, got, test.want)
		}
		items, err := s.Rows(t.Context(), s.Bulk("paperId", test.f, test.venues))
		if err != nil {
			t.Fatal(err)
		}
		SortBulk(items, test.order)
		for i := range items {
			if items[i].Paper.ID != ids[i] {
				t.Errorf("%s: items and rows come in different orders", test.order)
			}
		}
	}
}

// TestMatch finds a paper by its title, by most of its words, and none by few of them or where a filter leaves it out.
func TestMatch(t *testing.T) {
	s := shape(somePapers()...)
	for words, want := range map[string]string{
		"Lichen growth on granite": "arxiv:2101.00001", "lichen GROWTH on basalt!": "a:1", "tides of the inland sea": "doi:10.5555/x",
		"an entirely different subject": "", "": "",
	} {
		got := ""
		row, likeness := s.Match(words, recommend.Filter{}, nil)
		if row >= 0 {
			got = s.Catalog.Row(int(row)).ID
		}
		if got != want || (want == "") != (likeness == 0) {
			t.Errorf("%q: %q, likeness %v; want %q", words, got, likeness, want)
		}
	}
	if row, likeness := s.Match("Lichen growth on granite", recommend.Filter{}, []string{"Waters"}); row < 0 || likeness == 1 || s.Catalog.Row(int(row)).ID != "a:1" {
		t.Errorf("in another venue: row %d, likeness %v", row, likeness)
	}
}

// TestPages tells where the next part of a list begins, and not after the last one.
func TestPages(t *testing.T) {
	two := []Object{{}, {}}
	for _, test := range []struct {
		total, offset int
		entries       []Object
		next          any
	}{{5, 0, two, 2}, {5, 2, two, 4}, {4, 2, two, nil}, {5, 9, []Object{}, nil}, {0, 0, []Object{}, nil}} {
		got := Page(test.total, test.offset, test.entries)
		if got["next"] != test.next || got["total"] != test.total || got["offset"] != test.offset {
			t.Errorf("%+v: %v", test, got)
		}
		if part := Part(test.total, test.offset, test.entries); part["total"] != nil || part["next"] != test.next {
			t.Errorf("%+v: a part is %v", test, part)
		}
	}
}

// TestAuthors lists authors with their papers. An author who is not known is nil, and too many papers are refused.
func TestAuthors(t *testing.T) {
	papers := somePapers()
	s := shape(papers...)
	fields, _ := Parse([]string{"name", "paperCount", "papers.title"}, AuthorFields)
	of := s.AuthorsOf(papers[2])
	if len(of) != 3 || of[1].Name != "Ada Quill" || len(of[1].Rows) != 3 {
		t.Fatalf("%+v", of)
	}
	got, err := s.Authors(t.Context(), []*library.Author{of[1], nil, of[0]}, fields)
	if err != nil || len(got) != 3 || got[1] != nil {
		t.Fatal(got, err)
	}
	for i, n := range map[int]int{0: 3, 2: 1} {
		list, _ := got[i]["papers"].([]Object)
		if got[i]["paperCount"] != n || len(list) != n || list[0]["title"] == nil || list[0]["year"] != nil {
			t.Errorf("%v, want %d papers", got[i], n)
		}
	}
	many := &library.Author{Rows: make([]int32, maxPapers+1)}
	var refused *TooManyError
	if _, err := s.Authors(t.Context(), []*library.Author{many}, fields); !errors.As(err, &refused) || refused.Papers != maxPapers+1 {
		t.Errorf("too many papers: %v", err)
	}
	delete(fields, "papers")
	if got, err := s.Authors(t.Context(), []*library.Author{many}, fields); err != nil || got[0]["papers"] != nil {
		t.Errorf("without papers: %v, %v", got, err)
	}
}

// TestComplete offers papers whose titles begin so, named as texts name them.
func TestComplete(t *testing.T) {
	got := shape(somePapers()...).Complete("lichen gr")
	slices.SortFunc(got, func(x, y Completion) int { return strings.Compare(x.ID, y.ID) })
	want := []Completion{{"a:1", "Lichen growth on basalt", "2021"}, {"arxiv:2101.00001", "Lichen growth on granite", "Quill & Brix, 2021"}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if none := shape().Complete("x"); none == nil || len(none) != 0 {
		t.Errorf("%v must be an empty list, not null", none)
	}
}

func TestAuthorsYear(t *testing.T) {
	for want, in := range map[string]struct {
		authors []string
		year    int
	}{
		"Quill, 2019": {[]string{"Ada Quill"}, 2019}, "Quill & Brix, 2020": {[]string{"Quill, Ada", "Zoë Brix"}, 2020},
		"Quill et al.": {[]string{"Ada Quill", "Zoë Brix", "B. Vorn"}, 0}, "2021": {nil, 2021}, "": {},
	} {
		if got := authorsYear(in.authors, in.year); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBounds reads ranges of dates and of years, and joins two of them to the narrower.
func TestBounds(t *testing.T) {
	type reader = func(string) (data.Date, data.Date, bool)
	for _, test := range []struct {
		read          reader
		in            string
		after, before string
		ok            bool
	}{
		{Dates, "", "", "", true}, {Dates, "2016-03-05:2020", "2016-03-05", "2020", true}, {Dates, "2016-03:", "2016-03", "", true},
		{Dates, ":2020", "", "2020", true}, {Dates, "2016-03", "2016-03", "2016-03", true}, {Dates, "2016-13", "", "", false},
		{Dates, "2016:2017:2018", "", "", false}, {Years, "", "", "", true}, {Years, "2016-2020", "2016", "2020", true}, {Years, "2016-", "2016", "", true},
		{Years, "-2020", "", "2020", true}, {Years, "2016", "2016", "2016", true}, {Years, "16", "", "", false}, {Years, "0000", "", "", false},
		{Years, "2016-20x0", "", "", false},
	} {
		after, before, ok := test.read(test.in)
		if after.String() != test.after || before.String() != test.before || ok != test.ok {
			t.Errorf("%q: %s to %s, %v", test.in, after, before, ok)
		}
	}
	for _, test := range [][4]string{{"2016", "2017", "2017", "2016"}, {"", "2017", "2017", "2017"}, {"2016", "", "2016", "2016"}, {"2016", "2016-05", "2016-05", "2016-05"}, {"", "", "", ""}} {
		a, b := day(test[0]), day(test[1])
		if later, earlier := Later(a, b), Earlier(a, b); later.String() != test[2] || earlier.String() != test[3] {
			t.Errorf("%s and %s: later %s, earlier %s", a, b, later, earlier)
		}
	}
}
