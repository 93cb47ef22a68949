package main

import (
	"strings"
	"sync"

	"kindred/data"
	"kindred/data/read"
	"kindred/data/sample"
)

// knownPapers are the embedded sample papers whose identifiers are certain, by normalised title. They serve as an authority
// file: a page of papers that names none of its own identifiers gets those that are known here, so that its papers
// can be asked for by them.
var knownPapers = sync.OnceValue(func() map[string]*data.Paper {
	known := map[string]*data.Paper{}
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		return known // a test holds that the sample can be read
	}
	for p, err := range src.Papers() {
		if err == nil && !strings.HasPrefix(p.ID, titleIDPrefix) {
			known[data.NormalizeTitle(p.Title)] = p
		}
	}
	return known
})

// titleIDPrefix begins the ids of papers that are known by their title alone.
const titleIDPrefix = "title:"

// identify gives a paper without an identifier the one it is known by, if it has the title and the date of a known paper.
// The id from its title stays an alias.
func identify(p *data.Paper) {
	if !strings.HasPrefix(p.ID, titleIDPrefix) {
		return
	}
	k := knownPapers()[data.NormalizeTitle(p.Title)]
	if k == nil || p.Published.IsZero() || p.Published.First().After(k.Published.Last()) || k.Published.First().After(p.Published.Last()) {
		return
	}
	p.Aliases = append(p.Aliases, p.ID)
	p.ID = k.ID
	if p.ArXiv == "" {
		p.ArXiv = k.ArXiv
	}
	if p.DOI == "" {
		p.DOI = k.DOI
	}
}
