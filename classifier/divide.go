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

// Divide divides documents, those of one topic, into parts and names them, each against the others; labels are none of
// taken. latent holds the documents' latent vectors, one row each. The error wraps topic.ErrIndivisible when they are
// too few or too much alike.
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

// NearestSubtopic returns the subtopic of a topic of the main level whose documents' mean latent vector is nearest to a
// latent vector, 0 for a topic without subtopics. A document of the model has the subtopic that SubtopicOf returns.
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

// SubtopicOf returns the subtopic of a document, by its number, 0 for none.
func (m *Model) SubtopicOf(doc int) int { return m.topics.Sub(doc) }
