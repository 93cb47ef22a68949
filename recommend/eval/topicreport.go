package eval

import (
	"context"
	"iter"
	"slices"

	"kindred/classifier"
	"kindred/classifier/topic"
	"kindred/classifier/topic/naming"
	"kindred/recommend/library"
)

// TopicReport says how good the topics of a model are. VMeasure and ARI are nil without labelled papers.
type TopicReport struct {
	Topics    int      `json:"topics"`
	Papers    int      `json:"papers"`
	Labelled  int      `json:"labelled"`
	Other     float64  `json:"other"`     // share of papers in no topic
	VMeasure  *float64 `json:"v_measure"` // papers in no topic being one more cluster
	ARI       *float64 `json:"ari"`
	VInTopics *float64 `json:"v_measure_in_topics"` // of the papers in topics alone
	NPMI      float64  `json:"npmi"`
	Diversity float64  `json:"diversity"`
	// LabelWords is the share of the words of topic labels that occur in a title of the topic's papers.
	// LabelTitles is the share of a topic's papers with such a word in the title, mean over topics.
	LabelWords  float64 `json:"label_words_in_titles"`
	LabelTitles float64 `json:"titles_with_label_words"`
	// Names measures the labels and terms of the topics, and FieldNames those of the fields, where there are any.
	Names      NameReport  `json:"names"`
	FieldNames *NameReport `json:"field_names,omitempty"`
	// Stability is measured apart, since it takes four fits.
	Stability *Stability `json:"stability,omitempty"`
}

// termsMeasured is the number of terms of a topic in NPMI and Diversity.
const termsMeasured = 10

// MeasureTopics measures the topics of a library's model: against the first labels of papers, by their
// terms in the fitted papers, and by their labels in the titles.
func MeasureTopics(ctx context.Context, l *library.Library) (*TopicReport, error) {
	m := l.Model()
	topics := m.Topics()
	terms := termsOf(topics)
	r := &TopicReport{Topics: len(topics), Papers: m.Docs(), NPMI: NPMI(terms, fittedTerms(m)), Diversity: Diversity(terms)}
	r.LabelWords, r.LabelTitles = labelWords(m, l.Current().Catalog)
	if err := r.measureNames(ctx, l); err != nil {
		return nil, err
	}
	labelled, err := ReadLabelled(ctx, l)
	if err != nil {
		return nil, err
	}
	if r.Labelled = len(labelled.Rows); r.Labelled > 0 {
		clusters := make([]int, len(labelled.Rows))
		var class, inside []int // of the papers in topics
		for i, row := range labelled.Rows {
			if clusters[i], _ = m.TopicOf(row); clusters[i] != 0 {
				class, inside = append(class, labelled.ClassOf[i]), append(inside, clusters[i])
			}
		}
		v, ari := VMeasure(labelled.ClassOf, clusters), AdjustedRand(labelled.ClassOf, clusters)
		in := VMeasure(class, inside)
		r.VMeasure, r.ARI, r.VInTopics = &v, &ari, &in
	}
	return r, nil
}

// measureNames sets Names and FieldNames.
func (r *TopicReport) measureNames(ctx context.Context, l *library.Library) error {
	m := l.Model()
	words, err := newWordVectors()
	if err != nil {
		return err
	}
	topics, fields := m.Topics(), m.TopicsAt(topic.Fields)
	place, parent := map[int]int{}, map[int]int{} // position of a topic, and of the field of the topic at a position
	for i := range topics {
		place[topics[i].ID] = i
	}
	for i := range fields {
		for _, child := range fields[i].Children {
			parent[place[child]] = i
		}
	}
	row := make(map[string]int, m.Docs())
	for i, id := range m.IDs() {
		row[id] = i
	}
	var inTopics, inFields []namedPaper
	for entry, err := range l.Store().Since(ctx, 0) {
		if err != nil {
			return err
		}
		i, fitted := row[entry.ID]
		if entry.Paper == nil || !fitted {
			continue
		}
		id, _ := m.TopicOf(i)
		if id == 0 {
			r.Other += 1 / float64(m.Docs())
			continue
		}
		p := namedPaper{naming.LabelWords(entry.Paper.Title), naming.LabelWords(entry.Paper.Text()), place[id]}
		inTopics = append(inTopics, p)
		p.topic = parent[p.topic]
		inFields = append(inFields, p)
	}
	r.Names = measureNames(topics, inTopics, words, m.Seed())
	if len(fields) > 0 {
		f := measureNames(fields, inFields, words, m.Seed())
		r.FieldNames = &f
	}
	return nil
}

// labelWords compares the words of labels with the titles of the topics' papers, both without plural endings.
func labelWords(m *classifier.Model, catalog *library.Catalog) (words, titles float64) {
	title := make(map[string]string, catalog.Len())
	for i := range catalog.Len() {
		title[catalog.Row(i).ID] = catalog.Row(i).Title
	}
	type count struct {
		label        []string
		met          map[string]bool // words of the label that occur in a title
		papers, with int             // with a word of the label in the title
	}
	counts := map[int]*count{}
	var order []*count // by topic: sums must not depend on the order of a map
	for _, t := range m.Topics() {
		c := &count{label: naming.LabelWords(t.Label), met: map[string]bool{}}
		counts[t.ID] = c
		order = append(order, c)
	}
	for i, id := range m.IDs() {
		t, _ := m.TopicOf(i)
		c := counts[t]
		if c == nil {
			continue
		}
		c.papers++
		any := false
		for _, w := range naming.LabelWords(title[id]) {
			if slices.Contains(c.label, w) {
				c.met[w], any = true, true
			}
		}
		if any {
			c.with++
		}
	}
	all, found := 0, 0
	for _, c := range order {
		all, found = all+len(c.label), found+len(c.met)
		titles += float64(c.with) / float64(max(1, c.papers)) / float64(len(order))
	}
	return float64(found) / float64(max(1, all)), titles
}

// fittedTerms yields the terms of every fitted paper in the readable forms that topics have.
func fittedTerms(m *classifier.Model) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		rows := m.Lexical()
		var terms []string
		for i := range rows.Rows() {
			terms = terms[:0]
			for _, t := range rows.Row(i).Index {
				terms = append(terms, m.Surface(t))
			}
			if !yield(terms) {
				return
			}
		}
	}
}
