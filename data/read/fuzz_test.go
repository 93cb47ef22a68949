package read

import (
	"bufio"
	"bytes"
	"errors"
	"iter"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
)

// fuzzFormat feeds a reader of one format and checks what holds for every paper that is read.
func fuzzFormat(f *testing.F, read func(*input) iter.Seq2[*data.Paper, error], seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
		f.Add([]byte(s[:len(s)/2]))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in := &input{name: "fuzz", r: bufio.NewReaderSize(bytes.NewReader(b), 4096)}
		in.head = head{data: bytes.TrimLeft(b, " \t\r\n"), all: true}
		in.head.json = lookAtJSON(in.head.data, true)
		ended := false
		for p, err := range read(in) {
			if ended {
				t.Fatal("goes on after a final error")
			}
			rejected := new(RecordError)
			switch {
			case errors.As(err, &rejected):
				if rejected.Line < 1 || rejected.Record < 1 || rejected.Reason == "" {
					t.Fatalf("rejected without place or reason: %+v", rejected)
				}
			case err != nil:
				ended = true
			default:
				datatest.CheckNormal(t, p)
			}
		}
	})
}

// fuzzSource recognises and reads text in the shape of any format, and checks every paper.
func fuzzSource(f *testing.F, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
		f.Add([]byte(s[:len(s)/2]))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := NewSource("fuzz", bytes.NewReader(b), Options{})
		if err != nil {
			return
		}
		defer s.Close()
		for p, err := range s.Papers() {
			if err == nil {
				datatest.CheckNormal(t, p)
			}
		}
	})
}

// exampleHash is an id of Semantic Scholar.
const exampleHash = "0025b963134b1c0b64c1389af19610d038ab7072"

