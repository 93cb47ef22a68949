package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"kindred/classifier"
	"kindred/recommend/library"
)

// defaultFolds is how many parts the labelled papers are dealt out to for cross-validation.
const defaultFolds = 5

// trainFlags say how a classifier of labels is learned and measured.
type trainFlags struct {
	text  string // file with a text to label, "" to cross-validate instead
	folds string // number of folds, or a file of lines of paper id and fold
	limit int
}

// labelledPapers are the fitted papers with a label: rows of the model, and the number of the first label of each.
type labelledPapers struct {
	rows    []int
	classOf []int
	names   []string // of the classes
}

// trainReport is how well labels are told apart.
type trainReport struct {
	Papers    int           `json:"papers"`
	Folds     int           `json:"folds"`
	Accuracy  float64       `json:"accuracy"`
	MacroF1   float64       `json:"macro_f1"`
	Classes   []classReport `json:"classes"`
	Confusion [][]int       `json:"confusion"` // papers by label (row) and by the label they are given (column), in the order of classes
}

// classReport is how well one label is told.
type classReport struct {
	Label     string  `json:"label"`
	Papers    int     `json:"papers"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func (a *app) runTrain(ctx context.Context, f trainFlags) (err error) {
	text := ""
	if f.text != "" {
		if text, err = a.text(f.text, maxText); err != nil {
			return err
		}
	}
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	p, err := readLabelled(ctx, l)
	if err != nil {
		return err
	}
	if len(p.names) < 2 {
		return fmt.Errorf("the papers have %d different labels, and two or more are needed: import papers with a labels field", len(p.names))
	}
	m := l.Model()
	if f.text != "" {
		return a.labelText(ctx, m, p, text, f.limit)
	}
	fold, err := f.deal(m, p)
	if err != nil {
		return err
	}
	bar := a.progress(false)
	given, err := m.CrossValidate(ctx, p.rows, p.classOf, fold, len(p.names), func(done, total int) { bar.stages("folds", done, total) })
	bar.end()
	if err != nil {
		return err
	}
	report := measureLabels(p, given)
	report.Folds = slices.Max(fold) + 1
	if a.json {
		return a.printJSON(report)
	}
	a.printTraining(report)
	return nil
}

// labelText learns from all labelled papers and labels one text.
func (a *app) labelText(ctx context.Context, m *classifier.Model, p *labelledPapers, text string, limit int) error {
	learned, err := m.Label(ctx, p.rows, p.classOf, len(p.names))
	if err != nil {
		return err
	}
	scores, err := learned.Scores(text)
	if err != nil {
		return err
	}
	type scored struct {
		Label string  `json:"label"`
		Score float32 `json:"score"` // positive on the label's side
	}
	out := make([]scored, len(scores))
	for c, v := range scores {
		out[c] = scored{p.names[c], v}
	}
	slices.SortStableFunc(out, func(x, y scored) int { return cmp.Compare(y.Score, x.Score) })
	out = out[:min(limit, len(out))]
	if a.json {
		return a.printJSON(out)
	}
	for _, s := range out {
		a.printf("%+.2f  %s\n", s.Score, s.Label)
	}
	return nil
}

// readLabelled returns the fitted papers that have a label.
func readLabelled(ctx context.Context, l *library.Library) (*labelledPapers, error) {
	row := map[string]int{}
	for i, id := range l.Model().IDs() {
		row[id] = i
	}
	p, number := &labelledPapers{}, map[string]int{}
	for entry, err := range l.Store().Since(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if entry.Paper == nil || len(entry.Paper.Labels) == 0 {
			continue
		}
		i, ok := row[entry.ID]
		if !ok {
			continue
		}
		name := entry.Paper.Labels[0]
		if _, ok := number[name]; !ok {
			number[name] = len(p.names)
			p.names = append(p.names, name)
		}
		p.rows, p.classOf = append(p.rows, i), append(p.classOf, number[name])
	}
	return p, nil
}

// deal returns the fold of each labelled paper: stratified folds, or those of a file.
func (f *trainFlags) deal(m *classifier.Model, p *labelledPapers) ([]int, error) {
	if n, err := strconv.Atoi(f.folds); err == nil {
		return classifier.Folds(p.classOf, n), nil
	}
	file, err := os.Open(f.folds)
	if err != nil {
		return nil, fmt.Errorf("folds: want a number or a file: %w", err)
	}
	defer file.Close()
	of := map[string]int{}
	s := bufio.NewScanner(file)
	for line := 1; s.Scan(); line++ {
		fields := strings.Fields(s.Text())
		if len(fields) == 0 {
			continue
		}
		n := -1
		if len(fields) == 2 {
			if v, err := strconv.Atoi(fields[1]); err == nil && v < 1000 {
				n = v
			}
		}
		if n < 0 {
			return nil, fmt.Errorf("%s: line %d: want the id of a paper and the number of its fold, from 0", f.folds, line)
		}
		of[fields[0]] = n
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", f.folds, err)
	}
	fold := make([]int, len(p.rows))
	for i, r := range p.rows {
		n, ok := of[m.IDs()[r]]
		if !ok {
			return nil, fmt.Errorf("%s: the labelled paper %s has no fold", f.folds, m.IDs()[r])
		}
		fold[i] = n
	}
	return fold, nil
}

// measureLabels compares the labels that papers are given with those they have.
func measureLabels(p *labelledPapers, given []int) *trainReport {
	k := len(p.names)
	r := &trainReport{Papers: len(given), Confusion: make([][]int, k)}
	for c := range r.Confusion {
		r.Confusion[c] = make([]int, k)
	}
	right := 0
	for i, c := range p.classOf {
		r.Confusion[c][given[i]]++
		if c == given[i] {
			right++
		}
	}
	r.Accuracy = float64(right) / float64(max(1, len(given)))
	for c, name := range p.names {
		papers, told := 0, 0
		for d := range k {
			papers += r.Confusion[c][d]
			told += r.Confusion[d][c]
		}
		hit := float64(r.Confusion[c][c])
		cr := classReport{Label: name, Papers: papers, Precision: hit / float64(max(1, told)), Recall: hit / float64(max(1, papers)), F1: 2 * hit / float64(max(1, papers+told))}
		r.Classes = append(r.Classes, cr)
		r.MacroF1 += cr.F1 / float64(k)
	}
	return r
}

func (a *app) printTraining(r *trainReport) {
	a.printf("%d labelled papers, %d folds\naccuracy  %.4f\nmacro-F1  %.4f\n\n", r.Papers, r.Folds, r.Accuracy, r.MacroF1)
	a.printf("    papers  precision  recall  F1      label\n")
	for i, c := range r.Classes {
		a.printf("%2d  %6d  %9.3f  %6.3f  %6.3f  %s\n", i+1, c.Papers, c.Precision, c.Recall, c.F1, c.Label)
	}
	a.printf("\nlabel (row) and the label given (column)\n  ")
	for i := range r.Confusion {
		a.printf(" %5d", i+1)
	}
	for i, row := range r.Confusion {
		a.printf("\n%2d", i+1)
		for _, n := range row {
			a.printf(" %5d", n)
		}
	}
	a.printf("\n")
}
