package classifier

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"kindred/classifier/text"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// Divide divides the documents of one topic into parts and names these against each other, with labels that are not in
// taken. latent holds the latent vectors of the documents, one row each. The error wraps topic.ErrIndivisible when the
// documents are too few or too similar.
func (m *Model) Divide(ctx context.Context, docs []Document, latent *vec.Dense, parts int, taken []string) ([]topic.Part, error) {
	corpus, err := text.Collect(ctx, text.Analyzer{}, texts(docs), func(int) {})
	if err != nil {
		return nil, err
	}
	in, err := m.topicInput(ctx, corpus)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		in.IDs = append(in.IDs, d.ID)
	}
	out, err := topic.Divide(ctx, *in, latent, parts, taken)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	return out, nil
}

func texts(docs []Document) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, d := range docs {
			if !yield(d.Text, nil) {
				return
			}
		}
	}
}

// subCentroids holds the mean latent vectors of the subtopics. They are computed at first use.
type subCentroids struct {
	once sync.Once
	of   map[int][]subCentroid // by topic of the main level
}

type subCentroid struct {
	id     int
	vector []float32
}

// NearestSubtopic returns the subtopic of a topic of the main level whose centroid is nearest to a latent vector, or 0
// for a topic without subtopics. The centroid is the mean latent vector of the documents of the subtopic. For a
// document of the model, see SubtopicOf.
func (m *Model) NearestSubtopic(id int, latent []float32) int {
	m.centroids.once.Do(m.findCentroids)
	best, most := 0, float32(-2)
	for _, s := range m.centroids.of[id] {
		if cosine := vec.Dot(latent, s.vector); cosine > most {
			best, most = s.id, cosine
		}
	}
	return best
}

func (m *Model) findCentroids() {
	sums := make(map[int][]float32)
	for doc := range m.Docs() {
		if id := m.SubtopicOf(doc); id != 0 {
			if sums[id] == nil {
				sums[id] = make([]float32, m.Dims())
			}
			vec.Axpy(1, m.latent.Row(doc), sums[id])
		}
	}
	m.centroids.of = make(map[int][]subCentroid)
	for _, s := range m.topics.Level(topic.Subtopics) {
		if v := sums[s.ID]; v != nil {
			vec.Normalize(v)
			m.centroids.of[s.Parent] = append(m.centroids.of[s.Parent], subCentroid{s.ID, v})
		}
	}
}

// SubtopicOf returns the subtopic of a document, by its number, or 0 for none.
func (m *Model) SubtopicOf(doc int) int { return m.topics.Sub(doc) }
