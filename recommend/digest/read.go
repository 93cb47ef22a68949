package digest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"kindred/data"
	"kindred/data/read"
	"kindred/data/sample"
)

// ReadFiles is [ReadPapers] for files one after the other. rejected is called with each record that cannot be used.
func ReadFiles(ctx context.Context, files []string, opt read.Options, rejected func(file string, record *read.RecordError)) (own []*data.Paper, err error) {
	for _, name := range files {
		papers, unusable, err := ReadPapers(ctx, read.OpenAll(name, opt))
		for _, r := range unusable {
			rejected(name, r)
		}
		if err != nil {
			return nil, err
		}
		own = append(own, papers...)
	}
	return own, nil
}

// ReadPapers reads a reader's library from the files of read.OpenAll, under the ids that an import would give its papers.
// It returns the records that cannot be used too. The error wraps [data.ErrInvalid] where no paper can be used or there
// are more than [MaxOwn].
func ReadPapers(ctx context.Context, sources iter.Seq2[*read.Source, error]) (papers []*data.Paper, rejected []*read.RecordError, err error) {
	var failed []error
	for src, err := range sources {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		for p, err := range src.Papers() {
			var bad *read.RecordError
			switch {
			case ctx.Err() != nil:
				return nil, nil, ctx.Err()
			case errors.As(err, &bad):
				rejected = append(rejected, bad)
			case err != nil:
				return nil, nil, fmt.Errorf("%s: %w", src.Name(), err)
			default:
				papers = append(papers, p)
			}
			if len(papers) > MaxOwn {
				return nil, nil, fmt.Errorf("%s: %w: more than %d papers: leave some out", src.Name(), data.ErrInvalid, MaxOwn)
			}
		}
	}
	if len(papers) == 0 {
		return nil, rejected, errors.Join(append(failed, fmt.Errorf("library: %w: no paper in it could be used", data.ErrInvalid))...)
	}
	sample.Authority().Identify(papers)
	return papers, rejected, nil
}

// ReadBibliography is [ReadPapers] for the text of one file in any format that an import reads. It counts the records that
// cannot be used.
func ReadBibliography(ctx context.Context, text string) (papers []*data.Paper, rejected int, err error) {
	papers, bad, err := ReadPapers(ctx, read.OpenStream("bibliography", strings.NewReader(text), read.Options{}))
	return papers, len(bad), err
}
