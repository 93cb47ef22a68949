package library

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
	"kindred/data"
	"kindred/recommend"
)

// Papers gives the papers behind ids. A store.Store is one. The caller must not change them.
type Papers interface {
	// Paper returns the paper that id names, itself or as an alias. The error wraps data.ErrNotFound for an unknown id.
	Paper(ctx context.Context, id string) (*data.Paper, error)
	// Papers returns the papers that ids name, in their order. An id that names none gives nil.
	Papers(ctx context.Context, ids []string) ([]*data.Paper, error)
}

// Recommender answers queries. A *recommend.Engine is one.
type Recommender interface {
	// Recommend returns the papers like the seeds and the text of q.
	Recommend(ctx context.Context, q recommend.Query) (*recommend.Answer, error)
	// RecommendLibrary returns the papers that serve the interests of a reader's library.
	RecommendLibrary(ctx context.Context, q recommend.LibraryQuery) (*recommend.LibraryAnswer, error)
	// Search returns the papers that a typed text speaks of.
	Search(ctx context.Context, q recommend.SearchQuery) (*recommend.Answer, error)
	// Neighbourhood returns the papers nearest to one, and which of them are near each other.
	Neighbourhood(ctx context.Context, id string, limit int) (*recommend.Neighbourhood, error)
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

// FitInfo says how and why a model was fitted.
type FitInfo struct {
	Settings Settings `json:"settings"`         // which later fits go on with
	Reason   string   `json:"reason,omitempty"` // why a server fitted by itself, "" where somebody asked for it
}

// Snapshot is what one request sees from start to end: papers, model and index that belong together. It is immutable; a
// refit, a write or an edit makes another one.
type Snapshot struct {
	Model ModelInfo
	// Revision distinguishes snapshots of one model: it contains the store's sequence number and whatever else an
	// answer may depend on, such as the number of topic edits. Answers are cached, here and by clients, while
	// Model.Version and Revision stay the same.
	Revision    string
	Seq         int64 // sequence number of the store up to which papers are in; 0 without a store
	Papers      Papers
	Recommender Recommender
	Classifier  curate.Classifier
	Topics      []topic.Topic
	Catalog     *Catalog
	// Weights returns the topics that have a fair share of the paper of a row, heaviest first; nil when nothing is
	// known of that.
	Weights func(row int) []topic.Score
	// Inapplicable says why topic edits change nothing now, by their ids.
	Inapplicable map[string]string
	// Changes says how the topics differ from those of the model before.
	Changes []topic.Change
	// Points returns a place on the map for each paper that has one, in any order; nil when no map was drawn.
	Points func() []Point
	// Missing says why there is no model; it is empty where there is one.
	Missing string
	// Lag is the number of papers that were stored after the model was learned and are folded into it.
	Lag int
	// Fit says how and why the model was fitted.
	Fit FitInfo
	// Drift says how the papers since differ from those of the fit. Only a library that serves measures it.
	Drift Drift

	// Views returns the vectors of the paper of a row; nil without a model.
	Views func(row int) vec.Views
	// Surface returns a term of the vectors as papers write it.
	Surface func(term uint32) string

	derived    derived
	holdings   holdingsCache
	trends     trendCache
	links      linkCache
	topicMeans meansCache
	model      *classifier.Model // nil without one
	engine     *recommend.Engine // nil without a model
}

// Acquire keeps the snapshot usable until [Snapshot.Release]. It reports false when the snapshot was replaced and its
// model is closed; the caller then takes the current one.
func (s *Snapshot) Acquire() bool { return s.model == nil || s.model.Acquire() }

// Release ends what one call of [Snapshot.Acquire] began. The last one unmaps the file of a model that was replaced.
func (s *Snapshot) Release() error {
	if s.model == nil {
		return nil
	}
	return s.model.Release()
}

// Engine returns the engine that ranks, nil without a model.
func (s *Snapshot) Engine() *recommend.Engine {
	e, _ := s.Recommender.(*recommend.Engine)
	return e
}

// Ready reports whether a model is there to recommend by. Without one, lists and searches are answered from the store.
func (s *Snapshot) Ready() bool { return s.Model.Version != "" }

// Point is a paper's place on the map. X and Y lie in [-1,1].
type Point struct {
	ID   string
	X, Y float32
}

// TopicRef names a topic.
type TopicRef struct {
	ID    int    `json:"id"`
	Label string `json:"label"`
}

// TopicWeight is a topic with its weight for one text.
type TopicWeight struct {
	TopicRef
	Weight float32 `json:"weight"`
}

// PaperRef names a paper.
type PaperRef struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// witnesses returns the papers by which a topic is recognised in another model: those with the highest confidence, of
// those that the model put there itself if there are any. A topic that others were merged into would else be taken for
// one of these.
func (s *Snapshot) witnesses(t *topic.Topic) []string {
	rows := slices.Clone(s.Catalog.Members(t.ID))
	own := slices.DeleteFunc(slices.Clone(rows), func(row int32) bool {
		before := s.Catalog.rows[row].before
		return before.Topic != t.ID && before.Sub != t.ID
	})
	if len(own) > 0 {
		rows = own
	}
	slices.SortStableFunc(rows, func(a, b int32) int {
		return cmp.Compare(s.Catalog.rows[b].Topic.Confidence, s.Catalog.rows[a].Topic.Confidence)
	})
	var ids []string
	for _, row := range rows[:min(len(rows), curate.MaxWitnesses)] {
		ids = append(ids, s.Catalog.rows[row].ID)
	}
	return ids
}
