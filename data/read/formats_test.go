package read

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
)

// describe writes a paper on few lines, so that tests can say what they expect of all of it.
func describe(p *data.Paper) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s | %s | %s | %s", p.ID, p.Title, p.Abstract, p.Published)
	for _, f := range []struct {
		name string
		list []string
	}{{"by", p.Authors}, {"in", []string{p.Venue}}, {"cat", p.Categories}, {"label", p.Labels}, {"key", p.Keywords}, {"at", []string{p.URL}}, {"also", p.Aliases}} {
		if s := strings.Join(f.list, "; "); s != "" {
			fmt.Fprintf(&b, " | %s %s", f.name, s)
		}
	}
	if p.Upvotes+p.Comments+p.AuthorCount > 0 {
		fmt.Fprintf(&b, " | %d votes %d comments %d authors", p.Upvotes, p.Comments, p.AuthorCount)
	}
	return b.String()
}

// readText returns the papers of a text, described, and the rejected records as "line:record reason".
func readText(t testing.TB, text string) (format string, lines []string) {
	t.Helper()
	s, err := NewSource("test", strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for p, err := range s.Papers() {
		rejected := new(RecordError)
		switch {
		case errors.As(err, &rejected):
			lines = append(lines, fmt.Sprintf("%d:%d %s", rejected.Line, rejected.Record, rejected.Reason))
		case err != nil:
			lines = append(lines, "final: "+err.Error())
		default:
			datatest.CheckNormal(t, p)
			lines = append(lines, describe(p))
		}
	}
	return s.Format(), lines
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, text, format string
		want               []string
	}{
		{"JSON lines", seedJSONL, "papers as JSON, one a line or an array", []string{
			"arxiv:2401.00001 | On α Tests | We test. | 2024-01-02 | by Ann Ash",
			data.TitleID("Other") + " | Other | s | 2020 | by A. Ash; B. Beech | cat cs.LG; cs.AI | 7 votes 0 comments 0 authors",
			"3:3 neither title nor abstract",
			"4:4 not valid JSON: invalid character 'o' in literal null (expecting 'u')",
		}},
		{"JSON array over lines", "[\n {\"title\": \"One\"},\n {\"title\": 5,\n  \"abstract\": {\"a\": 1}},\n 7,\n {\"title\": \"Two\"}\n]", "papers as JSON, one a line or an array", []string{
			data.TitleID("One") + " | One |  | ", data.TitleID("5") + " | 5 |  | ", "5:3 not the JSON of a paper: record is a number", data.TitleID("Two") + " | Two |  | ",
		}},
		{"JSON objects over lines", "{\n \"title\": \"One\"\n}\n{\n \"title\": \"Two\",\n}\n{\"title\":\"Three\"}", "papers as JSON, one a line or an array", []string{
			data.TitleID("One") + " | One |  | ", "4:2 not valid JSON: invalid character '}' looking for beginning of object key string", data.TitleID("Three") + " | Three |  | ",
		}},
		{"no records", `{"results":[]}`, "papers as JSON, one a line or an array", nil},
		{"cut array", `[{"title":"One"},{"title":"Tw`, "papers as JSON, one a line or an array", []string{
			data.TitleID("One") + " | One |  | ",
			"final: test: ends too early, as a file does that was cut off: unexpected EOF: papers before line 1 were read",
		}},
		{"Daily Papers API", seedDailyAPI, "Daily Papers API (JSON)", []string{
			"arxiv:2401.00001 | T | S | 2024-01-02 | by Ann Ash | at https://huggingface.co/papers/2401.00001 | 7 votes 2 comments 0 authors",
		}},
		{"arXiv snapshot", seedSnapshot, "arXiv metadata snapshot (JSON)", []string{
			"arxiv:0704.0001 | On Tests | We test. | 2007-04-02 | by Ann Ásh; Bob Beech Jr | cat cs.LG; hep-th | at https://arxiv.org/abs/0704.0001",
		}},
		{"arXiv Atom", seedAtom, "arXiv Atom feed", []string{
			"arxiv:quant-ph/0210005 | On Tests | We & you. | 2002-10-01 | by Ann Ash | cat quant-ph; 81P15; 81Q99 | at https://arxiv.org/abs/quant-ph/0210005 | also doi:10.1000/x",
		}},
		{"two Atom feeds", seedAtom + "\n" + strings.ReplaceAll(seedAtom, "0210005v1", "0210006"), "arXiv Atom feed", []string{
			"arxiv:quant-ph/0210005 | On Tests | We & you. | 2002-10-01 | by Ann Ash | cat quant-ph; 81P15; 81Q99 | at https://arxiv.org/abs/quant-ph/0210005 | also doi:10.1000/x",
			"arxiv:quant-ph/0210006 | On Tests | We & you. | 2002-10-01 | by Ann Ash | cat quant-ph; 81P15; 81Q99 | at https://arxiv.org/abs/quant-ph/0210006 | also doi:10.1000/x",
		}},
		{"OAI-PMH", seedOAI, "OAI-PMH records (arXiv, arXivRaw, oai_dc)", []string{
			"arxiv:1304.4214 | On Tests | We test. | 2013-04-15 | by Ann Ash | cat cs.LG; hep-th | at https://arxiv.org/abs/1304.4214 | also doi:10.1000/x",
			"5:2 the archive has deleted the record",
			"arxiv:1304.4216 | Raw Tests | We. | 2013-04-15 | by Ann Ash; Bob Beech | at https://arxiv.org/abs/1304.4216",
			"arxiv:1304.4217 | Core Tests | We. | 2013-04-01 | by Ann Ash | at https://arxiv.org/abs/1304.4217 | also doi:10.1000/y",
		}},
		{"OAI-PMH error", `<OAI-PMH><error code="badResumptionToken">expired</error></OAI-PMH>`, "OAI-PMH records (arXiv, arXivRaw, oai_dc)", []string{
			"final: test: near line 1: invalid: the archive answered with an error: badResumptionToken: expired",
		}},
		{"OAI-PMH without records", `<OAI-PMH><error code="noRecordsMatch"/></OAI-PMH>`, "OAI-PMH records (arXiv, arXivRaw, oai_dc)", nil},
		{"cut XML", seedAtom[:strings.Index(seedAtom, "<arxiv:doi>")], "arXiv Atom feed", []string{
			"final: test: ends too early, as a file does that was cut off: unexpected EOF: papers before line 3 were read",
		}},
		{"OpenAlex", seedOpenAlex, "OpenAlex works (JSON)", []string{
			"doi:10.1000/x | On Tests | We test and test | 1983 | by Ann Ash | in Journal of Tests | cat Testing | key tests | at https://doi.org/10.1000/X" +
				" | also openalex:W1979978981; pmid:6886630; mag:1979978981",
			"5:2 neither title nor abstract",
		}},
		{"Semantic Scholar", seedS2, "Semantic Scholar papers or abstracts (JSON)", []string{
			"doi:10.1000/x | On Tests |  | 2012 | by Ann Ash | in J | cat Physics | also mag:7; s2:CorpusId:12",
			"s2:CorpusId:12 |  | We test. | ",
			"3:3 neither title nor abstract: abstracts of the bulk data are in a data set of their own",
		}},
		{"Semantic Scholar references", `{"offset":0,"data":[{"citedPaper":{"paperId":"` + exampleHash + `","title":"On Tests","externalIds":{"ArXiv":"2401.00001","ACL":"P18-1001"},"year":2024}}]}`,
			"Semantic Scholar papers or abstracts (JSON)", []string{
				"arxiv:2401.00001 | On Tests |  | 2024 | also acl:P18-1001; s2:" + exampleHash,
			}},
		{"BibTeX", seedBibTeX, "BibTeX", []string{
			"doi:10.1000/x | On α Tests: Über | We test. | 2012-03 | by Ann Ash; The Team; Bob Beech | in Journal of Tests B | key a; b",
			"6:2 the entry lacks a closing brace",
			`arxiv:2401.00001 | Third "one" |  |  | cat cs.LG`,
		}},
		{"CSV", seedCSV, "CSV or TSV with a header", []string{
			`a1 | On; "Tests" | Two lines | 2012 | by A. Ash; B. Beech | key a; b | also doi:10.1000/x`,
			`b2 | Second | None "open | 2013 | by Ann Ash; Bob Beech`,
		}},
		{"TSV", "title\tabstract\tyear\tauthors\nFirst \"paper\tA 5\" disk.\t2001\tJane Doe, John Roe\n\"Open\tquote\t2002\tDoe, J.\n\"Open\t2002\tDoe, J.\nThird\t\t2003\tDoe, J., Roe, K.\n", "CSV or TSV with a header", []string{
			data.TitleID("First paper") + ` | First "paper | A 5" disk. | 2001 | by Jane Doe; John Roe`,
			data.TitleID("Open") + ` | "Open | quote | 2002 | by J. Doe`,
			"4:3 a quoted cell is never closed",
			data.TitleID("Third") + ` | Third |  | 2003 | by J. Doe; K. Roe`,
		}},
	} {
		format, got := readText(t, c.text)
		if format != c.format {
			t.Errorf("%s: recognised as %s, want %s", c.name, format, c.format)
		}
		if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.ReplaceAll(g, "\n", "\n     "), strings.ReplaceAll(w, "\n", "\n     "))
		}
	}
}

