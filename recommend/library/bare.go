package library

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"kindred/classifier"
	"kindred/classifier/topic"
	"kindred/recommend"
)

// bare returns a snapshot of papers without a model: lists, dates, and search by the words of titles, authors and
// venues.
func (s *state) bare(store Papers, cache *paperCache) *Snapshot {
	c := NewCatalog(s.rows, nil)
	return &Snapshot{
		Revision: s.name(),
		Papers:   &papers{store, cache, c}, Recommender: titles{c}, Classifier: noClassifier{}, Catalog: c, Missing: s.why,
	}
}

// noClassifier is the classifier of a snapshot without a model.
type noClassifier struct{}

// Classify implements curate.Classifier. The error wraps ErrNoModel.
func (noClassifier) Classify(string, int) ([]topic.Score, float32, error) {
	return nil, 0, errLearning()
}

func errLearning() error { return fmt.Errorf("%w yet; it is being learned", ErrNoModel) }

// titles answers searches from titles, authors and venues.
type titles struct{ catalog *Catalog }

// Recommend implements Recommender. The error wraps ErrNoModel: likeness needs a model.
func (t titles) Recommend(context.Context, recommend.Query) (*recommend.Answer, error) {
	return nil, errLearning()
}

// RecommendLibrary implements Recommender. The error wraps ErrNoModel.
func (t titles) RecommendLibrary(context.Context, recommend.LibraryQuery) (*recommend.LibraryAnswer, error) {
	return nil, errLearning()
}

// Neighbourhood implements Recommender. The error wraps ErrNoModel.
func (t titles) Neighbourhood(context.Context, string, int) (*recommend.Neighbourhood, error) {
	return nil, errLearning()
}

// Search implements Recommender. A paper's score is the share of the words of the query that its title, authors and
// venue hold. A quoted phrase must stand in the title as it is; a word after a minus sign must not occur.
func (t titles) Search(ctx context.Context, q recommend.SearchQuery) (*recommend.Answer, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	wanted, unwanted := searchWords(q.Text)
	if len(wanted) == 0 {
		return &recommend.Answer{Reason: recommend.ReasonNoKnownTerms}, nil
	}
	var hits []recommend.Hit
	for i, row := range t.catalog.Recent() {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r := &t.catalog.rows[row]
		if !passes(r, &q.Filter) {
			continue
		}
		text := spaced(recommend.TextWords(r.Title + " " + strings.Join(r.Authors, " ") + " " + r.Venue))
		if slices.ContainsFunc(unwanted, func(w string) bool { return strings.Contains(text, w) }) {
			continue
		}
		found := 0
		for _, w := range wanted {
			if strings.Contains(text, w) {
				found++
			}
		}
		if score := float32(found) / float32(len(wanted)); found > 0 && score >= q.MinScore && (!q.Newest || found == len(wanted)) {
			hits = append(hits, recommend.Hit{ID: r.ID, Score: score, Unscored: q.Newest})
		}
	}
	if !q.Newest { // as they are in the catalog otherwise
		slices.SortFunc(hits, func(a, b recommend.Hit) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.ID, b.ID))
		})
	}
	answer := &recommend.Answer{Total: len(hits)}
	for i := q.Offset; i < min(len(hits), q.Offset+cmp.Or(q.Limit, recommend.DefaultLimit)); i++ {
		hits[i].Rank = i + 1
		answer.Hits = append(answer.Hits, hits[i])
	}
	if len(hits) == 0 {
		answer.Reason = recommend.ReasonNoKnownTerms
	}
	return answer, nil
}

// searchWords returns the words that a query asks for, and those after a minus sign, each between spaces.
func searchWords(text string) (wanted, unwanted []string) {
	for _, word := range strings.Fields(text) {
		list := &wanted
		if rest, minus := strings.CutPrefix(word, "-"); minus {
			word, list = rest, &unwanted
		}
		if _, value, field := strings.Cut(word, ":"); field && value != "" {
			word = value
		}
		if words := recommend.TextWords(word); len(words) > 0 {
			*list = append(*list, spaced(words))
		}
	}
	return wanted, unwanted
}

// spaced returns words with a space before and after each.
func spaced(words []string) string { return " " + strings.Join(words, " ") + " " }

// passes reports whether a row passes the parts of a filter that need no model.
func passes(r *Row, f *recommend.Filter) bool {
	d := r.Published
	switch {
	case !f.After.IsZero() && (d.IsZero() || d.Last().Before(f.After.First())),
		!f.Before.IsZero() && (d.IsZero() || d.First().After(f.Before.Last())),
		len(f.Topics) > 0,
		slices.Contains(f.Exclude, r.ID),
		len(f.Only) > 0 && !slices.Contains(f.Only, r.ID),
		f.Pass != nil && !f.Pass(r.ID):
		return false
	case len(f.Categories) == 0:
		return true
	}
	return slices.ContainsFunc(f.Categories, func(c string) bool {
		return slices.ContainsFunc(r.Categories, func(have string) bool {
			return strings.EqualFold(have, c) || len(have) > len(c) && strings.EqualFold(have[:len(c)+1], c+".")
		})
	})
}

// replaceable reports whether an error of opening a model is one that a new fit mends.
func replaceable(err error) bool {
	return errorIsAny(err, ErrNoModel, errUnusable, classifier.ErrDamaged, classifier.ErrOutdated)
}
