package curate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/classifier/topic"
)

// Kinds of edits.
const (
	Rename = "rename" // Topic gets the label Label
	Merge  = "merge"  // the papers of Topic go to Into, and Topic is removed
	Split  = "split"  // Topic is divided into Parts; the largest part keeps its id
	Hide   = "hide"   // Topic is removed from all lists; its papers go to their next topic, or to none
	Move   = "move"   // the paper Paper goes to Into, a topic or a subtopic
	Pin    = "pin"    // Topic keeps its id and its label through refits as long as it has papers
)

// Kinds lists all kinds in the order in which they are offered.
var Kinds = []string{Rename, Merge, Split, Move, Hide, Pin}

// Limits of an edit.
const (
	MaxLabel     = 80  // bytes of a label
	MaxNote      = 300 // bytes of a note
	MaxWitnesses = 24  // papers by which a topic is recognised in another model
)

// Edit is one decision. The zero value of a field that its kind does not use is left out of the JSON form.
type Edit struct {
	ID    string    `json:"id"` // eight digits, so that the order of ids is the order of the edits
	Kind  string    `json:"kind"`
	Topic int       `json:"topic"`           // of a move, that which the paper was in; 0 where it was in none
	Label string    `json:"label,omitempty"` // of a rename
	Into  int       `json:"into,omitempty"`  // of a merge or a move
	Parts int       `json:"parts,omitempty"` // of a split, from 2 to topic.MostParts
	Paper string    `json:"paper,omitempty"` // id, of a move
	Note  string    `json:"note,omitempty"`  // the curator's, at most MaxNote bytes
	By    string    `json:"by,omitempty"`    // who made it: the name of a key, or of a user of the machine
	Made  time.Time `json:"made,omitzero"`

	// Level, Was and Papers are the level of Topic, its label, and its papers with the highest confidence when the edit
	// was made. Of a move, Was is the title of the paper. IntoLevel, IntoWas and IntoPapers are those of Into, whose
	// level differs from Level in a move alone.
	Level      int      `json:"level,omitempty"`
	Was        string   `json:"was,omitempty"`
	Papers     []string `json:"papers,omitempty"`
	IntoLevel  int      `json:"into_level,omitempty"`
	IntoWas    string   `json:"into_was,omitempty"`
	IntoPapers []string `json:"into_papers,omitempty"`

	// Shares are the parts of a split, the largest first.
	Shares []Share `json:"shares,omitempty"`
	// Inapplicable says why the edit changes nothing in the present model. It is empty where the edit applies.
	Inapplicable string `json:"idle,omitempty"`
}

// Text says the edit in words. label returns the label of a topic, "" for one that is not there; the edited topic has
// the label that it had when the edit was made, where that is known.
func (e *Edit) Text(label func(id int) string) string {
	name := func(id int, label string) string {
		if label == "" {
			return "topic " + strconv.Itoa(id)
		}
		return fmt.Sprintf("“%s” (%d)", label, id)
	}
	if e.Kind == Move {
		return fmt.Sprintf("the paper “%s” is moved to %s", cmp.Or(e.Was, e.Paper), name(e.Into, label(e.Into)))
	}
	was := name(e.Topic, cmp.Or(e.Was, label(e.Topic)))
	switch e.Kind {
	case Rename:
		return fmt.Sprintf("%s is called “%s”", was, e.Label)
	case Merge:
		return fmt.Sprintf("%s is merged into %s", was, name(e.Into, label(e.Into)))
	case Split:
		return fmt.Sprintf("%s is split in %d", was, e.Parts)
	case Hide:
		return was + " is hidden"
	}
	return was + " is pinned"
}

// Share is one part of a split topic. A paper of the topic belongs to the part whose centroid has the largest cosine
// with the paper's latent vector. The centroid is the mean of the vectors of the anchors, so that it can be computed in
// the latent space of any later model.
type Share struct {
	ID          int          `json:"id"`
	Label       string       `json:"label"`
	Terms       []topic.Term `json:"terms"`
	Description string       `json:"description,omitempty"`
	Anchors     []string     `json:"anchors"` // ids of papers
}

// EditID returns the id of the edit with a number.
func EditID(number int64) string { return fmt.Sprintf("%08d", number) }

// EditNumber returns the number of the edit with an id, with or without leading zeros. It reports false for any other
// string.
func EditNumber(id string) (int64, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && n > 0
}

// FirstPart is greater than every topic id that a model assigns. Ids of the parts of splits are counted from it.
const FirstPart = 1_000_000

// PartID returns the id of part i of the split with a number. Part 0 keeps the id of the topic that is split.
func PartID(number int64, i int) int { return FirstPart + int(number)*topic.MostParts + i }

