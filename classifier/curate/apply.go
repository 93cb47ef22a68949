package curate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// Assignment is the topic of a paper, its subtopic, and the confidence of the topic in [0,1]. Zero ids mean none. The
// confidence of a paper that is far from every topic is that of being in none.
type Assignment struct {
	Topic, Sub int
	Confidence float32
}

// Base is what a model says of topics and papers before any edit.
type Base struct {
	Topics []topic.Topic // of all levels
	// Row returns the row of the paper with an id.
	Row func(id string) (row int, ok bool)
	// Assigned returns the topic of the paper at a row.
	Assigned func(row int) Assignment
	// Vector returns the latent vector of the paper at a row, of unit length or zero. Splits alone need it.
	Vector func(row int) []float32
}

// Curated is what edits make of the topics of a model. It is immutable.
type Curated struct {
	Topics       []topic.Topic     // of all levels; their sizes are those of the model until [Curated.Sized]
	Inapplicable map[string]string // why an edit changes nothing, by its id
	Pinned       []int             // topics of the model that edits pin

	steps     []step
	placed    map[string]place // papers that edits moved, by id
	unchanged map[int]bool     // topics of the model that lose no paper and get none
	affected  map[int]bool     // topics that lost papers or got some
	parent    map[int]int      // topic one level up
}

// place is where a paper was moved to, and how many of the steps were made before that.
type place struct{ topic, after int }

// step moves the papers of one topic.
type step struct {
	topic     int
	into      int         // the destination, 0 for none; unused by a split
	parts     []int       // destinations of a split, nil otherwise
	centroids [][]float32 // of the parts, unit length
}

// Apply applies edits, oldest first. An edit whose topic is not there is passed over and explained in Inapplicable.
func (b *Base) Apply(edits []Edit) *Curated {
	c := &Curated{
		Topics: slices.Clone(b.Topics), Inapplicable: map[string]string{},
		unchanged: map[int]bool{}, affected: map[int]bool{}, parent: map[int]int{}, placed: map[string]place{},
	}
	for i := range c.Topics {
		c.Topics[i].Children = slices.Clone(c.Topics[i].Children)
	}
	whole := map[int]int{} // topic of the model, by id of a part
	for i := range edits {
		e, why := b.locate(&edits[i], c.Topics)
		if why == "" {
			why = c.apply(b, &e)
		}
		if why != "" {
			c.Inapplicable[e.ID] = why
			continue
		}
		c.note(&e, whole)
	}
	for i := range c.Topics {
		c.parent[c.Topics[i].ID] = c.Topics[i].Parent
	}
	for i := range b.Topics {
		id := b.Topics[i].ID
		moved := slices.ContainsFunc(c.steps, func(st step) bool { return st.topic == id })
		c.unchanged[id] = !moved && !c.affected[id]
	}
	return c
}

// note keeps which topics of the model are pinned. A pin of a part pins the topic that was split.
func (c *Curated) note(e *Edit, whole map[int]int) {
	for _, s := range e.Shares {
		if s.ID != e.Topic {
			whole[s.ID] = cmp.Or(whole[e.Topic], e.Topic)
		}
	}
	if e.Kind == Pin {
		c.Pinned = append(c.Pinned, cmp.Or(whole[e.Topic], e.Topic))
	}
}

func (c *Curated) find(id int) int {
	return slices.IndexFunc(c.Topics, func(t topic.Topic) bool { return t.ID == id })
}

// apply applies one edit. It returns why the edit changes nothing, "" when it does.
func (c *Curated) apply(b *Base, e *Edit) string {
	if e.Kind == Move {
		if c.find(e.Into) < 0 {
			return fmt.Sprintf("There is no topic %d now.", e.Into)
		}
		c.placed[e.Paper] = place{e.Into, len(c.steps)}
		return ""
	}
	at := c.find(e.Topic)
	if at < 0 {
		return fmt.Sprintf("There is no topic %d now.", e.Topic)
	}
	switch e.Kind {
	case Rename:
		c.Topics[at].Label = e.Label
	case Merge:
		into := c.find(e.Into)
		if into < 0 || into == at {
			return fmt.Sprintf("There is no topic %d now.", e.Into)
		}
		if why := cannotMerge(&c.Topics[at], &c.Topics[into]); why != "" {
			return why
		}
		c.remove(at, e.Into)
	case Hide:
		c.remove(at, 0)
	case Split:
		return c.split(b, at, e)
	}
	return ""
}

