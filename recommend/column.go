package recommend

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"kindred/classifier/text"
	"kindred/data"
)

// Meta is the metadata of a paper that filters, searches and the removal of duplicates read.
type Meta struct {
	Title       string
	Authors     []string
	Published   data.Date
	Venue       string
	Categories  []string
	DuplicateOf string
}

// MetaOf returns the Meta of a paper.
func MetaOf(p *data.Paper) Meta {
	return Meta{
		Title: p.Title, Authors: p.Authors, Published: p.Published, Venue: p.Venue, Categories: p.Categories, DuplicateOf: p.DuplicateOf,
	}
}

// columns holds the Meta of the rows as numbers and hashes of words, for fast comparison. Words are hashed to
// 32 bits. Among the words of a million papers, one in ten thousand shares its hash with another word.
type columns struct {
	first, last []int32  // first and last day of the date as yyyymmdd, 0 when unknown
	title       []uint64 // hash of the normalised title, 0 for none
	group       []uint64 // hash of the id that all papers of a work share
	titleWords  ragged   // in the order of the title
	authorWords ragged   // endOfName follows the words of each author
	venueWords  ragged   // in the order of the venue's name
	categories  ragged
}

// ragged is a list of short lists in one arena, which saves an allocation per list.
type ragged struct {
	at     []span
	values []uint32
}

type span struct {
	start uint32
	n     uint32
}

func (r *ragged) row(i int) []uint32 {
	s := r.at[i]
	return r.values[s.start : s.start+s.n]
}

func (r *ragged) set(i int, words []string) {
	r.at[i] = span{start: uint32(len(r.values)), n: uint32(len(words))}
	for _, w := range words {
		r.values = append(r.values, hashWord(w))
	}
}

// endOfName ends the words of a name. It is the hash of no word.
const endOfName = 0

func (r *ragged) setNames(i int, names []string) {
	start := len(r.values)
	for _, name := range names {
		for _, w := range foldedWords(name) {
			r.values = append(r.values, hashWord(w))
		}
		r.values = append(r.values, endOfName)
	}
	r.at[i] = span{start: uint32(start), n: uint32(len(r.values) - start)}
}

// newColumns returns the columns of papers of which only the ids are known.
func newColumns(ids []string) columns {
	n := len(ids)
	c := columns{
		first: make([]int32, n), last: make([]int32, n), title: make([]uint64, n), group: make([]uint64, n),
		titleWords: ragged{at: make([]span, n)}, authorWords: ragged{at: make([]span, n)}, venueWords: ragged{at: make([]span, n)},
		categories: ragged{at: make([]span, n)},
	}
	for i, id := range ids {
		c.group[i] = hashID(id)
	}
	return c
}

// set fills row i.
func (c *columns) set(i int, m Meta) {
	c.first[i], c.last[i] = dayRange(m.Published)
	words := TextWords(m.Title)
	c.title[i] = 0
	if len(words) > 0 {
		c.title[i] = hashID(strings.Join(words, " "))
	}
	if m.DuplicateOf != "" {
		c.group[i] = hashID(m.DuplicateOf)
	}
	c.titleWords.set(i, words)
	c.authorWords.setNames(i, m.Authors)
	c.venueWords.set(i, foldedWords(m.Venue))
	var names []string
	for _, name := range m.Categories {
		name = foldCategory(name)
		if archive, _, ok := strings.Cut(name, "."); ok && !slices.Contains(names, archive) {
			names = append(names, archive)
		}
		names = append(names, name)
	}
	c.categories.set(i, names)
}

// grow appends one row of which only the id is known.
func (c *columns) grow(id string) {
	c.first, c.last = append(c.first, 0), append(c.last, 0)
	c.title = append(c.title, 0)
	c.group = append(c.group, hashID(id))
	for _, r := range []*ragged{&c.titleWords, &c.authorWords, &c.venueWords, &c.categories} {
		r.at = append(r.at, span{})
	}
}

// dayRange returns the first and the last day of d as yyyymmdd, which orders like the days themselves.
func dayRange(d data.Date) (first, last int32) {
	if d.IsZero() {
		return 0, 0
	}
	f, l := d.First(), d.Last()
	return int32(f.Year()*10000 + int(f.Month())*100 + f.Day()), int32(l.Year()*10000 + int(l.Month())*100 + l.Day())
}

// TextWords returns the words of a title or an abstract by which phrases are found: folded, without elisions as terms
// are, and each character of a script by itself in which words are not parted, or in which endings are written to them
// (Korean). A phrase in such a script is a run of characters.
func TextWords(s string) []string {
	words := foldedWords(text.PartElisions(s))
	if !strings.ContainsFunc(s, isRunning) {
		return words
	}
	var out []string
	for _, w := range words {
		from := 0
		for i, r := range w {
			if !isRunning(r) {
				continue
			}
			if from < i {
				out = append(out, w[from:i])
			}
			from = i + utf8.RuneLen(r)
			out = append(out, w[i:from])
		}
		if from < len(w) {
			out = append(out, w[from:])
		}
	}
	return out
}

// isRunning reports whether r is of a script of which phrases are runs of characters.
func isRunning(r rune) bool {
	return text.Unspaced(r) || r >= utf8.RuneSelf && unicode.Is(unicode.Hangul, r)
}

// foldedWords returns the words of data.NormalizeTitle(s). Plain ASCII, the common case, takes a short cut.
func foldedWords(s string) []string {
	plain := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80 || c == '\\' || c == '$' || c == '<' || c == '&' || c == '{':
			return strings.Fields(data.NormalizeTitle(s))
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			plain = append(plain, c)
		case c != '\'':
			plain = append(plain, ' ')
		}
	}
	return strings.Fields(string(plain))
}

func foldCategory(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// hashWord returns 32 bits of the xxHash of s, never endOfName. Hashes are compared within one process only.
func hashWord(s string) uint32 {
	if h := uint32(xxhash.Sum64String(s)); h != endOfName {
		return h
	}
	return 1
}

// hashID returns the 64 bits of the xxHash of s.
func hashID(s string) uint64 { return xxhash.Sum64String(s) }