// subject returns what the edit is about.
func (e *Edit) subject() (topic int, paper string) {
	if e.Kind == Move {
		return 0, e.Paper
	}
	return e.Topic, ""
}

// about reports whether the edit is of the kind of other and about the same topic or paper.
func (e *Edit) about(other *Edit) bool {
	topic, paper := e.subject()
	otherTopic, otherPaper := other.subject()
	return e.Kind == other.Kind && topic == otherTopic && paper == otherPaper
}

// Same reports whether the edit decides what other decides already.
func (e *Edit) Same(other *Edit) bool {
	return e.about(other) && e.Label == other.Label && e.Into == other.Into && e.Parts == other.Parts
}

// InForce returns the last edit of the kind and subject of e among edits, oldest first, if it decides the same as e.
func InForce(edits []Edit, e *Edit) (Edit, bool) {
	for _, old := range slices.Backward(edits) {
		if old.about(e) {
			return old, old.Same(e)
		}
	}
	return Edit{}, false
}

// Fault is one thing that is wrong with an edit.
type Fault struct {
	Field  string // JSON name of the field
	Detail string // a sentence fragment without a full stop
}

// Validate returns what is wrong with an edit of topics, which are those of all levels with earlier edits applied. A
// nil result means that the edit can be made.
func (e *Edit) Validate(topics []topic.Topic) []Fault {
	var faults []Fault
	fail := func(field, detail string, args ...any) {
		faults = append(faults, Fault{field, fmt.Sprintf(detail, args...)})
	}
	t := find(topics, e.Topic)
	switch {
	case e.Kind == Move: // its topic is whatever the paper is in
	case t == nil:
		fail("topic", "there is no such topic: %d", e.Topic)
	case t.Level != topic.Main && (e.Kind == Split || e.Kind == Pin):
		fail("topic", "“%s” is %s; only a topic can be split or pinned", t.Label, levelNames[t.Level])
	}
	if len(e.Note) > MaxNote {
		fail("note", "the note has %d bytes; at most %d are kept", len(e.Note), MaxNote)
	}
	switch e.Kind {
	case Rename:
		e.validateLabel(topics, fail)
	case Merge:
		into := find(topics, e.Into)
		switch {
		case into == nil:
			fail("into", "there is no such topic to merge into: %d", e.Into)
		case e.Into == e.Topic:
			fail("into", "a topic is merged into another topic, not into itself")
		case t != nil:
			if why := cannotMerge(t, into); why != "" {
				fail("into", "%s", strings.TrimSuffix(why, "."))
			}
		}
	case Move:
		into := find(topics, e.Into)
		switch {
		case e.Paper == "":
			fail("paper", "no paper is named")
		case into == nil:
			fail("into", "there is no such topic to move the paper to: %d", e.Into)
		case into.Level > topic.Main:
			fail("into", "“%s” is a field; a paper is moved to a topic or a subtopic", into.Label)
		}
	case Split:
		if e.Parts < 2 || e.Parts > topic.MostParts {
			fail("parts", "a topic is split into parts from 2 to %d, not %d", topic.MostParts, e.Parts)
		}
	case Pin, Hide:
	default:
		fail("kind", "there is no change of the kind %.40q; it must be one of %s", e.Kind, strings.Join(Kinds, ", "))
	}
	return faults
}

// levelNames says what a topic of a level is.
var levelNames = map[int]string{topic.Fields: "a field", topic.Main: "a topic", topic.Subtopics: "a subtopic"}

func (e *Edit) validateLabel(topics []topic.Topic, fail func(field, detail string, args ...any)) {
	label := strings.Join(strings.Fields(e.Label), " ")
	if label == "" || len(label) > MaxLabel {
		fail("label", "the name has %d bytes; 1 to %d are allowed", len(label), MaxLabel)
	}
	for i := range topics {
		if t := &topics[i]; t.ID != e.Topic && strings.EqualFold(t.Label, label) {
			fail("label", "another topic already has this name: “%s” (%d)", t.Label, t.ID)
		}
	}
}

func find(topics []topic.Topic, id int) *topic.Topic {
	if i := slices.IndexFunc(topics, func(t topic.Topic) bool { return t.ID == id }); i >= 0 {
		return &topics[i]
	}
	return nil
}

// cannotMerge says why one topic cannot be merged into another. It returns "" when it can.
func cannotMerge(from, into *topic.Topic) string {
	switch {
	case from.Level != into.Level:
		return fmt.Sprintf("“%s” is %s and “%s” is %s; only topics of one level can be merged.", from.Label, levelNames[from.Level], into.Label, levelNames[into.Level])
	case from.Level < topic.Main && from.Parent != into.Parent:
		return fmt.Sprintf("“%s” and “%s” are subtopics of different topics.", from.Label, into.Label)
	}
	return ""
}
