package library

import (
	"context"
	"slices"
	"strings"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
)

// Preview is what an edit would change.
type Preview struct {
	Edit   curate.Edit    `json:"edit"`   // with its evidence; the ids of the parts of a split are not final
	Topics []TopicPreview `json:"topics"` // that it changes, the edited one first
}

// TopicPreview is one topic before and after an edit.
type TopicPreview struct {
	TopicRef        // with the label after the edit
	Level    int    `json:"level"`
	Was      string `json:"was,omitempty"` // its label before, "" for one that is new
	Before   int    `json:"before"`        // papers
	After    int    `json:"after"`
	Gone     bool   `json:"gone,omitempty"` // it is no longer there
	// Terms are those after the edit, Papers some of the papers that come to it, or the typical ones of a part of a split.
	Terms  []string   `json:"terms,omitempty"`
	Papers []PaperRef `json:"papers,omitempty"`
}

// What a preview shows of one topic.
const (
	previewPapers = 5
	previewTerms  = 6
)

// Preview returns what an edit would change, and makes nothing. One that cannot be made is an [*EditError].
func (l *Library) Preview(ctx context.Context, e curate.Edit) (*Preview, error) {
	if err := l.Refresh(ctx); err != nil {
		return nil, err
	}
	draft, parts, known, err := l.draft(ctx, e)
	if err != nil {
		return nil, err
	}
	next := int64(1)
	for i := range known {
		if n, ok := curate.EditNumber(known[i].ID); ok {
			next = max(next, n+1)
		}
	}
	draft.ID, draft.Shares = curate.EditID(next), shares(next, draft.Topic, parts)
	l.changing.Lock()
	defer l.changing.Unlock()
	snap := l.Current()
	if l.state == nil || l.state.model == nil || snap == nil {
		return nil, ErrNoModel
	}
	curated := l.base().Apply(append(known, draft))
	if why := curated.Inapplicable[draft.ID]; why != "" {
		return nil, &EditError{[]curate.Fault{{Field: "topic", Detail: strings.TrimSuffix(why, ".")}}}
	}
	topics, comes := l.state.preview(curated)
	for i := range draft.Shares { // of a part its typical papers say more than the first ones
		comes[draft.Shares[i].ID] = l.titled(draft.Shares[i].Anchors, previewPapers)
	}
	out := &Preview{Edit: draft, Topics: changed(snap.Topics, topics, comes)}
	slices.SortStableFunc(out.Topics, func(a, b TopicPreview) int {
		return rank(&a, &draft) - rank(&b, &draft)
	})
	return out, nil
}

// titled returns the first n of the papers with ids that are here. The caller holds changing.
func (l *Library) titled(ids []string, n int) []PaperRef {
	var out []PaperRef
	for _, id := range ids {
		if row, ok := l.rowOf[id]; ok && len(out) < n {
			out = append(out, PaperRef{id, l.state.rows[row].Title})
		}
	}
	return out
}

// rank orders the topics of a preview: the edited one, its parts or the one that it is merged into, and others.
func rank(t *TopicPreview, e *curate.Edit) int {
	switch {
	case t.ID == e.Topic:
		return 0
	case t.ID == e.Into, slices.ContainsFunc(e.Shares, func(s curate.Share) bool { return s.ID == t.ID }):
		return 1
	}
	return 2
}

// preview returns the topics with their sizes after edits, and for each some of the papers that come to it.
func (s *state) preview(curated *curate.Curated) (topics []topic.Topic, comes map[int][]PaperRef) {
	papers := map[int]int{}
	comes = map[int][]PaperRef{}
	for i := range s.rows {
		r := &s.rows[i]
		after := curated.Assign(r.ID, r.before, func() []topic.Score { return s.weights(r) }, func() []float32 { return s.vector(r) })
		papers[after.Topic]++
		if after.Sub != 0 {
			papers[after.Sub]++
		}
		for _, move := range [2][2]int{{r.Topic.Topic, after.Topic}, {r.Topic.Sub, after.Sub}} {
			if to := move[1]; to != 0 && to != move[0] && len(comes[to]) < previewPapers {
				comes[to] = append(comes[to], PaperRef{r.ID, r.Title})
			}
		}
	}
	return curated.Sized(papers), comes
}

// changed returns the topics that differ from those before in label, size or being there.
func changed(before, after []topic.Topic, comes map[int][]PaperRef) []TopicPreview {
	out := []TopicPreview{}
	old := make(map[int]*topic.Topic, len(before))
	for i := range before {
		old[before[i].ID] = &before[i]
	}
	for i := range after {
		t := &after[i]
		p := TopicPreview{TopicRef: TopicRef{t.ID, t.Label}, Level: t.Level, After: t.Size, Papers: comes[t.ID]}
		for _, term := range t.Terms[:min(previewTerms, len(t.Terms))] {
			p.Terms = append(p.Terms, term.Text)
		}
		if was := old[t.ID]; was != nil {
			p.Was, p.Before = was.Label, was.Size
			delete(old, t.ID)
			if p.Was == t.Label && p.Before == t.Size {
				continue
			}
		}
		out = append(out, p)
	}
	for i := range before {
		if t := &before[i]; old[t.ID] != nil {
			out = append(out, TopicPreview{TopicRef: TopicRef{t.ID, t.Label}, Level: t.Level, Was: t.Label, Before: t.Size, Gone: true})
		}
	}
	return out
}
