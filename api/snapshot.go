package api

import (
	"context"
	"time"

	"kindred/classifier/topic"
	"kindred/recommend"
)

// Recommender answers queries, by the topics after the curator's edits. A *recommend.Engine with these topics is one.
type Recommender interface {
	// Recommend returns the papers like the seeds and the text of q.
	Recommend(ctx context.Context, q recommend.Query) (*recommend.Answer, error)
	// Search returns the papers that a typed text speaks of.
	Search(ctx context.Context, q recommend.SearchQuery) (*recommend.Answer, error)
}

// Classifier says which topics a text belongs to. A *classifier.Model is one.
type Classifier interface {
	// Classify returns the n heaviest topics of text, heaviest first. The error wraps classifier.ErrNoTerms when nothing
	// in text is known to the model.
	Classify(text string, n int) ([]topic.Score, error)
}

// ModelInfo describes the model behind a snapshot.
type ModelInfo struct {
	Version   string    `json:"version"`            // hash of the model's content
	FittedAt  time.Time `json:"fitted_at,omitzero"` // when it was learned
	Docs      int       `json:"docs"`               // papers it was learned from
	Dims      int       `json:"dims"`               // length of a latent vector
	Terms     int       `json:"terms,omitempty"`    // size of the vocabulary
	Explained float64   `json:"explained,omitempty"`
}

// Snapshot is what one request sees from start to end: papers, model and index that belong together. It is immutable;
// a refit or a write makes another one.
type Snapshot struct {
	Model ModelInfo
	// Revision tells snapshots of one model apart: the store's sequence number and whatever else an answer may depend on,
	// such as the number of topic edits. Answers are cached, here and by clients, as long as Model.Version and Revision stay.
	Revision    string
	Papers      recommend.Papers
	Recommender Recommender
	Classifier  Classifier
	Topics      []topic.Topic
	Catalog     *Catalog
	// Weights returns the topics that have a fair share of the paper of a row, heaviest first; nil when nothing is known of that.
	Weights func(row int) []topic.Score
	// Idle says why topic edits change nothing now, by their ids.
	Idle map[string]string
	// Changes says how the topics differ from those of the model before.
	Changes []topic.Change
	// Points returns a place on the map for each paper that has one, in any order; nil when no map was drawn.
	Points func() []Point
	// Lag is the number of papers that were stored after the model was learned and are folded into it.
	Lag int

	derived derived
	trends  trendCache
}

// edition names the snapshot to the cache.
func (s *Snapshot) edition() edition { return edition{s.Model.Version, s.Revision} }

// Point is a paper's place on the map. X and Y lie in [-1,1].
type Point struct {
	ID   string
	X, Y float32
}

// Assignment is the topic a paper is in, its subtopic, and how sure the topic is, in [0,1]. The zero Topic and Sub mean none.
type Assignment struct {
	Topic, Sub int
	Confidence float32
}
