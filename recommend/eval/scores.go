package eval

// Thresholds are the lowest scores that [CutScores] compares.
var Thresholds = []float64{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}

// ScoreCut says what remains of all answers above a lowest score.
type ScoreCut struct {
	MinScore  float64 `json:"min_score"`
	Hits      float64 `json:"hits"`      // hits of a query, mean
	Precision float64 `json:"precision"` // relevant hits among all remaining hits
	Recall    float64 `json:"recall"`    // relevant hits among all relevant papers
	Answered  float64 `json:"answered"`  // share of the queries with a remaining hit
}

// CutScores measures what each of [Thresholds] leaves of a run's answers to queries. A grade of relevant or more counts as
// relevant, and a paper that nobody judged does not.
func CutScores(q Qrels, run Run, queries []string, relevant float64) []ScoreCut {
	total := 0
	for _, query := range queries {
		for _, grade := range q.Grades[query] {
			if grade >= relevant {
				total++
			}
		}
	}
	cuts := make([]ScoreCut, len(Thresholds))
	for i, lowest := range Thresholds {
		kept, found, answered := 0, 0, 0
		for _, query := range queries {
			before := kept
			for _, s := range run[query] {
				if s.Score < lowest {
					break
				}
				kept++
				if grade, judged := q.Grades[query][s.Doc]; judged && grade >= relevant {
					found++
				}
			}
			if kept > before {
				answered++
			}
		}
		n := float64(max(1, len(queries)))
		cuts[i] = ScoreCut{
			MinScore: lowest, Hits: float64(kept) / n, Precision: float64(found) / float64(max(1, kept)),
			Recall: float64(found) / float64(max(1, total)), Answered: float64(answered) / n,
		}
	}
	return cuts
}
