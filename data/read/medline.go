package read

import (
	"bytes"
	"regexp"
	"strings"

	"kindred/data"
)

var (
	matchMedline  = matchTagged(regexp.MustCompile(`^\s*(?:PMID ?- ?\d*$|UI  - \d+)`))
	matchCochrane = matchTagged(regexp.MustCompile(`^Record #\d+ of \d+`))
)

// medline is the tagged format of PubMed (MEDLINE, .nbib).
var medline = &tagFormat{
	tag: medlineTag, begins: []string{"PMID", "UI"},
	title: []string{"TI", "BTI", "TT"}, abstract: []string{"AB", "OAB"}, venue: []string{"JT", "BTI", "TA", "JA"},
	finish: finishMedline,
}

// medlineTag reads "PMID- 1": a tag of four places and a dash. A line that begins with a space continues the one before.
func medlineTag(line []byte, _ bool) (tag, value []byte) {
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	if rest, ok := bytes.CutPrefix(line, []byte("PMID-")); ok {
		return line[:4], rest
	}
	dash := bytes.IndexByte(line[:min(len(line), 6)], '-')
	if dash < 2 || len(line) > dash+1 && line[dash+1] != ' ' {
		return nil, nil
	}
	tag = bytes.TrimRight(line[:dash], " ")
	for _, c := range tag {
		if (c < 'A' || c > 'Z') && !isTagDigit(c) {
			return nil, nil
		}
	}
	if len(tag) < 2 || len(tag) == dash && dash < 4 && len(line) == dash+1 {
		return nil, nil
	}
	return tag, line[dash+1:]
}

func finishMedline(t tagRecord, p *data.Paper) {
	if p.Venue == p.Title {
		p.Venue = t.first("JT", "TA")
	}
	full := false // the name in full came just before
	for _, f := range t {
		switch f.tag {
		case "FAU", "CN":
			p.Authors = append(p.Authors, namesOf([]string{f.value})...)
			full = f.tag == "FAU"
		case "AU":
			if !full {
				p.Authors = append(p.Authors, namesOf([]string{f.value})...)
			}
			full = false
		case "OT":
			p.Keywords = append(p.Keywords, known(strings.Trim(f.value, "* ")))
		case "MH":
			// The qualifiers of a heading (Fields/growth & development) say how the paper treats it.
			heading, _, _ := strings.Cut(f.value, "/")
			p.Keywords = append(p.Keywords, known(strings.Trim(heading, "* ")))
		case "LID", "AID", "DO":
			if id, kind, ok := strings.Cut(f.value, " ["); p.DOI == "" && (!ok || kind == "doi]") {
				p.DOI = firstDOI(id)
			}
		}
	}
	if _, doi, ok := strings.Cut(t.first("SO"), "doi: "); ok && p.DOI == "" {
		p.DOI = firstDOI(doi)
	}
	p.Published = finer(looseDate(t.first("DP", "YR")), looseDate(t.first("DEP")))
	if p.Published.IsZero() {
		p.Published = looseDate(t.first("EDAT", "CRDT"))
	}
	p.ArXiv = arxivNamed(t.first("LID"), t.first("AID"), t.first("SO"))
	addPubMed(p, t.first("PMID", "UI"), t.first("PMC"))
}

// cochrane is the text format of the Cochrane Library.
var cochrane = &tagFormat{
	tag: cochraneTag, begins: []string{"RECORD"},
	title: []string{"TI"}, abstract: []string{"AB"}, authors: []string{"AU"}, venue: []string{"SO"}, doi: []string{"DOI"}, url: []string{"US"},
	keywords: []string{"KY"}, lists: []string{"AU"},
	finish: func(t tagRecord, p *data.Paper) {
		p.Published = looseDate(t.first("YR"))
		addPubMed(p, strings.TrimPrefix(t.first("PM"), "PUBMED "), "")
	},
}

// cochraneTag reads "TI: Title"; "Record #1 of 2" is the tag RECORD.
func cochraneTag(line []byte, _ bool) (tag, value []byte) {
	if bytes.HasPrefix(line, []byte("Record #")) {
		return []byte("RECORD"), line[8:]
	}
	colon := bytes.IndexByte(line[:min(len(line), 4)], ':')
	if colon < 2 || len(line) > colon+1 && line[colon+1] != ' ' {
		return nil, nil
	}
	for _, c := range line[:colon] {
		if c < 'A' || c > 'Z' {
			return nil, nil
		}
	}
	return line[:colon], line[colon+1:]
}
