package read_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/data/read"
)

var update = flag.Bool("update", false, "write golden files anew")

// readAll returns papers and rejected records of a text, and fails the test on any other error.
func readAll(t testing.TB, text string, opt read.Options) (format string, papers []*data.Paper, rejected []*read.RecordError) {
	t.Helper()
	s, err := read.NewSource("test", strings.NewReader(text), opt)
	if err != nil {
		t.Fatal(err)
	}
	return collect(t, s)
}

func collect(t testing.TB, s *read.Source) (format string, papers []*data.Paper, rejected []*read.RecordError) {
	t.Helper()
	defer s.Close()
	for p, err := range s.Papers() {
		if e, ok := err.(*read.RecordError); ok {
			rejected = append(rejected, e)
		} else if err != nil {
			t.Fatal(err)
		} else {
			papers = append(papers, p)
		}
	}
	return s.Format(), papers, rejected
}

// fingerprint stands for a text that may not be kept: its length and hashes of its first and last 80 bytes.
func fingerprint(s string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:6])
	}
	return fmt.Sprintf("%d %s %s", len(s), hash(s[:min(80, len(s))]), hash(s[max(0, len(s)-80):]))
}

func TestSeed(t *testing.T) {
	s, err := read.Open(datatest.Shared(t, "data", "seed", "000_788545b6d144696c.txt"), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	format, papers, rejected := collect(t, s)
	if format != "Daily Papers page (plain text)" || len(papers) != 26 || len(rejected) != 0 {
		t.Fatalf("%s: %d papers, %d rejected; want 26 and none", format, len(papers), len(rejected))
	}
	var got bytes.Buffer
	for _, p := range papers {
		original := ""
		if p.Original != nil {
			original = fingerprint(p.Original.Title + "\n" + p.Original.Abstract)
		}
		fmt.Fprintf(&got, "%s\n\t%s\t%d authors\t%d comments\t%s\n\tabstract %s\n\toriginal %s\n",
			p.Title, p.Published, p.AuthorCount, p.Comments, p.ID, fingerprint(p.Abstract), original)
	}
	const golden = "testdata/seed.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("papers differ from %s; got:\n%s", golden, got.String())
	}
	for _, p := range papers {
		for _, residue := range []string{"\\", "rightarrow", "mathcal", "infty", "{O}", "^{"} {
			if strings.Contains(p.Abstract, residue) {
				t.Errorf("%s: abstract still has %q", p.Title, residue)
			}
		}
	}
}

const longAbstract = "This abstract was written for a test, and it says so at some length because what tells an abstract from a title on a page " +
	"of plain text is nothing but its length: two hundred bytes and more, which these few clauses taken together surely reach."

func TestDailyText(t *testing.T) {
	type want struct {
		title, abstract, published string
		authors, comments          int
	}
	for _, c := range []struct {
		name, text string
		opt        read.Options
		want       []want
	}{
		{"header, year left out", "new\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nDec 30\n\nFirst Title\n\n" + longAbstract +
			"\n\n  • 3 authors\n·\nOct 17, 2022\n\nSecond Title\n\nA short abstract.\n\n  • 1 author\n·\nMar 6 12\n", read.Options{},
			[]want{{"First Title", longAbstract, "2022-10-17", 3, 0}, {"Second Title", "A short abstract.", "2023-03-06", 1, 12}}},
		{"year given", "T one two\n\nA.\n\n• 2 authors\n·\nMar 6\n\nU one two\n\nB.\n\n• 2 authors\n·\nMar 6, 2021\n", read.Options{Year: 2026},
			[]want{{"T one two", "A.", "2026-03-06", 2, 0}, {"U one two", "B.", "2021-03-06", 2, 0}}},
		{"no year anywhere", "T one two\n\nA.\n\n• 2 authors\n·\nMar 6\n", read.Options{}, []want{{"T one two", "A.", "", 2, 0}}},
		{"Windows line ends, one line", "T one two\r\n\r\nA.\r\n\r\n\u00a0• 1,204 authors · Mar 6, 2021 1,003\r\n", read.Options{},
			[]want{{"T one two", "A.", "2021-03-06", 1204, 1003}}},
		{"wrapped lines, votes, no abstract", "Submitted by\n\nsomebody\n163\nT one two\n\n" + strings.ReplaceAll(longAbstract, ", ", ",\n") +
			"\n\n• 4 authors\n·\nJan 2, 2020\n\n17\n\nOnly a title\n\n• 5 authors\n·\nJan 3, 2020 2 comments\n", read.Options{},
			[]want{{"T one two", longAbstract, "2020-01-02", 4, 0}, {"Only a title", "", "2020-01-03", 5, 2}}},
		{"two paragraphs", "T one two\n\n" + longAbstract + "\n\nAnd more.\n\n• 4 authors\n·\nJan 2, 2020", read.Options{},
			[]want{{"T one two", longAbstract + " And more.", "2020-01-02", 4, 0}}},
	} {
		format, papers, rejected := readAll(t, c.text, c.opt)
		if format != "Daily Papers page (plain text)" || len(rejected) != 0 || len(papers) != len(c.want) {
			t.Errorf("%s: %s: %d papers, %v rejected; want %d", c.name, format, len(papers), rejected, len(c.want))
			continue
		}
		for i, p := range papers {
			if got := (want{p.Title, p.Abstract, p.Published.String(), p.AuthorCount, p.Comments}); got != c.want[i] {
				t.Errorf("%s: paper %d:\n got %+v\nwant %+v", c.name, i+1, got, c.want[i])
			}
		}
	}
}

