package read

import (
	"strings"
	"testing"

	"kindred/data"
)

// readNotes is readText with the notes of the file after its papers, as "note N text".
func readNotes(t testing.TB, text string) (format string, lines []string) {
	t.Helper()
	s, err := NewSource("test", strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for p, err := range s.Papers() {
		if err != nil {
			lines = append(lines, "error "+err.Error())
			continue
		}
		lines = append(lines, describe(p))
	}
	for _, n := range s.Notes() {
		lines = append(lines, "note "+n.Text)
	}
	return s.Format(), lines
}

// loose is the name of the format that has no service.
const loose = anyJSON

// jsonCase is a text of JSON and what is read from it. In want, {T} stands for the id made of the title "Quarry dust".
type jsonCase struct {
	name, text, format string
	want               []string
}

func runJSONCases(t *testing.T, cases []jsonCase) {
	t.Helper()
	for _, c := range cases {
		format, got := readNotes(t, c.text)
		if format != c.format {
			t.Errorf("%s: recognised as %s, want %s", c.name, format, c.format)
		}
		want := strings.ReplaceAll(strings.Join(c.want, "\n"), "{T}", data.TitleID("Quarry dust"))
		if g := strings.Join(got, "\n"); g != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.ReplaceAll(g, "\n", "\n     "), strings.ReplaceAll(want, "\n", "\n     "))
		}
	}
}

