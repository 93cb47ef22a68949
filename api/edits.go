package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
)

// editsBucket is where topic edits stand among the settings.
const editsBucket = "topic-edits"

// EditLog is a Curator that keeps edits among the settings of a store. It takes renames, merges and pins; splitting a
// topic needs the vectors of its papers, which a store does not have.
type EditLog struct {
	settings store.Settings
	changed  func(ctx context.Context) error
	mu       sync.Mutex // held while the log changes
}

// NewEditLog returns the log kept in settings. changed is called after every change, and returns when Config.Current
// gives a snapshot that shows it; it may be nil.
func NewEditLog(settings store.Settings, changed func(ctx context.Context) error) *EditLog {
	return &EditLog{settings: settings, changed: changed}
}

// Kinds returns the kinds of edits that the log takes.
func (l *EditLog) Kinds() []string { return []string{EditRename, EditMerge, EditPin} }

// Edits implements Curator.
func (l *EditLog) Edits(ctx context.Context) ([]Edit, error) {
	keys, err := l.settings.SettingKeys(ctx, editsBucket)
	if err != nil {
		return nil, fmt.Errorf("list topic edits: %w", err)
	}
	var edits []Edit
	for _, key := range keys {
		value, err := l.settings.Setting(ctx, editsBucket, key)
		if err != nil {
			return nil, fmt.Errorf("topic edit %s: %w", key, err)
		}
		var e Edit
		if value == nil { // undone meanwhile
			continue
		}
		if err := json.Unmarshal(value, &e); err != nil {
			return nil, fmt.Errorf("topic edit %s: %w", key, err)
		}
		edits = append(edits, e)
	}
	return edits, nil
}

// Apply implements Curator.
func (l *EditLog) Apply(ctx context.Context, e Edit) (Edit, error) {
	if !slices.Contains(l.Kinds(), e.Kind) {
		return e, fmt.Errorf("%w: a %s cannot be kept here", data.ErrInvalid, e.Kind)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	edits, err := l.Edits(ctx)
	if err != nil {
		return e, err
	}
	last := 0
	for _, old := range edits {
		if old.Kind == e.Kind && old.Topic == e.Topic && old.Label == e.Label && old.Into == e.Into {
			return old, nil
		}
		n, err := strconv.Atoi(old.ID)
		if err != nil {
			return e, fmt.Errorf("topic edit %q: %w", old.ID, err)
		}
		last = max(last, n)
	}
	// Eight digits, so that the order of the keys is the order of the edits.
	e.ID, e.Made = fmt.Sprintf("%08d", last+1), time.Now().UTC().Truncate(time.Second)
	value, err := json.Marshal(e)
	if err != nil {
		return e, err
	}
	if err := l.settings.SetSetting(ctx, editsBucket, e.ID, value); err != nil {
		return e, fmt.Errorf("keep topic edit: %w", err)
	}
	return e, l.tell(ctx)
}

// Undo implements Curator.
func (l *EditLog) Undo(ctx context.Context, id string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	value, err := l.settings.Setting(ctx, editsBucket, id)
	if err != nil || value == nil {
		return false, err
	}
	if err := l.settings.SetSetting(ctx, editsBucket, id, nil); err != nil {
		return false, fmt.Errorf("undo topic edit %s: %w", id, err)
	}
	return true, l.tell(ctx)
}

func (l *EditLog) tell(ctx context.Context) error {
	if l.changed == nil {
		return nil
	}
	if err := l.changed(ctx); err != nil {
		return errors.Join(fmt.Errorf("the edit is kept, and shows after the next start"), err)
	}
	return nil
}

// Edited applies edits, oldest first, to the topics of a model and to the topics of its papers. It returns changed copies
// and, for Snapshot.Merged, where each merged topic went. Edits of topics that the model does not have are passed over:
// the topics may come back with another model.
func Edited(topics []topic.Topic, assigned []Assignment, edits []Edit) ([]topic.Topic, []Assignment, map[int]int) {
	topics, assigned = slices.Clone(topics), slices.Clone(assigned)
	merged := make(map[int]int)
	find := func(id int) int { return slices.IndexFunc(topics, func(t topic.Topic) bool { return t.ID == id }) }
	for _, e := range edits {
		from := find(settle(merged, e.Topic))
		if from < 0 {
			continue
		}
		switch e.Kind {
		case EditRename:
			topics[from].Label = e.Label
		case EditMerge:
			into := find(settle(merged, e.Into))
			if into < 0 || into == from {
				continue
			}
			merged[topics[from].ID] = topics[into].ID
			topics[into].Size += topics[from].Size
			parent := find(topics[from].Parent)
			if parent >= 0 {
				gone := topics[from].ID
				topics[parent].Children = slices.DeleteFunc(slices.Clone(topics[parent].Children), func(id int) bool { return id == gone })
			}
			topics = slices.Delete(topics, from, from+1)
		}
	}
	for i := range assigned {
		assigned[i].Topic = settle(merged, assigned[i].Topic)
	}
	return topics, assigned, merged
}

// settle follows merges to the topic that is left.
func settle(merged map[int]int, id int) int {
	for range len(merged) {
		next, ok := merged[id]
		if !ok {
			break
		}
		id = next
	}
	return id
}

// widen adds to ids the topics that were merged into one of them: the index knows its papers by these.
func (s *Snapshot) widen(ids []int) []int {
	if len(ids) == 0 || len(s.Merged) == 0 {
		return ids
	}
	out := slices.Clone(ids)
	for from := range s.Merged {
		if slices.Contains(ids, settle(s.Merged, from)) {
			out = append(out, from)
		}
	}
	slices.Sort(out)
	return out
}

// weights names the topics of scores. Topics that were merged count as one.
func (s *Snapshot) weights(scores []topic.Score) []TopicWeight {
	out := make([]TopicWeight, 0, len(scores))
	for _, sc := range scores {
		id := settle(s.Merged, sc.Topic)
		label := s.label(id)
		if i := slices.IndexFunc(out, func(t TopicWeight) bool { return t.ID == id }); i >= 0 {
			out[i].Weight = min(1, out[i].Weight+sc.Weight)
		} else if label != "" {
			out = append(out, TopicWeight{TopicRef{id, label}, sc.Weight})
		}
	}
	slices.SortStableFunc(out, func(x, y TopicWeight) int {
		switch {
		case x.Weight > y.Weight:
			return -1
		case x.Weight < y.Weight:
			return 1
		}
		return 0
	})
	return out
}
