package read

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"kindred/data"
)

var matchRIS = matchTagged(regexp.MustCompile(`^\s*(?i:TY) {0,4}- ?\s*[A-Za-z][A-Za-z ]*$`))

// pmidNamed is a PubMed id in a note.
var pmidNamed = regexp.MustCompile(`\bPMID:\s*(\d{1,9})\b`)

// ris is RIS (Research Information Systems), which nearly every database and reference manager writes. Programs differ
// in the tags they choose for a title, a date or an abstract.
var ris = &tagFormat{
	begins: []string{"TY"}, ends: "ER",
	title: []string{"TI", "T1", "CT", "BT", "ST"}, abstract: []string{"AB", "N2"}, authors: []string{"AU", "A1"},
	venue: []string{"T2", "JF", "JO", "C3", "BT", "JA", "J1", "J2", "SO"},
	doi:   []string{"DO", "DI"}, url: []string{"UR", "L2", "LK", "UL", "L1"},
	keywords: []string{"KW", "K1"}, lists: []string{"KW", "K1", "AU", "A1"},
	others: `A2 A3 A4 A5 A6 AD AF AN AR AV C1 C2 C4 C5 C6 C7 C8 CA CL CN CP CR CY DA DB DP DS ED EM EP ET FD ID IP IS J3 JI L3 L4 LA LB
M1 M2 M3 N1 NV OP PA PB PM PMC PMCID PMID PP PY RI RN RP RT SE SF SL SN SP SR T3 TA TT U1 U2 U3 U4 U5 U6 U7 U8 U9 VL VO WP WT Y1 Y2 YR`,
}

// The functions refer to ris, so its literal cannot name them.
func init() { ris.tag, ris.strict, ris.finish = risTag, risStrict, finishRIS }

// risStrict reports whether a line has the form of the standard.
func risStrict(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\ufeff")
	return len(line) == 5 && bytes.HasSuffix(line, []byte("  -")) || len(line) > 5 && string(line[2:6]) == "  - "
}

// maxArXivNote is the length in bytes of a text that names the arXiv id of the work itself.
const maxArXivNote = 80

// risTag reads "TY  - JOUR", in which there are two spaces before the dash and one behind it. Elsewhere than in a
// strict record it also takes fewer or more spaces, of the tags that are known. A record begins and ends in either
// form.
func risTag(line []byte, strict bool) (tag, value []byte) {
	line = bytes.TrimLeft(line, " \t\ufeff")
	if len(line) < 3 || !isTagLetter(line[0]) || !isTagLetter(line[1]) && !isTagDigit(line[1]) {
		return nil, nil
	}
	for _, long := range []string{"PMID", "PMCID"} { // of scripts, with more letters than the standard has
		if value, ok := bytes.CutPrefix(line, []byte(long)); ok {
			if value = bytes.TrimLeft(value, " "); len(value) > 0 && value[0] == '-' {
				return line[:len(long)], value[1:]
			}
		}
	}
	name, rest := line[:2], line[2:]
	if risStrict(line) {
		return bytes.ToUpper(name), rest[3:]
	}
	after := bytes.TrimLeft(rest, " \t")
	spaces := len(rest) - len(after)
	if len(after) == 0 || after[0] != '-' || spaces == 0 && len(after) > 1 && after[1] != ' ' || spaces > 4 {
		return nil, nil
	}
	name, value = bytes.ToUpper(name), bytes.TrimSpace(after[1:])
	switch string(name) {
	case "ER":
		if len(value) == 0 {
			return name, value
		}
	case "TY":
		if !bytes.ContainsRune(value, ' ') && len(value) > 1 && len(value) < 10 {
			return name, value
		}
	}
	if strict || !ris.knows(string(name)) {
		return nil, nil
	}
	return name, value
}

func isTagLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

func isTagDigit(c byte) bool { return c >= '0' && c <= '9' }

// finishRIS reads dates, ids and what depends on the kind of record.
func finishRIS(t tagRecord, p *data.Paper) {
	if p.Venue == p.Title {
		p.Venue = t.first("T2", "JF", "JO", "C3", "JA", "J1", "J2")
	}
	if kind := strings.ToUpper(t.first("TY")); kind == "THES" && p.Venue == "" {
		p.Venue = t.first("PB")
	}
	p.Published = risDate(t)
	if p.DOI == "" {
		for _, tag := range []string{"M3", "M1", "L3", "N1", "AN", "ID"} { // fields in which programs hide a DOI
			for _, s := range t.all(tag) {
				if m := doiAlone.FindStringSubmatch(s); m != nil && p.DOI == "" {
					p.DOI = m[1]
				}
			}
		}
	}
	for _, tag := range []string{"ID", "T2", "JO", "JF", "JA", "AN", "M1", "M3", "VL", "N1", "PB"} {
		for _, s := range t.all(tag) {
			if len(s) < maxArXivNote { // longer notes may name other papers
				p.ArXiv = cmp.Or(p.ArXiv, arxivNamed(s))
			}
		}
	}
	if id, ok := strings.CutPrefix(t.first("VL"), "abs/"); ok && p.ArXiv == "" { // DBLP
		p.ArXiv, _ = data.ArXivID(id)
	}
	pmid, pmc, c2 := t.first("PMID", "PM"), t.first("PMCID", "PMC"), t.first("C2")
	source := t.first("DB") + " " + t.first("DP")
	if pubMed.MatchString(source) || strings.Contains(p.URL, "pubmed") {
		pmid = cmp.Or(pmid, t.first("AN"), t.first("C2"))
	} else if strings.Contains(strings.ToLower(source), "scopus") {
		pmid = cmp.Or(pmid, c2)
	}
	if strings.HasPrefix(c2, "PMC") {
		pmc = cmp.Or(pmc, c2)
	}
	for _, note := range slices.Concat(t.all("N1"), t.all("M1"), t.all("M2")) { // Zotero
		if m := pmidNamed.FindStringSubmatch(note); m != nil {
			pmid = cmp.Or(pmid, m[1])
		}
	}
	addPubMed(p, strings.TrimPrefix(pmid, "PMID:"), pmc)
	for _, s := range t.all("U1") { // as package cite writes an id that no other tag tells
		if id, ok := strings.CutPrefix(s, "kindred:"); ok {
			p.ID = id
		}
	}
}

// risDate returns the day of publication: PY and Y1 have the year, with month and day or without, and DA the whole date
// or the day alone. Y2 is the day on which somebody looked.
func risDate(t tagRecord) data.Date {
	var d data.Date
	for _, tag := range []string{"PY", "Y1", "YR"} {
		d = finer(d, looseDate(t.first(tag)))
	}
	for _, da := range slices.Concat(t.all("DA"), t.all("FD")) {
		if whole := looseDate(da); !whole.IsZero() {
			d = finer(d, whole)
		} else if !d.IsZero() && d.Month == 0 {
			d = partedDate(d.String(), strings.Trim(da, "/"), "")
		}
	}
	return d
}
