package read

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"kindred/data"
)

// The seeds hold what the exports of databases and reference managers differ in.
const (
	seedRIS = `Provider: Example Press
Content:text/plain; charset="UTF-8"

TY  - JOUR
TI  - Maize yield under drought: a long title
      that runs on
AU  - Arbor, Ada
AU  - King, Martin, Jr.
T2  - Journal of Fields
PY  - 2019/03/05/
DO  - https://doi.org/10.1000/A1
AB  - We measure maize yield in twelve
dry fields.

A second paragraph.
KW  - maize
KW  - Fields, Dry
ER  - 

TY  - CONF
T1  - Song of urban birds
A1  - Birch, Ben
A1  - World Bird Office,
JO  - arXiv preprint arXiv:2401.00001
Y1  - 2020//
N2  - Birds sing.
KW  - birds; noise
UR  - https://example.org/birds
Y2  - 2024/01/02/
ER  -
ID  - 7
TY  - JOUR
AU  - Cedar, Cy
PY  - 2021
ER  - 
TY  - JOUR
TI  - Counting the snow of hills
DB  - Other
PMID  - 12345678
AN  - 99
C2  - PMC1234567
PY  - 2018
DA  - March 5
TY  - CHAP
TI  - Old bricks
BT  - Handbook of Bricks
M3  - 10.1000/b2
PY  - 2005
DA  - 2005/07//
XX  - unknown
`
	seedMedline = `
PMID- 12345678
OWN - NLM
DP  - 2019 Mar 5
TI  - Maize yield under drought: a long title that runs on over the
      next line.
LID - S0000-0000(19)1 [pii]
LID - 10.1000/a1 [doi]
AB  - BACKGROUND: We measure maize yield in twelve
      dry fields.
FAU - Arbor, Ada
AU  - Arbor A
AUID- ORCID: 0000
AD  - Field Institute.
FAU - King, Martin Jr
AU  - King M Jr
CN  - Maize Group
JT  - Journal of fields
TA  - J Fields
MH  - *Zea mays/growth & development
MH  - Fields, Dry
OT  - drought
PMC - PMC1234567

PMID- 23456789
DP  - 2018 Dec-2019 Jan
DEP - 20181205
TI  - Song of urban birds.
AU  - Birch B
AU  - Cedar C
TA  - Birds
SO  - Birds. 2018;1(2):3. doi: 10.1000/b2.

PMID-34567890
DP  - 2018
`
	seedWoS = `FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Arbor, A
   Birch, B
AF Arbor, Ada
   Birch, Ben
TI Maize yield under
   drought
SO JOURNAL OF FIELDS
DE maize; soil
   depth
ID YIELD
AB We measure maize yield in twelve dry fields.
PD MAR 5
PY 2019
DI 10.1000/a1
UT MEDLINE:12345678
ER

PT C
AU Cedar, C
TI Song of urban birds
CT Bird Days
PD JAN-FEB
PY 2018
ER

EF
`
	seedENW = `%0 Journal Article
%A Arbor, Ada
%A Birch, Ben
%T Maize yield under drought
%J Journal of Fields
%D 2019
%8 March 5
%R doi:10.1000/a1
%U https://example.org/maize
%K maize
drought
%X We measure maize yield
in twelve dry fields.

%0 Conference Paper
%T Song of urban birds
%B Bird Days
%A Cedar, Cy
%D 2018
%~ PubMed
%M 12345678

`
	seedRefWorks = `RT Journal Article
SR Electronic
A1 Arbor,Ada
A1 Birch,Ben
T1 Maize yield
under drought
JF Journal of Fields
YR 2019
FD Mar 5
DO 10.1000/a1
K1 maize
K1 drought
AB We measure maize yield in twelve dry fields.

RT Book, Whole
A1 Cedar,Cy
T1 Song of urban birds
YR 2018
`
	seedEndNoteXML = `<?xml version="1.0" encoding="UTF-8"?><xml><records><record><database name="a.enl">a</database><rec-number>1</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal" font="default" size="100%">Arbor, Ada</style></author>
<author>Birch, Ben</author></authors><secondary-authors><author>Elm, Eve</author></secondary-authors></contributors><titles><title><style face="normal">Maize yield
 at 10</style><style face="superscript">15</style><style face="italic"> ions</style></title><secondary-title>J Fields</secondary-title></titles>
<periodical><full-title>Journal of Fields</full-title></periodical><keywords><keyword>maize</keyword><keyword>Fields, Dry</keyword></keywords>
<dates><year><style>2019</style></year><pub-dates><date>Mar 5</date></pub-dates></dates><accession-num>12345678</accession-num>
<abstract>We measure &amp; count.</abstract><electronic-resource-num>10.1000/A1</electronic-resource-num><urls><related-urls><url>https://example.org/maize</url>
</related-urls></urls><remote-database-name>PubMed</remote-database-name></record>
<record><ref-type name="Book">6</ref-type><contributors/></record><record><ref-type name="Book">6</ref-type><titles><title>Old bricks</title></titles></record></records></xml>
`
	seedCochrane = `Record #1 of 2
ID: CN-00000001
AU: Arbor A
AU: Birch B
TI: Maize yield under drought
SO: Journal of fields
YR: 2019
PM: PUBMED 12345678
KY: Maize; *Drought
DOI: 10.1000/a1
AB: We measure maize yield in twelve dry fields.

Record #2 of 2
ID: CN-00000002
TI: Song of urban birds
`
)

