package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/readable"
)

// Kinds of topic edits.
const (
	EditRename = "rename" // Topic is called Label
	EditMerge  = "merge"  // Topic's papers go to topic Into, and Topic is gone
	EditSplit  = "split"  // Topic is divided in Parts; the largest part keeps its id
	EditHide   = "hide"   // Topic is gone from all lists; its papers go to their next topic, or to none
	EditPin    = "pin"    // Topic keeps its id and name through refits while it has papers, however the others are formed
)

// Edit is one decision of a curator about the topics. Decisions outlive refits: the model's owner applies them again,
// in the order in which they were made.
type Edit struct {
	ID    string    `json:"id"` // given by the Curator
	Kind  string    `json:"kind"`
	Topic int       `json:"topic"`
	Label string    `json:"label,omitempty"` // of a rename
	Into  int       `json:"into,omitempty"`  // of a merge
	Parts int       `json:"parts,omitempty"` // of a split, 2 to 8
	Made  time.Time `json:"made,omitzero"`
	Was   string    `json:"was,omitempty"` // label of Topic when the edit was made
	// Shares are the parts of a split, filled in by the Curator, the largest first.
	Shares []Share `json:"shares,omitempty"`
	// Idle says why the edit changes nothing now, "" when it does: its topic may be gone with a refit, and come back with another.
	Idle string `json:"idle,omitempty"`
}

// Share is one part of a split topic. A paper of the topic belongs to the part whose anchors' mean vector is nearest to its own:
// that holds for papers that come later and for latent spaces of later models.
type Share struct {
	ID          int          `json:"id"`
	Label       string       `json:"label"`
	Terms       []topic.Term `json:"terms"`
	Description string       `json:"description,omitempty"`
	Anchors     []string     `json:"anchors"`
}

// Curator keeps and applies topic edits. Topics of snapshots that Config.Current returns after a call show its effect.
type Curator interface {
	// Edits returns the edits in force, oldest first.
	Edits(ctx context.Context) ([]Edit, error)
	// Apply keeps an edit and returns it with its id. One that changes nothing returns the edit that is in force already.
	// The error wraps data.ErrInvalid for an edit that cannot be applied.
	Apply(ctx context.Context, e Edit) (Edit, error)
	// Undo removes an edit, and reports whether there was one.
	Undo(ctx context.Context, id string) (bool, error)
}

// editKinds are all kinds of edits, in the order in which they are offered.
var editKinds = []string{EditRename, EditMerge, EditSplit, EditHide, EditPin}

// maxLabel is the length in bytes of the longest label.
const maxLabel = 80

// validate reports what is wrong with the edit of the topics in s, by JSON pointer.
func (e *Edit) validate(s *Snapshot) []FieldError {
	var errs []FieldError
	fail := func(pointer, detail string, args ...any) {
		errs = append(errs, FieldError{Pointer: pointer, Detail: fmt.Sprintf(detail, args...)})
	}
	t, ok := s.topic(e.Topic)
	if !ok {
		fail("/topic", "topic is %d, and there is no such topic; "+TopicsHint+".", e.Topic)
	} else if t.Level != topic.Main && (e.Kind == EditSplit || e.Kind == EditPin) {
		fail("/topic", "topic %d is of level %d; only topics of level %d can be split or pinned.", e.Topic, t.Level, topic.Main)
	}
	switch e.Kind {
	case EditRename:
		if label := strings.Join(strings.Fields(e.Label), " "); label == "" || len(label) > maxLabel {
			fail("/label", "label has %d bytes; 1 to %d are allowed.", len(label), maxLabel)
		}
		for i := range s.Topics {
			if t := &s.Topics[i]; t.ID != e.Topic && strings.EqualFold(t.Label, e.Label) {
				fail("/label", "Topic %d is called %q already; no two topics have one label.", t.ID, t.Label)
			}
		}
	case EditMerge:
		into, found := s.topic(e.Into)
		if !found || e.Into == e.Topic {
			fail("/into", "into is %d; it must be another topic.", e.Into)
		} else if ok {
			if why := cannotMerge(t, into); why != "" {
				fail("/into", "%s", why)
			}
		}
	case EditSplit:
		if e.Parts < 2 || e.Parts > topic.MostParts {
			fail("/parts", "parts is %d; it must be from 2 to %d.", e.Parts, topic.MostParts)
		}
	case EditPin, EditHide:
	default:
		fail("/kind", "kind is %q; it must be one of %s.", clip(e.Kind, 40), strings.Join(editKinds, ", "))
	}
	return errs
}

func (a *server) curator() (Curator, error) {
	if a.cfg.Curator == nil {
		return nil, problem(http.StatusNotImplemented, "This server keeps no topic edits.")
	}
	return a.cfg.Curator, nil
}

func (a *server) listEdits(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	edits, err := cur.Edits(r.context())
	if err != nil {
		return nil, fmt.Errorf("topic edits: %w", err)
	}
	if edits == nil {
		edits = []Edit{}
	}
	if r.s != nil {
		for i := range edits {
			edits[i].Idle = r.s.Idle[edits[i].ID]
		}
	}
	return jsonReply(changed{edits})
}

func (a *server) addEdit(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	var e Edit
	if err := readJSON(r.c.Request, &e); err != nil {
		return nil, err
	}
	out, err := a.applyEdit(r, e)
	if err != nil {
		return nil, err
	}
	return jsonReply(changed{out})
}

// applyEdit checks an edit and hands it to the curator.
func (a *server) applyEdit(r *request, e Edit) (Edit, error) {
	cur, err := a.curator()
	if err != nil {
		return e, err
	}
	if r.s == nil {
		return e, loading()
	}
	if errs := e.validate(r.s); errs != nil {
		return e, badRequest(errs...)
	}
	e.ID, e.Made, e.Shares, e.Idle = "", time.Time{}, nil, ""
	e.Was = r.s.label(e.Topic)
	e.Label = readable.Text(strings.Join(strings.Fields(e.Label), " "))
	out, err := cur.Apply(r.durable(), e)
	if errors.Is(err, data.ErrInvalid) {
		return e, badRequest(FieldError{Pointer: "/topic", Detail: err.Error()})
	}
	if err != nil {
		return e, fmt.Errorf("%s topic %d: %w", e.Kind, e.Topic, err)
	}
	return out, nil
}

func (a *server) undoEdit(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	found, err := cur.Undo(r.durable(), r.id)
	if err != nil {
		return nil, fmt.Errorf("undo edit %s: %w", r.id, err)
	}
	return jsonReply(changed{map[string]bool{"undone": found}})
}
