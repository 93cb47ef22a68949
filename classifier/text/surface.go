package text

import (
	"cmp"
	"slices"
)

// use counts one surface form: outside titles first, because titles capitalise.
type use struct{ body, title uint32 }

func (u use) compare(v use) int {
	return cmp.Or(cmp.Compare(u.body, v.body), cmp.Compare(u.title, v.title))
}

// uses counts how often each word stands in the corpus.
func (c *Corpus) uses() []use {
	n := make([]use, len(c.words))
	for _, k := range c.chunks {
		for _, t := range k.tokens {
			if t&tokenTitle != 0 {
				n[t&tokenWord].title++
			} else {
				n[t&tokenWord].body++
			}
		}
	}
	return n
}

// Surfaces returns for every term the surface form it has most often; ties go to the form that sorts first. Forms in
// the body of a text count before those in titles, which capitalise their words. A pair is shown as its words are, and
// a pair of characters as the word that it mostly stands in.
func (c *Corpus) Surfaces() []string {
	type form struct {
		term uint32
		text string
		use  use
	}
	uses := c.uses()
	all := make([]form, 0, len(c.expand))
	for i, w := range c.words {
		for k := w.from; k < w.to; k++ {
			all = append(all, form{c.expand[k], c.forms[k], uses[i]})
		}
	}
	slices.SortFunc(all, func(a, b form) int {
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.text, b.text))
	})
	best := make([]form, len(c.terms))
	for i := 0; i < len(all); {
		f := all[i]
		for i++; i < len(all) && all[i].term == f.term && all[i].text == f.text; i++ {
			f.use.body += all[i].use.body
			f.use.title += all[i].use.title
		}
		if b := best[f.term]; b.text == "" || f.use.compare(b.use) > 0 {
			best[f.term] = f
		}
	}
	out := make([]string, len(best))
	for i, b := range best {
		out[i] = b.text
	}
	if j := newJoiner(c); j != nil {
		c.joinSurfaces(j, out)
		return out
	}
	for key, term := range c.pairs {
		out[term] = out[key>>32] + " " + out[uint32(key)]
	}
	return out
}

// joinSurfaces writes pairs of characters as the words that they stand in, and sets the forms of pairs of terms.
func (c *Corpus) joinSurfaces(j *joiner, out []string) {
	for key, term := range c.pairs {
		x, y := uint32(key>>32), uint32(key)
		switch {
		case !overlap(j.form[x], j.form[y]):
		case j.seam[x]:
			out[term] = j.wordOf(y)
		case j.seam[y]:
			out[term] = j.wordOf(x)
		default:
			out[term] = j.word(x, y, joinWords([]string{j.form[x], j.form[y]}))
		}
	}
	for term := range j.form {
		out[term] = j.wordOf(term)
	}
	for key, term := range c.pairs {
		if x, y := uint32(key>>32), uint32(key); out[term] == "" {
			out[term] = out[x] + " " + out[y]
		}
	}
}
