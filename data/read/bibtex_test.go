package read

import (
	"strconv"
	"strings"
	"testing"

	"kindred/data"

	"github.com/nickng/bibtex"
)

// TestBibTeXFields compares the fields of well-formed entries with those another parser finds.
func TestBibTeXFields(t *testing.T) {
	entries := []string{
		"@article{a, title = {On {T}ests}, year = 2012, author = \"Ann Ash and Bob Beech\"}",
		"@misc{b,\n  title={A \"quoted\" word},\n  note = \"in quotes, # and more\",\n  url = {http://a.b/c?d=e&f},\n}",
		"@inproceedings{c:2001/x, title = {Nested {braces {deep}}, and, commas}, pages = {1--10}, month = mar}",
	}
	months := map[string]string{"mar": "March"}
	for _, e := range entries {
		want, err := bibtex.Parse(strings.NewReader(e))
		if err != nil {
			t.Fatal(err)
		}
		read := parseBib(e, months, true)
		if read.fault != nil {
			t.Errorf("%s: %v", e, read.fault)
			continue
		}
		got := read.fields
		if fields := want.Entries[0].Fields; len(got) != len(fields) {
			t.Errorf("%s: fields %v, want %v", e, got, fields)
		}
		for name, value := range want.Entries[0].Fields {
			if got[strings.ToLower(name)] != value.String() {
				t.Errorf("%s: field %s is %q, want %q", e, name, got[strings.ToLower(name)], value)
			}
		}
	}
}