func TestLooseFields(t *testing.T) {
	const full = "{T} | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | in Annals of Dust"
	runJSONCases(t, []jsonCase{
		{"column names of tables", `{"Paper Title":"Quarry dust","paper_abstract":"We sieve.","author":"Fir, Olga and Elm, Pau","publication_date":"2018-04-09","publication_year":2018,"Source Title":"Annals of Dust"}`, loose, []string{full}},
		{"year, month and day", `{"title":"Quarry dust","abstract":"We sieve.","authors":["Fir, Olga","Elm, Pau"],"year":2018,"month":"apr","day":"9","journal":"Annals of Dust"}`, loose, []string{full}},
		{"month as a number", `{"title":"Quarry dust","abstract":"We sieve.","authors":"Olga Fir, Pau Elm","year":"2018","month":4,"day":9,"journal":{"name":"Annals of Dust"}}`, loose, []string{full}},
		{"people as objects", `{"title":"Quarry dust","abstract":"We sieve.","authors":[{"given":"Olga","family":"Fir"},{"first_name":"Pau","last_name":"Elm"}],"issued":{"date-parts":[["2018","4","9"],[2019]]},"container-title":["Annals of Dust","Ann. D."]}`, "CSL-JSON", []string{full}},
		{"people in objects", `{"title":["Quarry dust"],"abstract":["We sieve."],"authors":{"author":[{"author":{"display_name":"Olga Fir"}},{"name":"Elm, Pau"}]},"date":{"year":2018,"month":4,"day":9},"venue":"Annals of Dust"}`, loose, []string{full}},
		{"dates as lists", `{"title":"Quarry dust","abstract":"We sieve.","authors":[["Fir","Olga"],["Elm","Pau",""]],"published":[2018,4,9],"venue":"Annals of Dust"}`, loose, []string{full}},
		{"seconds since 1970", `{"title":"Quarry dust","abstract":"We sieve.","authors":[{"first":"Olga","middle":[],"last":"Fir"},{"literal":"Pau Elm"}],"published":1523232000,"venue":"Annals of Dust"}`, loose, []string{full}},
		{"milliseconds since 1970", `{"title":"Quarry dust","abstract":"We sieve.","authors":"Fir, Olga; Elm, Pau","published":{"$date":1523232000000},"venue":"Annals of Dust"}`, loose, []string{full}},
		{"prefixes of namespaces", `{"dc:title":"Quarry dust","dc:description":"We sieve.","dc:creator":["Olga Fir","Pau Elm"],"prism:coverDate":"2018-04-09","prism:publicationName":"Annals of Dust"}`, loose, []string{full}},
		{"endings of an index", `{"title_s":["Quarry dust"],"abstract_s":["We sieve."],"authFullName_s":["Olga Fir","Pau Elm"],"producedDate_tdate":"2018-04-09T00:00:00Z","journalTitle_s":"Annals of Dust"}`, loose, []string{full}},
		{"NaN and Infinity", `{"title":"Quarry dust","abstract":"NaN grows to Infinity.","year":NaN,"doi":-Infinity,"venue":NaN,"upvotes":Infinity}`, loose, []string{"{T} | Quarry dust | NaN grows to Infinity. | "}},
		{"words that mean nothing", `{"title":"Quarry dust","abstract":"N/A","authors":["None"],"venue":"NA","doi":"-","year":"nan"}`, loose, []string{"{T} | Quarry dust |  | "}},
		{"what was created later", `{"title":"Quarry dust","year":2018,"created":"2023-01-05T10:00:00Z"}`, loose, []string{"{T} | Quarry dust |  | 2018"}},
		{"a DOI is no date", `{"title":"Quarry dust","published":"10.1000/2021.01.01","date":"2018-04-09"}`, loose, []string{"{T} | Quarry dust |  | 2018-04-09"}},
		{"days of zero", `{"title":"Quarry dust","published":"2018-04-00"}`, loose, []string{"{T} | Quarry dust |  | 2018-04"}},
		{"identifiers", `{"title":"Quarry dust","external_ids":{"PubMed":12,"DOI":"10.1000/Q"},"arxiv_id":"1804.00001","mag_id":"7"}`, loose, []string{
			"arxiv:1804.00001 | Quarry dust |  |  | also pmid:12; doi:10.1000/q; mag:7"}},
		{"identifiers in a list", `{"title":"Quarry dust","external-ids":{"external-id":[{"external-id-type":"doi","external-id-value":"10.1000/Q"}]},"identifier":[{"type":"pmid","id":"12"},{"type":"issn","id":"1234-5678"},"arXiv:1804.00001"]}`, loose, []string{
			"arxiv:1804.00001 | Quarry dust |  |  | also doi:10.1000/q; pmid:12"}},
		{"lists in one text", `{"title":"Quarry dust","keywords":"sand; dust","categories":"cs.LG stat.ML","tags":["x"]}`, loose, []string{"{T} | Quarry dust |  |  | cat cs.LG; stat.ML | key sand; dust"}},
		{"one group", `{"title":"Quarry dust","authors":["Institute of Sand and Dust"]}`, loose, []string{"{T} | Quarry dust |  |  | by Institute of Sand and Dust"}},
		{"editors", `{"title":"Quarry dust","creators":[{"firstName":"Ed","lastName":"Itor","creatorType":"editor"},{"firstName":"Olga","lastName":"Fir","creatorType":"author"}]}`, loose, []string{"{T} | Quarry dust |  |  | by Olga Fir"}},
		{"keys that are not understood", "{\"title\":\"Quarry dust\",\"grain\":3,\"volume\":\"7\"}\n{\"title\":\"Quarry dust\",\"grain\":4,\"colour\":null}", loose, []string{
			"{T} | Quarry dust |  | ", "{T} | Quarry dust |  | ",
			"note 1 key not read: grain (2); rename one to abstract, authors, published, venue, doi or keywords if it holds that"}},
		{"texts by language", `{"title":{"de":"Steinbruchstaub","en":"Quarry dust"},"abstract":{"fr":"Nous tamisons."}}`, loose, []string{"{T} | Quarry dust | Nous tamisons. | "}},
		{"texts within", `{"title":{"rendered":"Quarry dust"},"authors":[{"$":"Fir, Olga"}],"date":{"year":{"value":"2018"},"month":{"value":"04"}}}`, loose, []string{
			"{T} | Quarry dust |  | 2018-04 | by Olga Fir"}},
		{"an abstract by positions", `{"title":"Quarry dust","authors":[{"name":"Olga Fir","org":"Q"},"et al."],"fos":[{"name":"Geology","w":0.5}],"indexed_abstract":{"IndexLength":2,"InvertedIndex":{"sieve.":[1],"We":[0]}}}`, loose, []string{
			"{T} | Quarry dust | We sieve. |  | by Olga Fir | cat Geology"}},
		{"escapes in keys", `{"title":"Quarry dust","\u0064ate":"2018"}`, loose, []string{"{T} | Quarry dust |  | 2018"}},
	})
}

