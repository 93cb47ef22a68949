package library

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"kindred/data"
	"kindred/data/read"
	"kindred/data/sample"
	"kindred/data/store"
)

// ImportBatch is the number of records that an import commits together: few enough that an interruption
// costs little, many enough that syncing the disk does not dominate.
const ImportBatch = 1000

// ErrNotStored is a failure to store papers, as opposed to a failure to read them.
var ErrNotStored = errors.New("the papers cannot be stored")

// ImportCounts says what an import did.
type ImportCounts struct {
	store.Counts
	Rejected int `json:"rejected"` // records that could not be used
}

// ImportResult is what an import did, and what of it its user may not expect; see [store.Outcome].
type ImportResult struct {
	ImportCounts
	Retitled []store.Retitled `json:"retitled,omitempty"` // the first of the papers that have a quite different title now
	Apart    []store.Apart    `json:"apart,omitempty"`    // the first of the papers that did not get an id they came with
}

// maxNamed bounds the papers that an ImportResult names.
const maxNamed = 1000

// Add adds the result of another import.
func (r *ImportResult) Add(s ImportResult) {
	r.ImportCounts.Add(s.ImportCounts)
	r.Retitled = append(r.Retitled, s.Retitled[:min(len(s.Retitled), maxNamed-len(r.Retitled))]...)
	r.Apart = append(r.Apart, s.Apart[:min(len(s.Apart), maxNamed-len(r.Apart))]...)
}

// Add adds the counts of another import.
func (c *ImportCounts) Add(d ImportCounts) {
	c.Imported += d.Imported
	c.Updated += d.Updated
	c.Unchanged += d.Unchanged
	c.Duplicates += d.Duplicates
	c.Rejected += d.Rejected
}

// Papers returns the number of papers that were read, the rejected records aside.
func (c *ImportCounts) Papers() int { return c.Imported + c.Updated + c.Unchanged + c.Duplicates }

func (c ImportCounts) String() string {
	return fmt.Sprintf("%d imported, %d updated, %d unchanged, %d duplicates, %d rejected",
		c.Imported, c.Updated, c.Unchanged, c.Duplicates, c.Rejected)
}

// ImportOptions steer [Library.Import]. The zero value is the default.
type ImportOptions struct {
	// Rejected is called with each record that cannot be used, from the goroutine of Import. Its error
	// ends the import.
	Rejected func(*read.RecordError) error
	// Progress is called after each batch, from the goroutine of Import.
	Progress func(ImportCounts)
}

// Import stores the papers of a source, such as a [read.Source], as they are read, [ImportBatch] records
// at a time. A paper that is there already is updated where it differs, so that importing a source
// again, or again after an interruption, doubles nothing. A [*read.RecordError] is counted and skipped.
// Any other error of the source ends the import after the papers before it, a failure to store wraps
// ErrNotStored, and canceling ctx ends it after the present batch, without waiting for a source that
// blocks. The result holds in every case. Import does not close the source: the iteration may still be
// blocked when it returns.
func (l *Library) Import(
	ctx context.Context, source iter.Seq2[*data.Paper, error], opt ImportOptions,
) (result ImportResult, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches := make(chan batch, 1)
	go func() {
		defer close(batches)
		readBatches(ctx, source, batches)
	}()
	for {
		var b batch
		var more bool
		select {
		case b, more = <-batches:
		case <-ctx.Done():
		}
		if !more {
			return result, ctx.Err()
		}
		done, err := l.importBatch(context.WithoutCancel(ctx), &b, opt)
		result.Add(done)
		if err != nil {
			return result, err
		}
		if opt.Progress != nil {
			opt.Progress(result.ImportCounts)
		}
	}
}

// ImportSample imports the embedded sample papers into a library that has no paper, and returns their number.
func (l *Library) ImportSample(ctx context.Context) (int, error) {
	stats, err := l.store.Stats(ctx)
	if err != nil || stats.Papers > 0 {
		return 0, err
	}
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		return 0, err
	}
	defer src.Close()
	result, err := l.Import(ctx, src.Papers(), ImportOptions{})
	return result.Papers(), err
}

// importBatch stores one batch. The batch that was read when an import is interrupted is stored whole.
func (l *Library) importBatch(ctx context.Context, b *batch, opt ImportOptions) (result ImportResult, err error) {
	for _, r := range b.rejected {
		result.Rejected++
		if opt.Rejected != nil {
			if err := opt.Rejected(r); err != nil {
				return result, err
			}
		}
	}
	out, err := l.store.Put(ctx, identified(b.papers))
	if err != nil {
		return result, fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	result.Counts, result.Retitled, result.Apart = out.Counts, out.Retitled, out.Apart
	if l.Current() != nil { // else nobody is answered yet, and the first answer sees them
		if err := l.show(ctx); err != nil {
			return result, err
		}
	}
	return result, b.err
}

// batch is what was read of a source: papers and rejected records, and the error that ended it.
type batch struct {
	papers   []*data.Paper
	rejected []*read.RecordError
	err      error
}

// readBatches sends the records of a source until it ends or ctx is canceled.
func readBatches(ctx context.Context, source iter.Seq2[*data.Paper, error], batches chan<- batch) {
	var b batch
	send := func() bool {
		select {
		case batches <- b:
			b = batch{}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for p, err := range source {
		var rejected *read.RecordError
		switch {
		case errors.As(err, &rejected):
			b.rejected = append(b.rejected, rejected)
		case err != nil:
			b.err = err
			send()
			return
		default:
			b.papers = append(b.papers, p)
		}
		if len(b.papers)+len(b.rejected) >= ImportBatch && !send() {
			return
		}
	}
	if len(b.papers)+len(b.rejected) > 0 {
		send()
	}
}

// identified gives papers that name no identifier the one that they are known by. Every door calls it before papers are
// stored, so that a record gets the same id whichever way it comes.
func identified(papers []*data.Paper) []*data.Paper {
	sample.Authority().Identify(papers)
	return papers
}
