package api

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/topic"
)

// Before is what a model says of topics and papers before a curator's edits.
type Before struct {
	Topics   []topic.Topic // of all levels
	Assigned []Assignment  // of each paper, by row of the catalog
	// Weights returns the shares that topics of the main level have in the paper of a row, heaviest first.
	Weights func(row int) []topic.Score
	// Vector returns the latent vector of the paper of a row, unit length or zero. Row returns the row of a paper. Splits alone
	// need them.
	Vector func(row int) []float32
	Row    func(id string) (row int, ok bool)
}

// Edited is what edits make of the topics of a model.
type Edited struct {
	Topics   []topic.Topic     // of all levels
	Assigned []Assignment      // of each paper, by row
	Idle     map[string]string // why edits change nothing now, by edit id
	before   *Before
	steps    []step
	touched  map[int]bool // topics whose papers changed
}

// step moves the papers of a topic.
type step struct {
	topic   int
	into    int         // where they go, 0 for nowhere; of a split unused
	parts   []int       // where they go by the nearest of middles; nil for no split
	middles [][]float32 // unit length
}

// Apply applies edits, oldest first. Those of topics that are not there are passed over and told of in Idle: the topics may come
// back with another model.
func (b *Before) Apply(edits []Edit) *Edited {
	e := &Edited{Topics: slices.Clone(b.Topics), Assigned: b.Assigned, Idle: map[string]string{}, before: b, touched: map[int]bool{}}
	for i := range e.Topics {
		e.Topics[i].Children = slices.Clone(e.Topics[i].Children)
	}
	for i := range edits {
		if why := e.apply(&edits[i]); why != "" {
			e.Idle[edits[i].ID] = why
		}
	}
	if len(e.steps) > 0 {
		e.assign()
	}
	e.count()
	return e
}

func (e *Edited) find(id int) int {
	return slices.IndexFunc(e.Topics, func(t topic.Topic) bool { return t.ID == id })
}

// apply applies one edit, and returns why it changes nothing, "" when it does.
func (e *Edited) apply(edit *Edit) string {
	at := e.find(edit.Topic)
	if at < 0 {
		return fmt.Sprintf("There is no topic %d now.", edit.Topic)
	}
	switch edit.Kind {
	case EditRename:
		e.Topics[at].Label = edit.Label
	case EditMerge:
		into := e.find(edit.Into)
		if into < 0 || into == at {
			return fmt.Sprintf("There is no topic %d now.", edit.Into)
		}
		if why := cannotMerge(&e.Topics[at], &e.Topics[into]); why != "" {
			return why
		}
		e.takeOut(at, edit.Into)
	case EditHide:
		e.takeOut(at, 0)
	case EditSplit:
		return e.split(at, edit)
	}
	return ""
}

// cannotMerge says why one topic cannot be merged into another, "" when it can.
func cannotMerge(from, into *topic.Topic) string {
	switch {
	case from.Level != into.Level:
		return fmt.Sprintf("Topics %d and %d are of different levels.", from.ID, into.ID)
	case from.Level < topic.Main && from.Parent != into.Parent:
		return fmt.Sprintf("Subtopics %d and %d belong to different topics.", from.ID, into.ID)
	}
	return ""
}

// takeOut removes the topic at a position. Its papers and children go to topic into; where that is 0, children stay without a
// parent, and subtopics go with their topic.
func (e *Edited) takeOut(at, into int) {
	gone := e.Topics[at]
	e.touched[gone.ID], e.touched[into] = true, true
	e.steps = append(e.steps, step{topic: gone.ID, into: into})
	e.leaveParent(&gone)
	e.Topics = slices.Delete(e.Topics, at, at+1)
	if into == 0 && gone.Level == topic.Main {
		e.dropChildren(gone.ID)
		return
	}
	for i := range e.Topics {
		if e.Topics[i].Parent == gone.ID {
			e.Topics[i].Parent = into
		}
	}
	if to := e.find(into); to >= 0 {
		e.Topics[to].Children = append(e.Topics[to].Children, gone.Children...)
		slices.Sort(e.Topics[to].Children)
	}
}

func (e *Edited) leaveParent(t *topic.Topic) {
	if p := e.find(t.Parent); p >= 0 {
		e.Topics[p].Children = slices.DeleteFunc(e.Topics[p].Children, func(id int) bool { return id == t.ID })
	}
}

func (e *Edited) dropChildren(parent int) {
	e.Topics = slices.DeleteFunc(e.Topics, func(t topic.Topic) bool { return t.Parent == parent })
}

// split puts the parts in the place of the topic at a position. Its subtopics go: the parts run across them.
func (e *Edited) split(at int, edit *Edit) string {
	whole := e.Topics[at]
	st := step{topic: whole.ID}
	var parts []topic.Topic
	for i := range edit.Shares {
		s := &edit.Shares[i]
		middle, papers := e.middle(s.Anchors)
		if middle == nil {
			continue
		}
		st.parts, st.middles = append(st.parts, s.ID), append(st.middles, middle)
		parts = append(parts, topic.Topic{ID: s.ID, Label: s.Label, Terms: s.Terms, Description: s.Description, Papers: papers, Level: whole.Level, Parent: whole.Parent})
	}
	if len(parts) < 2 {
		return "The papers by which its parts are told are gone."
	}
	e.steps = append(e.steps, st)
	e.leaveParent(&whole)
	if p := e.find(whole.Parent); p >= 0 {
		e.Topics[p].Children = append(e.Topics[p].Children, st.parts...)
		slices.Sort(e.Topics[p].Children)
	}
	e.Topics = slices.Replace(e.Topics, at, at+1, parts...)
	e.dropChildren(whole.ID)
	return ""
}

