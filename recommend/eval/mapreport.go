package eval

import (
	"errors"

	"kindred/classifier"
)

// MapReport says how well the map preserves neighbourhoods.
type MapReport struct {
	Papers    int     `json:"papers"`
	Neighbors int     `json:"neighbors"`
	Trust     float64 `json:"trust"`
	Recall    float64 `json:"recall"`
}

// MeasureMap compares the nearest papers on the map of a model with the nearest in latent space, for a sample of its
// papers, evenly spread.
func MeasureMap(m *classifier.Model, neighbors, sample int) (*MapReport, error) {
	q, drawn := m.MapQuality(neighbors, sample)
	if !drawn {
		return nil, errors.New("the model has no map: fit again (kindred fit)")
	}
	return &MapReport{Papers: m.Docs(), Neighbors: neighbors, Trust: q.Trust, Recall: q.Recall}, nil
}
