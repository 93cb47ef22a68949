package store

import (
	"cmp"
	"slices"

	"kindred/data"
)

// named returns the stored papers that the ids of p name. The one to keep comes first: the paper with p's own id,
// otherwise one whose id is not made from its title, otherwise the one stored first.
func (w *writer) named(p *data.Paper) ([]*stored, error) {
	var out []*stored
	add := func(id string, believe func(*stored) bool) error {
		old, err := w.find(id)
		if err != nil || old == nil || !believe(old) {
			return err
		}
		if !slices.ContainsFunc(out, func(o *stored) bool { return o.seq == old.seq }) {
			out = append(out, old)
		}
		return nil
	}
	// A proceedings volume may give its own DOI to every paper in it, and people mistype. Titles that differ therefore
	// overrule a DOI or arXiv field.
	fields := p.FieldIDs()
	for _, id := range p.IDs() {
		err := add(id, func(old *stored) bool {
			return id == p.ID || !slices.Contains(fields, id) || data.PlausibleTitles(p.Title, old.paper.Title)
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b *stored) int {
		return cmp.Or(
			prefer(a.paper.ID == p.ID, b.paper.ID == p.ID),
			prefer(!data.TitleOnly(a.paper.ID), !data.TitleOnly(b.paper.ID)),
			cmp.Compare(a.seq, b.seq))
	})
	return out, nil
}

// namesake returns the paper of r, whose id is made from its title, under the id to store it by. That is its own, unless
// the id names a stored paper of another time; then the year is added. The paper stored first keeps the plain id.
func (w *writer) namesake(r record) (*data.Paper, error) {
	p := r.paper
	old, err := w.find(p.ID)
	if err != nil || old == nil || data.DatesAgree(p.Published, old.paper.Published) {
		return p, err
	}
	q := *p
	q.ID = p.DatedID()
	return &q, nil
}

// prefer compares two conditions for sorting: the one that holds comes first.
func prefer(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// titled compares p with the stored papers of its title. It returns those that are the same paper and of which either has
// no id but one made from its title; otherwise the id of the paper that p is another edition of, "" for none.
func (w *writer) titled(p *data.Paper, key int64) (same []*stored, first string, err error) {
	if key == 0 {
		return nil, "", nil
	}
	seqs, err := w.seqs(w.stmts.titled, key)
	if err != nil {
		return nil, "", err
	}
	for _, seq := range seqs {
		old, _, err := w.load(seq)
		if err != nil {
			return nil, "", err
		}
		switch {
		case !data.SamePaper(p, old.paper):
		case data.TitleOnly(p.ID) || data.TitleOnly(old.paper.ID):
			same = append(same, old)
		case first == "":
			first = cmp.Or(old.paper.DuplicateOf, old.paper.ID)
		}
	}
	if data.TitleOnly(p.ID) && len(same) > 1 {
		// Of several editions, the one the others point to.
		i := max(0, slices.IndexFunc(same, func(c *stored) bool { return c.paper.DuplicateOf == "" }))
		same = same[i : i+1]
	}
	return same, first, nil
}