func TestLists(t *testing.T) {
	two := []string{"{T} | Quarry dust |  | ", data.TitleID("Lime kilns") + " | Lime kilns |  | "}
	const items = `[{"title":"Quarry dust"},{"title":"Lime kilns"}]`
	runJSONCases(t, []jsonCase{
		{"a list with a title", `{"title":"To read","description":"x","items":` + items + `}`, loose, two},
		{"a list with title and abstract", `{"title":"Stone Days 2024","abstract":"A workshop.","papers":` + items + `}`, loose, two},
		{"title after the list", `{"papers":` + items + `,"title":"Stone Days 2024"}`, loose, two},
		{"a list with the answer in it", `{"status":"ok","message":{"total":2,"facets":{},"items":` + items + `}}`, loose, two},
		{"hits", `{"took":1,"hits":{"total":{"value":2},"hits":[{"_source":{"title":"Quarry dust"}},{"_source":{"title":"Lime kilns"}}]}}`, loose, two},
		{"docs", `{"responseHeader":{"status":0},"response":{"numFound":2,"docs":` + items + `}}`, loose, two},
		{"another key", `{"accepted":` + items + `,"year":2024}`, loose, two},
		{"two keys", `{"oral":[{"title":"Quarry dust"}],"poster":[{"title":"Lime kilns"}]}`, loose, two},
		{"by name", `{"a":{"title":"Quarry dust"},"b":{"title":"Lime kilns"}}`, loose, two},
		{"pages one after the other", `{"results":[{"title":"Quarry dust"}],"page":1}` + "\n" + `{"results":[{"title":"Lime kilns"}],"page":2}`, loose, two},
		{"an array of pages", `[{"data":[{"title":"Quarry dust"}],"next":"x"},{"data":[{"title":"Lime kilns"}]}]`, loose, two},
		{"the paper in the record", `{"status":"ok","message":{"title":["Quarry dust"],"reference":[{"article-title":"x","title":"Other"}]}}`, loose, two[:1]},
		{"sessions", `{"title":"Stone Days 2024","sessions":[{"title":"Morning","chair":"x","papers":[{"title":"Quarry dust"}]},{"title":"Noon","papers":[]},{"title":"Evening","papers":[{"title":"Lime kilns"}]}]}`, loose, two},
		{"an array of sessions", `[{"title":"Morning","papers":[{"title":"Quarry dust"}]},{"title":"Evening","papers":[{"title":"Lime kilns"}]}]`, loose, two},
		{"days and sessions", `{"title":"Stone Days 2024","days":[{"sessions":[{"title":"Morning","papers":` + items + `}]}]}`, loose, two},
		{"references of a text", `{"references":` + items + `}`, loose, two},
		{"by id", `{"1804.00001":{"title":"Quarry dust"},"10.1000/Q":{"title":"Lime kilns","id":"own"}}`, loose, []string{
			"arxiv:1804.00001 | Quarry dust |  | ", "own | Lime kilns |  | "}},
		{"edges", `{"data":{"papers":{"edges":[{"node":{"title":"Quarry dust"}},{"node":{"title":"Lime kilns"}}]}}}`, loose, two},
		{"lines that end with commas", "{\"title\":\"Quarry dust\"},\n{\"title\":\"Lime kilns\"},\n", loose, two},
		{"references are no list", `{"title":"Quarry dust","references":[{"title":"Other"}],"attachments":[{"title":"PDF"}]}`, loose, two[:1]},
		{"null and empty records first", `[null,{},null,{"title":null},{"title":"Quarry dust"}]`, loose, []string{
			"error test: line 1, record 2: neither title nor abstract", "error test: line 1, record 4: neither title nor abstract", two[0],
			"note null in place of a paper, as services answer for an id that they do not know"}},
		{"null lines first", "null\n{\"title\":\"Quarry dust\"}\nnull\n", loose, []string{two[0],
			"note null in place of a paper, as services answer for an id that they do not know"}},
		{"an empty list with a title", `{"title":"To read","items":[]}`, loose, []string{data.TitleID("To read") + " | To read |  | ", "note 1 key not read: items (1); rename one to abstract, authors, published, venue, doi or keywords if it holds that"}},
		{"an answer without records", `{"status":"ok","message":{"items":[]}}`, loose, nil},
		{"the service of the first that tells", `[null,{"error":"x"},{"paperId":"` + exampleHash + `","title":"Quarry dust"}]`, "Semantic Scholar papers or abstracts (JSON)", []string{
			"error test: line 1, record 2: neither title nor abstract", "s2:" + exampleHash + " | Quarry dust |  | ",
			"note null in place of a paper, as services answer for an id that they do not know"}},
	})
}

// TestLateList has a list that begins after more than one buffer of other things.
func TestLateList(t *testing.T) {
	long := `{"title":"To read","about":"` + strings.Repeat("x", 200<<10) + `","items":[{"title":"Quarry dust"}]}`
	if _, got := readText(t, long); len(got) != 1 || !strings.Contains(got[0], "| Quarry dust |") {
		t.Errorf("got %.200q", got)
	}
}
