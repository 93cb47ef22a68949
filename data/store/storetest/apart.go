package storetest

import (
	"slices"

	"kindred/data"
	"kindred/data/store"
)

// apart wants two papers wherever an id is all that two records have in common, in any order and again after they were
// stored.
func (h *harness) apart() {
	barley := &data.Paper{ID: "1", Title: "Barley growth under clouds", Authors: []string{"Ann Alder"}, DOI: "10.1000/apart.1"}
	birds := &data.Paper{ID: "1", Title: "Calls of river frogs", Authors: []string{"Bob Beech"}, DOI: "10.1000/apart.2", Aliases: []string{"doi:10.1000/apart.2"}}
	volume := func(title string) *data.Paper {
		return &data.Paper{ID: "doi:10.1000/volume", DOI: "10.1000/volume", Title: title, Aliases: []string{"doi:10.1000/volume"}}
	}
	book := &data.Paper{ID: data.TitleID("Birds of the north"), Title: "Birds of the north", Authors: []string{"Cat Cedar"}, Published: data.Date{Year: 2020}}
	review, second := *book, *book
	review.Authors, second.Authors = []string{"Dan Dogwood"}, []string{"Eve Elder"}
	papers := []*data.Paper{
		barley, birds, {ID: "1", Title: "Floods and how towns keep them out"}, volume("Roots of a tree"), volume("Leaves in the wind"), book, &review, &second,
	}
	out, err := h.Put(h.Context(), papers)
	if err != nil || out.Counts != (store.Counts{Imported: len(papers)}) {
		h.Fatalf("Put = %+v, %v; want %d imported", out, err, len(papers))
	}
	h.stats(len(papers))
	for i, id := range out.IDs {
		if p := h.paper(id); p.Title != papers[i].Title || !slices.Equal(p.Authors, papers[i].Authors) {
			h.Errorf("%s is %q by %q, want %q by %q", id, p.Title, p.Authors, papers[i].Title, papers[i].Authors)
		}
	}
	if out.IDs[0] != "1" || out.IDs[1] != "doi:10.1000/apart.2" || out.IDs[2] != data.TitleID(papers[2].Title) || out.IDs[3] != "doi:10.1000/volume" {
		h.Errorf("stored as %q", out.IDs)
	}
	want := store.Apart{ID: "1", Title: birds.Title, Stored: "doi:10.1000/apart.2", Other: barley.Title}
	if len(out.Apart) != 5 || out.Apart[0] != want {
		h.Errorf("apart: %+v; want 5, the first %+v", out.Apart, want)
	}
	if p := h.paper("1"); p.Title != barley.Title || slices.Contains(p.Aliases, "doi:10.1000/apart.2") {
		h.Errorf("the paper of the id is %+v", p)
	}
	again := slices.Clone(papers)
	slices.Reverse(again)
	for range 2 {
		out, err = h.Put(h.Context(), again)
		if err != nil || out.Counts != (store.Counts{Unchanged: len(papers)}) || len(out.Apart)+len(out.Retitled) > 0 {
			h.Errorf("the same again: %+v, %v", out, err)
		}
	}
	h.stats(len(papers))
}

// thirdID wants no paper that joins two with different DOIs, whatever ids a third record has.
func (h *harness) thirdID() {
	a := &data.Paper{ID: "doi:10.1000/third.1", DOI: "10.1000/third.1", Title: "Barley growth under clouds", Aliases: []string{"pmid:77"}}
	b := &data.Paper{ID: "doi:10.1000/third.2", DOI: "10.1000/third.2", Title: "Calls of river frogs", Aliases: []string{"pmid:77"}}
	both := &data.Paper{ID: "own:3", Title: "Barley growth under clouds", Aliases: []string{"doi:10.1000/third.1", "doi:10.1000/third.2"}}
	h.put(store.Counts{Imported: 2}, a, b)
	h.put(store.Counts{Unchanged: 1}, both)
	h.stats(2)
	h.resolves(a.ID, "pmid:77", "own:3")
	h.resolves(b.ID)
}

// retitled wants an update that replaces a title by another one to be named.
func (h *harness) retitled() {
	p := &data.Paper{ID: "arxiv:2401.00001", Title: "Barley growth under clouds", Authors: []string{"Ann Alder"}}
	h.put(store.Counts{Imported: 1}, p)
	q := *p
	q.Title = "Corn when water is scarce"
	out, err := h.Put(h.Context(), []*data.Paper{&q})
	want := store.Retitled{ID: p.ID, Old: p.Title, New: q.Title}
	if err != nil || out.Updated != 1 || len(out.Retitled) != 1 || out.Retitled[0] != want {
		h.Errorf("Put = %+v, %v; want %+v", out, err, want)
	}
}
