package read

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"kindred/data"
)

var (
	matchWebOfScience = matchTagged(regexp.MustCompile(`^(?:FN (?:Thomson|Clarivate|ISI|Web)|PT [A-Z]$)`))
	matchRefWorks     = matchTagged(regexp.MustCompile(`^RT [A-Z][A-Za-z, ]+$`))
	matchEndNote      = matchTagged(regexp.MustCompile(`^\s*%0 +[A-Z][A-Za-z, ]+$|^%[ATDJ] \S`))
)

// webOfScience is the format of the Web of Science in plain text and for EndNote Desktop (.ciw).
var webOfScience = &tagFormat{
	tag: pairTag, begins: []string{"PT"}, ends: "ER", around: []string{"FN", "VR", "EF"},
	title: []string{"TI"}, abstract: []string{"AB"}, authors: []string{"AF", "AU", "BF", "BA", "CA", "GP"},
	venue: []string{"SO", "CT", "J9", "JI"},
	doi:   []string{"DI", "D2"}, lists: []string{"AF", "AU", "BF", "BA", "CA", "GP", "BE", "CR"},
	others: `AK AR BE BN BP BS C1 C3 CC CL CR CY DA DE DT EA EI EM EP ER FP FU FX GA HC HO HP ID IS LA MA NR OA OI PA PD PG PI PM PN
PS PU PV PY RC RI RP CO AN EY SC SE SI SN SP SU TC U1 U2 UT VL WC WE Z9 ZB ZR ZS ZA ZK S1 P1 CT D1 RID DL TA`,
	finish: func(t tagRecord, p *data.Paper) {
		for _, tag := range []string{"DE", "ID"} { // the authors' keywords, and those of the service
			p.Keywords = append(p.Keywords, tagKeywords(strings.Split(t.first(tag), ";"))...)
		}
		p.Published = partedDate(t.first("PY"), t.first("PD"), "")
		if p.Published.IsZero() {
			p.Published = looseDate(t.first("EA"))
		}
		if groups := t.all("CA"); len(t.all("AF", "AU")) > 0 {
			p.Authors = append(p.Authors, namesOf(groups)...)
		}
		p.ArXiv = arxivNamed(t.first("AR"), t.first("DI"))
		medline, _ := strings.CutPrefix(t.first("UT"), "MEDLINE:")
		addPubMed(p, cmp.Or(t.first("PM"), medline), "")
	},
}

// pairTag reads "AU Alder, A": two characters and a space. A line that begins with a space continues the one before.
func pairTag(line []byte, _ bool) (tag, value []byte) {
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	if len(line) < 2 || line[0] < 'A' || line[0] > 'Z' || len(line) > 2 && line[2] != ' ' {
		return nil, nil
	}
	if c := line[1]; (c < 'A' || c > 'Z') && !isTagDigit(c) {
		return nil, nil
	}
	return line[:2], line[2:]
}

// refWorks is the tagged format of RefWorks.
var refWorks = &tagFormat{
	begins: []string{"RT"},
	title:  []string{"T1", "TI"}, abstract: []string{"AB"}, authors: []string{"A1", "AU"}, venue: []string{"JF", "JO", "T2", "JA"},
	doi: []string{"DO"},
	url: []string{"UL", "LK", "UR", "OL"}, keywords: []string{"K1", "KW"}, lists: []string{"A1", "K1"},
	others: `SR ID YR FD VO IS SP OP NO A2 ED PB PP A3 A4 A5 T3 SN AV AD AN LA CL SF OT CN DB DS IP RD ST U1 U2 U3 U4 U5 SL LL CR WT A6 WV
WP ER PM PMID TT JN`,
}

// The functions refer to refWorks, so its literal cannot name them.
func init() {
	refWorks.tag = func(line []byte, _ bool) (tag, value []byte) {
		// Lines that continue others are not indented, so only known tags count.
		if tag, value = pairTag(line, true); tag == nil || !refWorks.knows(string(tag)) {
			return nil, nil
		}
		return tag, value
	}
	refWorks.finish = func(t tagRecord, p *data.Paper) {
		p.Published = partedDate(t.first("YR"), t.first("FD"), "")
		if pubMed.MatchString(t.first("DB") + " " + t.first("DS")) {
			addPubMed(p, t.first("AN", "ID"), "")
		}
		p.ArXiv = arxivNamed(t.first("JF"), t.first("JO"), t.first("NO"))
	}
}

// endNote is the tagged format of EndNote (.enw, after refer), which Google Scholar and many libraries write.
var endNote = &tagFormat{
	tag: percentTag, begins: []string{"%0"},
	title: []string{"%T", "%B"}, abstract: []string{"%X"}, authors: []string{"%A"}, venue: []string{"%J", "%B", "%O"},
	doi: []string{"%R"},
	url: []string{"%U", "%>"}, keywords: []string{"%K"}, lists: []string{"%K", "%A"},
	others: `%C %D %E %F %G %H %I %L %M %N %P %Q %S %V %W %Y %Z
%1 %2 %3 %4 %6 %7 %8 %9 %! %@ %# %$ %] %& %( %) %* %+ %^ %[ %~ %? %< %= %;`,
	finish: func(t tagRecord, p *data.Paper) {
		if p.Venue == p.Title {
			p.Venue = t.first("%J")
		}
		if strings.Contains(strings.ToLower(t.first("%0")), "thesis") {
			p.Venue = cmp.Or(p.Venue, t.first("%I"))
		}
		p.Published = partedDate(t.first("%D"), "", "")
		if d := looseDate(t.first("%8")); !d.IsZero() {
			p.Published = finer(p.Published, d)
		} else if p.Published.Month == 0 {
			p.Published = partedDate(t.first("%D"), t.first("%8"), "")
		}
		if pubMed.MatchString(t.first("%~") + " " + t.first("%W")) {
			addPubMed(p, t.first("%M"), t.first("%2"))
		}
		p.ArXiv = arxivNamed(t.first("%J"), t.first("%B"), t.first("%M"), t.first("%Z"))
	},
}

// percentTag reads "%A Alder, Ida": a percent sign, a character and a space.
func percentTag(line []byte, _ bool) (tag, value []byte) {
	line = bytes.TrimLeft(line, " \t\ufeff")
	if len(line) < 2 || line[0] != '%' || line[1] <= ' ' || line[1] >= 0x7f || len(line) > 2 && line[2] != ' ' {
		return nil, nil
	}
	return line[:2], line[2:]
}