func TestSamples(t *testing.T) {
	for _, c := range []struct {
		file   string
		papers int
		first  string // of describe, its beginning and end
		last   string
	}{
		{"arxiv_atom_2019_query_all_science.xml", 10, "arxiv:1501.05039 | Defining Data Science |", "by Yangyong Zhu; Yun Xiong | cat cs.DB; cs.CY | at https://arxiv.org/abs/1501.05039"},
		{"arxiv_daily_crawler_line.jsonl", 1, "arxiv:2503.14603 | Command R7B Arabic:", "cat cs.CL; cs.LG"},
		{"openalex_work_2023.json", 1, "doi:10.1037/0097-7403.9.3.248 | Contextual control of the extinction of conditioned fear:",
			"also openalex:W1979978981; pmid:6886630; mag:1979978981"},
		{"s2_bulk_papers_2rows.jsonl", 2, "s2:CorpusId:224735017 | 当“商业模式”嫁接“职业规划” |  | 2012 | by 杨吉", "also mag:952784131"},
		{"s2_paper_crawl2022_goldstandard.json", 1, "arxiv:1105.5464 | Learning to Order Things |", "also s2:0025b963134b1c0b64c1389af19610d038ab7072"},
		{"oai/arXivRaw_GetRecord_2013.xml", 1, "arxiv:1304.4214 | Neutron Scattering and Its Application", "cat cond-mat.str-el | at https://arxiv.org/abs/1304.4214"},
		{"oai/arXiv_GetRecord_concatenated_10.xml", 12, "arxiv:1601.03238 | Irreversible degradation of quantum coherence", "also doi:10.1103/physrevd.93.016005"},
		{"oai/arXiv_GetRecord_5.xml", 1, "arxiv:1604.05585 |", "cat astro-ph.GA; astro-ph.CO | at https://arxiv.org/abs/1604.05585"},
		{"oai/arxiv-physics-hep-ex.xml", 3, "arxiv:1706.05371 |", "cat physics.ins-det; hep-ex | at https://arxiv.org/abs/1706.05371"},
		{"oai/arxiv-physics-hep-th.xml", 3, "arxiv:1412.8323 |", ""},
		{"oai/arxiv-single.xml", 1, "arxiv:1401.2122 | New integrable (3+1)-dimensional systems and contact geometry |", "also doi:10.1007/s11005-017-1013-4"},
	} {
		s, err := Open(datatest.Shared(t, "data", "formats", c.file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []*data.Paper
		for p, err := range s.Papers() {
			if err != nil {
				t.Errorf("%s: %v", c.file, err)
				continue
			}
			datatest.CheckNormal(t, p)
			got = append(got, p)
		}
		if s.Offset() != s.Size() || s.Size() <= 0 {
			t.Errorf("%s: read %d of %d bytes", c.file, s.Offset(), s.Size())
		}
		s.Close()
		if len(got) != c.papers {
			t.Errorf("%s: %d papers, want %d", c.file, len(got), c.papers)
			continue
		}
		if d := describe(got[0]); !strings.HasPrefix(d, c.first) || !strings.HasSuffix(d, c.last) {
			t.Errorf("%s: first paper is %s\nwant %s … %s", c.file, d, c.first, c.last)
		}
	}
}

func TestSplitNames(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"Ann Ash", "Ann Ash"}, {"Ann Ash and Bob Beech", "Ann Ash|Bob Beech"}, {"Ann Ash, Bob Beech, and Cy Cole", "Ann Ash|Bob Beech|Cy Cole"},
		{"Ann Ash, Bob Beech and Cy Cole", "Ann Ash|Bob Beech|Cy Cole"}, {"Ash, A.; Beech, B.", "Ash, A.|Beech, B."}, {"Ash, A., Beech, B.", "A. Ash|B. Beech"},
		{"Ash, Ann", "Ann Ash"}, {"Ash, Ann and Beech, Bob", "Ash, Ann|Beech, Bob"}, {"['Ann Ash', 'Bob Beech']", "Ann Ash|Bob Beech"}, {"Ann Ash|Bob Beech", "Ann Ash|Bob Beech"},
	} {
		if got := strings.Join(splitNames(c.in), "|"); got != c.want {
			t.Errorf("splitNames(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFirstDate(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"2024", "2024"}, {"2024-05", "2024-05"}, {"2024-05-27T01:02:03Z", "2024-05-27"}, {"Mon, 2 Apr 2007 19:18:42 GMT", "2007-04-02"},
		{"May 27, 2024", "2024-05-27"}, {"27 May 2024", "2024-05-27"}, {"March 2012", "2012-03"}, {"2012 Mar", "2012-03"}, {"Spring 2012", "2012"},
		{"2024-13-45", "2024"}, {"next year", ""}, {"12345", ""}, {"0001-01-01", "0001-01-01"},
	} {
		if got := firstDate(c.in).String(); got != c.want {
			t.Errorf("firstDate(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
