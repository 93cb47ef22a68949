package eval

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kindred/data"
)

// Scored is one ranked document.
type Scored struct {
	Doc   string
	Score float64
}

// Run holds the ranked documents of each query, best first.
type Run map[string][]Scored

// ReadRun reads a TREC run file, "query Q0 document rank score tag". As in every program that scores
// such files, the order is that of the scores, then of the documents' ids, and the rank column is not
// looked at. Errors wrap [data.ErrInvalid] and name the line.
func ReadRun(r io.Reader) (Run, error) {
	run := Run{}
	seen := map[[2]string]bool{}
	err := eachLine(r, "run", func(line string) error {
		f := strings.Fields(line)
		if len(f) < 5 {
			return fmt.Errorf("%w: want query, Q0, document, rank, score and tag", data.ErrInvalid)
		}
		score, err := strconv.ParseFloat(f[4], 64)
		if err != nil || math.IsNaN(score) {
			return fmt.Errorf("%w: score %q is no number", data.ErrInvalid, f[4])
		}
		key := [2]string{f[0], f[2]}
		if seen[key] {
			return fmt.Errorf("%w: query %s has document %s already", data.ErrInvalid, f[0], f[2])
		}
		seen[key] = true
		run[f[0]] = append(run[f[0]], Scored{f[2], score})
		return nil
	})
	for _, ranked := range run {
		slices.SortFunc(ranked, compareScored)
	}
	return run, err
}

func compareScored(a, b Scored) int {
	if a.Score != b.Score {
		return cmp.Compare(b.Score, a.Score)
	}
	return strings.Compare(a.Doc, b.Doc)
}

// WriteRun writes a TREC run file whose order, by score and then by document id, is that of run. Scores
// are printed in full; one that would put its document before the one above it (equal scores in another
// order than that of the ids, or an order by more than the score) is lowered to the next smaller number.
// An id with white space has no place in such a file and is an error that wraps [data.ErrInvalid].
func WriteRun(w io.Writer, run Run, tag string) error {
	queries := make([]string, 0, len(run))
	for q := range run {
		queries = append(queries, q)
	}
	slices.Sort(queries)
	out := bufio.NewWriter(w)
	for _, q := range queries {
		var above Scored
		for i, s := range run[q] {
			for _, id := range []string{q, s.Doc, tag} {
				if id == "" || strings.ContainsFunc(id, isSpace) {
					return fmt.Errorf("run: %w: %q has no place in a run file, whose columns are separated by white space", data.ErrInvalid, id)
				}
			}
			if i > 0 && compareScored(above, s) >= 0 {
				s.Score = min(s.Score, above.Score)
				if s.Doc <= above.Doc {
					s.Score = math.Nextafter(above.Score, math.Inf(-1))
				}
			}
			fmt.Fprintf(out, "%s Q0 %s %d %s %s\n", q, s.Doc, i+1, strconv.FormatFloat(s.Score, 'g', -1, 64), tag)
			above = s
		}
	}
	return out.Flush()
}

// isSpace reports what separates columns for programs that split at any Unicode white space.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