func TestTagged(t *testing.T) {
	maize := "doi:10.1000/a1 | Maize yield under drought | We measure maize yield in twelve dry fields. | 2019-03-05 | by Ada Arbor; Ben Birch | in Journal of Fields"
	birds := data.TitleID("Song of urban birds")
	for _, c := range []struct {
		name, text, format string
		want               []string
	}{
		{"RIS", seedRIS, "RIS (reference managers)", []string{
			"doi:10.1000/a1 | Maize yield under drought: a long title that runs on | We measure maize yield in twelve dry fields. A second paragraph. | 2019-03-05" +
				" | by Ada Arbor; Martin King Jr. | in Journal of Fields | key maize; Fields, Dry",
			"arxiv:2401.00001 | Song of urban birds | Birds sing. | 2020 | by Ben Birch; World Bird Office | in arXiv preprint arXiv:2401.00001 | key birds; noise | at https://example.org/birds",
			"31:3 neither title nor abstract",
			"pmid:12345678 | Counting the snow of hills |  | 2018-03-05 | also pmc:PMC1234567",
			"doi:10.1000/b2 | Old bricks |  | 2005-07 | in Handbook of Bricks",
		}},
		{"RIS, other spaces", "\nty - JOUR\nti - Maize yield\nau - Arbor, A.; Birch, B.\npy - 2019\nab - AB - negative\nof A1-type\ner -\n\nTY -JOUR\nTI -Song of birds\nER-\n", "RIS (reference managers)", []string{
			data.TitleID("Maize yield") + " | Maize yield | AB - negative of A1-type | 2019 | by A. Arbor; B. Birch", data.TitleID("Song of birds") + " | Song of birds |  | ",
		}},
		{"RIS of old Macs", "TY  - JOUR\rTI  - Maize yield\rPY  - 2019\rER  - \rTY  - JOUR\rTI  - Song\rER  - \r", "RIS (reference managers)", []string{
			data.TitleID("Maize yield") + " | Maize yield |  | 2019", data.TitleID("Song") + " | Song |  | ",
		}},
		{"PubMed", seedMedline, "PubMed (MEDLINE, nbib)", []string{
			"doi:10.1000/a1 | Maize yield under drought: a long title that runs on over the next line. | BACKGROUND: We measure maize yield in twelve dry fields. | 2019-03-05" +
				" | by Ada Arbor; Martin King Jr; Maize Group | in Journal of fields | key Zea mays; Fields, Dry; drought | also pmid:12345678; pmc:PMC1234567",
			"doi:10.1000/b2 | Song of urban birds. |  | 2018-12-05 | by Birch B; Cedar C | in Birds | also pmid:23456789",
			"34:3 neither title nor abstract",
		}},
		{"Web of Science", seedWoS, "Web of Science (plain text, ciw)", []string{
			strings.Replace(maize, "Journal of Fields", "JOURNAL OF FIELDS", 1) + " | key maize; soil depth; YIELD | also pmid:12345678",
			birds + " | Song of urban birds |  | 2018-01 | by C Cedar | in Bird Days",
		}},
		{"EndNote", seedENW, "EndNote tagged (enw)", []string{
			maize + " | key maize; drought | at https://example.org/maize", "pmid:12345678 | Song of urban birds |  | 2018 | by Cy Cedar | in Bird Days",
		}},
		{"RefWorks", seedRefWorks, "RefWorks tagged", []string{maize + " | key maize; drought", birds + " | Song of urban birds |  | 2018 | by Cy Cedar"}},
		{"EndNote XML", seedEndNoteXML, "EndNote XML", []string{
			"doi:10.1000/a1 | Maize yield at 10^15 ions | We measure & count. | 2019-03-05 | by Ada Arbor; Ben Birch | in Journal of Fields | key maize; Fields, Dry" +
				" | at https://example.org/maize | also pmid:12345678",
			"9:2 neither title nor abstract", data.TitleID("Old bricks") + " | Old bricks |  | ",
		}},
		{"Cochrane", seedCochrane, "Cochrane Library (text)", []string{
			"doi:10.1000/a1 | Maize yield under drought | We measure maize yield in twelve dry fields. | 2019 | by Arbor A; Birch B | in Journal of fields | key Maize; Drought | also pmid:12345678",
			birds + " | Song of urban birds |  | ",
		}},
	} {
		for _, text := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n")} {
			format, got := readText(t, text)
			if format != c.format {
				t.Errorf("%s: recognised as %s, want %s", c.name, format, c.format)
			}
			if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
				t.Errorf("%s:\n got %s\nwant %s", c.name, strings.ReplaceAll(g, "\n", "\n     "), strings.ReplaceAll(w, "\n", "\n     "))
			}
		}
	}
}

