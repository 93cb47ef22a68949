package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
	"kindred/recommend/library"
)

// libraryFlags are the flags of eval library.
type libraryFlags struct {
	qrels, out, against string
	trial               eval.LibraryTrial
}

func (a *app) evalLibraryCommand() *cobra.Command {
	var f libraryFlags
	cmd := &cobra.Command{
		Use:   "library --qrels FILE",
		Short: "Measure answers to whole libraries against judgments",
		Long: `Makes libraries of judged papers and asks for the rest of them. Papers that are judged relevant to each
other form a group; a library has a random half of the papers of one, two or four groups, and the other halves are to be
found. Compares the ranking by interests with the mean of the library, with its nearest paper and with a query that has
all of its papers as seeds. The first half of the groups is for choosing constants, the second for reporting.`,
		Example: `  kindred eval library --qrels sections.tsv --half 2
  kindred eval library --qrels sections.tsv --libraries libraries.tsv --against other.run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case f.trial.Half < 0 || f.trial.Half > 2:
				return usagef(cmd, "--half %d: want 1 or 2, or 0 for both", f.trial.Half)
			case f.trial.Draws < 1 || len(f.trial.Join) == 0 || slices.Min(f.trial.Join) < 1:
				return usagef(cmd, "--draws and --join: want 1 or more")
			}
			return a.runEvalLibrary(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	addQrels(cmd, &f.qrels)
	flags.Float64Var(&f.trial.Relevant, "relevant", 1, "lowest grade that counts as relevant")
	flags.IntSliceVar(&f.trial.Join, "join", []int{1, 2, 4}, "groups of a library")
	flags.IntVar(&f.trial.Half, "half", 0, "the groups of this half only, 1 or 2; 0 for both")
	flags.IntVar(&f.trial.Draws, "draws", 1, "libraries that each group is part of")
	flags.StringVar(&f.out, "libraries", "", "write the libraries to a file, for other programs to answer")
	flags.StringVar(&f.against, "against", "", "compare with the rankings of a TREC run file as well")
	return cmd
}

func (a *app) runEvalLibrary(ctx context.Context, f libraryFlags) error {
	q, err := readFrom(f.qrels, eval.ReadQrels)
	if err != nil {
		return err
	}
	libraries := f.trial.Draw(q)
	if f.out != "" {
		if err := a.writeOut(f.out, func(w io.Writer) error { return eval.WriteLibraries(w, libraries) }); err != nil {
			return err
		}
	}
	other, err := readRun(f.against)
	if err != nil {
		return err
	}
	return a.withLibrary(ctx, func(l *library.Library) error {
		p := a.progress(false)
		defer p.End()
		runs, err := eval.RankLibraries(ctx, l.Current().Engine(), l.Store(), libraries, func(done, total int) { p.Stages("libraries", done, total) })
		if err != nil {
			return err
		}
		p.End()
		if other != nil {
			runs.Runs[filepath.Base(f.against)] = other
		}
		reports, err := runs.CompareEach(libraries, f.trial.Join)
		return show(a, reports, err, func() error {
			for i := range reports {
				if err := a.out().Libraries(&reports[i]); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
