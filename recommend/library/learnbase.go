package library

import (
	"context"

	"kindred/classifier/base"
	"kindred/data"
	"kindred/data/read"
)

// LearnedBase is a base model and what it was learned from.
type LearnedBase struct {
	Model   []byte // the file of the model
	Papers  int    // that it was learned from
	LeftOut int    // papers of the titles of those to leave out
}

// LearnBase learns a base model from files of papers, without the papers whose titles the files except have: those on which
// quality is measured. The same files give the same bytes.
func LearnBase(ctx context.Context, files, except []string, opt base.Options) (*LearnedBase, error) {
	skip := make(map[string]bool)
	for p, err := range read.Papers(except) {
		if err != nil {
			return nil, err
		}
		skip[data.TitleID(p.Title)] = true
	}
	delete(skip, "") // of papers without a title
	out := &LearnedBase{}
	var err error
	out.Model, err = base.Build(ctx, func(yield func(string, error) bool) {
		for p, err := range read.Papers(files) {
			text := ""
			switch {
			case err != nil:
			case skip[data.TitleID(p.Title)]:
				out.LeftOut++
				continue
			default:
				out.Papers++
				text = p.Text()
			}
			if !yield(text, err) {
				return
			}
		}
	}, opt)
	return out, err
}
