package library

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"kindred/data"
)

// Author is a name that papers are signed with. Two people of one name are one author: nothing here tells them apart.
type Author struct {
	ID   string  // as AuthorID makes it
	Name string  // as the newest paper writes it
	Rows []int32 // papers of the catalog, newest first, other editions left out

	words []string // of the normalised name
}

// authorIndex finds authors. It is computed when first asked for.
type authorIndex struct {
	once sync.Once
	byID map[string]*Author
	list []*Author // the most papers first, then by name
}

// authorKey returns the form in which names are compared: given name first, normalised as titles are.
func authorKey(name string) string { return data.NormalizeTitle(data.GivenFirst(name)) }

// AuthorID returns the id of an author: 63 bits of the SHA-256 of the normalised name, in decimal digits, which is the
// form of Semantic Scholar's author ids. "Doe, Jane" and "Jane Doe" have one id. It is empty for a name without
// letters.
func AuthorID(name string) string {
	key := authorKey(name)
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(key))
	return strconv.FormatUint(binary.BigEndian.Uint64(sum[:8])>>1, 10)
}

func (c *Catalog) authors() *authorIndex {
	x := &c.lookup().authors
	x.once.Do(func() {
		x.byID = make(map[string]*Author)
		for _, row := range c.Recent() {
			for _, name := range c.rows[row].Authors {
				id := AuthorID(name)
				if id == "" {
					continue
				}
				a := x.byID[id]
				if a == nil {
					a = &Author{ID: id, Name: data.GivenFirst(name), words: strings.Fields(authorKey(name))}
					x.byID[id] = a
					x.list = append(x.list, a)
				}
				if n := len(a.Rows); n == 0 || a.Rows[n-1] != row { // a paper may name one person twice
					a.Rows = append(a.Rows, row)
				}
			}
		}
		slices.SortFunc(x.list, func(a, b *Author) int {
			return cmp.Or(cmp.Compare(len(b.Rows), len(a.Rows)), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
		})
	})
	return x
}

// Author returns the author with an id. The caller must not change it.
func (c *Catalog) Author(id string) (*Author, bool) {
	a, ok := c.authors().byID[id]
	return a, ok
}

// AppearedAt counts the papers whose venue is name, or begins with its words, whatever the case. as is the name as the
// first of them writes it.
func (c *Catalog) AppearedAt(name string) (as string, n int) {
	name = strings.Join(strings.Fields(name), " ")
	for i := range c.rows {
		venue := c.rows[i].Venue
		if name != "" && len(venue) >= len(name) && strings.EqualFold(venue[:len(name)], name) && (len(venue) == len(name) || venue[len(name)] == ' ') {
			as = cmp.Or(as, venue[:len(name)])
			n++
		}
	}
	return as, n
}

// AuthorsNamed returns the authors whose name has all words of query; a single letter stands for any word that it
// begins, on either side, but one word at least must agree whole. Whole names come before initials, then authors with
// more papers. The caller must not change the authors.
func (c *Catalog) AuthorsNamed(query string) []*Author {
	wanted := strings.Fields(authorKey(query))
	if len(wanted) == 0 {
		return nil
	}
	var whole, initials []*Author
	for _, a := range c.authors().list {
		switch all, exact := namesMatch(a.words, wanted); {
		case !all:
		case exact:
			whole = append(whole, a)
		default:
			initials = append(initials, a)
		}
	}
	return append(whole, initials...)
}

// namesMatch reports whether a name has all wanted words, and whether it has them without initials.
func namesMatch(name, wanted []string) (all, exact bool) {
	exact = true
	agreed := false
	for _, w := range wanted {
		switch {
		case slices.Contains(name, w):
			agreed = agreed || utf8.RuneCountInString(w) > 1 || w[0] >= utf8.RuneSelf // a letter of Han is a word
		case slices.ContainsFunc(name, func(n string) bool { return isInitial(n, w) || isInitial(w, n) }):
			exact = false
		default:
			return false, false
		}
	}
	return agreed, exact
}

// isInitial reports whether letter is one letter and begins word.
func isInitial(letter, word string) bool {
	return utf8.RuneCountInString(letter) == 1 && strings.HasPrefix(word, letter)
}