// TestUnknownTags checks that a tag with no meaning is said once.
func TestUnknownTags(t *testing.T) {
	s, err := NewSource("test", strings.NewReader(seedRIS), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range s.Papers() {
	}
	if n := s.Notes(); len(n) != 1 || !strings.Contains(n[0].Text, "tag XX") || n[0].Count != 1 {
		t.Errorf("notes %+v", n)
	}
}

// generated repeats records up to a size, so that a large file needs no disk.
type generated struct {
	record string // with one %d
	size   int
	n      int
	rest   []byte
}

func (g *generated) Read(p []byte) (int, error) {
	if len(g.rest) == 0 {
		if g.size <= 0 {
			return 0, io.EOF
		}
		g.n++
		g.rest = fmt.Appendf(nil, g.record, g.n)
		g.size -= len(g.rest)
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// TestTaggedMemory reads a file much larger than the memory that reading it may take.
func TestTaggedMemory(t *testing.T) {
	const size, bound = 24 << 20, 16 << 20
	abstract := strings.Repeat("We measure the yield of maize in dry fields. ", 30)
	for name, record := range map[string]string{
		"RIS":     "TY  - JOUR\nTI  - Maize yield, part %d\nAU  - Arbor, Ada\nPY  - 2019\nAB  - " + abstract + "\nER  - \n\n",
		"MEDLINE": "PMID- 1%06d\nTI  - Maize yield\nFAU - Arbor, Ada\nDP  - 2019 Mar\nAB  - " + strings.ReplaceAll(abstract, "maize", "maize\n     ") + "\n\n",
		"BibTeX":  "@article{key%d, title = {Maize yield}, author = {Arbor, Ada}, year = 2019,\n abstract = {" + abstract + "}}\n",
	} {
		g := &generated{record: record, size: size}
		s, err := NewSource(name, g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, most := 0, uint64(0)
		for _, err := range s.Papers() {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n%4096 == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		if n != g.n || most > bound {
			t.Errorf("%s: %d of %d records with %d MB in use, want all with %d at most", name, n, g.n, most>>20, bound>>20)
		}
	}
}