// representatives is how many papers stand for a part.
const representatives = 5

// middle returns the direction of the mean of the vectors of anchors, nil when none is left, and the first of them.
func (e *Edited) middle(anchors []string) (sum []float32, first []string) {
	if e.before.Row == nil || e.before.Vector == nil {
		return nil, nil
	}
	for _, id := range anchors {
		row, ok := e.before.Row(id)
		if !ok {
			continue
		}
		v := e.before.Vector(row)
		if sum == nil {
			sum = make([]float32, len(v))
		}
		for i, x := range v {
			sum[i] += x
		}
		if len(first) < representatives {
			first = append(first, id)
		}
	}
	if length := math.Sqrt(float64(dot(sum, sum))); length > 0 {
		for i := range sum {
			sum[i] /= float32(length)
		}
	}
	return sum, first
}

func dot(a, b []float32) float32 {
	sum := float32(0)
	for i, v := range a {
		sum += float32(v * b[i])
	}
	return sum
}

// move follows a topic through the steps to the one that a paper of a vector is in now, 0 for none.
func (e *Edited) move(id int, vector func() []float32) int {
	for i := range e.steps {
		st := &e.steps[i]
		switch {
		case id != st.topic:
		case st.parts == nil:
			id = st.into
		default:
			v, best := vector(), 0
			most := float32(math.Inf(-1))
			for p, middle := range st.middles {
				if len(v) != len(middle) {
					break
				}
				if cosine := dot(v, middle); cosine > most {
					most, best = cosine, p
				}
			}
			id = st.parts[best]
		}
	}
	return id
}

// assign moves the papers. One whose topic is hidden goes to the next of its topics that is not.
func (e *Edited) assign() {
	parent := make(map[int]int, len(e.Topics))
	for i := range e.Topics {
		parent[e.Topics[i].ID] = e.Topics[i].Parent
	}
	stays := make(map[int]bool)
	for i := range e.before.Topics {
		id := e.before.Topics[i].ID
		stays[id] = !e.touched[id] && !slices.ContainsFunc(e.steps, func(st step) bool { return st.topic == id })
	}
	e.Assigned = slices.Clone(e.Assigned)
	for row := range e.Assigned {
		a := &e.Assigned[row]
		if stays[a.Topic] && (a.Sub == 0 || stays[a.Sub]) {
			continue
		}
		vector := func() []float32 { return e.before.Vector(row) }
		sub := e.move(a.Sub, vector)
		id := e.move(a.Topic, vector)
		if id == 0 || e.touched[id] {
			if list := e.Weights(row); len(list) > 0 {
				id, a.Confidence = list[0].Topic, list[0].Weight
			}
		}
		if id == 0 {
			a.Confidence = 0
		}
		a.Topic, a.Sub = id, 0
		if sub != 0 && parent[sub] == id {
			a.Sub = sub
		}
	}
}

// Weights returns the shares that topics have in the paper of a row after the edits, heaviest first: those of merged topics
// together, those of hidden ones not at all.
func (e *Edited) Weights(row int) []topic.Score {
	if e.before.Weights == nil {
		return nil
	}
	return e.moved(e.before.Weights(row), func() []float32 { return e.before.Vector(row) })
}

func (e *Edited) moved(scores []topic.Score, vector func() []float32) []topic.Score {
	if len(e.steps) == 0 {
		return scores
	}
	out := make([]topic.Score, 0, len(scores))
	for _, s := range scores {
		s.Topic = e.move(s.Topic, vector)
		if i := slices.IndexFunc(out, func(o topic.Score) bool { return o.Topic == s.Topic }); i >= 0 {
			out[i].Weight = min(1, out[i].Weight+s.Weight)
		} else if s.Topic != 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(x, y topic.Score) int { return cmp.Compare(y.Weight, x.Weight) })
	return out
}

// count sets the sizes to the papers that are in the topics.
func (e *Edited) count() {
	sizes := make(map[int]int, len(e.Topics))
	for _, a := range e.Assigned {
		sizes[a.Topic]++
		if a.Sub != 0 {
			sizes[a.Sub]++
		}
	}
	for i := range e.Topics {
		if t := &e.Topics[i]; t.Level > topic.Main {
			t.Size = 0
			for j := range e.Topics {
				if e.Topics[j].Parent == t.ID {
					t.Size += sizes[e.Topics[j].ID]
				}
			}
		} else {
			t.Size = sizes[t.ID]
		}
	}
}

// Classifier returns a classifier whose topics are those after the edits. embed returns the latent vector of a text.
func (e *Edited) Classifier(model Classifier, embed func(text string) ([]float32, error)) Classifier {
	if len(e.steps) == 0 {
		return model
	}
	return &editedClassifier{e, model, embed}
}

type editedClassifier struct {
	edited *Edited
	model  Classifier
	embed  func(text string) ([]float32, error)
}

// Classify implements Classifier.
func (c *editedClassifier) Classify(text string, n int) ([]topic.Score, error) {
	scores, err := c.model.Classify(text, len(c.edited.before.Topics))
	if err != nil {
		return nil, err
	}
	vector := func() []float32 {
		v, failed := c.embed(text)
		if failed != nil {
			err = failed
		}
		return v
	}
	out := c.edited.moved(scores, vector)
	return out[:min(len(out), max(n, 0))], err
}