// The seeds are written in the shape of each format; none is copied from a service.
const (
	seedJSONL = `{"id":"2401.00001v2","title":"On $\\alpha$ Tests","abstract":"We <b>test</b>.","authors":["Ann Ash"],"published":"2024-01-02"}
{"title":"Other","summary":["s"],"authors":"A. Ash; B. Beech","year":"2020","categories":"cs.LG cs.AI","upvotes":"7"}
{"id":"x"}
not json
`
	seedDailyText = "Daily Papers\n\nDec 30\n\nA Title Here\n\nAn abstract.\n\n  • 3 authors\n·\nOct 17, 2022\n\nB Title Here\n\nMore.\n\n• 1 author\n·\nMar 6 2\n"
	seedDailyAPI  = `[{"paper":{"id":"2401.00001","authors":[{"name":"Ann Ash"}],"publishedAt":"2024-01-02T17:59:56.000Z","title":"T","summary":"S","upvotes":7},"numComments":2}]`
	seedDailyHTML = `<html><div data-props="{&quot;dailyPapers&quot;:[{&quot;paper&quot;:{&quot;id&quot;:&quot;2401.00001&quot;,&quot;title&quot;:&quot;T&quot;}}]}" data-target="DailyPapers"></div></html>`
	seedSnapshot  = `{"id":"0704.0001","submitter":"A","authors":"Ann Ash and Bob Beech","title":"On\n  Tests","doi":null,"categories":"cs.LG hep-th","abstract":"  We\ntest.\n","versions":[{"version":"v1","created":"Mon, 2 Apr 2007 19:18:42 GMT"}],"update_date":"2008-11-26","authors_parsed":[["\\'{A}sh","Ann",""],["Beech","Bob","Jr"]]}
`
	seedAtom = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><title>q</title>
<entry><id>http://arxiv.org/abs/quant-ph/0210005v1</id><published>2002-10-01T00:00:00Z</published><title>On
  Tests</title><summary>  We &amp; you.</summary><author><name>Ann Ash</name></author><arxiv:doi>10.1000/X</arxiv:doi>
<arxiv:primary_category term="quant-ph"/><category term="quant-ph"/><category term="81P15; 81Q99"/></entry></feed>`
	seedOAI = `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>oai:arXiv.org:1304.4214</identifier><datestamp>2013-04-16</datestamp></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>1304.4214</id><created>2013-04-15</created><authors><author><keyname>Ash</keyname><forenames>Ann</forenames></author></authors>
<title>On Tests</title><categories>cs.LG hep-th</categories><doi>10.1000/X</doi><abstract>We test.</abstract></arXiv></metadata></record>
<record><header status="deleted"><identifier>oai:arXiv.org:1304.4215</identifier></header></record>
<record><header><identifier>oai:arXiv.org:1304.4216</identifier></header><metadata><arXivRaw><id>1304.4216</id><version version="v1"><date>Mon, 15 Apr 2013 19:33:21 GMT</date></version>
<title>Raw &nbsp;Tests</title><authors>Ann Ash and Bob Beech</authors><abstract>We.</abstract></arXivRaw></metadata></record>
<record><header><identifier>oai:arXiv.org:1304.4217</identifier></header><metadata><oai_dc:dc xmlns:oai_dc="x" xmlns:dc="y"><dc:title>Core Tests</dc:title>
<dc:creator>Ash, Ann</dc:creator><dc:description>We.</dc:description><dc:description>Comment: 3 pages</dc:description><dc:date>2013-05-01</dc:date><dc:date>2013-04-01</dc:date>
<dc:identifier>http://arxiv.org/abs/1304.4217</dc:identifier><dc:identifier>doi:10.1000/Y</dc:identifier></oai_dc:dc></metadata></record>
<resumptionToken>123|1001</resumptionToken></ListRecords></OAI-PMH>`
	seedOpenAlex = `{"meta":{"count":2,"page":1},"results":[{"id":"https://openalex.org/W1979978981","doi":"https://doi.org/10.1000/X","display_name":"On Tests","publication_year":1983,
"ids":{"pmid":"https://pubmed.ncbi.nlm.nih.gov/6886630","mag":1979978981},"authorships":[{"author":{"display_name":"Ann Ash"}}],
"primary_location":{"landing_page_url":"https://doi.org/10.1000/X","source":{"display_name":"Journal of Tests"}},
"abstract_inverted_index":{"We":[0],"test":[1,3],"and":[2]},"topics":[{"display_name":"Testing"}],"keywords":[{"display_name":"tests"}]},
{"id":"https://openalex.org/W1979978982","display_name":null,"authorships":[]}],"group_by":[]}`
	seedS2 = `{"corpusid":12,"externalids":{"ArXiv":null,"DOI":"10.1000/X","CorpusId":"12","MAG":"7"},"title":"On Tests","authors":[{"authorId":"1","name":"Ann Ash"}],"venue":"","year":2012,"publicationdate":null,"journal":{"name":"J"},"s2fieldsofstudy":[{"category":"Physics","source":"x"},{"category":"Physics","source":"y"}]}
{"corpusid":12,"openaccessinfo":{"externalids":{"MAG":"7"}},"abstract":"We test."}
{"corpusid":13,"title":null}
`
	seedBibTeX = `Some comment
@string{jmlr = "Journal of " # {Tests}}
@article{key1, title = {{On} {$\alpha$} {T}ests: {\"U}ber}, author = "Ash, Ann and {The Team} and Bob Beech and others",
  journal = jmlr # { B}, year = 2012, month = mar, doi = {10.1000/X}, abstract = {We {test}.}, keywords = {a, b}
}
@inproceedings{key2, title = {Broken
@misc(key3, title = "Third {"}one{"}", eprint = {2401.00001}, archivePrefix = {arXiv}, primaryClass={cs.LG}
)
@comment{x} @preamble{"y"}
`
	seedRagged = "Export, of barley\nTitle,Abstract,Year,DOI,URL\nBarley, in the north,We measure 1,204 fields.,Mar-19,10.1000/a1,=HYPERLINK(\"http://x\")\n" +
		"\"Days of \"Fields\"\",\"We, \"they\", go.\",25/03/2019,10.1000/a2,\n\"Never closed,We,,,\n1,Too,many,2019,10.1000/a3,x\n"
	seedCSV = "\ufeffPaper ID;Article Title;Authors;Publication Year;Abstract;DOI;Author Keywords\n" +
		"a1;\"On; \"\"Tests\"\"\";\"Ash, A.; B. Beech\";2012;\"Two\nlines\";10.1000/X;\"a; b\"\n\n;;;;;;\nb2;Second;\"Ash, Ann; Beech, Bob\";2013;None \"open;;\n"
)

func FuzzJSONL(f *testing.F) {
	fuzzFormat(f, jsonl, seedJSONL, "["+strings.Split(seedJSONL, "\n")[0]+"]", "[]")
}
func FuzzDaily(f *testing.F)      { fuzzFormat(f, dailyAPI, seedDailyAPI) }
func FuzzHTML(f *testing.F)       { fuzzFormat(f, dailyHTML, seedDailyHTML) }
func FuzzText(f *testing.F)       { fuzzFormat(f, dailyText, seedDailyText) }
func FuzzDump(f *testing.F)       { fuzzFormat(f, arxivSnapshot, seedSnapshot) }
func FuzzAtom(f *testing.F)       { fuzzFormat(f, arxivAtom, seedAtom) }
func FuzzOAI(f *testing.F)        { fuzzFormat(f, arxivOAI, seedOAI) }
func FuzzAlex(f *testing.F)       { fuzzFormat(f, openAlex, seedOpenAlex) }
func FuzzS2(f *testing.F)         { fuzzFormat(f, semanticScholar, seedS2) }
func FuzzRIS(f *testing.F)        { fuzzFormat(f, ris.read, seedRIS, "TY - JOUR\nti - x\ner -") }
func FuzzMedline(f *testing.F)    { fuzzFormat(f, medline.read, seedMedline) }
func FuzzWoS(f *testing.F)        { fuzzFormat(f, webOfScience.read, seedWoS) }
func FuzzEndNote(f *testing.F)    { fuzzFormat(f, endNote.read, seedENW) }
func FuzzRefWorks(f *testing.F)   { fuzzFormat(f, refWorks.read, seedRefWorks) }
func FuzzEndNoteXML(f *testing.F) { fuzzFormat(f, endNoteXML, seedEndNoteXML) }
func FuzzCochrane(f *testing.F)   { fuzzFormat(f, cochrane.read, seedCochrane) }
func FuzzBibTeX(f *testing.F)     { fuzzFormat(f, bibTeX, seedBibTeX) }
func FuzzCSV(f *testing.F) {
	fuzzFormat(f, csvPapers, seedCSV, strings.ReplaceAll(seedCSV, ";", ","), seedRagged, "sep=\\t\n"+strings.ReplaceAll(seedRagged, ",", "\t"))
}

// FuzzOpen recognises and reads whatever it is given, as it comes and as a compressed file would.
func FuzzOpen(f *testing.F) {
	fuzzSource(f, seedJSONL, seedDailyText, seedDailyAPI, seedDailyHTML, seedSnapshot, seedAtom, seedOAI, seedOpenAlex, seedS2, seedBibTeX, seedCSV,
		seedRIS, seedMedline, seedWoS, seedENW, seedRefWorks, seedCochrane, seedEndNoteXML,
		"\x1f\x8b\x08\x00", "\x28\xb5\x2f\xfd\x00", "BZh91AY", "\xff\xfe{\x00", "")
}
