package data

import (
	"slices"
	"strings"
)

// Merge updates p with q, a later record of the same paper, and reports whether that changed anything. A
// field that q knows replaces that of p; a field that q does not know stays. Aliases, categories, labels and
// keywords are united, those of p first. A date that is only less precise than the known one changes nothing.
// The id of p stays and that of q becomes an alias. If the id of p was made from its title and q has a proper
// one, they change places. Merging the same record again changes nothing.
// Merge does not check the bounds of lists; see [Paper.CheckBounds].
func (p *Paper) Merge(q *Paper) (changed bool) {
	changed = p.mergeIDs(q)
	if q.Title != "" && q.Title != p.Title {
		p.Title, changed = q.Title, true
		p.setOriginal(func(o *Original) { o.Title = q.original().Title })
	}
	if q.Abstract != "" && q.Abstract != p.Abstract {
		p.Abstract, changed = q.Abstract, true
		p.setOriginal(func(o *Original) { o.Abstract = q.original().Abstract })
	}
	if len(q.Authors) > 0 && !slices.Equal(q.Authors, p.Authors) {
		p.Authors, changed = slices.Clone(q.Authors), true
	}
	if q.AuthorCount > len(p.Authors) && q.AuthorCount != p.AuthorCount {
		p.AuthorCount, changed = q.AuthorCount, true
	}
	if p.AuthorCount > 0 && p.AuthorCount <= len(p.Authors) {
		p.AuthorCount, changed = 0, true
	}
	if !q.Published.IsZero() && !strings.HasPrefix(p.Published.String(), q.Published.String()) {
		p.Published, changed = q.Published, true
	}
	for _, f := range []struct {
		to   *string
		from string
	}{{&p.Venue, q.Venue}, {&p.URL, q.URL}, {&p.DOI, q.DOI}, {&p.ArXiv, q.ArXiv}, {&p.DuplicateOf, q.DuplicateOf}} {
		if f.from != "" && f.from != *f.to {
			*f.to, changed = f.from, true
		}
	}
	for _, f := range []struct {
		to   *int
		from int
	}{{&p.Upvotes, q.Upvotes}, {&p.Comments, q.Comments}} {
		if f.from != 0 && f.from != *f.to {
			*f.to, changed = f.from, true
		}
	}
	for _, f := range []struct {
		to   *[]string
		from []string
	}{{&p.Categories, q.Categories}, {&p.Labels, q.Labels}, {&p.Keywords, q.Keywords}} {
		changed = unite(f.to, f.from) || changed
	}
	return changed
}

// mergeIDs settles which id names the paper and makes the others aliases.
func (p *Paper) mergeIDs(q *Paper) (changed bool) {
	names := append([]string{q.ID}, q.Aliases...)
	if q.ID != "" && (p.ID == "" || TitleOnly(p.ID) && !TitleOnly(q.ID)) {
		names[0] = p.ID
		p.ID, changed = q.ID, true
		p.Aliases = slices.DeleteFunc(slices.Clone(p.Aliases), func(a string) bool { return a == p.ID })
	}
	names = slices.DeleteFunc(names, func(a string) bool { return a == "" || a == p.ID })
	return unite(&p.Aliases, names) || changed
}

func (p *Paper) original() Original {
	if p.Original == nil {
		return Original{}
	}
	return *p.Original
}

// setOriginal changes a copy of the original, so that papers never share one.
func (p *Paper) setOriginal(set func(o *Original)) {
	o := p.original()
	set(&o)
	if p.Original = &o; o == (Original{}) {
		p.Original = nil
	}
}

// Supplement returns what p says of a paper where q says nothing: for a record that may add to q and not
// overrule it. Lists that Merge unites are kept whole. Neither paper is changed.
func (p *Paper) Supplement(q *Paper) *Paper {
	out := *p
	for _, f := range []struct {
		field *string
		known string
	}{
		{&out.Title, q.Title}, {&out.Abstract, q.Abstract}, {&out.Venue, q.Venue}, {&out.URL, q.URL},
		{&out.DuplicateOf, q.DuplicateOf}, {&out.DOI, q.DOI}, {&out.ArXiv, q.ArXiv},
	} {
		if f.known != "" {
			*f.field = ""
		}
	}
	if len(q.Authors) > 0 || q.AuthorCount > 0 {
		out.Authors, out.AuthorCount = nil, 0
	}
	if !q.Published.IsZero() {
		out.Published = Date{}
	}
	return &out
}

// AddAliases adds ids to the aliases of p, each once, without the id of p itself and without empty ones.
func (p *Paper) AddAliases(ids ...string) {
	var out []string
	unite(&out, slices.Concat(p.Aliases, ids))
	p.Aliases = slices.DeleteFunc(out, func(id string) bool { return id == "" || id == p.ID })
	if len(p.Aliases) == 0 {
		p.Aliases = nil
	}
}

// unite appends to a list what it lacks of another, each once, and reports whether there was anything.
// It never writes into the memory of the list it was given. The time is linear in the length of both.
func unite(to *[]string, from []string) (changed bool) {
	if len(from) == 0 {
		return false
	}
	known := make(map[string]bool, len(*to)+len(from))
	for _, s := range *to {
		known[s] = true
	}
	out := slices.Clip(*to)
	for _, s := range from {
		if !known[s] {
			known[s] = true
			out = append(out, s)
		}
	}
	changed = len(out) > len(*to)
	*to = out
	return changed
}
