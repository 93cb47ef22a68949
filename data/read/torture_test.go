package read

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kindred/data"
)

// tortures has for each format records as programs write them wrong. A record whose text has TITLE must become a paper
// of that title, the others may be rejected; each counts as one.
var tortures = []struct {
	name    string
	before  string
	between string
	records []string
}{
	{"RIS", "Provider: Example\r\nContent: text/plain\r\n\r\n", "\n", []string{
		"TY  - JOUR\nTI  - TITLE\nER  - \n", "TY  - JOUR\r\nT1  - TITLE\r\nAB  - one\r\n\r\ntwo\r\nER  -\r\n", "TY  - BOOK\nTI  - TITLE\n", "ty - jour\nti - TITLE\ner -\n",
		"TY  - JOUR\nER  - \n", "TY  - JOUR\nAU  - Alder, Ida\nER  - \n", "TY  - JOUR\nTI  - TITLE\nAB  - TY is a tag\nER is too\nTI - no tag\nER  - \n",
		"TY  - JOUR\nTI  - TITLE\nAU  - \nAU  - ,\nDO  - 10.1000/\nPY  - ////\nDA  - 9999/99/99/\nUR  - javascript:x\nER  - \n", "ID  - 1\nTY  - JOUR\nTI  - TITLE\nER  - \n",
		"TY  - JOUR\nTI  - TITLE\nAB  - \xff\xfe\x00 bytes\nER  - \n", "TY  - JOUR\nTI  - TITLE\n" + strings.Repeat("AU  - Alder, Ida\n", 25000) + "ER  - \n#over",
		"TY  - JOUR\nTI  - NA\nER  - \n", "\ufeffTY  - JOUR\nTI  - TITLE\nZZ  - ?\nER  - \n",
	}},
	{"PubMed", "\n", "\n", []string{
		"PMID- 1\nTI  - TITLE\n", "PMID- 2\nSTAT- x\nTI  - TITLE\nAB  - one\n      PMID- 3\n      two\n\n", "PMID- 4\nDP  - \n", "PMID- 5\nTI  - TITLE\nAB  - \n\n\nAU  - A\n",
		"PMID- x6\nTI  - TITLE\n", "PMID- 7\nTI  - TITLE\nDP  - 0000 Foo 99\nLID -  [doi]\nMH  - */\nPMC - 12\n", "PMID- 8\nTI  - TITLE\nAB  - \xff\x00\n",
	}},
	{"Web of Science", "FN Clarivate Analytics Web of Science\nVR 1.0\n", "\n", []string{
		"PT J\nTI TITLE\nER\n", "PT J\nTI TITLE\nAB ER is\n   PT J\n   two\n", "PT J\nAU A\nER\n", "PT B\nAU\n   \nTI TITLE\nPD 99\nPY x\nER\n", "PT J\r\nTI TITLE\r\nER\r\n",
	}},
	{"EndNote", "", "\n", []string{
		"%0 Journal Article\n%T TITLE\n", "%0 Book\n%A A\n", "%0 Journal Article\n%T TITLE\n%X one\n\n% two\n\n%K a\nb\n", "%0 Generic\n%T TITLE\n%D\n%8 ?\n%R x\n%U y\n%? z\n", "%0 Thesis\n",
	}},
	{"RefWorks", "", "\n", []string{"RT Journal\nT1 TITLE\n", "RT Journal\nA1 A\n", "RT Book\nT1 TITLE\nAB one\nTV shows\nAND two\n\nthree\nYR x\n"}},
	{"Cochrane", "", "\n", []string{"Record #1 of 9\nTI: TITLE\n", "Record #2 of 9\nAU: A\n", "Record #3 of 9\nTI: TITLE\nAB: one\n\nNOTE: two\n"}},
	{"BibTeX", "% a comment, me@field.example\n", "\n", []string{
		"@article{a, title = {TITLE}}", "@article{title={TITLE}, year=2019}@misc{b, year=2020}#2", "@book_section{c,\n title = \"TITLE {\"}q{\"}\"\n}", "@misc(d, title = {TITLE}, note = {a)}\n)",
		"@article{e, title = {TITLE}, abstract = {open\n", "@article{f, title = {TITLE}, year = 2019\n#whole", "@misc{}", "@misc{g}", "@article{h title = {TITLE}, = x, pages {1}, key words = {a}, year = }",
		"@inproceedings{i, title = {TITLE}, crossref = {nowhere}}", "@proceedings{j, title = {TITLE}, crossref = {j}}", "@article{k, title = {TITLE}, doi = {{}}, month = {{}}, author = {and and and}}",
		"@article{l, title = {TITLE \\{ \\} \\\\}, file = {C:\\x\\}}", "@article{m, title = {TITLE}, abstract = {mail a@b {c} and\n@user says}}", "@string{x = {y}}#0", "@comment{a {b} c}#0", "@preamble{\"x\"}#0",
		"@article{n, title = {TITLE \xff}, author = {" + strings.Repeat("A and ", 25000) + "B}}#over",
	}},
}

// TestTorture checks that every record of a file is a paper or rejected, whatever its neighbours look like.
func TestTorture(t *testing.T) {
	for _, c := range tortures {
		rnd := rand.New(rand.NewPCG(1, 2))
		for round := range 20 {
			var text strings.Builder
			text.WriteString(c.before)
			want, titles := 0, map[string]bool{}
			for i, at := range rnd.Perm(2 * len(c.records)) {
				record, kind, _ := strings.Cut(c.records[at%len(c.records)], "#")
				if strings.HasPrefix(record, "Record ") {
					record, kind = c.records[at%len(c.records)], ""
				}
				title := fmt.Sprintf("Barley %d", i)
				switch record = strings.ReplaceAll(record, "TITLE", title); {
				case kind == "over" && round > 0:
					continue
				case kind == "0":
					want--
				case kind == "2":
					want++
				}
				if want++; strings.Contains(record, title) && kind != "over" && (kind == "whole" || !strings.Contains(record, "{open") && !strings.HasSuffix(record, "2019\n")) {
					titles[title] = true
				}
				text.WriteString(record + c.between)
			}
			checkTorture(t, c.name, text.String(), want, titles)
		}
	}
}

func checkTorture(t *testing.T, name, text string, want int, titles map[string]bool) {
	t.Helper()
	s, err := NewSource(name, strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, lines := 0, strings.Count(text, "\n")+1
	for p, err := range s.Papers() {
		n++
		rejected := new(RecordError)
		switch {
		case errors.As(err, &rejected):
			if rejected.Line < 1 || rejected.Line > lines || rejected.Reason == "" || !errors.Is(err, data.ErrInvalid) {
				t.Errorf("%s: %+v", name, rejected)
			}
		case err != nil:
			t.Fatal(err)
		default:
			for title := range titles {
				if p.Title == title || strings.HasPrefix(p.Title, title+" ") {
					delete(titles, title)
				}
			}
		}
	}
	if n != want || len(titles) > 0 {
		t.Errorf("%s (read as %s): %d papers and rejected records of %d, without %v, in\n%.3000s", name, s.Format(), n, want, titles, text)
	}
}
