package read_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/cite"
	"kindred/data/read"
)

// ownPapers are papers with every field, and with as little as a paper can have.
func ownPapers(t *testing.T) []*data.Paper {
	t.Helper()
	papers := []*data.Paper{
		{
			ID: "arxiv:1804.00001", Title: `Quarry "dust" \& $\alpha$ sand`, Abstract: "We sieve\n<b>dust</b> é 砂.", Authors: []string{"Olga Fir", "Pau van den Elm", "Sand Group"},
			AuthorCount: 7, Published: data.Date{Year: 2018, Month: 4}, Venue: "Annals of Dust", Categories: []string{"cs.LG", "a b"}, Labels: []string{"x"},
			Keywords: []string{"sand", "dust"}, URL: "https://example.org/q?a=1&b=2", DOI: "10.1000/q(1)<2>", Upvotes: 3, Comments: 4, Aliases: []string{"s2:CorpusId:5"}, DuplicateOf: "x:1",
		},
		{ID: "title:0123456789abcdef", Title: "Known to the year", Published: data.Date{Year: 1999}},
		{ID: "http://example.org/a b", Title: "Known to the day", Abstract: "We burn lime.", Authors: []string{"Cher"}, Published: data.Date{Year: 2001, Month: 1, Day: 1}},
		{ID: "local-7", Title: "Without a date", Authors: []string{"A. Fir", "B. de Elm"}},
	}
	for _, p := range papers {
		if err := p.Normalize(); err != nil {
			t.Fatal(err)
		}
	}
	return papers
}

func readBack(t *testing.T, text []byte) (papers []*data.Paper) {
	t.Helper()
	src, err := read.NewSource("test", bytes.NewReader(text), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range src.Papers() {
		if err != nil {
			t.Fatal(err)
		}
		papers = append(papers, p)
	}
	return papers
}

// TestOwnJSON writes papers as this project does, and reads all of their fields back.
func TestOwnJSON(t *testing.T) {
	want := ownPapers(t)
	var lines bytes.Buffer
	for _, p := range want {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(b, '\n'))
	}
	array, err := json.MarshalIndent(map[string]any{"papers": want, "count": len(want)}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"lines": lines.Bytes(), "an object": array} {
		got := readBack(t, text)
		if len(got) != len(want) {
			t.Fatalf("%s: %d papers, want %d", name, len(got), len(want))
		}
		for i := range want {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("%s:\n got %+v\nwant %+v", name, got[i], want[i])
			}
		}
	}
}

// TestOwnCSL writes papers as CSL-JSON, and reads back what the format holds.
func TestOwnCSL(t *testing.T) {
	want := ownPapers(t)
	var b bytes.Buffer
	if err := cite.CSL(&b, want); err != nil {
		t.Fatal(err)
	}
	describe := func(p *data.Paper) string {
		return fmt.Sprintf("%s | %s | %s | %s | %s | %s | %s | %s", p.ID, p.Title, p.Abstract, p.Published, strings.Join(p.Authors, "; "), p.Venue, p.DOI, p.ArXiv)
	}
	got := readBack(t, b.Bytes())
	if len(got) != len(want) {
		t.Fatalf("%d papers, want %d", len(got), len(want))
	}
	for i := range want {
		if g, w := describe(got[i]), describe(want[i]); g != w {
			t.Errorf("\n got %s\nwant %s", g, w)
		}
	}
}
