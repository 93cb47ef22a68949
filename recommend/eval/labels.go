package eval

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kindred/classifier"
	"kindred/data"
	"kindred/recommend/library"
)

// Labelled are the fitted papers of a library that have a label. The first label of a paper is its class.
type Labelled struct {
	Rows    []int    // rows of the model
	ClassOf []int    // class of each paper: an index of Names
	Names   []string // labels, in the order of the first paper of each

	model *classifier.Model
}

// ReadLabelled returns the labelled papers of a library that has a model.
func ReadLabelled(ctx context.Context, l *library.Library) (*Labelled, error) {
	p, class := &Labelled{model: l.Model()}, map[string]int{}
	row := map[string]int{}
	for i, id := range p.model.IDs() {
		row[id] = i
	}
	for entry, err := range l.Store().Since(ctx, 0) {
		if err != nil {
			return nil, err
		}
		i, fitted := row[entry.ID]
		if entry.Paper == nil || len(entry.Paper.Labels) == 0 || !fitted {
			continue
		}
		name := entry.Paper.Labels[0]
		if _, known := class[name]; !known {
			class[name] = len(p.Names)
			p.Names = append(p.Names, name)
		}
		p.Rows, p.ClassOf = append(p.Rows, i), append(p.ClassOf, class[name])
	}
	return p, nil
}

// enough returns an error that wraps [data.ErrInvalid] where there is nothing to tell apart.
func (p *Labelled) enough() error {
	if len(p.Names) < 2 {
		return fmt.Errorf("%w: the papers have %d different labels, and at least two are needed: import papers with a labels field",
			data.ErrInvalid, len(p.Names))
	}
	return nil
}

// maxFold bounds the number of a fold in a file.
const maxFold = 1000

// ReadFolds reads the fold of each labelled paper: a line each, the id of a paper and the number of its fold, from 0. A line
// that is neither that nor empty, and a labelled paper without a fold, are errors that wrap [data.ErrInvalid].
func (p *Labelled) ReadFolds(r io.Reader) ([]int, error) {
	of := map[string]int{}
	err := eachLine(r, "folds", func(line string) error {
		fields := strings.Fields(line)
		if len(fields) == 2 {
			if n, err := strconv.Atoi(fields[1]); err == nil && n >= 0 && n < maxFold {
				of[fields[0]] = n
				return nil
			}
		}
		return fmt.Errorf("%w: want the id of a paper and the number of its fold, from 0", data.ErrInvalid)
	})
	if err != nil {
		return nil, err
	}
	fold := make([]int, len(p.Rows))
	for i, row := range p.Rows {
		id := p.model.IDs()[row]
		n, ok := of[id]
		if !ok {
			return nil, fmt.Errorf("%w: the labelled paper %s has no fold", data.ErrInvalid, id)
		}
		fold[i] = n
	}
	return fold, nil
}

// LabelReport says how well labels are predicted.
type LabelReport struct {
	Papers    int          `json:"papers"`
	Folds     int          `json:"folds"`
	Accuracy  float64      `json:"accuracy"`
	MacroF1   float64      `json:"macro_f1"` // mean of the F1 of the labels
	Classes   []LabelScore `json:"classes"`
	Confusion [][]int      `json:"confusion"` // papers by label (row) and predicted label (column), in the order of Classes
}

// LabelScore says how well one label is predicted.
type LabelScore struct {
	Label     string  `json:"label"`
	Papers    int     `json:"papers"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// CrossValidate predicts the label of each paper from the papers of the other folds, and measures the predictions. Fold has
// an entry for each paper. Progress, which may be nil, is called after each fold.
func (p *Labelled) CrossValidate(ctx context.Context, fold []int, progress func(done, total int)) (*LabelReport, error) {
	if err := p.enough(); err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	predicted, err := p.model.CrossValidate(ctx, p.Rows, p.ClassOf, fold, len(p.Names), progress)
	if err != nil {
		return nil, err
	}
	report := MeasureLabels(p.Names, p.ClassOf, predicted)
	report.Folds = slices.Max(fold) + 1
	return report, nil
}

// ScoredLabel is a label with its score for one text.
type ScoredLabel struct {
	Label string  `json:"label"`
	Score float32 `json:"score"` // signed distance from the decision boundary: positive on the label's side
}

// Label learns from all labelled papers and returns the labels by their score for a text, best first.
func (p *Labelled) Label(ctx context.Context, text string) ([]ScoredLabel, error) {
	if err := p.enough(); err != nil {
		return nil, err
	}
	learned, err := p.model.Label(ctx, p.Rows, p.ClassOf, len(p.Names))
	if err != nil {
		return nil, err
	}
	scores, err := learned.Scores(text)
	if err != nil {
		return nil, err
	}
	out := make([]ScoredLabel, len(scores))
	for c, v := range scores {
		out[c] = ScoredLabel{p.Names[c], v}
	}
	slices.SortStableFunc(out, func(x, y ScoredLabel) int { return cmp.Compare(y.Score, x.Score) })
	return out, nil
}

// MeasureLabels compares predicted classes with the true ones. Both slices hold indices of names.
func MeasureLabels(names []string, truth, predicted []int) *LabelReport {
	k := len(names)
	r := &LabelReport{Papers: len(truth), Confusion: make([][]int, k)}
	for c := range r.Confusion {
		r.Confusion[c] = make([]int, k)
	}
	right := 0
	for i, c := range truth {
		r.Confusion[c][predicted[i]]++
		if c == predicted[i] {
			right++
		}
	}
	r.Accuracy = float64(right) / float64(max(1, len(truth)))
	for c, name := range names {
		papers, given := 0, 0
		for d := range k {
			papers += r.Confusion[c][d]
			given += r.Confusion[d][c]
		}
		hit := float64(r.Confusion[c][c])
		score := LabelScore{Label: name, Papers: papers, Precision: hit / float64(max(1, given)),
			Recall: hit / float64(max(1, papers)), F1: 2 * hit / float64(max(1, papers+given))}
		r.Classes = append(r.Classes, score)
		r.MacroF1 += score.F1 / float64(k)
	}
	return r
}
