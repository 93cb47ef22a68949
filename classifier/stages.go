package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/lsa"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// The stages of a fit implement interfaces of github.com/james-bowman/nlp: a Vectoriser counts, Transformers weight the
// counts and find latent space and topics, and matrices are features × documents. These interfaces have no context, and
// their Fit has no error. Stages of this module have further methods with both; runStage runs any other stage.

// maxForeignDocs is the largest number of documents for a topic stage. A stage of nlp cannot be cancelled, and LDA of
// nlp takes minutes for so many.
const maxForeignDocs = 10_000

// runStage runs FitTransform of a stage of another module. A panic becomes an error. The stage cannot be cancelled:
// when ctx ends first, runStage returns and the stage continues in the background.
func runStage(ctx context.Context, name string, stage nlp.Transformer, x mat.Matrix) (mat.Matrix, error) {
	type result struct {
		matrix mat.Matrix
		err    error
	}
	done := make(chan result, 1)
	go func() {
		m, err := guarded(func() (mat.Matrix, error) { return stage.FitTransform(x) })
		done <- result{m, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		if r.err == nil && r.matrix == nil {
			r.err = errors.New("it returned no matrix")
		}
		if r.err != nil {
			return nil, stageError(name, stage, r.err)
		}
		_, want := x.Dims()
		if _, got := r.matrix.Dims(); got != want {
			return nil, stageError(name, stage, fmt.Errorf("it returned %d columns for %d documents", got, want))
		}
		return r.matrix, nil
	}
}

// guarded returns the result of f, with a panic of f as its error.
func guarded(f func() (mat.Matrix, error)) (m mat.Matrix, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it panicked: %v", r)
		}
	}()
	return f()
}

func stageError(name string, stage any, err error) error {
	return fmt.Errorf("classifier: the %s stage %T failed: %w", name, stage, err)
}

// weigh runs the weighting stage on the counts of counter. The stage is the Weighter of the counter unless other is not
// nil.
func weigh(ctx context.Context, counter *tfidf.Counter, counts mat.Matrix, other nlp.Transformer) (*tfidf.Weighter, mat.Matrix, error) {
	own := counter.Weighter()
	if other == nil {
		weights, err := own.FitTransform(counts)
		if err != nil {
			return nil, nil, fmt.Errorf("classifier: %w", err)
		}
		return own, weights, ctx.Err()
	}
	weights, err := runStage(ctx, "weighting", other, counts)
	if err != nil {
		return nil, nil, err
	}
	weights, err = guarded(func() (mat.Matrix, error) { return own.Adopt(other, counts, weights) })
	if err != nil {
		return nil, nil, stageError("weighting", other, err)
	}
	return own, weights, nil
}

// PlainTFIDF returns the TfidfTransformer of nlp for Options.Weighting: the count of a term times ln((1 + N) / (1 +
// df)).
func PlainTFIDF() nlp.Transformer { return nlp.NewTfidfTransformer() }

// LDA returns the LatentDirichletAllocation of nlp for Options.TopicStage: stochastic collapsed variational Bayesian
// inference (Foulds et al., "Stochastic collapsed variational Bayesian inference for latent Dirichlet allocation", KDD
// 2013). Its random numbers come from seed. It runs on one core, because on several cores batches are added in the
// order in which they end.
func LDA(topics int, seed uint64) nlp.Transformer {
	l := nlp.NewLatentDirichletAllocation(topics)
	l.Rnd.Seed(seed)
	l.Processes = 1
	l.Iterations = ldaIterations
	return l
}

// ldaIterations is the number of passes of LDA over the documents. From 60 on the topics change little.
const ldaIterations = 60

// topicShares runs a topic stage on the counts of single words. It returns the share of each topic in each document,
// documents × topics, rows that sum to 1.
func topicShares(ctx context.Context, in *topic.Input, stage nlp.Transformer) (*vec.Dense, error) {
	n := in.Words.Counts.Rows()
	x, err := runStage(ctx, "topic", stage, vec.Columns{Documents: sharedWords(in.Words.Counts)})
	if err != nil {
		return nil, err
	}
	k, _ := x.Dims()
	if k == 0 {
		return nil, stageError("topic", stage, errors.New("it returned no topics"))
	}
	shares := vec.NewDense(n, k)
	for d := range n {
		row, sum := shares.Row(d), 0.0
		for j := range row {
			v := x.At(j, d)
			if v < 0 || math.IsInf(v, 0) {
				return nil, stageError("topic", stage, fmt.Errorf("it returned the share %[2]v of topic %[3]d in document %[1]d", d, v, j))
			}
			row[j] = float32(v)
			sum += v
		}
		for j := range row {
			if sum > 0 {
				row[j] = float32(float64(row[j]) / sum)
			} else {
				row[j] = 1 / float32(k) // a document without words has equal shares
			}
		}
	}
	return shares, nil
}

// sharedWords returns the columns of counts for words that relate documents. They occur in at least two documents,
// three in a large corpus, and in at most half.
func sharedWords(counts *vec.CSR) *vec.CSR {
	n := counts.Rows()
	least, most := int32(2), int32(max(2, n/2))
	if n >= topic.SmallCorpus {
		least = 3
	}
	df := make([]int32, counts.Cols)
	for _, t := range counts.Index {
		df[t]++
	}
	number := make([]uint32, counts.Cols)
	out := &vec.CSR{Ptr: make([]int64, 1, n+1)}
	for t, d := range df {
		number[t] = none
		if d >= least && d <= most {
			number[t] = uint32(out.Cols)
			out.Cols++
		}
	}
	for d := range n {
		row := counts.Row(d)
		for k, t := range row.Index {
			if number[t] != none {
				out.Index, out.Value = append(out.Index, number[t]), append(out.Value, row.Value[k])
			}
		}
		out.Ptr = append(out.Ptr, int64(len(out.Index)))
	}
	return out
}

// fitSpace finds the latent space of the rows of x, documents × words.
func fitSpace(ctx context.Context, x *vec.CSR, opt lsa.Options) (*lsa.Projection, error) {
	stage := &lsa.Stage{Options: opt}
	if err := stage.FitContext(ctx, vec.Columns{Documents: x}); err != nil {
		return nil, err
	}
	return stage.Projection, nil
}
