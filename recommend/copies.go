package recommend

import (
	"kindred/classifier/vec"
	"kindred/data"
)

// Two papers count as one work when a link says so, when they have the same title, or when their texts are all but
// identical: a preprint and its proceedings version share the title, or most of the abstract.
const (
	// longTitle is the number of words from which an equal normalised title needs little proof beside it. Shorter titles
	// ("Introduction", "Erratum") name many papers.
	longTitle = 4
	// longTitleText and shortTitleText are the lexical cosines that confirm equal titles.
	longTitleText  = 0.3
	shortTitleText = 0.5
	// editionYears is how many years may lie between editions under one title, where both dates are known.
	editionYears = data.MaxYearsApart
	// sameText is the lexical cosine from which two texts are the same, whatever the titles, given enoughTerms in each: the
	// titles of two parts of one work can have all terms in common.
	sameText    = 0.95
	enoughTerms = 20
	// nearLatent is the latent cosine below which two texts cannot be the same: it spares the lexical product.
	nearLatent = 0.85
)

// edition is what recognising a work needs of a paper.
type edition struct {
	group, title uint64
	titleWords   int
	year         int // 0 when it is not known
	views        vec.Views
}

func (ix *Index) edition(row int) edition {
	s, r := ix.at(row)
	return newEdition(&s.columns, r, ix.Views(row))
}

func newEdition(c *columns, r int, v vec.Views) edition {
	return edition{group: c.group[r], title: c.title[r], titleWords: int(c.titleWords.at[r].n), year: int(c.first[r] / 10000), views: v}
}

// editionOf is the edition of a paper that has no row.
func editionOf(it *Item) edition {
	c := newColumns([]string{it.ID})
	c.set(0, it.Meta)
	return newEdition(&c, 0, it.Views)
}

// sameWork reports whether a and b are editions of one work.
func sameWork(a, b *edition) bool {
	if a.group == b.group {
		return true
	}
	if a.title == b.title && a.title != 0 {
		need := float32(shortTitleText)
		if a.titleWords >= longTitle {
			need = longTitleText
		}
		apart := max(a.year-b.year, b.year-a.year)
		near := a.year == 0 || b.year == 0 || apart <= editionYears
		if near && a.views.Lexical.Dot(b.views.Lexical) >= need {
			return true
		}
	}
	if min(a.views.Lexical.Len(), b.views.Lexical.Len()) < enoughTerms {
		return false
	}
	if len(a.views.Latent) > 0 && len(a.views.Latent) == len(b.views.Latent) && vec.Dot(a.views.Latent, b.views.Latent) < nearLatent {
		return false
	}
	return a.views.Lexical.Dot(b.views.Lexical) >= sameText
}

// works takes ranked papers and passes each work once.
type works struct {
	seen []edition
}

// add reports whether e is of a work that was not added before, and adds it.
func (w *works) add(e edition) bool {
	for i := range w.seen {
		if sameWork(&w.seen[i], &e) {
			return false
		}
	}
	w.seen = append(w.seen, e)
	return true
}
