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
TI  - Barley growth under clouds: a long title
      that runs on
AU  - Alder, Ida
AU  - King, Martin, Jr.
T2  - Journal of Meadows
PY  - 2019/03/05/
DO  - https://doi.org/10.1000/A1
AB  - We measure barley growth in nine
wet meadows.

A second paragraph.
KW  - barley
KW  - Fields, Dry
ER  - 

TY  - CONF
T1  - Calls of river frogs
A1  - Beech, Bob
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
TI  - Barley growth under clouds: a long title that runs on over the
      next line.
LID - S0000-0000(19)1 [pii]
LID - 10.1000/a1 [doi]
AB  - BACKGROUND: We measure barley growth in nine
      wet meadows.
FAU - Alder, Ida
AU  - Alder A
AUID- ORCID: 0000
AD  - Field Institute.
FAU - King, Martin Jr
AU  - King M Jr
CN  - Barley Group
JT  - Journal of fields
TA  - J Fields
MH  - *Zea mays/growth & development
MH  - Fields, Dry
OT  - clouds
PMC - PMC1234567

PMID- 23456789
DP  - 2018 Dec-2019 Jan
DEP - 20181205
TI  - Calls of river frogs.
AU  - Beech B
AU  - Cedar C
TA  - Birds
SO  - Birds. 2018;1(2):3. doi: 10.1000/b2.

PMID-34567890
DP  - 2018
`
	seedWoS = `FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Alder, A
   Beech, B
AF Alder, Ida
   Beech, Bob
TI Barley growth under
   clouds
SO JOURNAL OF MEADOWS
DE barley; soil
   depth
ID YIELD
AB We measure barley growth in nine wet meadows.
PD MAR 5
PY 2019
DI 10.1000/a1
UT MEDLINE:12345678
ER

PT C
AU Cedar, C
TI Calls of river frogs
CT Bird Days
PD JAN-FEB
PY 2018
ER

EF
`
	seedENW = `%0 Journal Article
%A Alder, Ida
%A Beech, Bob
%T Barley growth under clouds
%J Journal of Meadows
%D 2019
%8 March 5
%R doi:10.1000/a1
%U https://example.org/barley
%K barley
clouds
%X We measure barley growth
in nine wet meadows.

%0 Conference Paper
%T Calls of river frogs
%B Bird Days
%A Cedar, Cy
%D 2018
%~ PubMed
%M 12345678

`
	seedRefWorks = `RT Journal Article
SR Electronic
A1 Alder,Ida
A1 Beech,Bob
T1 Barley growth
under clouds
JF Journal of Meadows
YR 2019
FD Mar 5
DO 10.1000/a1
K1 barley
K1 clouds
AB We measure barley growth in nine wet meadows.

RT Book, Whole
A1 Cedar,Cy
T1 Calls of river frogs
YR 2018
`
	seedEndNoteXML = `<?xml version="1.0" encoding="UTF-8"?><xml><records><record><database name="a.enl">a</database><rec-number>1</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal" font="default" size="100%">Alder, Ida</style></author>
<author>Beech, Bob</author></authors><secondary-authors><author>Elm, Eve</author></secondary-authors></contributors><titles><title><style face="normal">Barley growth
 at 10</style><style face="superscript">15</style><style face="italic"> ions</style></title><secondary-title>J Fields</secondary-title></titles>
<periodical><full-title>Journal of Meadows</full-title></periodical><keywords><keyword>barley</keyword><keyword>Fields, Dry</keyword></keywords>
<dates><year><style>2019</style></year><pub-dates><date>Mar 5</date></pub-dates></dates><accession-num>12345678</accession-num>
<abstract>We measure &amp; count.</abstract><electronic-resource-num>10.1000/A1</electronic-resource-num><urls><related-urls><url>https://example.org/barley</url>
</related-urls></urls><remote-database-name>PubMed</remote-database-name></record>
<record><ref-type name="Book">6</ref-type><contributors/></record><record><ref-type name="Book">6</ref-type><titles><title>Old bricks</title></titles></record></records></xml>
`
	seedCochrane = `Record #1 of 2
ID: CN-00000001
AU: Alder A
AU: Beech B
TI: Barley growth under clouds
SO: Journal of fields
YR: 2019
PM: PUBMED 12345678
KY: Barley; *Drought
DOI: 10.1000/a1
AB: We measure barley growth in nine wet meadows.

