package lsa

import (
	"context"
	"errors"
	"fmt"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/vec"
)

// Stage is LSA as an nlp.Transformer. It maps weights, terms × documents, to latent vectors, dims × documents; each
// column has unit length or is zero.
type Stage struct {
	Options    Options
	Projection *Projection // nil before Fit
	err        error
}

var _ nlp.Transformer = (*Stage)(nil)

// Fit finds the latent space of the documents. The contract of nlp has no error here; Transform returns it.
func (s *Stage) Fit(weights mat.Matrix) nlp.Transformer {
	_ = s.FitContext(context.Background(), weights)
	return s
}

// FitContext is Fit with a context that can cancel it, and with an error.
func (s *Stage) FitContext(ctx context.Context, weights mat.Matrix) error {
	s.Projection, s.err = Fit(ctx, vec.FromMatrix(weights), nil, s.Options)
	return s.err
}

// Transform maps documents into the latent space.
func (s *Stage) Transform(weights mat.Matrix) (mat.Matrix, error) {
	switch {
	case s.err != nil:
		return nil, s.err
	case s.Projection == nil:
		return nil, errors.New("lsa: Transform before Fit")
	case s.Projection.Dims() == 0:
		return nil, errors.New("lsa: documents without terms have no latent dimensions")
	}
	rows := vec.FromMatrix(weights)
	if rows.Cols != s.Projection.Basis.Rows() {
		return nil, fmt.Errorf("lsa: the matrix has %d terms and the space %d", rows.Cols, s.Projection.Basis.Rows())
	}
	return vec.DenseColumns{Documents: s.Projection.Rows(rows)}, nil
}

// FitTransform is Fit and then Transform.
func (s *Stage) FitTransform(weights mat.Matrix) (mat.Matrix, error) {
	return s.Fit(weights).Transform(weights)
}
