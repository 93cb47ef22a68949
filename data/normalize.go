package data

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// errNoText is why a record without anything to read is rejected.
var errNoText = errors.New("neither title nor abstract")

// Normalize brings a paper into the form in which papers are kept: a canonical id (from arXiv id, DOI, other ids or title
// where none is given), readable title and abstract with Original holding what markup was undone, the arXiv and DOI fields
// filled from the ids and the ids from them, lists trimmed and without repetition, everything valid UTF-8. The error says
// why the paper cannot be used: it has neither title nor abstract. Normalizing twice changes nothing more.
func (p *Paper) Normalize() error {
	title, abstract := readable(p.Title), readable(p.Abstract)
	abstract.text = strings.TrimSpace(trimAbstractHeading(abstract.text))
	if title.text == "" && abstract.text == "" {
		return errNoText
	}
	p.Title, p.Abstract = title.text, abstract.text
	p.keepOriginal(title.original, abstract.original)
	authors := tidyList(readableList(p.Authors), false)
	p.Authors = withoutEcho(authors)
	p.Categories = tidyList(p.Categories, true)
	p.Labels = tidyList(p.Labels, true)
	p.Keywords = tidyList(readableList(p.Keywords), true)
	if p.AuthorCount <= len(authors) {
		p.AuthorCount = 0
	}
	p.AuthorCount, p.Upvotes, p.Comments = max(p.AuthorCount, 0), max(p.Upvotes, 0), max(p.Comments, 0)
	p.Venue, p.URL = readable(p.Venue).text, validUTF8(strings.TrimSpace(p.URL))
	p.nameIDs()
	return nil
}

func (p *Paper) keepOriginal(title, abstract string) {
	if title == "" && abstract == "" {
		return
	}
	o := Original{Title: title, Abstract: abstract}
	if p.Original != nil { // read before: what came first is the original
		o.Title, o.Abstract = orElse(p.Original.Title, o.Title), orElse(p.Original.Abstract, o.Abstract)
	}
	p.Original = &o
}

// nameIDs settles ID, ArXiv, DOI and Aliases.
func (p *Paper) nameIDs() {
	given := CanonicalID(validUTF8(p.ID))
	aliases := make([]string, 0, len(p.Aliases)+3)
	for _, a := range p.Aliases {
		aliases = append(aliases, CanonicalID(validUTF8(a)))
	}
	if p.ArXiv != "" {
		id, ok := ArXivID(p.ArXiv)
		if p.ArXiv = ""; ok {
			p.ArXiv = id
		}
	}
	if p.DOI != "" {
		id := canonicalDOI(strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(p.DOI)), "doi:")))
		if arxiv, ok := strings.CutPrefix(id, "arxiv:"); ok && p.ArXiv == "" {
			p.ArXiv = arxiv
		}
		p.DOI, _ = strings.CutPrefix(id, "doi:")
		if strings.HasPrefix(id, "arxiv:") {
			p.DOI = ""
		}
	}
	for _, id := range append([]string{given, CanonicalID(validUTF8(p.URL))}, aliases...) {
		if v, ok := strings.CutPrefix(id, "arxiv:"); ok && p.ArXiv == "" {
			p.ArXiv = v
		}
		if v, ok := strings.CutPrefix(id, "doi:"); ok && p.DOI == "" {
			p.DOI = v
		}
	}
	if p.ArXiv != "" {
		aliases = append(aliases, "arxiv:"+p.ArXiv)
	}
	if p.DOI != "" {
		aliases = append(aliases, "doi:"+p.DOI)
	}
	p.ID = given
	if p.ID == "" {
		p.ID = p.bestID(aliases)
	}
	p.Aliases = slices.DeleteFunc(tidyList(aliases, true), func(a string) bool { return a == p.ID })
	if len(p.Aliases) == 0 {
		p.Aliases = nil // as a paper that never had any
	}
}

// bestID chooses the id of a paper whose source gives several or none: the one that most sources share, so that records of
// one paper from different sources meet.
func (p *Paper) bestID(ids []string) string {
	if p.ArXiv != "" {
		return "arxiv:" + p.ArXiv
	}
	if p.DOI != "" {
		return "doi:" + p.DOI
	}
	for _, scheme := range []string{"acl:", "pmid:", "openalex:", "s2:"} {
		for _, id := range ids {
			if strings.HasPrefix(id, scheme) {
				return id
			}
		}
	}
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	if id := CanonicalID(p.URL); id != p.URL {
		return id
	}
	if genericTitles[NormalizeTitle(p.Title)] && p.Abstract != "" { // "Editorial" names nothing, and an empty title less
		return TitleID(p.Title + " " + p.Abstract)
	}
	return orElse(TitleID(p.Title), orElse(TitleID(p.Abstract), "title:"+p.Title))
}

// tidyList returns the entries on one line each, without empty ones, and without repetition where unique is set.
func tidyList(list []string, unique bool) []string {
	var out []string
	for _, s := range list {
		s = oneLine(validUTF8(s))
		if s == "" || unique && slices.Contains(out, s) {
			continue
		}
		out = append(out, s)
	}
	return out
}

// withoutEcho returns a list that says everything twice in the same order once, as authors come from the pages of some
// proceedings. A name that stands twice among others may be two people.
func withoutEcho(list []string) []string {
	for half := len(list) / 2; half > 0 && len(list) == 2*half && slices.Equal(list[:half], list[half:]); half = len(list) / 2 {
		list = list[:half]
	}
	return list
}

// readableList returns the entries with their markup undone, as names come with LaTeX accents.
func readableList(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Readable(s)
	}
	return out
}

// oneLine returns s with every run of white space as one space and none at the ends.
func oneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

func isOneLine(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' && (c != ' ' || space) || c >= utf8.RuneSelf {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// trimAbstractHeading drops the word Abstract where it heads the text instead of belonging to it.
func trimAbstractHeading(s string) string {
	for {
		rest, ok := cutAbstractHeading(s)
		if !ok {
			return s
		}
		s = rest
	}
}

func cutAbstractHeading(s string) (rest string, ok bool) {
	for _, h := range []string{"Abstract", "ABSTRACT"} {
		after, ok := strings.CutPrefix(s, h)
		if !ok {
			continue
		}
		for _, mark := range []string{": ", ". ", " — ", "—"} {
			if rest, ok := strings.CutPrefix(after, mark); ok {
				return rest, true
			}
		}
		if rest, ok := strings.CutPrefix(after, " "); ok {
			next, _, _ := strings.Cut(rest, " ")
			return rest, afterAbstract[strings.TrimRight(next, ":.,")]
		}
	}
	return s, false
}

// afterAbstract has the words that begin an abstract, or its first part. Before them "Abstract" is a heading; before others it
// may be the text itself, as in Abstract Meaning Representation.
var afterAbstract = setOf("Abstract Aim Aims Background Context Importance Introduction Motivation Objective Objectives Purpose " +
	"Summary BACKGROUND CONTEXT INTRODUCTION OBJECTIVE OBJECTIVES PURPOSE A An At Despite Given Here In Recently The There This To We When With")