Record #2 of 2
ID: CN-00000002
TI: Calls of river frogs
`
)

func TestTagged(t *testing.T) {
	barley := "doi:10.1000/a1 | Barley growth under clouds | We measure barley growth in nine wet meadows. | 2019-03-05 | by Ida Alder; Bob Beech | in Journal of Meadows"
	birds := data.TitleID("Calls of river frogs")
	for _, c := range []struct {
		name, text, format string
		want               []string
	}{
		{"RIS", seedRIS, "RIS (reference managers)", []string{
			"doi:10.1000/a1 | Barley growth under clouds: a long title that runs on | We measure barley growth in nine wet meadows. A second paragraph. | 2019-03-05" +
				" | by Ida Alder; Martin King Jr. | in Journal of Meadows | key barley; Fields, Dry",
			"arxiv:2401.00001 | Calls of river frogs | Birds sing. | 2020 | by Bob Beech; World Bird Office | in arXiv preprint arXiv:2401.00001 | key birds; noise | at https://example.org/birds",
			"31:3 neither title nor abstract",
			"pmid:12345678 | Counting the snow of hills |  | 2018-03-05 | also pmc:PMC1234567",
			"doi:10.1000/b2 | Old bricks |  | 2005-07 | in Handbook of Bricks",
		}},
		{"RIS, other spaces", "\nty - JOUR\nti - Barley growth\nau - Alder, A.; Beech, B.\npy - 2019\nab - AB - negative\nof A1-type\ner -\n\nTY -JOUR\nTI -Song of birds\nER-\n", "RIS (reference managers)", []string{
			data.TitleID("Barley growth") + " | Barley growth | AB - negative of A1-type | 2019 | by A. Alder; B. Beech", data.TitleID("Song of birds") + " | Song of birds |  | ",
		}},
		{"RIS of old Macs", "TY  - JOUR\rTI  - Barley growth\rPY  - 2019\rER  - \rTY  - JOUR\rTI  - Song\rER  - \r", "RIS (reference managers)", []string{
			data.TitleID("Barley growth") + " | Barley growth |  | 2019", data.TitleID("Song") + " | Song |  | ",
		}},
		{"PubMed", seedMedline, "PubMed (MEDLINE, nbib)", []string{
			"doi:10.1000/a1 | Barley growth under clouds: a long title that runs on over the next line. | BACKGROUND: We measure barley growth in nine wet meadows. | 2019-03-05" +
				" | by Ida Alder; Martin King Jr; Barley Group | in Journal of fields | key Zea mays; Fields, Dry; clouds | also pmid:12345678; pmc:PMC1234567",
			"doi:10.1000/b2 | Calls of river frogs. |  | 2018-12-05 | by Beech B; Cedar C | in Birds | also pmid:23456789",
			"34:3 neither title nor abstract",
		}},
		{"Web of Science", seedWoS, "Web of Science (plain text, ciw)", []string{
			strings.Replace(barley, "Journal of Meadows", "JOURNAL OF MEADOWS", 1) + " | key barley; soil depth; YIELD | also pmid:12345678",
			birds + " | Calls of river frogs |  | 2018-01 | by C Cedar | in Bird Days",
		}},
		{"EndNote", seedENW, "EndNote tagged (enw)", []string{
			barley + " | key barley; clouds | at https://example.org/barley", "pmid:12345678 | Calls of river frogs |  | 2018 | by Cy Cedar | in Bird Days",
		}},
		{"RefWorks", seedRefWorks, "RefWorks tagged", []string{barley + " | key barley; clouds", birds + " | Calls of river frogs |  | 2018 | by Cy Cedar"}},
		{"EndNote XML", seedEndNoteXML, "EndNote XML", []string{
			"doi:10.1000/a1 | Barley growth at 10^15 ions | We measure & count. | 2019-03-05 | by Ida Alder; Bob Beech | in Journal of Meadows | key barley; Fields, Dry" +
				" | at https://example.org/barley | also pmid:12345678",
			"9:2 neither title nor abstract", data.TitleID("Old bricks") + " | Old bricks |  | ",
		}},
		{"Cochrane", seedCochrane, "Cochrane Library (text)", []string{
			"doi:10.1000/a1 | Barley growth under clouds | We measure barley growth in nine wet meadows. | 2019 | by Alder A; Beech B | in Journal of fields | key Barley; Drought | also pmid:12345678",
			birds + " | Calls of river frogs |  | ",
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
	abstract := strings.Repeat("We measure the growth of barley in wet meadows. ", 30)
	for name, record := range map[string]string{
		"RIS":     "TY  - JOUR\nTI  - Barley growth, part %d\nAU  - Alder, Ida\nPY  - 2019\nAB  - " + abstract + "\nER  - \n\n",
		"MEDLINE": "PMID- 1%06d\nTI  - Barley growth\nFAU - Alder, Ida\nDP  - 2019 Mar\nAB  - " + strings.ReplaceAll(abstract, "barley", "barley\n     ") + "\n\n",
		"BibTeX":  "@article{key%d, title = {Barley growth}, author = {Alder, Ida}, year = 2019,\n abstract = {" + abstract + "}}\n",
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

// TestLongRecords checks that a record beyond the bound costs itself alone.
func TestLongRecords(t *testing.T) {
	long := strings.Repeat(strings.Repeat("barley ", 1000)+"\n", maxRecord/6000+2)
	for name, text := range map[string]string{
		"RIS":     "TY  - JOUR\nTI  - One\nAB  - " + long + "ER  - \nTY  - JOUR\nTI  - Two\nER  - \n",
		"MEDLINE": "PMID- 1\nTI  - One\nAB  - " + strings.ReplaceAll(long, "\n", "\n      ") + "\n\nPMID- 2\nTI  - Two\n",
		"BibTeX":  "@misc{a, title = {One}, abstract = {" + long + "}}\n@misc{b, title = {Two}}\n",
	} {
		_, got := readText(t, text)
		if len(got) != 2 || !strings.Contains(got[0], ":1 ") || !strings.Contains(got[0], "longer than 16 MB") || !strings.Contains(got[1], "Two") {
			t.Errorf("%s: %.300q", name, got)
		}
	}
}