// remove removes the topic at a position. Its papers and its children go to topic into. Where into is 0, subtopics are
// removed with their topic, and the children of a field stay without a parent.
func (c *Curated) remove(at, into int) {
	gone := c.Topics[at]
	c.affected[gone.ID], c.affected[into] = true, true
	c.steps = append(c.steps, step{topic: gone.ID, into: into})
	c.leaveParent(&gone)
	c.Topics = slices.Delete(c.Topics, at, at+1)
	if into == 0 && gone.Level == topic.Main {
		c.removeChildren(gone.ID)
		return
	}
	for i := range c.Topics {
		if c.Topics[i].Parent == gone.ID {
			c.Topics[i].Parent = into
		}
	}
	if to := c.find(into); to >= 0 {
		c.Topics[to].Terms = mergedTerms(&c.Topics[to], &gone)
		c.Topics[to].Children = append(c.Topics[to].Children, gone.Children...)
		slices.Sort(c.Topics[to].Children)
	}
}

// mergedTerms returns the terms of a topic after another one was merged into it, as many as it had: each weighs as much
// as the topic has papers.
func mergedTerms(into, gone *topic.Topic) []topic.Term {
	whole := float32(into.Size + gone.Size)
	if whole == 0 {
		return into.Terms
	}
	var out []topic.Term
	for _, t := range []*topic.Topic{into, gone} {
		for _, term := range t.Terms {
			term.Weight *= float32(t.Size) / whole
			if i := slices.IndexFunc(out, func(o topic.Term) bool { return o.Text == term.Text }); i >= 0 {
				out[i].Weight += term.Weight
			} else {
				out = append(out, term)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y topic.Term) int { return cmp.Compare(y.Weight, x.Weight) })
	return out[:min(len(out), max(len(into.Terms), len(gone.Terms)))]
}

func (c *Curated) leaveParent(t *topic.Topic) {
	if p := c.find(t.Parent); p >= 0 {
		siblings := c.Topics[p].Children
		c.Topics[p].Children = slices.DeleteFunc(siblings, func(id int) bool { return id == t.ID })
	}
}

func (c *Curated) removeChildren(parent int) {
	c.Topics = slices.DeleteFunc(c.Topics, func(t topic.Topic) bool { return t.Parent == parent })
}

// split replaces the topic at a position by its parts. Its subtopics are removed, since parts run across them.
func (c *Curated) split(b *Base, at int, e *Edit) string {
	whole := c.Topics[at]
	st := step{topic: whole.ID}
	var parts []topic.Topic
	for i := range e.Shares {
		s := &e.Shares[i]
		centroid, papers := b.centroid(s.Anchors)
		if centroid == nil {
			continue
		}
		st.parts, st.centroids = append(st.parts, s.ID), append(st.centroids, centroid)
		parts = append(parts, topic.Topic{
			ID: s.ID, Label: s.Label, Terms: s.Terms, Description: s.Description,
			Papers: papers, Level: whole.Level, Parent: whole.Parent,
		})
	}
	if len(parts) < 2 {
		return "The papers that define its parts are no longer in the library."
	}
	c.steps = append(c.steps, st)
	c.leaveParent(&whole)
	if p := c.find(whole.Parent); p >= 0 {
		c.Topics[p].Children = append(c.Topics[p].Children, st.parts...)
		slices.Sort(c.Topics[p].Children)
	}
	c.Topics = slices.Replace(c.Topics, at, at+1, parts...)
	c.removeChildren(whole.ID)
	return ""
}

// representatives is how many papers represent a part.
const representatives = 5

// centroid returns the mean direction of the vectors of papers, of unit length, and the first of the papers. It is nil
// where none of the papers is left.
func (b *Base) centroid(papers []string) (mean []float32, first []string) {
	if b.Row == nil || b.Vector == nil {
		return nil, nil
	}
	for _, id := range papers {
		row, ok := b.Row(id)
		if !ok {
			continue
		}
		v := b.Vector(row)
		if mean == nil {
			mean = make([]float32, len(v))
		}
		for i, x := range v {
			mean[i] += x
		}
		if len(first) < representatives {
			first = append(first, id)
		}
	}
	if length := float32(math.Sqrt(float64(vec.Dot(mean, mean)))); length > 0 {
		for i := range mean {
			mean[i] /= length
		}
	}
	return mean, first
}

// Moves reports whether the edits move any paper from one topic to another.
func (c *Curated) Moves() bool { return len(c.steps) > 0 || len(c.placed) > 0 }

// move follows a topic through the steps to the topic that a paper with a vector is in after them, 0 for none.
func (c *Curated) move(id int, vector func() []float32) int {
	return follow(c.steps, id, vector)
}

func follow(steps []step, id int, vector func() []float32) int {
	for i := range steps {
		st := &steps[i]
		switch {
		case id != st.topic:
		case st.parts == nil:
			id = st.into
		default:
			id = st.parts[nearest(st.centroids, vector())]
		}
	}
	return id
}

// nearest returns the number of the centroid with the largest cosine, the first of equals.
func nearest(centroids [][]float32, v []float32) int {
	best, most := 0, float32(math.Inf(-1))
	for i, c := range centroids {
		if len(c) != len(v) {
			break
		}
		if cosine := vec.Dot(v, c); cosine > most {
			most, best = cosine, i
		}
	}
	return best
}

// Placed returns the topic that edits moved a paper to, and whether there is one.
func (c *Curated) Placed(paper string, vector func() []float32) (Assignment, bool) {
	p, ok := c.placed[paper]
	if !ok {
		return Assignment{}, false
	}
	id := follow(c.steps[p.after:], p.topic, vector)
	at := c.find(id)
	if id == 0 || at < 0 {
		return Assignment{}, false // hidden since
	}
	a := Assignment{Topic: id, Confidence: 1}
	if c.Topics[at].Level < topic.Main {
		a.Topic, a.Sub = c.Topics[at].Parent, id
	}
	return a, true
}

// Assign returns the topic of a paper with an id after the edits. a is its topic before them, weights the shares that topics of
// the model have in it, heaviest first, and vector its latent vector. A paper of a hidden topic goes to the heaviest of
// its other topics.
func (c *Curated) Assign(paper string, a Assignment, weights func() []topic.Score, vector func() []float32) Assignment {
	if to, ok := c.Placed(paper, vector); ok {
		return to
	}
	if len(c.steps) == 0 || a.Topic == 0 || c.unchanged[a.Topic] && (a.Sub == 0 || c.unchanged[a.Sub]) {
		return a
	}
	sub, id := c.move(a.Sub, vector), c.move(a.Topic, vector)
	if id == 0 || c.affected[id] {
		if list := c.Weights(weights(), vector); len(list) > 0 {
			id, a.Confidence = list[0].Topic, list[0].Weight
		}
	}
	if id == 0 {
		a.Confidence = 0
	}
	a.Topic, a.Sub = id, 0
	if sub != 0 && c.parent[sub] == id {
		a.Sub = sub
	}
	return a
}

// Weights returns the shares of topics after the edits, heaviest first: those of merged topics are added up, those of
// hidden ones left out.
func (c *Curated) Weights(scores []topic.Score, vector func() []float32) []topic.Score {
	if len(c.steps) == 0 {
		return scores
	}
	out := make([]topic.Score, 0, len(scores))
	for _, s := range scores {
		s.Topic = c.move(s.Topic, vector)
		if i := slices.IndexFunc(out, func(o topic.Score) bool { return o.Topic == s.Topic }); i >= 0 {
			out[i].Weight = min(1, out[i].Weight+s.Weight)
		} else if s.Topic != 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(x, y topic.Score) int { return cmp.Compare(y.Weight, x.Weight) })
	return out
}

// PaperWeights is Weights for the paper with an id. One that an edit moved is of that topic alone.
func (c *Curated) PaperWeights(paper string, scores []topic.Score, vector func() []float32) []topic.Score {
	if to, ok := c.Placed(paper, vector); ok {
		return []topic.Score{{Topic: to.Topic, Weight: 1}}
	}
	return c.Weights(scores, vector)
}

// Sized returns the topics with the sizes that papers by topic or subtopic add up to.
func (c *Curated) Sized(papers map[int]int) []topic.Topic {
	out := slices.Clone(c.Topics)
	for i := range out {
		t := &out[i]
		t.Size = papers[t.ID]
		if t.Level > topic.Main {
			t.Size = 0
			for j := range out {
				if out[j].Parent == t.ID {
					t.Size += papers[out[j].ID]
				}
			}
		}
	}
	return out
}

// Classifier finds the topics of a text.
type Classifier interface {
	// Classify returns the n heaviest topics of text, heaviest first. A text that is in none has no topics, and other is
	// how sure it is of that.
	Classify(text string, n int) (scores []topic.Score, other float32, err error)
}

// Classifier returns model with the edits applied to its topics. embed returns the latent vector of a text.
func (c *Curated) Classifier(model Classifier, embed func(text string) ([]float32, error)) Classifier {
	if len(c.steps) == 0 {
		return model
	}
	return &curatedClassifier{c, model, embed}
}

type curatedClassifier struct {
	curated *Curated
	model   Classifier
	embed   func(text string) ([]float32, error)
}

// Classify implements [Classifier].
func (c *curatedClassifier) Classify(text string, n int) (scores []topic.Score, other float32, err error) {
	scores, other, err = c.model.Classify(text, len(c.curated.unchanged))
	if err != nil || other > 0 {
		return nil, other, err
	}
	vector := func() []float32 {
		v, failed := c.embed(text)
		if failed != nil {
			err = failed
		}
		return v
	}
	out := c.curated.Weights(scores, vector)
	return out[:min(len(out), max(n, 0))], 0, err
}
