package recommend

import "kindred/classifier/vec"

// Two papers count as one work when a link says so, when they have the same title, or when their texts are all but
// identical: a preprint and its proceedings version share the title, or most of the abstract.
const (
	// longTitle is the number of words from which an equal normalised title needs little proof beside it. Shorter titles
	// ("Introduction", "Erratum") name many papers.
	longTitle = 4
	// longTitleText and shortTitleText are the lexical cosines that confirm equal titles.
	longTitleText  = 0.2
	shortTitleText = 0.5
	// sameText is the lexical cosine from which two texts are the same, whatever the titles.
	sameText = 0.95
	// nearLatent is the latent cosine below which two texts cannot be the same: it spares the lexical product.
	nearLatent = 0.85
)

// edition is what recognising a work needs of a paper.
type edition struct {
	group, title uint64
	titleWords   int
	views        vec.Views
}

func (ix *Index) edition(row int) edition {
	s, r := ix.at(row)
	return newEdition(&s.columns, r, ix.Views(row))
}

func newEdition(c *columns, r int, v vec.Views) edition {
	return edition{group: c.group[r], title: c.title[r], titleWords: int(c.titleWords.at[r].n), views: v}
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
		if a.titleWords >= longTitle {
			return a.views.Lexical.Dot(b.views.Lexical) >= longTitleText
		}
		return a.views.Lexical.Dot(b.views.Lexical) >= shortTitleText
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
