package data

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"kindred/data/readable"
)

// errNoText is the reason for rejecting a record without text.
var errNoText = errors.New("neither title nor abstract")

// Normalize brings a paper into the form in which papers are stored. The id is canonical, and derived from
// the arXiv number, the DOI, another id or the title where none is given. Title and abstract are readable,
// and Original holds what they were before markup was undone. The fields ArXiv and DOI are filled from the
// ids, and the aliases from the fields. Lists are trimmed and free of repetition. All text is valid UTF-8.
// The error says why the paper cannot be used: it has neither title nor abstract, or one of its lists is too
// long (a *[BoundError]). Normalizing twice changes nothing more.
func (p *Paper) Normalize() error {
	if err := p.CheckBounds(); err != nil {
		return err
	}
	title, titleWas := readable.Undo(p.Title)
	abstract, abstractWas := readable.Undo(p.Abstract)
	if text := readable.TrimAbstract(abstract); text != abstract && (text != "" || title != "") {
		if strings.TrimSpace(readable.TrimAbstractHeading(abstract)) != text { // a notice is kept, a heading says nothing
			abstractWas = cmp.Or(abstractWas, readable.OneLine(readable.UTF8(p.Abstract)))
		}
		abstract = text
	}
	if title == "" && abstract == "" {
		return errNoText
	}
	p.Title, p.Abstract = title, abstract
	p.keepOriginal(titleWas, abstractWas)
	authors := tidyList(p.Authors, readable.Text)
	p.Authors = withoutEcho(authors)
	p.Categories = uniqueList(p.Categories, readable.UTF8)
	p.Labels = uniqueList(p.Labels, readable.UTF8)
	p.Keywords = uniqueList(p.Keywords, readable.Text)
	if p.AuthorCount <= len(authors) {
		p.AuthorCount = 0
	}
	p.AuthorCount, p.Upvotes, p.Comments = max(p.AuthorCount, 0), max(p.Upvotes, 0), max(p.Comments, 0)
	p.Venue, p.URL = readable.Text(p.Venue), readable.UTF8(strings.TrimSpace(p.URL))
	p.nameIDs()
	return p.CheckBounds() // again: nameIDs may have added aliases
}

func (p *Paper) keepOriginal(title, abstract string) {
	if title == "" && abstract == "" {
		return
	}
	o := Original{Title: title, Abstract: abstract}
	if p.Original != nil { // read before: what came first is the original
		o.Title, o.Abstract = cmp.Or(p.Original.Title, o.Title), cmp.Or(p.Original.Abstract, o.Abstract)
	}
	p.Original = &o
}

// tidyList returns the entries after clean, each on one line, without empty ones.
func tidyList(list []string, clean func(string) string) []string {
	var out []string
	for _, s := range list {
		if s = readable.OneLine(clean(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// uniqueList is tidyList without repetition: the first of equal entries stays.
func uniqueList(list []string, clean func(string) string) []string {
	var out []string
	unite(&out, tidyList(list, clean))
	return out
}

// withoutEcho returns a list that repeats itself as a whole once. The pages of some proceedings give authors
// that way. A single name that occurs twice may belong to two people, and stays.
func withoutEcho(list []string) []string {
	for {
		half := len(list) / 2
		if half == 0 || len(list) != 2*half || !slices.Equal(list[:half], list[half:]) {
			return list
		}
		list = list[:half]
	}
}
