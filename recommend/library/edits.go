package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
	"kindred/data"

	"kindred/data/readable"
	"kindred/data/store"
)

// editsLog is the log of the store that holds the curator's edits.
const editsLog = "topic-edits"

// EditError is an edit that cannot be made. It wraps data.ErrInvalid.
type EditError struct{ Faults []curate.Fault }

func (e *EditError) Error() string {
	text := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		text[i] = f.Detail
	}
	return strings.Join(text, "; ")
}

func (e *EditError) Unwrap() error { return data.ErrInvalid }

// Edits returns the edits in force, oldest first.
func (l *Library) Edits(ctx context.Context) ([]curate.Edit, error) {
	entries, err := l.store.Entries(ctx, editsLog)
	if err != nil {
		return nil, fmt.Errorf("list topic edits: %w", err)
	}
	return decodeEdits(entries)
}

func decodeEdits(entries []store.LogEntry) ([]curate.Edit, error) {
	edits := make([]curate.Edit, len(entries))
	for i, entry := range entries {
		if err := json.Unmarshal(entry.Value, &edits[i]); err != nil {
			return nil, fmt.Errorf("topic edit %d: %w", entry.Number, err)
		}
		edits[i].ID = curate.EditID(entry.Number)
	}
	return edits, nil
}

// errOvertaken is an edit that another one came before since it was validated.
var errOvertaken = errors.New("another edit was made meanwhile")

// maxOvertaken bounds how often an edit is validated anew because others are made at the same time.
const maxOvertaken = 100

// Edit makes an edit and returns it as it is kept, with its id, its date and its evidence. An edit that decides nothing
// new returns the one in force. One that cannot be made is an [*EditError]. Any number of processes may edit one data
// folder: an edit is validated against all that were made before it, and kept in the same transaction.
func (l *Library) Edit(ctx context.Context, e curate.Edit) (curate.Edit, error) {
	for range maxOvertaken {
		if err := l.Refresh(ctx); err != nil {
			return e, err
		}
		made, err := l.tryEdit(ctx, e)
		if !errors.Is(err, errOvertaken) {
			return made, err
		}
	}
	return e, fmt.Errorf("%s topic %d: %w, %d times: try again", e.Kind, e.Topic, errOvertaken, maxOvertaken)
}

// tryEdit makes an edit under the edits that the current snapshot has.
func (l *Library) tryEdit(ctx context.Context, e curate.Edit) (curate.Edit, error) {
	draft, parts, known, err := l.draft(ctx, e)
	if err != nil {
		return e, err
	}
	made := draft
	_, err = l.store.Append(ctx, editsLog, func(number int64, entries []store.LogEntry) ([]byte, error) {
		edits, err := decodeEdits(entries)
		if err != nil {
			return nil, err
		}
		if old, same := curate.InForce(edits, &draft); same {
			made = old
			return nil, nil // nothing new
		}
		if !sameEdits(edits, known) {
			return nil, errOvertaken
		}
		made = draft
		made.ID, made.Made = curate.EditID(number), time.Now().UTC().Truncate(time.Second)
		made.Shares = shares(number, made.Topic, parts)
		return json.Marshal(made)
	})
	if err != nil {
		return e, fmt.Errorf("%s topic %d: %w", e.Kind, e.Topic, err)
	}
	return made, l.afterEdit(ctx)
}

// afterEdit has the next answer show an edit.
func (l *Library) afterEdit(ctx context.Context) error {
	if err := l.Refresh(ctx); err != nil {
		return fmt.Errorf("the edit is kept and does not show yet: %w", err)
	}
	return nil
}

// draft validates an edit and adds its evidence. It returns the parts of a split and the edits that it was validated
// under.
func (l *Library) draft(ctx context.Context, e curate.Edit) (draft curate.Edit, parts []topic.Part, known []curate.Edit, err error) {
	l.changing.Lock()
	defer l.changing.Unlock()
	s, snap := l.state, l.Current()
	if s == nil || s.model == nil || snap == nil {
		return e, nil, nil, fmt.Errorf("%w: topics can be edited once a model is fitted (kindred fit)", ErrNoModel)
	}
	e.Label = readable.Text(strings.Join(strings.Fields(e.Label), " "))
	e.Note = readable.Text(strings.Join(strings.Fields(e.Note), " "))
	if faults := e.Validate(snap.Topics); faults != nil {
		return e, nil, nil, &EditError{faults}
	}
	e.ID, e.Made, e.Shares, e.Inapplicable = "", time.Time{}, nil, ""
	e.IntoLevel, e.IntoWas, e.IntoPapers = 0, "", nil
	if e.Kind == curate.Move {
		err = snap.findMoved(ctx, &e)
	} else {
		e.Paper = ""
		t, _ := snap.Topic(e.Topic)
		e.Level, e.Was, e.Papers = t.Level, t.Label, snap.witnesses(t)
	}
	if err != nil {
		return e, nil, nil, err
	}
	if into, ok := snap.Topic(e.Into); ok && (e.Kind == curate.Merge || e.Kind == curate.Move) {
		e.IntoLevel, e.IntoWas, e.IntoPapers = into.Level, into.Label, snap.witnesses(into)
	}
	if e.Kind == curate.Split {
		if parts, err = l.divide(ctx, e.Topic, e.Parts); err != nil {
			return e, nil, nil, err
		}
	}
	return e, parts, slices.Clone(s.edits), nil
}

