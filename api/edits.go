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
	"kindred/data/store"
)

// editsBucket is where topic edits stand among the settings.
const editsBucket = "topic-edits"

// lastBucket and lastKey are where the number of the last edit stands.
const (
	lastBucket = "topic-edits-last"
	lastKey    = "number"
)

// EditLog is a Curator that keeps edits among the settings of a store.
type EditLog struct {
	settings store.Settings
	divide   Divider
	changed  func(ctx context.Context) error
	mu       sync.Mutex // held while the log changes
}

// Divider divides the papers that are in a topic now. The error wraps data.ErrInvalid when that cannot be.
type Divider func(ctx context.Context, topic, parts int) ([]topic.Part, error)

// NewEditLog returns the log kept in settings. divide makes the parts of splits. changed is called after every change, and returns
// when Config.Current gives a snapshot that shows it; it may be nil.
func NewEditLog(settings store.Settings, divide Divider, changed func(ctx context.Context) error) *EditLog {
	return &EditLog{settings: settings, divide: divide, changed: changed}
}

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

// firstPart is above all ids that models give: the ids of parts are counted from here.
const firstPart = 1_000_000

// Apply implements Curator.
func (l *EditLog) Apply(ctx context.Context, e Edit) (Edit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	edits, err := l.Edits(ctx)
	if err != nil {
		return e, err
	}
	for _, old := range slices.Backward(edits) {
		if old.Kind == e.Kind && old.Topic == e.Topic {
			if old.Label == e.Label && old.Into == e.Into && old.Parts == e.Parts {
				return old, nil
			}
			break
		}
	}
	number, err := l.number(ctx, edits)
	if err != nil {
		return e, err
	}
	if e.Shares = nil; e.Kind == EditSplit {
		parts, err := l.divide(ctx, e.Topic, e.Parts)
		if err != nil {
			return e, err
		}
		for i, p := range parts {
			id := e.Topic // the largest part keeps it
			if i > 0 {
				id = firstPart + number*topic.MostParts + i
			}
			e.Shares = append(e.Shares, Share{ID: id, Label: p.Label, Terms: p.Terms, Description: p.Description, Anchors: p.Anchors})
		}
	}
	e.ID, e.Made = EditID(number), time.Now().UTC().Truncate(time.Second)
	value, err := json.Marshal(e)
	if err != nil {
		return e, err
	}
	if err := l.settings.SetSetting(ctx, lastBucket, lastKey, []byte(strconv.Itoa(number))); err != nil {
		return e, fmt.Errorf("number topic edit: %w", err)
	}
	if err := l.settings.SetSetting(ctx, editsBucket, e.ID, value); err != nil {
		return e, fmt.Errorf("keep topic edit: %w", err)
	}
	return e, l.tell(ctx)
}

// EditID is the id of an edit by its number: eight digits, so that the order of the keys is the order of the edits.
func EditID(number int) string { return fmt.Sprintf("%08d", number) }

// number returns one that no edit ever had, undone ones among them: the ids of parts are made of it, and pages are known by them.
func (l *EditLog) number(ctx context.Context, edits []Edit) (int, error) {
	last := 0
	value, err := l.settings.Setting(ctx, lastBucket, lastKey)
	if err != nil {
		return 0, fmt.Errorf("number topic edit: %w", err)
	}
	if value != nil {
		if last, err = strconv.Atoi(string(value)); err != nil {
			return 0, fmt.Errorf("number of the last topic edit: %w", err)
		}
	}
	for _, e := range edits {
		n, err := strconv.Atoi(e.ID)
		if err != nil {
			return 0, fmt.Errorf("topic edit %q: %w", e.ID, err)
		}
		last = max(last, n)
	}
	return last + 1, nil
}

// Pinned returns the topics that edits pin, as the model knows them: of a part, the topic it is a part of.
func Pinned(edits []Edit) []int {
	var out []int
	for _, e := range edits {
		if e.Kind != EditPin {
			continue
		}
		id := e.Topic
		for _, split := range slices.Backward(edits) {
			if slices.ContainsFunc(split.Shares, func(s Share) bool { return s.ID == id }) {
				id = split.Topic
			}
		}
		out = append(out, id)
	}
	return out
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

// weights names the topics of scores.
func (s *Snapshot) weights(scores []topic.Score) []TopicWeight {
	out := make([]TopicWeight, 0, len(scores))
	for _, sc := range scores {
		if label := s.label(sc.Topic); label != "" {
			out = append(out, TopicWeight{TopicRef{sc.Topic, label}, sc.Weight})
		}
	}
	return out
}
