package tfidf

import (
	"fmt"
	"math/bits"

	"kindred/classifier/text"
)

// Vocabulary numbers terms. It is a list of terms and a hash table over them in two flat arrays, which a mapped file
// can hold as they are.
type Vocabulary struct {
	text.Table
	// Slots is an open-addressing hash table with linear probing: a term's number + 1, or 0. Its length is a power of
	// two.
	Slots []uint32
}

// NewVocabulary numbers terms, which must differ, in the order given.
func NewVocabulary(terms []string) *Vocabulary {
	v := &Vocabulary{Table: text.NewTable(terms)}
	v.Slots = make([]uint32, 2<<bits.Len(uint(len(terms))))
	mask := uint32(len(v.Slots) - 1)
	for i, t := range terms {
		at := hash(t) & mask
		for v.Slots[at] != 0 {
			at = (at + 1) & mask
		}
		v.Slots[at] = uint32(i) + 1
	}
	return v
}

// Validate reports a vocabulary whose parts do not fit each other, such as one read from a damaged file.
func (v *Vocabulary) Validate() error {
	if err := v.Table.Validate(); err != nil {
		return err
	}
	if n := len(v.Slots); n == 0 || n&(n-1) != 0 || n <= v.Len() {
		return fmt.Errorf("a hash table of %d slots cannot hold %d terms", n, v.Len())
	}
	for _, s := range v.Slots {
		if int64(s) > int64(v.Len()) {
			return fmt.Errorf("the hash table refers to term %d of %d", s, v.Len())
		}
	}
	return nil
}

// Lookup returns the number of a term.
func (v *Vocabulary) Lookup(term string) (uint32, bool) {
	mask := uint32(len(v.Slots) - 1)
	at := hash(term) & mask
	for range v.Slots {
		s := v.Slots[at]
		if s == 0 {
			break
		}
		if v.At(int(s-1)) == term {
			return s - 1, true
		}
		at = (at + 1) & mask
	}
	return 0, false
}

// Surfaces returns the readable form of each term, empty for terms that the corpus does not have.
func (v *Vocabulary) Surfaces(c *text.Corpus) []string {
	surfaces := c.Surfaces()
	list := make([]string, v.Len())
	for i, term := range c.Terms() {
		if id, ok := v.Lookup(term); ok {
			list[id] = surfaces[i]
		}
	}
	return list
}

// hash is FNV-1a, which is part of the file format: http://www.isthe.com/chongo/tech/comp/fnv/
func hash(s string) uint32 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return uint32(h ^ h>>32)
}
