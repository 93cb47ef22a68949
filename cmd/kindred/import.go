package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kindred/data"
	"kindred/data/read"
	"kindred/recommend/library"
)

// Rejected records are kept in a folder of the data folder, in a file for each imported one.
const (
	rejectedDir    = "rejected"
	rejectedSuffix = ".rejected"
)

func (a *app) importCommand() *cobra.Command {
	var opt read.Options
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Read papers into the data folder",
		Long: `Reads papers from files, or from the standard input for "-", into the data folder. The format
is recognised by its content: JSON lines, the Daily Papers page as text or HTML and the answers of its
API, the arXiv metadata snapshot, Atom and OAI-PMH, OpenAlex works, Semantic Scholar papers and abstracts,
BibTeX, RIS, PubMed (nbib), Web of Science (plain text, ciw), EndNote (enw, XML), RefWorks, the text of the
Cochrane Library, CSV and TSV with a header; plain or compressed with gzip, zstd or bzip2.

A paper that is in the folder already is updated if it differs. Importing a file again, or again after an
interruption, creates no duplicates. A record that cannot be used is written to rejected/FILE.rejected in
the data folder, with its line and the reason.`,
		Example: `  kindred import papers.jsonl.gz library.bib
  curl -s https://export.arxiv.org/api/query?search_query=cat:cs.IR | kindred import -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opt.Validate(); err != nil {
				return usagef(cmd, "--year: %w", err)
			}
			return a.runImport(cmd.Context(), args, opt)
		},
	}
	cmd.Flags().IntVar(&opt.Year, "year", 0, "year of dates without one on a pasted Daily Papers page "+
		"(default: the year after the newest date in full)")
	return cmd
}

// runImport imports files one after the other. A file that cannot be read does not stop the import; a
// failure to store or an interruption does. The counts are printed in any case.
func (a *app) runImport(ctx context.Context, files []string, opt read.Options) (err error) {
	l, err := library.Open(ctx, a.folder(), library.Options{Create: true, Log: a.warnings()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	im := &importer{app: a, library: l, opt: opt, rejectNames: map[string]int{}}
	begun := time.Now()
	var total library.ImportCounts
	var failed []error
	for _, file := range files {
		counts, err := im.file(ctx, file)
		total.Add(counts)
		if err != nil {
			failed = append(failed, err)
		}
		if errors.Is(err, library.ErrNotStored) || ctx.Err() != nil {
			break
		}
	}
	if a.json {
		failed = append(failed, a.printJSON(total))
	} else if len(files) > 1 || len(failed) > 0 {
		a.printf("%-12s %v\n", "in all", total)
	}
	a.printf("%.1f s; the papers are in %s\n", time.Since(begun).Seconds(), a.data)
	if ctx.Err() != nil {
		return fmt.Errorf("%w: the papers counted above are kept; run the same command again for the rest", ctx.Err())
	}
	return errors.Join(failed...)
}

// importer imports files into a library.
type importer struct {
	app         *app
	library     *library.Library
	opt         read.Options
	rejectNames map[string]int // how many files of this import have the name
}

// file imports one file.
func (im *importer) file(ctx context.Context, name string) (counts library.ImportCounts, err error) {
	src, err := im.open(name)
	if err != nil {
		return counts, err
	}
	rejects, err := im.rejects(name)
	if err != nil {
		return counts, errors.Join(err, src.Close())
	}
	bar := im.app.progress(true)
	defer bar.end()
	// A blocked source, such as a terminal, is closed by the goroutine that reads it: closing it here
	// could block, too.
	papers := func(yield func(*data.Paper, error) bool) {
		defer src.Close() // it was only read from: nothing can get lost
		src.Papers()(yield)
	}
	counts, err = im.library.Import(ctx, papers, library.ImportOptions{
		Rejected: rejects.Add,
		Progress: func(library.ImportCounts) { bar.set(filepath.Base(name), src.Offset(), src.Size()) },
	})
	bar.end()
	err = errors.Join(err, rejects.Close())
	im.app.printf("%s (%s)\n%-12s %v\n", name, src.Format(), "", counts)
	for _, n := range src.Notes() {
		im.app.notef("%s: %s (%d)\n", name, n.Text, n.Count)
	}
	if counts.Rejected > 0 {
		im.app.notef("%d records of %s could not be used; the reasons are in %s\n", counts.Rejected, name, rejects.Path())
	} else if gone := os.Remove(rejects.Path()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone) // what an earlier import of the file rejected is out of date
	}
	if err == nil && counts.Papers() == 0 {
		err = fmt.Errorf("%s: no paper in it could be used", name)
	}
	return counts, err
}

func (im *importer) open(name string) (*read.Source, error) {
	if name == "-" {
		return read.NewSource("standard input", im.app.stdin, im.opt)
	}
	return read.Open(name, im.opt)
}

// rejects returns the file for the rejected records of a file.
func (im *importer) rejects(name string) (*read.Rejects, error) {
	base := filepath.Base(name)
	if name == "-" {
		base = "standard-input"
	}
	im.rejectNames[base]++
	if n := im.rejectNames[base]; n > 1 { // a file of the same name from another folder
		base = fmt.Sprintf("%s.%d", base, n)
	}
	dir := im.app.folder().Path(rejectedDir)
	if err := library.MakeDir(dir); err != nil {
		return nil, err
	}
	return read.NewRejects(filepath.Join(dir, base+rejectedSuffix)), nil
}
