package recommend

import (
	"kindred/classifier/vec"
	"kindred/data"
)

// Two papers are of the same work when a link says so, when they share a title, or when their texts are nearly
// identical: a preprint and its proceedings version share the title, or most of the abstract.
const (
	// longTitle is the number of words from which an equal normalised title needs little other evidence.
	// Shorter titles ("Introduction", "Erratum") name many papers.
	longTitle = 4
	// longTitleText and shortTitleText are the lexical cosines that confirm equal titles.
	longTitleText  = 0.3
	shortTitleText = 0.5
	// maxYearsApart is the largest difference of the years of two papers of one title, where both dates are known.
	maxYearsApart = data.MaxYearsApart
	// sameText is the lexical cosine from which two texts are the same, whatever their titles. Each must have
	// enoughTerms terms: the titles of two parts of one work can have all terms in common.
	sameText    = 0.95
	enoughTerms = 20
	// nearLatent is the latent cosine below which two texts cannot be the same. It saves the lexical product.
	nearLatent = 0.85
)

// workKey holds what decides whether two papers are of the same work.
type workKey struct {
	group, title uint64
	titleWords   int
	year         int // 0 when unknown
	views        vec.Views
}

func (ix *Index) workKey(row int) workKey {
	s, r := ix.at(row)
	return newWorkKey(&s.columns, r, ix.Views(row))
}

func newWorkKey(c *columns, r int, v vec.Views) workKey {
	return workKey{
		group: c.group[r], title: c.title[r], titleWords: int(c.titleWords.at[r].n),
		year: int(c.first[r] / 10000), views: v,
	}
}

// workKeyOf returns the key of a paper that has no row.
func workKeyOf(it *Item) workKey {
	c := newColumns([]string{it.ID})
	c.set(0, it.Meta)
	return newWorkKey(&c, 0, it.Views)
}

// sameWork reports whether a and b are of the same work. It is symmetric.
func sameWork(a, b *workKey) bool {
	if a.group == b.group {
		return true
	}
	if a.title == b.title && a.title != 0 {
		need := float32(shortTitleText)
		if a.titleWords >= longTitle {
			need = longTitleText
		}
		apart := max(a.year-b.year, b.year-a.year)
		near := a.year == 0 || b.year == 0 || apart <= maxYearsApart
		if near && a.views.Lexical.Dot(b.views.Lexical) >= need {
			return true
		}
	}
	if min(a.views.Lexical.Len(), b.views.Lexical.Len()) < enoughTerms {
		return false
	}
	x, y := a.views.Latent, b.views.Latent
	if len(x) > 0 && len(x) == len(y) && vec.Dot(x, y) < nearLatent {
		return false
	}
	return a.views.Lexical.Dot(b.views.Lexical) >= sameText
}

// dedup collects papers of which no two are of the same work.
type dedup struct {
	seen []workKey
}

// add reports whether k is of a new work, and adds it if so.
func (d *dedup) add(k workKey) bool {
	for i := range d.seen {
		if sameWork(&d.seen[i], &k) {
			return false
		}
	}
	d.seen = append(d.seen, k)
	return true
}
