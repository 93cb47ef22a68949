package store

import (
	"cmp"
	"fmt"
	"slices"

	"kindred/data"
)

// named returns the stored papers that the ids of p name, as far as nothing contradicts that they are one paper with p
// and with each other. The one to keep comes first: the paper with p's own id, otherwise one whose id is not made from
// its title, otherwise the one stored first. taken has the ids of p that name other papers, and those.
func (w *writer) named(p *data.Paper) (same []*stored, taken map[string]*data.Paper, err error) {
	take := func(id string, other *data.Paper) {
		if taken == nil {
			taken = map[string]*data.Paper{}
		}
		taken[id] = other
	}
	type naming struct {
		id string
		*stored
	}
	var named []naming
	seen := map[string]bool{}
	for _, id := range p.IDs() {
		if seen[id] {
			continue
		}
		seen[id] = true
		old, err := w.find(id)
		switch {
		case err != nil:
			return nil, nil, err
		case old == nil:
		case data.SharesID(p, old.paper, id):
			named = append(named, naming{id, old})
		default:
			take(id, old.paper)
		}
	}
	slices.SortStableFunc(named, func(a, b naming) int {
		return cmp.Or(
			prefer(a.paper.ID == p.ID, b.paper.ID == p.ID),
			prefer(!data.TitleOnly(a.paper.ID), !data.TitleOnly(b.paper.ID)),
			cmp.Compare(a.seq, b.seq))
	})
	for _, n := range named {
		if slices.ContainsFunc(same, func(s *stored) bool { return s.seq == n.seq }) {
			continue
		}
		// Two stored papers are not made one by a record that has the ids of both, if they contradict each other.
		if len(same) > 0 && !data.SharesID(same[0].paper, n.paper, n.id) {
			take(n.id, n.paper)
			continue
		}
		same = append(same, n.stored)
	}
	return same, taken, nil
}

// apart takes from r the ids that name other papers. Where its own is among them, r gets the first of
// [data.Paper.OtherIDs] that names no other paper, and same the papers that this one names. known reports that the
// record was stored like this before.
func (w *writer) apart(r *record, same *[]*stored, taken map[string]*data.Paper) (known bool, err error) {
	p := *r.paper
	hash := r.hash
	ids := make(map[string]bool, len(taken))
	for id := range taken {
		ids[id] = true
	}
	p.Aliases = slices.DeleteFunc(slices.Clone(p.Aliases), func(a string) bool { return ids[a] })
	if ids[p.ID] {
		var others map[string]*data.Paper
		for _, id := range r.paper.OtherIDs(ids) {
			p.ID = id
			if *same, others, err = w.named(&p); err != nil {
				return false, err
			}
			if others[id] == nil {
				break
			}
		}
		if others[p.ID] != nil || ids[p.ID] {
			return false, fmt.Errorf("paper %s: %w: another paper has this id and that of its title, %q", r.paper.ID, data.ErrInvalid, p.Title)
		}
		p.Aliases = slices.DeleteFunc(p.Aliases, func(a string) bool { return a == p.ID })
	}
	if *r, err = w.codec.record(&p); err != nil {
		return false, err
	}
	r.hash = hash
	return w.known(*r)
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

// titled compares p with the stored papers of its title. It returns those that are the same paper and of which either
// has no id but one made from its title; otherwise the id of the paper that p is another edition of, "" for none.
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
