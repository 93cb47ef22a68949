package classifier

import (
	"errors"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/lsa"
	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// Pipeline returns what Fit ran as a pipeline of github.com/james-bowman/nlp: the vectoriser counts terms, the first
// transformer weighs them, the second takes them to latent vectors, dims × documents. It is fitted: Transform gives the
// same vectors as Embed. Its stages can be exchanged for nlp's own before it is fitted anew, and put into other
// pipelines.
func (m *Model) Pipeline() *nlp.Pipeline {
	return nlp.NewPipeline(
		&tfidf.Counter{Options: m.about.Terms, Vocabulary: m.vectorizer.Vocabulary},
		&tfidf.Weighter{Options: m.about.Terms, Vectorizer: m.vectorizer},
		&latentStage{model: m, own: lsa.Stage{Options: m.about.LSA}},
	)
}

// latentStage is the last step of a Model as an nlp.Transformer. Fitted anew, it learns a latent space from the matrix
// it is given, alone.
type latentStage struct {
	model *Model    // nil once fitted anew
	own   lsa.Stage // what was fitted anew
}

// Fit finds the space of the documents.
func (s *latentStage) Fit(weights mat.Matrix) nlp.Transformer {
	s.model = nil
	s.own.Fit(weights)
	return s
}

// Transform gives the latent vectors of documents.
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