// findMoved completes a move: the paper may be named in any form that [Snapshot.Resolve] knows.
func (s *Snapshot) findMoved(ctx context.Context, e *curate.Edit) error {
	found, err := s.Resolve(ctx, e.Paper)
	if err != nil {
		return err
	}
	row, ok := 0, found.Paper != nil
	if ok {
		row, ok = s.Catalog.Find(found.Paper.ID)
	}
	if !ok {
		return &EditError{[]curate.Fault{{Field: "paper", Detail: fmt.Sprintf("no paper here is %q", readable.Clip(e.Paper, 100))}}}
	}
	e.Paper, e.Was, e.Topic = found.Paper.ID, readable.Clip(found.Paper.Title, 200), s.Catalog.Assignment(row).Topic
	e.Level, e.Papers = 0, nil
	return nil
}

// shares are the parts of the split with a number of a topic.
func shares(number int64, id int, parts []topic.Part) []curate.Share {
	var out []curate.Share
	for i, p := range parts {
		s := curate.Share{ID: id, Label: p.Label, Terms: p.Terms, Description: p.Description, Anchors: p.Anchors}
		if i > 0 {
			s.ID = curate.PartID(number, i)
		}
		out = append(out, s)
	}
	return out
}

// Undo removes the edit with an id, and reports whether there was one.
func (l *Library) Undo(ctx context.Context, id string) (bool, error) {
	number, ok := curate.EditNumber(id)
	if !ok {
		return false, nil
	}
	found, err := l.store.Remove(ctx, editsLog, number)
	if err != nil {
		return false, fmt.Errorf("undo topic edit %s: %w", id, err)
	}
	err = l.Refresh(ctx)
	if errors.Is(err, ErrNoModel) {
		err = nil // an edit can be undone without one
	}
	return found, err
}

// divide divides the papers of a topic into parts, the largest first. An indivisible topic is an [*EditError].
func (l *Library) divide(ctx context.Context, id, parts int) ([]topic.Part, error) {
	s := l.state
	var ids []string
	latent := vec.NewDense(0, s.model.Dims())
	for i := range s.rows {
		if r := &s.rows[i]; r.Topic.Topic == id {
			ids = append(ids, r.ID)
			latent.Data = append(latent.Data, s.vector(r)...)
		}
	}
	docs := make([]classifier.Document, 0, len(ids))
	for i, id := range ids {
		p, err := l.store.Paper(ctx, id)
		switch {
		case errors.Is(err, data.ErrNotFound): // removed meanwhile
			latent.Data = slices.Delete(latent.Data, len(docs)*latent.Cols, (len(docs)+1)*latent.Cols)
			continue
		case err != nil:
			return nil, fmt.Errorf("paper %s: %w", ids[i], err)
		}
		docs = append(docs, classifier.Document{ID: p.ID, Text: p.Text()})
	}
	var taken []string
	for _, t := range l.Current().Topics {
		if t.ID != id && t.Parent != id { // the labels of its subtopics become free
			taken = append(taken, t.Label)
		}
	}
	out, err := s.model.Divide(ctx, docs, latent, parts, taken)
	if errors.Is(err, topic.ErrIndivisible) {
		return nil, &EditError{[]curate.Fault{{Field: "topic", Detail: err.Error()}}}
	}
	return out, err
}

// LabelsAfterFit returns the labels of the topics of a new model as the curator's edits have them, largest topic first,
// and the edits that have no effect on it, each with the reason in Inapplicable.
func (l *Library) LabelsAfterFit(ctx context.Context, m *classifier.Model) (labels []string, idle []curate.Edit, err error) {
	edits, err := l.Edits(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(edits) == 0 {
		for _, t := range m.Topics() {
			labels = append(labels, t.Label)
		}
		return labels, nil, nil
	}
	if err := l.Refresh(ctx); err != nil {
		return nil, nil, err
	}
	s := l.Current()
	for _, e := range edits {
		if e.Inapplicable = s.Inapplicable[e.ID]; e.Inapplicable != "" {
			idle = append(idle, e)
		}
	}
	for _, t := range s.SortedTopics(topic.Main, "size", "") {
		labels = append(labels, t.Label)
	}
	return labels, idle, nil
}
