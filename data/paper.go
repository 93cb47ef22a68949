// Package data defines a paper and answers which paper a record describes: its identifiers, its normalised
// title, when two records are one paper, and how they are merged.
//
// Reading files is the task of package data/read, undoing markup that of data/readable, writing references that
// of data/cite, and keeping papers that of data/store. Of these, data imports data/readable alone.
package data

import (
	"errors"
	"strings"
)

// ErrInvalid is wrapped by every error that means the input itself is wrong and retrying cannot help.
var ErrInvalid = errors.New("invalid")

// ErrNotFound is wrapped by every error that means an id names no paper, neither itself nor as an alias.
var ErrNotFound = errors.New("paper not found")

// Paper is one research paper as its source describes it. Fields that a source does not carry are zero.
type Paper struct {
	ID          string   `json:"id"`                     // canonical, see CanonicalID
	Title       string   `json:"title"`                  // readable: markup undone
	Abstract    string   `json:"abstract,omitempty"`     // readable: markup undone
	Authors     []string `json:"authors,omitempty"`      // in the order of the paper
	AuthorCount int      `json:"author_count,omitempty"` // where the source counts authors without naming them
	Published   Date     `json:"published,omitzero"`
	Venue       string   `json:"venue,omitempty"`
	Categories  []string `json:"categories,omitempty"` // subject classes of the source, such as cs.LG
	Labels      []string `json:"labels,omitempty"`     // classes given by people, used to train and to evaluate
	Keywords    []string `json:"keywords,omitempty"`
	URL         string   `json:"url,omitempty"`
	DOI         string   `json:"doi,omitempty"`   // bare and lower-case: 10.1000/xyz
	ArXiv       string   `json:"arxiv,omitempty"` // bare, without version: 2306.05544
	Upvotes     int      `json:"upvotes,omitempty"`
	Comments    int      `json:"comments,omitempty"`
	Aliases     []string `json:"aliases,omitempty"` // further canonical ids that name this paper
	// DuplicateOf is the id of the paper that this one is another edition of (preprint and proceedings), empty
	// if none is known.
	DuplicateOf string `json:"duplicate_of,omitempty"`
	// Original holds title and abstract as the source wrote them, where undoing markup changed them.
	Original *Original `json:"original,omitempty"`
}

// Original is the text of a paper before its markup was undone. A field is empty where nothing was changed.
type Original struct {
	Title    string `json:"title,omitempty"`
	Abstract string `json:"abstract,omitempty"`
}

// Text returns the text of the paper for models: the title on the first line, then the abstract. It is the
// only definition of that text. Package classifier/text relies on the first line being the title.
func (p *Paper) Text() string {
	title := strings.Join(strings.Fields(p.Title), " ")
	if p.Abstract == "" {
		return title
	}
	return title + "\n" + p.Abstract
}
