package topic

import "context"

func (f *fitting) levels(ctx context.Context) error { return ctx.Err() }

// name gives the topics of every level their terms, labels and descriptions.
func (f *fitting) name() {
	docs := make([]int32, f.n)
	for i := range docs {
		docs[i] = int32(i)
	}
	s := newScope(f.in, docs, f.t.cell, len(f.t.list), leastShown(f.n))
	list := make([]*Topic, len(f.t.list))
	for i := range list {
		list[i] = &f.t.list[i]
	}
	s.name().apply(list, f.labels, newSpellings(f.in.WordNames), map[string]bool{})
	f.nameChanges()
}
