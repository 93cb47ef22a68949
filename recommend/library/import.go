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

// importBatch is how many papers are committed together: few enough that an interruption costs little, many enough that
// the sync of the disk is a small part of the time.
const importBatch = 1000

// Import stores the papers of a source, such as those of read.Source.Papers, batch by batch, and returns what it did with
// them and the records that were rejected. Papers of batches that are counted are durable, also where an error ended the
// import. The current snapshot has the papers after the next [Library.Refresh].
func (l *Library) Import(ctx context.Context, papers iter.Seq2[*data.Paper, error]) (store.Counts, []*read.RecordError, error) {
	var total store.Counts
	var rejected []*read.RecordError
	var batch []*data.Paper
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		counts, err := l.store.Put(ctx, Identified(batch))
		if err != nil {
			return fmt.Errorf("after %d papers: %w", total.Imported+total.Updated+total.Unchanged+total.Duplicates, err)
		}
		total.Add(counts)
		batch = batch[:0]
		return nil
	}
	for p, err := range papers {
		var wrong *read.RecordError
		switch {
		case errors.As(err, &wrong):
			rejected = append(rejected, wrong)
			continue
		case err != nil:
			return total, rejected, errors.Join(err, flush())
		}
		if batch = append(batch, p); len(batch) == importBatch {
			if err := flush(); err != nil {
				return total, rejected, err
			}
		}
	}
	return total, rejected, flush()
}

// Identified gives papers that name no identifier the one that they are known by. Every door calls it before papers are
// stored, so that a record gets the same id whichever way it comes.
func Identified(papers []*data.Paper) []*data.Paper {
	sample.Authority().Identify(papers)
	return papers
}
