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
	"kindred/data/sample"
	"kindred/data/store"
	"kindred/recommend/library"
)

// Where the records of an import go that could not be used.
const (
	rejectedDir    = "rejected"
	rejectedSuffix = ".rejected"
)

// batchSize is how many papers are committed together: few enough that an interruption costs little, many enough that the
// disk's sync is not what the time goes into.
const batchSize = 1000

func (a *app) importCommand() *cobra.Command {
	var opt read.Options
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Read papers into the data folder",
		Long: `Reads papers from files, or from the standard input for "-", and keeps them in the data folder. The format is recognised by
content: JSON lines, the Daily Papers page as text or HTML and its API's answers, the arXiv metadata snapshot, Atom and
OAI-PMH, OpenAlex works, Semantic Scholar papers and abstracts, BibTeX, CSV and TSV with a header; plain, gzip, zstd or bzip2.

A paper that is there already is updated, or left alone where nothing changed; importing a file again, or again after an
interruption, doubles nothing. A record that cannot be used is written to rejected/FILE.rejected in the data folder, with
its line and the reason.`,
		Example: `  kindred import papers.jsonl.gz library.bib
  curl -s https://export.arxiv.org/api/query?search_query=cat:cs.IR | kindred import -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opt.Validate(); err != nil {
				return usage(cmd, err)
			}
			return a.runImport(cmd.Context(), args, opt)
		},
	}
	cmd.Flags().IntVar(&opt.Year, "year", 0, "the year of dates written without one, on a pasted Daily Papers page (default: the year after the newest written out)")
	return cmd
}

// importCounts is what an import did, in the form of --json.
type importCounts struct {
	store.Counts
	Rejected int `json:"rejected"`
}

func (c *importCounts) add(d importCounts) {
	c.Imported += d.Imported
	c.Updated += d.Updated
	c.Unchanged += d.Unchanged
	c.Duplicates += d.Duplicates
	c.Rejected += d.Rejected
}

func (c importCounts) papers() int { return c.Imported + c.Updated + c.Unchanged + c.Duplicates }

func (c importCounts) String() string {
	return fmt.Sprintf("%d imported, %d updated, %d unchanged, %d duplicates, %d rejected", c.Imported, c.Updated, c.Unchanged, c.Duplicates, c.Rejected)
}

// runImport imports files one after the other. A file that cannot be read does not keep the others from being imported; an
// error of the store, or an interruption, ends it. What was done is printed in any case.
func (a *app) runImport(ctx context.Context, files []string, opt read.Options) (err error) {
	st, err := a.folder().Create(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	im := &importer{app: a, store: st, opt: opt, rejectNames: map[string]int{}}
	begun := time.Now()
	var total importCounts
	var failed []error
	for _, file := range files {
		counts, err := im.file(ctx, file)
		total.add(counts)
		if err != nil {
			failed = append(failed, err)
		}
		if im.broken || ctx.Err() != nil {
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

// importer imports files into a store.
type importer struct {
	app         *app
	store       store.Store
	opt         read.Options
	rejectNames map[string]int // how many files of this import took a name for their rejected records
	broken      bool           // the store gave an error: no use going on
}

// file imports one file.
func (im *importer) file(ctx context.Context, name string) (counts importCounts, err error) {
	src, err := im.open(name)
	if err != nil {
		return counts, err
	}
	rejects, err := im.rejects(name)
	if err != nil {
		return counts, errors.Join(err, src.Close())
	}
	counts, err = im.stream(ctx, name, src, rejects)
	counts.Rejected = rejects.Count()
	err = errors.Join(err, rejects.Close())
	im.app.printf("%s (%s)\n%-12s %v\n", name, src.Format(), "", counts)
	if counts.Rejected > 0 {
		im.app.notef("%d records of %s could not be used: %s says why\n", counts.Rejected, name, rejects.Path())
	} else if rerr := os.Remove(rejects.Path()); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
		err = errors.Join(err, rerr) // those of an earlier import of the file are not rejected any more
	}
	if err == nil && counts.papers() == 0 {
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

// rejects returns where the rejected records of a file go.
func (im *importer) rejects(name string) (*read.Rejects, error) {
	base := filepath.Base(name)
	if name == "-" {
		base = "standard-input"
	}
	im.rejectNames[base]++
	if n := im.rejectNames[base]; n > 1 { // a file of the same name from another folder
		base = fmt.Sprintf("%s.%d", base, n)
	}
	if err := library.MakeDir(im.app.folder().Path(rejectedDir)); err != nil {
		return nil, err
	}
	return read.NewRejects(im.app.folder().Path(rejectedDir, base+rejectedSuffix)), nil
}

// batch is a batch of papers, or why there are no more.
type batch struct {
	papers   []*data.Paper
	rejected []*read.RecordError
	offset   int64 // how far into the file
	err      error
}

// stream reads and stores at the same time, a batch at a time, and closes the source. An interrupted one does not wait for
// a source that is waiting itself, for somebody to type.
func (im *importer) stream(ctx context.Context, name string, src *read.Source, rejects *read.Rejects) (counts importCounts, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches := make(chan batch, 1)
	go func() {
		defer close(batches)
		defer src.Close() // it was only read from: nothing can get lost
		readBatches(ctx, src, batches)
	}()
	bar := im.app.progress(true)
	defer bar.end()
	for {
		var b batch
		var more bool
		select {
		case b, more = <-batches:
		case <-ctx.Done():
		}
		if !more {
			return counts, ctx.Err()
		}
		for _, r := range b.rejected {
			if err := rejects.Add(r); err != nil {
				return counts, err
			}
		}
		sample.Authority().Identify(b.papers)
		// The batch under way is finished when the import is interrupted: it is read already.
		done, err := im.store.Put(context.WithoutCancel(ctx), b.papers)
		if err != nil {
			im.broken = true
			return counts, err
		}
		counts.add(importCounts{Counts: done})
		if b.err != nil {
			return counts, b.err
		}
		bar.set(filepath.Base(name), b.offset, src.Size())
	}
}

// readBatches sends the papers of src until there are no more or ctx is canceled.
func readBatches(ctx context.Context, src *read.Source, batches chan<- batch) {
	var b batch
	send := func() bool {
		b.offset = src.Offset()
		select {
		case batches <- b:
			b = batch{}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for p, err := range src.Papers() {
		var rejected *read.RecordError
		switch {
		case errors.As(err, &rejected):
			b.rejected = append(b.rejected, rejected)
		case err != nil:
			b.err = err
		default:
			b.papers = append(b.papers, p)
		}
		if (len(b.papers)+len(b.rejected) >= batchSize || b.err != nil) && !send() {
			return
		}
	}
	if len(b.papers)+len(b.rejected) > 0 {
		send()
	}
}