func TestDailyTextRejects(t *testing.T) {
	_, papers, rejected := readAll(t, "\nDaily Papers\n\n• 2 authors\n·\nMar 6, 2020\n\nT one two\n\nA.\n\n• 2 authors\n·\nFeb 31, 2020\n\nU one two\n\n• 2 authors\n·\nMar 1, 2020\n",
		read.Options{})
	if len(papers) != 1 || len(rejected) != 2 {
		t.Fatalf("%d papers, %v rejected; want 1 and 2", len(papers), rejected)
	}
	if e := rejected[1]; e.Line != 8 || e.Record != 2 || !strings.Contains(e.Reason, "no such day") || !strings.HasPrefix(string(e.Raw), "T one two") {
		t.Errorf("rejected: %v: raw %q", e, e.Raw)
	}
}

const dailyItem = `{"paper":{"id":"2401.00001","authors":[{"name":"Ann Ash","hidden":false},{"name":"Gone","hidden":true}],` +
	`"publishedAt":"2024-01-02T17:59:56.000Z","title":"A  title\n of two lines","summary":"It's <b>short</b> &amp; sweet.","upvotes":7,"ai_keywords":["tests"]},` +
	`"publishedAt":"2024-01-03T00:00:00.000Z","title":"A title","numComments":2}`

func TestDailyAPIAndHTML(t *testing.T) {
	page := `<!DOCTYPE html><html><body><p>x</p><div data-target="DailyPapers" class="a" data-props="` +
		strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;").Replace(`{"dateString":"2024-01-03","dailyPapers":[`+dailyItem+`,{"paper":{"id":"2401.00002"}}]}`) +
		`"></div></body></html>`
	for _, text := range []string{"[" + dailyItem + `,{"paper":{"id":"2401.00002"}}]`, page} {
		format, papers, rejected := readAll(t, text, read.Options{})
		if len(papers) != 1 || len(rejected) != 1 || rejected[0].Reason != "neither title nor abstract" {
			t.Fatalf("%s: %d papers, %v rejected; want one each", format, len(papers), rejected)
		}
		p := papers[0]
		if p.ID != "arxiv:2401.00001" || p.ArXiv != "2401.00001" || p.Title != "A title of two lines" || p.Abstract != "It's short & sweet." ||
			strings.Join(p.Authors, "|") != "Ann Ash" || p.Published.String() != "2024-01-02" || p.Upvotes != 7 || p.Comments != 2 ||
			strings.Join(p.Keywords, "|") != "tests" || p.Original == nil || p.Original.Title != "" || !strings.Contains(p.Original.Abstract, "<b>") {
			t.Errorf("%s: %+v", format, p)
		}
	}
}

func TestDailyHTMLWithoutPapers(t *testing.T) {
	s, err := read.NewSource("page.html", strings.NewReader("<html><body>Nothing here</body></html>"), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range s.Papers() {
		if p != nil || err == nil || !strings.Contains(err.Error(), "data-props") {
			t.Errorf("got %v, %v", p, err)
		}
	}
}

func TestDailySamples(t *testing.T) {
	for _, c := range []struct {
		file          string
		papers        int
		first, title  string
		date          string
		up, n, author int
	}{
		{"hf_daily_papers_2024-05-27.json", 13, "arxiv:2405.15738", "ConvLLaVA: Hierarchical Backbones as Visual Encoder for Large Multimodal Models", "2024-05-24", 32, 3, 9},
		{"hf_daily_papers_2026-08-21.json", 17, "arxiv:2608.19880", "EnvHarness: Awakening Static Worlds for Agent Learning", "2026-08-20", 163, 1, 17},
		{"hf_papers_page_RECONSTRUCTED_2026-08-21.html", 2, "arxiv:2608.19880", "EnvHarness: Awakening Static Worlds for Agent Learning", "2026-08-20", 163, 1, 17},
	} {
		s, err := read.Open(datatest.Shared(t, "data", "formats", c.file), read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, papers, rejected := collect(t, s)
		if len(papers) != c.papers || len(rejected) != 0 {
			t.Errorf("%s: %d papers, %v rejected; want %d", c.file, len(papers), rejected, c.papers)
			continue
		}
		p := papers[0]
		if p.ID != c.first || p.Title != c.title || p.Published.String() != c.date || p.Upvotes != c.up ||
			p.Comments != c.n || len(p.Authors) != c.author {
			t.Errorf("%s: %s %q %s, %d votes, %d comments, %d authors", c.file, p.ID, p.Title, p.Published, p.Upvotes, p.Comments, len(p.Authors))
		}
	}
}
