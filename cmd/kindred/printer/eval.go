package printer

import (
	"maps"
	"slices"
	"strings"

	"kindred/data/readable"
	"kindred/recommend/eval"
)

// Labels prints how well labels are predicted, and which are taken for which.
func (p *Printer) Labels(r *eval.LabelReport) error {
	p.printf("%d labelled papers, %d folds\naccuracy  %.4f\nmacro-F1  %.4f\n\n", r.Papers, r.Folds, r.Accuracy, r.MacroF1)
	p.printf("    papers  precision  recall  F1      label\n")
	for i, c := range r.Classes {
		p.printf("%2d  %6d  %9.3f  %6.3f  %6.3f  %s\n", i+1, c.Papers, c.Precision, c.Recall, c.F1, c.Label)
	}
	p.printf("\nlabel (row) and predicted label (column)\n  ")
	for i := range r.Confusion {
		p.printf(" %5d", i+1)
	}
	for i, row := range r.Confusion {
		p.printf("\n%2d", i+1)
		for _, n := range row {
			p.printf(" %5d", n)
		}
	}
	p.printf("\n")
	return p.err
}

// Measures prints the measures of rankings with their intervals, and the comparison with others.
func (p *Printer) Measures(r *eval.RankingReport) error {
	p.printf("%d queries", r.Queries)
	if len(r.Missing) > 0 {
		missing := readable.ClipWords(strings.Join(r.Missing, ", "), 60)
		p.printf(", %d of them about papers that the library lacks (%s)", len(r.Missing), missing)
	}
	p.printf("\n")
	for i, v := range r.Values() {
		in := r.Intervals[eval.Names[i]]
		p.printf("%-8s  %.4f  [%.4f, %.4f]\n", eval.Names[i], v, in.Low, in.High)
	}
	if len(r.Against) > 0 {
		p.printf("\nagainst     here   there  change  95 %% interval     better/worse  p\n")
	}
	for _, c := range r.Against {
		p.printf("%-8s  %.4f  %.4f  %+.4f  [%+.4f, %+.4f]  %5d/%-5d  %.4f\n",
			c.Measure, c.Mean, c.Against, c.Change, c.Interval.Low, c.Interval.High, c.Wins, c.Losses, c.P)
	}
	return p.err
}

// Libraries prints a comparison of ways to rank for libraries.
func (p *Printer) Libraries(r *eval.LibraryComparison) error {
	if r.Join > 0 {
		p.printf("%d libraries of %d groups\n", r.Libraries, r.Join)
	} else {
		p.printf("all %d libraries\n", r.Libraries)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Methods)) {
		m := r.Methods[name]
		p.printf("  %-12s  ndcg@10 %.4f  map %.4f", name, m.NDCG10, m.MAP)
		if c, ok := r.Against[name]; ok {
			p.printf("  interests %+.1f %%  [%+.4f, %+.4f]  %d/%d  p %.4f",
				100*(c.Mean/c.Against-1), c.Interval.Low, c.Interval.High, c.Wins, c.Losses, c.P)
		}
		p.printf("\n")
	}
	return p.err
}

// baseMeasures are the measures that the table shows.
var baseMeasures = []string{"ndcg@10", "map"}

// BaseGains prints what the base model gains by size.
func (p *Printer) BaseGains(gains []eval.BaseGain) error {
	p.printf("papers  draws  weight   nDCG@10  without  change [95 %%]                MAP  without  change [95 %%]\n")
	for _, g := range gains {
		p.printf("%6d  %5d  %6.3f", g.Papers, g.Draws, g.Weight)
		for _, m := range baseMeasures {
			with, without, in := g.With[m], g.Without[m], g.Change[m]
			p.printf("   %7.4f  %7.4f  %+.4f [%+.4f, %+.4f]", with, without, with-without, in.Low, in.High)
		}
		p.printf("\n")
	}
	return p.err
}

// Cuts prints what lowest scores let through, of so many queries.
func (p *Printer) Cuts(queries int, cuts []eval.ScoreCut) error {
	p.printf("%d queries, the first %d answers of each\n", queries, eval.Depth)
	p.printf("score   answers  precision  recall  queries answered\n")
	for _, c := range cuts {
		p.printf("≥ %.1f  %8.1f  %9.3f  %6.3f  %6.3f\n", c.MinScore, c.Hits, c.Precision, c.Recall, c.Answered)
	}
	return p.err
}

// Digest prints what a digest finds of what its readers want.
func (p *Printer) Digest(r *eval.DigestReport) error {
	p.printf("%d readers, each with %.1f papers of %d sections; a day has %.1f papers, %.1f of them wanted\n",
		r.Readers, r.Library, r.Sections, r.Day, r.Wanted)
	p.printf("wanted among the first ten   digest %.2f   mean vector %.2f   change %+.2f [%+.2f, %+.2f]   wins %d, losses %d, p %.4f\n",
		r.Digest, r.Mean, r.Change, r.Interval.Low, r.Interval.High, r.Wins, r.Losses, r.P)
	return p.err
}

// TopicReport prints the measures of topics and of their names.
func (p *Printer) TopicReport(r *eval.TopicReport) error {
	p.printf("%d topics of %d papers, %d of them labelled\n", r.Topics, r.Papers, r.Labelled)
	p.printf("papers in no topic       %.4f\n", r.Other)
	if r.VMeasure != nil {
		p.printf("V-measure                %.4f\n  of papers in topics    %.4f\n", *r.VMeasure, *r.VInTopics)
		p.printf("ARI                      %.4f\n", *r.ARI)
	}
	p.printf("NPMI                     %.4f\ndiversity                %.4f\n", r.NPMI, r.Diversity)
	p.printf("label words in titles    %.4f\ntitles with label words  %.4f\n", r.LabelWords, r.LabelTitles)
	p.names("topics", &r.Names)
	if r.FieldNames != nil {
		p.names("fields", r.FieldNames)
	}
	if s := r.Stability; s != nil {
		p.printf("papers that keep their topic\n  another seed           %.4f (labels %.4f)\n", s.Seed, s.Names)
		p.printf("  a tenth added          %.4f\n  formed anew            %.4f\n", s.Added, s.Fresh)
	}
	return p.err
}

// names prints the measures of the names of a level.
func (p *Printer) names(level string, r *eval.NameReport) {
	p.printf("names of %s\n  verbatim               %.4f\n  coverage               %.4f\n", level, r.Verbatim, r.Coverage)
	p.printf("  covering a quarter     %.4f\n  distinctness           %.4f\n", r.Covering, r.Distinctness)
	p.printf("  in titles              %.4f\n", r.InTitles)
	if r.Intrusion != nil {
		p.printf("  word intrusion         %.4f\n", *r.Intrusion)
	}
}

// Map prints how well the map keeps neighbourhoods.
func (p *Printer) Map(r *eval.MapReport) error {
	return p.Line("%d papers, %d nearest\ntrustworthiness  %.3f\nrecall           %.3f", r.Papers, r.Neighbors, r.Trust, r.Recall)
}
