package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kindred/cmd/kindred/printer"
	"kindred/data/read"
	"kindred/recommend/library"
)

func (a *app) importCommand() *cobra.Command {
	var opt read.Options
	cmd := &cobra.Command{
		Use:   "import FILE|FOLDER...",
		Short: "Read papers into the data folder",
		Long: `Reads papers from files, the files of folders, ZIP and tar archives, or from the standard input
for "-", into the data folder. The format is recognised by its content: JSON lines, the Daily Papers
page as text or HTML and the answers of its API, the arXiv metadata snapshot and OAI-PMH, feeds (Atom,
RSS, JSON Feed), OpenAlex works, Semantic Scholar papers and abstracts, CSL-JSON, the JSON of Zotero,
Mendeley, papis, Crossref, DataCite, Europe PMC, bioRxiv, INSPIRE, NASA ADS, OpenReview, Zenodo, DBLP and
S2ORC, the XML of PubMed, JATS, DBLP, the ACL Anthology and MODS, what this program writes, BibTeX, RIS,
PubMed (nbib), Web of Science (plain text, ciw), EndNote (enw, XML), RefWorks, the text of the Cochrane
Library, CSV and TSV with a header, Excel workbooks; plain or compressed with gzip, zstd or bzip2.

A paper that is in the folder already is updated if it differs. Importing a file again, or again after an
interruption, creates no duplicates. A record that cannot be used is written to rejected/FILE.rejected in
the data folder, with its line and the reason.`,
		Example: `  kindred import papers.jsonl.gz library.bib
  curl -s https://export.arxiv.org/api/query?search_query=cat:cs.IR | kindred import -
  curl -s 'https://api.crossref.org/works?query=peat+moss&rows=200' | kindred import -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opt.Validate(); err != nil {
				return usagef(cmd, "%w", err)
			}
			return a.runImport(cmd.Context(), args, opt)
		},
	}
	cmd.Flags().IntVar(&opt.Year, "year", 0, "year of dates without one on a pasted Daily Papers page "+
		"(default: the year after the newest date in full)")
	cmd.Flags().StringVar(&opt.Encoding, "encoding", "", "encoding of the text, such as gb18030 or windows-1251 (default: guessed)")
	return cmd
}

// runImport imports files one after the other. The counts are printed in any case.
func (a *app) runImport(ctx context.Context, files []string, opt read.Options) error {
	opt.Stdin = a.stdin
	return a.withOpen(ctx, library.Options{Create: true}, func(l *library.Library) error {
		begun := time.Now()
		bar := a.progress(true)
		im := &library.Importer{Library: l, Options: opt}
		im.Progress = func(src *read.Source) { bar.Set(filepath.Base(src.Name()), src.Offset(), src.Size()) }
		im.Done = func(f *library.ImportedFile) {
			bar.End()
			bar = a.progress(true)
			if !a.json {
				_ = a.out().Imported(f) // what cannot be printed is imported all the same
			}
			_ = printer.New(a.stderr).ImportNotes(f)
		}
		im.Passed = func(_ string, err error) { a.notef("passed over: %v\n", err) }
		report, err := im.Paths(ctx, files)
		if a.json {
			err = errors.Join(err, a.printJSON(report))
		} else if len(files) > 1 || err != nil {
			a.printf("%-12s %v\n", "in all", report.ImportCounts)
		}
		_ = printer.New(a.stderr).Unexpected(&report.ImportResult)
		a.printf("%.1f s; the papers are in %s\n", time.Since(begun).Seconds(), a.data)
		return err
	})
}
