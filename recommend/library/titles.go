package library

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"kindred/data"
)

// titleIndex finds papers by their titles. Its parts are computed when first asked for.
type titleIndex struct {
	hashing sync.Once
	hashes  []titleHash // by hash, then by row

	folding sync.Once
	folded  []string // data.NormalizeTitle of the title of each row
}

// titleHash is the hash of a normalised title without spaces. Titles of one hash are compared before they count as
// equal.
type titleHash struct {
	hash uint64
	row  int32
}

// titleKey returns the form in which titles are compared: normalised, without spaces.
func titleKey(title string) string { return strings.ReplaceAll(data.NormalizeTitle(title), " ", "") }

func hashTitle(key string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	return h.Sum64()
}

// Titled returns the rows, in their order, of the papers whose title agrees with title after [data.NormalizeTitle],
// spaces apart. Another edition of a listed paper is left out.
func (c *Catalog) Titled(title string) []int32 {
	key := titleKey(title)
	if key == "" {
		return nil
	}
	x := &c.lookup().titles
	x.hashing.Do(func() {
		x.hashes = make([]titleHash, 0, len(c.rows))
		for i := range c.rows {
			if c.rows[i].DuplicateOf == "" {
				x.hashes = append(x.hashes, titleHash{hashTitle(titleKey(c.rows[i].Title)), int32(i)})
			}
		}
		slices.SortFunc(x.hashes, func(a, b titleHash) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row)) })
	})
	wanted := hashTitle(key)
	at, _ := slices.BinarySearchFunc(x.hashes, wanted, func(h titleHash, hash uint64) int { return cmp.Compare(h.hash, hash) })
	var out []int32
	for ; at < len(x.hashes) && x.hashes[at].hash == wanted; at++ {
		if row := x.hashes[at].row; titleKey(c.rows[row].Title) == key {
			out = append(out, row)
		}
	}
	return out
}

// foldedTitles returns the normalised title of each row.
func (c *Catalog) foldedTitles() []string {
	x := &c.lookup().titles
	x.folding.Do(func() {
		x.folded = make([]string, len(c.rows))
		for i := range c.rows {
			x.folded[i] = data.NormalizeTitle(c.rows[i].Title)
		}
	})
	return x.folded
}

// Nearest returns that of rows whose title has the most words in common with title, the first of several, and the
// Jaccard index of the two sets of words, in [0,1]. The likeness is 0 where no word is shared.
func (c *Catalog) Nearest(title string, rows []int32) (row int, likeness float64) {
	wanted := distinctWords(data.NormalizeTitle(title))
	folded := c.foldedTitles()
	for _, at := range rows {
		shared, words := 0, distinctWords(folded[at])
		for _, w := range words {
			if _, ok := slices.BinarySearch(wanted, w); ok {
				shared++
			}
		}
		if all := len(wanted) + len(words) - shared; shared > 0 && float64(shared)/float64(all) > likeness {
			row, likeness = int(at), float64(shared)/float64(all)
		}
	}
	return row, likeness
}

// distinctWords returns the words of a normalised text in alphabetical order.
func distinctWords(text string) []string {
	words := strings.Fields(text)
	slices.Sort(words)
	return slices.Compact(words)
}

// Complete returns up to n papers that typed may be the beginning of a title of: their titles hold all of its words,
// the last as the beginning of a word. Titles that begin with typed come first, then newer papers.
func (c *Catalog) Complete(typed string, n int) []int32 {
	begun := data.NormalizeTitle(typed)
	words := strings.Fields(begun)
	if len(words) == 0 {
		return nil
	}
	var first, later []int32
	folded := c.foldedTitles()
	for _, row := range c.Recent() {
		switch {
		case strings.HasPrefix(folded[row], begun):
			if first = append(first, row); len(first) == n {
				return first
			}
		case len(later) < n && holdsWords(folded[row], words):
			later = append(later, row)
		}
	}
	return append(first, later[:min(len(later), n-len(first))]...)
}

// holdsWords reports whether a normalised title has all words, the last as the beginning of one.
func holdsWords(title string, words []string) bool {
	title = " " + title + " "
	for i, w := range words {
		w = " " + w
		if i < len(words)-1 {
			w += " "
		}
		if !strings.Contains(title, w) {
			return false
		}
	}
	return true
}
