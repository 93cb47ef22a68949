package read

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/data/datatest"
)

// outline says what arrived of the papers of a file, without their words: dates, numbers of authors and keywords, and
// which of the other fields are there.
func outline(t *testing.T, path string) string {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		return err.Error()
	}
	defer s.Close()
	var papers []string
	for p, err := range s.Papers() {
		if err != nil {
			papers = append(papers, "rejected")
			continue
		}
		line := []string{p.Published.String()}
		if n := len(p.Authors); n > 0 {
			line = append(line, fmt.Sprintf("%d by", n))
		}
		if n := len(p.Keywords); n > 0 {
			line = append(line, fmt.Sprintf("%d key", n))
		}
		for _, f := range []struct{ name, value string }{
			{"abstract", p.Abstract}, {"venue", p.Venue}, {"doi", p.DOI}, {"arxiv", p.ArXiv}, {"url", p.URL},
		} {
			if f.value != "" {
				line = append(line, f.name)
			}
		}
		if slices.ContainsFunc(p.Aliases, func(a string) bool { return strings.HasPrefix(a, "pmid:") }) {
			line = append(line, "pmid")
		}
		papers = append(papers, strings.TrimSpace(strings.Join(line, " ")))
	}
	return strings.Join(papers, "; ")
}

// TestField reads the files that failed in the field, and wants all of each record.
func TestField(t *testing.T) {
	dir := filepath.Dir(datatest.Shared(t, "data", "field", "README.md"))
	for file, want := range map[string]string{
		"01-na-cells.csv":         "2019 2 by abstract doi; 2020 1 by abstract doi; 2021 1 by abstract doi",
		"02-rownumber-ids-a.csv":  "abstract doi; abstract doi",
		"02-rownumber-ids-b.csv":  "abstract doi; abstract doi",
		"04-underscore-types.bib": "2019 1 by; 2020 1 by; 2021 url; 2022 1 by",
		"05-two-on-a-line.bib":    "2019 1 by; 2020 1 by; 2021; 2022",
		"06-no-key.bib":           "2019 2 by venue; 2020 1 by; 2021 1 by 2 key",
		"08-double-brace-doi.bib": "2018-10-01 2 by 3 key venue doi",
		"09-escaped-doi.bib":      "2020 2 by venue doi; 2021 1 by venue doi",
		"10-crossref-parent.bib":  "2006-10 1 by venue; 2006-10",
		"11-formula-braces.bib":   "; ; ; ; ",
		"12-names.bib":            "3 by; 3 by; 3 by; 3 by; 2 by; 2 by; 2 by",
		"13-months.bib":           "2018-07; 2018-07-03; 2018-10-01; 2018-10-12; 2018-02; 2019-05-01; 2005",
		"14-csl.json":             "2019-03-05 3 by abstract venue doi",
		"14-othernames.jsonl":     "2019-03-05 2 by abstract venue doi; 2020 1 by abstract",
		"15-wrapped-title.json":   "abstract; abstract",
		"16-null-first.json":      "2020-01-02 1 by abstract venue doi arxiv",
		"17-daily-feed.atom":      "2024-01-01 2 by abstract arxiv url",
		"18-placeholders.csv":     "2019 doi; ; ; ",
		"19-preface.csv":          "2019 2 by abstract venue doi",
		"19-search-result.csv":    "2019 2 by venue doi url",
		"19-sep-line.csv":         "2019 abstract",
		"20-reference.ciw":        "2019 2 by abstract venue doi",
		"20-reference.nbib":       "2019-03-05 1 by abstract venue doi pmid",
		"20-reference.ris":        "2019-03-05 2 by 1 key abstract venue doi",
		"21-future-year.jsonl":    "2099-01-01 abstract",
		"22-chinese.jsonl":        "abstract; abstract; abstract; abstract; abstract; abstract",
		"23-french.jsonl":         "abstract; abstract; abstract; abstract; abstract; abstract",
		"25-gbk.bib":              "2020 2 by abstract",
		"26-services.csv":         "2019 2 by abstract venue doi",
		"26-services2.csv":        "2001-07-04 2 by abstract venue doi url pmid",
		"27-zero-score.jsonl":     "; ; ; ; ",
		"28-ragged.csv":           "2019 abstract doi; 2020 abstract doi",
		"29-footer.jsonl":         "abstract; abstract; abstract; abstract; abstract; abstract; abstract; abstract; abstract; abstract",
		"30-nan.jsonl":            "2019 abstract; ",
		"32-mojibake.csv":         "1 by abstract",
		"33-bare-quotes.csv":      "2007 1 by abstract venue doi; 2008 1 by abstract venue doi",
		"34-two-papers.jsonl":     "abstract; abstract",
	} {
		if got := outline(t, filepath.Join(dir, file)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", file, got, want)
		}
	}
}
