package data

import (
	"regexp"
	"strings"
)

// paperSchemes are the schemes whose ids are given to one paper each. A DOI is not among them, because a volume may
// give its own to every paper in it.
var paperSchemes = map[string]bool{
	"arxiv": true, "openalex": true, "s2": true, "acl": true, "pmid": true, "pmc": true, "mag": true,
}

// Thresholds of SharesID.
const (
	rowTitles        = 0.7  // share of title words in common from which papers of one row number may be one
	rewrittenApart   = 0.15 // share of abstract words in common below which an abstract was not rewritten but is another
	shortestTellWord = 4    // letters; shorter words ("of", "the", "für") occur in any title
)

// SharesID reports whether two records that both carry id can be records of one paper. An id alone does not decide: row
// numbers, citation keys and constant columns pass for ids, a volume may give its DOI to every paper in it, and people
// mistype. Records that do not share it are two papers. It is symmetric. The rules, by what gives out the id:
//   - A DOI, or an id of a service: titles that cannot be one (see PlausibleTitles) are contradicted only by what is stronger, an
//     abstract in common or, for an id given to one paper each, an author. Titles that agree in part do not outweigh authors that
//     disagree. Records with different DOIs are two papers, unless titles and authors agree.
//   - An id without a scheme, such as a row number, means something within its file only: the same DOI, abstract or nearly the
//     same title must confirm it, and neither DOI nor authors may disagree.
//   - An id made from the title: DOI, authors, dates and abstracts must not disagree. A book and its review have one title.
func SharesID(a, b *Paper, id string) bool {
	e := weigh(a, b)
	scheme, _, named := strings.Cut(id, ":")
	switch {
	case e.dois == agree && strings.EqualFold(id, "doi:"+a.DOI):
		e.dois = unknown // it is the id in question, and says nothing besides
	case e.dois == disagree && !(e.titles >= titleLikeness && e.authors != disagree && named && !TitleOnly(id)):
		return false
	}
	switch {
	case e.abstracts == agree:
		return e.authors != disagree || e.titles >= titleLikeness
	case e.dois == agree:
		return e.plausible || e.authors == agree
	case TitleOnly(id):
		return e.authors != disagree && e.abstracts != disagree && DatesAgree(a.Published, b.Published)
	case !named:
		return e.authors != disagree && (e.titles >= rowTitles || e.untitled)
	case e.plausible:
		return e.authors != disagree || e.titles >= titleLikeness
	case paperSchemes[scheme]:
		return e.authors == agree && e.shared >= rewrittenApart
	}
	return e.authors == agree && e.abstracts == unknown && scheme != "doi"
}

// verdict is what one field of two records says on whether they are one paper.
type verdict int

const (
	unknown verdict = iota // a record lacks the field, or has too little of it
	agree
	disagree
)

// evidence is what two records say on whether they are one paper.
type evidence struct {
	titles                   float64 // Jaccard index of the words of both titles, 1 where they agree except for spaces
	plausible                bool    // the titles can be those of one paper
	untitled                 bool    // a record has no title
	dois, authors, abstracts verdict
	shared                   float64 // Jaccard index of the words of both abstracts, 1 where it is not known
}

func weigh(a, b *Paper) evidence {
	ta, tb := NormalizeTitle(a.Title), NormalizeTitle(b.Title)
	e := evidence{plausible: PlausibleTitles(a.Title, b.Title), untitled: ta == "" || tb == "", shared: 1}
	if e.titles = overlap(wordSet(ta), wordSet(tb)); strings.ReplaceAll(ta, " ", "") == strings.ReplaceAll(tb, " ", "") {
		e.titles = 1
	}
	if a.DOI != "" && b.DOI != "" {
		e.dois = verdictOf(strings.EqualFold(a.DOI, b.DOI))
	}
	if len(a.Authors) > 0 && len(b.Authors) > 0 {
		e.authors = verdictOf(authorsAgree(a, b))
	}
	wa, wb := wordSet(NormalizeTitle(a.Abstract)), wordSet(NormalizeTitle(b.Abstract))
	if len(wa) >= abstractEnough && len(wb) >= abstractEnough {
		switch e.shared = overlap(wa, wb); {
		case e.shared >= abstractSame:
			e.abstracts = agree
		case e.shared < abstractOther:
			e.abstracts = disagree
		}
	}
	return e
}

func verdictOf(same bool) verdict {
	if same {
		return agree
	}
	return disagree
}

// malformedAlias matches an id that begins like one of a service and is not of its form, such as PMID:NA. Those of the
// right form were made canonical before, in lower case.
var malformedAlias = regexp.MustCompile(`^(?i:pmid|pmcid|pmc|doi|arxiv|openalex|corpusid|mag):`)

// wellFormed reports whether a canonical id is of the form of its scheme. An id of an unknown scheme is.
func wellFormed(id string) bool {
	if !malformedAlias.MatchString(id) {
		return true
	}
	for _, scheme := range []string{"pmid:", "pmc:", "doi:", "arxiv:", "openalex:", "mag:"} {
		if rest, ok := strings.CutPrefix(id, scheme); ok {
			return CanonicalID(strings.ToUpper(scheme)+rest) == id
		}
	}
	return false
}

// noValues are the words, in lower case, that programs write where they have no value: R and pandas NA and nan, databases
// NULL, JavaScript undefined.
var noValues = map[string]bool{
	"na": true, "n/a": true, "n.a.": true, "<na>": true, "#n/a": true, "none": true, "null": true, "nil": true, "nan": true,
	"nat": true, "-": true, "--": true, "—": true, "?": true, "unknown": true, "undefined": true, "missing": true,
}

// NoValue reports whether a text is what programs write where they have no value.
func NoValue(s string) bool { return len(s) < 16 && noValues[strings.ToLower(s)] }

// namesNothing reports whether an id stands for the lack of one, with or without a scheme.
func namesNothing(id string) bool {
	scheme := schemeForm.FindString(id)
	return NoValue(id) || scheme != "" && NoValue(strings.TrimSpace(id[len(scheme):]))
}

// OtherIDs returns the ids by which to store p where its own names another paper already, in the order to be tried: the
// best of those that are left, then ids made from the title, with the year, and with the authors.
func (p *Paper) OtherIDs(taken map[string]bool) []string {
	left := *p
	var ids []string
	for _, id := range p.IDs() {
		switch {
		case !taken[id]:
			ids = append(ids, id)
		case id == "doi:"+strings.ToLower(p.DOI):
			left.DOI = ""
		case id == "arxiv:"+p.ArXiv:
			left.ArXiv = ""
		}
	}
	var out []string
	for _, id := range []string{
		left.bestID(ids), left.bestID(nil), left.byTitle(), p.DatedID(), TitleID(p.Title + " " + strings.Join(p.Authors, " ")),
		TitleID(p.Title + " " + strings.Join(p.Authors, " ") + " " + p.Published.String() + " " + p.Abstract + " " + p.Venue),
	} {
		if id != "" && !taken[id] {
			out = append(out, id)
		}
	}
	return out
}