func TestBibTeXMistakes(t *testing.T) {
	for in, want := range map[string]string{
		"@article{a}": "a field with = was expected", "@article{a,}": "no fields", "@article{a, title}": "a field with = was expected",
		"@article{a, title = {x": "the value is not closed", "@article{a, title = }": "a value was expected", "@article{a, title = \"x}": "not closed",
		"@article{a, = x}": "a field with = was expected", "@article{a, title =": "no value",
	} {
		if e := parseBib(in, nil, true); e.fault == nil || !strings.Contains(e.fault.Error(), want) {
			t.Errorf("%s: %v, want %q", in, e.fault, want)
		}
	}
	if e := parseBib("@article{a, journal = nowhere # { and } # x}", map[string]string{"x": "more"}, true); e.fault != nil || e.fields["journal"] != "nowhere and more" {
		t.Errorf("an undefined macro: %+v", e)
	}
	e := parseBib("@article{a, note = \"open, title = {Kept}, pages {1}, year = 2019, Key Words = {a}, read.status+ = b}", nil, true)
	if e.fault == nil || e.fields["title"] != "Kept" || e.fields["year"] != "2019" || e.fields["keywords"] != "a" || e.fields["read.status+"] != "b" {
		t.Errorf("a field that cannot be read: %+v", e)
	}
	if e := parseBib(`@article{a, title = "A "quoted" word" year = 2019}`, nil, true); e.fault != nil || e.fields["title"] != `A "quoted" word` || e.fields["year"] != "2019" {
		t.Errorf("quotation marks within others: %+v", e)
	}
	if e := parseBib(`@article{a, file = {C:\dir\}, title = {Kept}}`, nil, true); e.fields["title"] != "Kept" || e.fields["file"] != `C:\dir\` {
		t.Errorf("a path of Windows: %+v", e)
	}
}

func TestBibTeX(t *testing.T) {
	id := data.TitleID
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"types", "@book_section{a, title={One}}\n@web-page2{, title={Two}}\n@MISC {c, title = {Three}}\n@article\n{d,title=\"Four\"}", []string{
			id("One") + " | One |  | ", id("Two") + " | Two |  | ", id("Three") + " | Three |  | ", id("Four") + " | Four |  | ",
		}},
		{"lines", "% me@field.example (a)\n@article{a, title={One}} @article{b, title={Two}}\n@article{c,\n title={Three}\n}@article{d, title={Four}}@misc(e, title={Fi(v)e})@misc{f,title={Six}}", []string{
			id("One") + " | One |  | ", id("Two") + " | Two |  | ", id("Three") + " | Three |  | ", id("Four") + " | Four |  | ", id("Fi(v)e") + " | Fi(v)e |  | ", id("Six") + " | Six |  | ",
		}},
		{"keys", "@article{\n author = {Alder, A. and Beech, B.},\n title = {One},\n}\n@misc{author = {Cedar, C.}, title = {Two}}\n@misc{c title = {Three}, key words = {birds, noise}}\n@misc{}", []string{
			id("One") + " | One |  |  | by A. Alder; B. Beech", id("Two") + " | Two |  |  | by C. Cedar", id("Three") + " | Three |  |  | key birds; noise", "7:4 the entry has no fields",
		}},
		{"no brace", "@article{a, title={One},\n abstract={We say\n@all {of it}}\n@article{b, title={Two}}\n@comment{ x\n@article{c, title={Open\n@article{d, title={Four}}", []string{
			id("One") + " | One | We say @all of it | ", id("Two") + " | Two |  | ", "6:3 the entry lacks a closing brace", id("Four") + " | Four |  | ",
		}},
		{"doubled braces", "@article{ WOS:000000000000001,\nTitle = {{Barley growth: does soil\n   matter?}},\nJournal = {{FIELDS}},\nYear = {{2018}},\nMonth = {{OCT 1}},\nDOI = {{10.1000/jf.1}},\nKeywords = {{Barley; Soil\n   depth}},\n}", []string{
			"doi:10.1000/jf.1 | Barley growth: does soil matter? |  | 2018-10-01 | in FIELDS | key Barley; Soil depth",
		}},
		{"addresses", `@misc{a, title={One}, doi={10.1007/978-3-030-1{\_}7}} @misc{b, title={Two}, doi={https://doi.org/10.1000/a\_8}, url={http://a.example/{\~{}}b?c=1\&d=\%20}}
@misc{c, title={Three}, howpublished={\url{http://a.example/x\_y}}} @misc{d, title={Four}, doi={10.1002/(SICI)1(1998)1:1{\textless}1::AID-1{\textgreater}3.0.CO;2-2}}
@misc{e, title={Five}, note={\href{http://a.example/z}{here}}}`, []string{
			"doi:10.1007/978-3-030-1_7 | One |  | ", "doi:10.1000/a_8 | Two |  |  | at http://a.example/~b?c=1&d=%20", id("Three") + " | Three |  |  | at http://a.example/x_y",
			"doi:10.1002/(sici)1(1998)1:1<1::aid-1>3.0.co;2-2 | Four |  | ", id("Five") + " | Five |  |  | at http://a.example/z",
		}},
		{"parents", `@inproceedings{a, title={Child}, crossref={Days06}} @proceedings{days06, editor={Elm, Eve}, title={Tenth Days}, year={2006}, month=oct}
@inproceedings{b, title={Later child}, year=2007, crossref={days06}} @set{s, entryset={a,b}}
@inproceedings{c, title={Orphan}, crossref={nowhere}}
@xdata{x, journal={Journal of Meadows}, year=2010, crossref={vol}} @article{d, title={Article}, xdata={x}} @collection{vol, title={Volume}, subtitle={Second}, doi={10.1000/v}}
@inbook{e, title={Chapter}, crossref={book}} @book{book, title={Book}, author={Fir, Flo}, date={2011-03-04}}
@inproceedings{l1, title={Circle}, crossref={l2}} @inproceedings{l2, title={Circle two}, crossref={l1}}`, []string{
			id("Child") + " | Child |  | 2006-10 | in Tenth Days", id("Tenth Days") + " | Tenth Days |  | 2006-10", id("Later child") + " | Later child |  | 2007 | in Tenth Days",
			id("Article") + " | Article |  | 2010 | in Journal of Meadows", "doi:10.1000/v | Volume: Second |  | ",
			id("Chapter") + " | Chapter |  | 2011-03-04 | by Flo Fir | in Book", id("Book") + " | Book |  | 2011-03-04 | by Flo Fir",
			id("Circle") + " | Circle |  |  | in Circle two", id("Circle two") + " | Circle two |  |  | in Circle", id("Orphan") + " | Orphan |  | ",
		}},
		{"names", `@misc{a, title={One}, author={King, Jr., Martin and Cargo, III, G. S. and von Hicks, III, Michael}} @misc{b, title={Two}, author={Smith, J. AND Doe, K. And Poe, L.}}
@misc{c, title={Three}, author={Smith, J.; Doe, K.; Poe, L.}} @misc{d, title={Four}, author={Mick{\u \i}c, J. and Ku\v zel, R. and \c Celik, C.}}
@misc{e, title={Five}, author={Smith J and Doe K, et al.}} @misc{f, title={Six}, author={family=Smith, given=John, prefix=van and Doe, Jane}}
@misc{g, title={Seven}, author={Ann Smith 0001 and Bob Lee 0002}} @misc{h, title={Eight}, author={{Office of Barley, Soil and Rain} and {\"O}l, {\'E}va and others}}
@misc{i, title={Nine}, author={Smith J, Doe KL}} @misc{j, title={Ten}, author={{Alder, Ida and Beech, Bob}}} @misc{k, title={Eleven}, author={{Smith, Jones}, Ann and Ludwig van Moor}}
@misc{l, title={Twelve}, author={Mu\~noz, P. and D.~E. Kn\"oll and A. {Alder}}} @misc{m, title={Thirteen}, author={A. Alder, B. Beech and C. Cedar}}
@misc{n, title={Fourteen}, author={Smith, J., Doe, K., and Poe, L.}} @misc{o, title={Fifteen}, author={Smith, J., and Doe, K.}}
@misc{p, title={Sixteen}, author={Smith, J. \& Doe, K. and {et al.}}} @misc{q, title={Seventeen}, author={{Ash \& Beech}}}`, []string{
			id("One") + " | One |  |  | by Martin King Jr.; G. S. Cargo III; Michael von Hicks III", id("Two") + " | Two |  |  | by J. Smith; K. Doe; L. Poe",
			id("Three") + " | Three |  |  | by J. Smith; K. Doe; L. Poe", id("Four") + " | Four |  |  | by J. Mickĭc; R. Kužel; C. Çelik", id("Five") + " | Five |  |  | by Smith J; Doe K",
			id("Six") + " | Six |  |  | by John van Smith; Jane Doe", id("Seven") + " | Seven |  |  | by Ann Smith; Bob Lee",
			id("Eight") + " | Eight |  |  | by Office of Barley, Soil and Rain; Éva Öl", id("Nine") + " | Nine |  |  | by Smith J; Doe KL", id("Ten") + " | Ten |  |  | by Ida Alder; Bob Beech",
			id("Eleven") + " | Eleven |  |  | by Ann Smith, Jones; Ludwig van Moor",
			id("Twelve") + " | Twelve |  |  | by P. Muñoz; D. E. Knöll; A. Alder", id("Thirteen") + " | Thirteen |  |  | by A. Alder; B. Beech; C. Cedar",
			id("Fourteen") + " | Fourteen |  |  | by J. Smith; K. Doe; L. Poe", id("Fifteen") + " | Fifteen |  |  | by J. Smith; K. Doe",
			id("Sixteen") + " | Sixteen |  |  | by J. Smith; K. Doe", id("Seventeen") + " | Seventeen |  |  | by Ash & Beech",
		}},
		{"dates", `@string{sommer = jul # "~3"} @misc{a, title={One}, year=2018, month=7} @misc{b, title={Two}, year={2018}, month={07}, day={3}} @misc{c, title={Three}, year=2018, month=oct # "~12"}
@misc{d, title={Four}, year=2018, month={Feb.-Mar.}} @misc{e, title={Five}, date={2019-05-01/2019-05-03}} @misc{f, title={Six}, year={2005a}} @misc{g, title={Seven}, year={in press}}
@misc{h, title={Eight}, year=2018, month=sommer} @misc{i, title={Nine}, date={2019-05/}} @misc{j, title={Ten}, eventdate={2019-05-02}} @misc{k, title={Eleven}, year=2018, month=sep # "--" # oct}
@misc{l, title={Twelve}, date={2019-21}, urldate={2024-01-01}}`, []string{
			id("One") + " | One |  | 2018-07", id("Two") + " | Two |  | 2018-07-03", id("Three") + " | Three |  | 2018-10-12", id("Four") + " | Four |  | 2018-02", id("Five") + " | Five |  | 2019-05-01",
			id("Six") + " | Six |  | 2005", id("Seven") + " | Seven |  | ", id("Eight") + " | Eight |  | 2018-07-03", id("Nine") + " | Nine |  | 2019-05", id("Ten") + " | Ten |  | 2019-05-02",
			id("Eleven") + " | Eleven |  | 2018-09", id("Twelve") + " | Twelve |  | 2019",
		}},
		{"preprints", `@article{DBLP:a, title={One}, journal={CoRR}, volume={abs/2401.00001}} @article{ads, title={Two}, journal={\apj}, archivePrefix={arXiv}, eprint={astro-ph/9901001}, primaryClass={astro-ph}}
@misc{c, title={Three}, eprinttype={pubmed}, eprint={12345678}} @misc{d, title={Four}, eprinttype={jstor}, eprint={2401.00001}} @misc{e, title={Five}, note={arXiv:2401.00002v2 [cs.LG]}}`, []string{
			"arxiv:2401.00001 | One |  |  | in CoRR", "arxiv:astro-ph/9901001 | Two |  |  | in Astrophysical Journal | cat astro-ph", "pmid:12345678 | Three |  | ", id("Four") + " | Four |  | ", "arxiv:2401.00002 | Five |  | ",
		}},
		{"text", `@misc{a, title={Growth of {{TiO}}{$_2$} films}, abstract={{\textbeta} and {\lost} \emph{words}}} @misc{b, title="{A {"}quoted{"} word}", subtitle={Part}}`, []string{
			id("Growth of TiO_2 films") + " | Growth of TiO_2 films | β and words | ", id(`A "quoted" word: Part`) + ` | A "quoted" word: Part |  | `,
		}},
	} {
		_, got := readText(t, c.text)
		if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.ReplaceAll(g, "\n", "\n     "), strings.ReplaceAll(w, "\n", "\n     "))
		}
	}
}

// TestBibTeXNotes checks that what costs no entry is said.
func TestBibTeXNotes(t *testing.T) {
	for text, want := range map[string]string{
		"@misc{a, title = {One}}, year = {2019}\n}\n@misc{b, title = {Two}}": "fields stand outside of entries",
		"@misc{a, title = {One}, crossref = {none}}":                         "a parent that the file does not have",
		"@misc{a, title = {One}, note = \"open}":                             "a field could not be read",
		"@misc{a, title = {One}\n@misc{b, title = {Two}}":                    "an entry lacks a closing brace",
		"@misc{a, title = {One}} a = b @misc{b, title = {Two}}":              "",
	} {
		s, err := NewSource("test", strings.NewReader(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range s.Papers() {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
		switch notes := s.Notes(); {
		case want == "" && len(notes) > 0, want != "" && (len(notes) != 1 || notes[0].Count != 1 || !strings.Contains(notes[0].Text, want)):
			t.Errorf("%s: notes %+v, want %q", text, notes, want)
		}
	}
}

// TestBibTeXFamilyBound checks that neither parents nor waiting children fill the memory, and that none is lost.
func TestBibTeXFamilyBound(t *testing.T) {
	f, n, yielded := newBibFamily(), 30_000, 0
	text := strings.Repeat("x", 2000)
	for i := range n {
		key := strconv.Itoa(i)
		e := bibFields{kind: "misc", key: key, fields: map[string]string{"title": key, "year": text, "crossref": "none" + strconv.Itoa(i%3)}}
		yielded += len(f.parent(&e)) + len(f.child(&bibEntryRead{raw: rawRecord{data: []byte(text)}, bibFields: e}))
	}
	waiting := 0
	for _, list := range f.waiting {
		waiting += len(list)
	}
	if f.size > maxParents || waiting != len(f.order) || waiting > maxWaiting/len(text) {
		t.Errorf("%d bytes of parents, %d children wait, %d in order", f.size, waiting, len(f.order))
	}
	parent := bibFields{kind: "book", key: "none1", fields: map[string]string{"title": "Parent"}}
	yielded += len(f.parent(&parent))
	if yielded += len(f.rest()); yielded != n {
		t.Errorf("%d of %d children are yielded", yielded, n)
	}
}
