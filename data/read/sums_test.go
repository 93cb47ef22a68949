package read

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"kindred/data"
)

// count reads a text to its end and counts papers, rejected records and skipped elements; a final error fails.
func count(t *testing.T, name, text string) (papers, rejected, skippedCount int) {
	t.Helper()
	s, err := NewSource(name, strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, err := range s.Papers() {
		switch {
		case err == nil:
			papers++
		case errors.Is(err, data.ErrInvalid) && errors.As(err, new(*RecordError)):
			rejected++
		default:
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, n := range s.Notes() {
		if strings.Contains(n.Text, "passed over") || strings.Contains(n.Text, "in place of a paper") {
			skippedCount += n.Count
		}
	}
	return papers, rejected, skippedCount
}

// jsonTorture has records that break rules within themselves, and none that is cut off.
var jsonTorture = []string{
	`{"title":"Good","authors":["A B"]}`, `null`, `{}`, `[]`, `[[{"title":"x"}]]`, `7`, `-1.5e3`, `"text"`, `true`, `NaN`, `{"title":NaN}`, `{"title":"NaN","year":-Infinity}`,
	`{"title":"a","title":"b"}`, `{"title":"no comma" "year":1}`, `{"title":}`, `{"title":"x",}`, `{'title':'x'}`, `{"title":"brace } in [ text"}`, `{"title":"quote \" in \\"}`,
	`{"title":"\ud800 half a pair"}`, `{"title":"control ` + "\x01" + `"}`, `{"title":{"a":{"b":{"c":{"d":{"e":"deep"}}}}}}`, `{"title":["","two"]}`, `{"title":[null,{"value":"three"}]}`,
	`{"title":"x","authors":{"a":1}}`, `{"title":"x","authors":[1,null,true,{},[],[[]],""]}`, `{"title":"x","published":[[]]}`, `{"title":"x","published":{"date-parts":[[null]]}}`,
	`{"title":"x","issued":{"date-parts":[[2019,13,45]]}}`, `{"title":"x","published":99999999999999999999}`, `{"title":"x","year":"-5"}`, `{"title":"x","month":99,"year":2019}`,
	`{"title":"x","keywords":{"a":"b"}}`, `{"title":"x","ids":[[],{},null,"10.1000/x"]}`, `{"content":{"content":{"content":{"content":{"title":"far down"}}}}}`,
	`{"":"no key","title":"x"}`, `{"title":"x","original":[1]}`, `{"title":"x","upvotes":1e400}`, `{"title":"x","author_count":-3.5}`, `{"title":"` + strings.Repeat("long ", 20000) + `"}`,
	`{"title":"x","authors":[` + strings.Repeat(`"A B",`, 30000) + `"C"]}`, `{"abstract":"only"}`, `{"data":{"title":"x"}}`, `{"metadata":null,"title":null}`, `{"title":"x","abstract":["p",7,{"text":"q"}]}`,
}

// TestSums holds for every shape of JSON: each element of the file is a paper, rejected, or noted as skipped.
func TestSums(t *testing.T) {
	oneLine := make([]string, len(jsonTorture))
	for i, r := range jsonTorture {
		oneLine[i] = strings.ReplaceAll(r, "\n", " ")
	}
	for name, text := range map[string]string{
		"array": "[" + strings.Join(jsonTorture, ",\n") + "]", "lines": strings.Join(oneLine, "\n"), "list": `{"title":"List","items":[` + strings.Join(jsonTorture, ",") + `],"next":null}`,
		"nested list": `{"message":{"items":[` + strings.Join(jsonTorture, ",") + `],"total":5}}`,
		"CSL":         `[{"type":"book","title":"x","author":[],"issued":{}},` + strings.Join(jsonTorture[1:], ",") + `]`,
		"Zotero":      `[{"itemType":"book","title":"x"},` + strings.Join(jsonTorture[1:], ",") + `]`,
		"OpenReview":  `{"notes":[{"forum":"x","content":{"title":"x"}},` + strings.Join(jsonTorture[1:], ",") + `]}`,
	} {
		papers, rejected, passed := count(t, name, text)
		if papers+rejected+passed != len(jsonTorture) || papers < 20 || passed < 1 {
			t.Errorf("%s: %d papers, %d rejected, %d skipped, of %d records", name, papers, rejected, passed, len(jsonTorture))
		}
	}
	for _, c := range []struct{ name, before, open, good, end, after string }{
		{"Atom", "<feed>", "entry", "<id>x:%d</id><title>Dust</title>", "", "</feed>"},
		{"RSS", "<rss><channel><title>x</title>", "item", "<guid>x:%d</guid><title>Dust</title>", "", "</channel></rss>"},
		{"PubMed", "<PubmedArticleSet>", "PubmedArticle", "<MedlineCitation><PMID>%d</PMID><Article><ArticleTitle>Dust</ArticleTitle></Article></MedlineCitation>", "", "</PubmedArticleSet>"},
		{"DBLP", "<dblp>", "inproceedings", "<author>A B</author><ee>x%d</ee><title>Dust.</title>", "", "</dblp>"},
		{"JATS", `<articles><article article-type="x"><front/></article>`, "article", "<front><article-meta><article-id pub-id-type=\"pmid\">%d</article-id><title-group><article-title>Dust</article-title></title-group></article-meta></front>", "", "</articles>"},
		{"ACL Anthology", `<collection id="P18"><volume id="1"><meta><year>2018</year></meta>`, "paper", "<title>Dust %d</title>", "", "</volume></collection>"},
		{"MODS", "<modsCollection>", "mods", "<titleInfo><title>Dust %d</title></titleInfo>", "", "</modsCollection>"},
	} {
		var b strings.Builder
		b.WriteString(c.before)
		bodies := []string{
			c.good, "", "<unknown>&nosuch; &#xffffffff; %d</unknown>", "<title>unclosed <i>italic %d</title>" + c.good, "</stray>" + c.good, "<a b=c d='>'>" + c.good + "</a>",
			"<![CDATA[ text ]]>" + c.good, "<!-- a comment -->" + c.good, "\x01\x02\xff" + c.good, strings.Repeat("<d>", 2000) + c.good, c.good + c.good, "<title>%d",
		}
		for i, body := range bodies {
			fmt.Fprintf(&b, "<%s>%s</%s>\n", c.open, strings.ReplaceAll(body, "%d", fmt.Sprint(i)), c.open)
		}
		fmt.Fprintf(&b, "<%s/>", c.open)
		b.WriteString(c.after)
		papers, rejected, passed := count(t, c.name, b.String())
		want := strings.Count(b.String(), "<"+c.open+">") + strings.Count(b.String(), "<"+c.open+"/>") + strings.Count(b.String(), "<"+c.open+" ")
		if papers+rejected+passed != want || papers < 5 {
			t.Errorf("%s: %d papers, %d rejected, %d skipped, of %d records", c.name, papers, rejected, passed, want)
		}
	}
}
