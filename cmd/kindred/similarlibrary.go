package main

import (
	"context"
	"errors"
	"fmt"

	"kindred/api/wire"
	"kindred/data/read"
	"kindred/recommend"
	"kindred/recommend/library"
)

// libraryQuestion are the flags of a question with a reader's library.
type libraryQuestion struct {
	file     string
	halfLife float64
}

// check says what does not go together with a library.
func (l *libraryQuestion) check(args []string, text string, q *recommend.Query) error {
	switch {
	case l.file == "":
		return errors.New("--half-life goes with --library alone")
	case len(args) > 0 || text != "":
		return errors.New("--library stands instead of ids and --text; give one or the other")
	case q.Diversity != 0:
		return errors.New("--diversity does not go with --library, whose interests take turns")
	case !(l.halfLife >= 0):
		return fmt.Errorf("--half-life %v: want 0 or more days", l.halfLife)
	}
	return nil
}

// runSimilarLibrary answers a reader's library.
func (a *app) runSimilarLibrary(ctx context.Context, question libraryQuestion, q recommend.Query) (err error) {
	src, err := read.Open(question.file, read.Options{Stdin: a.stdin})
	if err != nil {
		return err
	}
	papers, rejected, err := library.ReadLibrary(src.Papers())
	if err = errors.Join(err, src.Close()); err != nil {
		return fmt.Errorf("%s: %w", question.file, err)
	}
	return a.withLibrary(ctx, func(l *library.Library) error {
		s := l.Current()
		lq := recommend.LibraryQuery{
			HalfLife: question.halfLife, Limit: q.Limit, MinScore: q.MinScore, Explain: q.Explain, Filter: q.Filter,
		}
		if lq.Papers, lq.Records, err = s.Know(ctx, papers); err != nil {
			return err
		}
		if lq.Negative, err = s.ResolveIDs(ctx, q.Negative); err != nil {
			return advise(err)
		}
		answer, err := wire.Library(ctx, s, lq)
		if err != nil {
			return advise(err)
		}
		answer.Meta.Rejected = rejected
		if !a.json {
			a.printf("%d papers of %s, %d of them here\n", len(papers), question.file, len(lq.Papers))
			if rejected > 0 {
				a.notef("kindred: %d records of %s cannot be used\n", rejected, question.file)
			}
			for i, in := range answer.Meta.Interests {
				a.printf("interest %d  %3.0f %%  %4d papers  %s\n", i+1, 100*in.Weight, in.Size, in.Label)
			}
		}
		return a.printRanking(answer)
	})
}
