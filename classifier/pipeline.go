package classifier

import (
	"errors"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/lsa"
	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// Pipeline returns the stages of Fit as a pipeline of github.com/james-bowman/nlp. The vectoriser counts terms, the
// first transformer weights them, and the second computes latent vectors, dims × documents. The pipeline is fitted:
// Transform gives the vectors that Embed gives. Before it is fitted anew, its stages can be exchanged for stages of
// nlp.
func (m *Model) Pipeline() *nlp.Pipeline {
	return nlp.NewPipeline(
		&tfidf.Counter{Options: m.about.Terms, Vocabulary: m.vectorizer.Vocabulary},
		&tfidf.Weighter{Options: m.about.Terms, Vectorizer: m.vectorizer},
		&latentStage{model: m, own: lsa.Stage{Options: m.about.LSA}},
	)
}

// latentStage is the last stage of a Model as an nlp.Transformer. When it is fitted anew, it learns a latent space from
// the given matrix alone.
type latentStage struct {
	model *Model    // nil after it was fitted anew
	own   lsa.Stage // the stage that was fitted anew
}

// Fit finds the latent space of the documents.
func (s *latentStage) Fit(weights mat.Matrix) nlp.Transformer {
	s.model = nil
	s.own.Fit(weights)
	return s
}

// Transform returns the latent vectors of documents.
func (s *latentStage) Transform(weights mat.Matrix) (mat.Matrix, error) {
	if s.model == nil {
		return s.own.Transform(weights)
	}
	rows := vec.FromMatrix(weights)
	if rows.Cols != s.model.TermCount() {
		return nil, errors.New("classifier: the matrix is of another vocabulary")
	}
	return vec.DenseColumns{Documents: s.model.project(rows)}, nil
}

// FitTransform is Fit and then Transform.
func (s *latentStage) FitTransform(weights mat.Matrix) (mat.Matrix, error) {
	return s.Fit(weights).Transform(weights)
}
