package layout_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"testing"

	"kindred/classifier"
	"kindred/classifier/layout"
	"kindred/classifier/vec"
	"kindred/data/datatest"
)

// latent returns the latent vectors of a corpus of real papers.
func latent(tb testing.TB, name string) *vec.Dense {
	f, err := os.Open(datatest.Shared(tb, "data", "corpus", name+".jsonl.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	docs := func(yield func(classifier.Document, error) bool) {
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var p struct{ ID, Title, Abstract string }
			err := json.Unmarshal(lines.Bytes(), &p)
			if !yield(classifier.Document{ID: p.ID, Text: p.Title + "\n" + p.Abstract}, err) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(classifier.Document{}, err)
		}
	}
	m, err := classifier.Fit(context.Background(), docs, classifier.Options{NoMap: true})
	if err != nil {
		tb.Fatal(err)
	}
	return m.Latent()
}

// TestQualityOnPapers holds the map of real papers to what scikit-learn's t-SNE has on the same vectors, see
// docs/map.md.
func TestQualityOnPapers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	x := latent(t, "corpus_2k")
	m, err := layout.Fit(context.Background(), x, x.Rows(), layout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	q := layout.Measure(x, m.Points(), 15, 1000)
	t.Logf("%+v", q)
	if q.Trust < minTrust || q.Recall < minRecall {
		t.Errorf("the map keeps %+v", q)
	}
}

// Floors of TestQualityOnPapers, a little below what was measured.
const (
	minTrust  = 0.945
	minRecall = 0.455
)

// BenchmarkMap prints trustworthiness and recall of the 15 nearest beside the time, for the map and for its start,
// which is principal components.
func BenchmarkMap(b *testing.B) {
	for _, name := range []string{"corpus_2k", "corpus_10k", "corpus_50k"} {
		b.Run(name, func(b *testing.B) {
			x := latent(b, name)
			flat := layout.Measure(x, layout.Principal(x, 0), 15, 2000)
			var q layout.Quality
			for b.Loop() {
				m, err := layout.Fit(context.Background(), x, x.Rows(), layout.Options{})
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				q = layout.Measure(x, m.Points(), 15, 2000)
				b.StartTimer()
			}
			b.ReportMetric(q.Trust, "trust")
			b.ReportMetric(q.Recall, "recall")
			b.ReportMetric(flat.Trust, "trust-pca")
			b.ReportMetric(flat.Recall, "recall-pca")
		})
	}
}
