package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/linear"
	"kindred/classifier/lsa"
	"kindred/classifier/text"
	"kindred/classifier/vec"
)

// Constants of the features of a labelled corpus. docs/topics.md has the trials behind them.
const (
	labelledWordDocs = 2   // least document frequency of a word
	labelledPairDocs = 3   // least document frequency of a pair of words
	labelledDims     = 100 // latent dimensions
	labelledLatent   = 0.4 // weight of the latent part, where words and pairs have weight 1 each
	labelledRounds   = 3   // subspace iterations of LSA
)

// Labelled predicts the labels of documents, see [linear.Train]. It is immutable.
type Labelled struct {
	m        *Model
	number   []int32   // term → word feature, pair feature + words, or -1
	weight   []float32 // of each of these features
	words    int
	latent   *lsa.Projection
	classify *linear.Classifier
}

// Label learns to predict the classes of some documents, given by their numbers. classOf holds the class of each, from
// 0 to classes−1. Rare words, the weights of words and the latent space are those of these documents.
func (m *Model) Label(ctx context.Context, docs, classOf []int, classes int) (*Labelled, error) {
	l := &Labelled{m: m}
	l.weigh(docs)
	wordRows, pairRows := &vec.CSR{Ptr: []int64{0}, Cols: l.words}, &vec.CSR{Ptr: []int64{0}, Cols: len(l.weight) - l.words}
	for _, d := range docs {
		w, p := l.parts(m.lexical.Row(d))
		wordRows.Append(w)
		pairRows.Append(p)
	}
	var err error
	l.latent, err = lsa.Fit(ctx, wordRows, nil, lsa.Options{Dims: labelledDims, Power: 1, Iterations: labelledRounds})
	if err != nil {
		return nil, err
	}
	x := &vec.CSR{Ptr: []int64{0}, Cols: len(l.weight) + l.latent.Dims()}
	for i := range docs {
		x.Append(l.join(wordRows.Row(i), pairRows.Row(i)))
	}
	l.classify, err = linear.Train(ctx, x, classOf, classes, linear.Options{})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// weigh chooses the features and weights them by their inverse document frequency.
func (l *Labelled) weigh(docs []int) {
	df := make([]int, l.m.TermCount())
	for _, d := range docs {
		for _, t := range l.m.lexical.Row(d).Index {
			df[t]++
		}
	}
	l.number = slices.Repeat([]int32{-1}, len(df))
	for _, pairs := range []bool{false, true} {
		least := labelledWordDocs
		if pairs {
			least = labelledPairDocs
		}
		for t, n := range df {
			if n >= least && text.IsPair(l.m.vectorizer.Vocabulary.At(t)) == pairs {
				l.number[t] = int32(len(l.weight))
				l.weight = append(l.weight, float32(math.Log(float64(1+len(docs))/float64(1+n))+1))
			}
		}
		if !pairs {
			l.words = len(l.weight)
		}
	}
}

// parts returns the words and the pairs of a lexical vector under the weights of l, each part unit length. Pairs are
// numbered from 0.
func (l *Labelled) parts(x vec.Sparse) (words, pairs vec.Sparse) {
	for k, t := range x.Index {
		f := l.number[t]
		if f < 0 || x.Value[k] == 0 { // a weighting stage may give a term the weight 0
			continue
		}
		v := x.Value[k] / l.m.vectorizer.IDF[t] * l.weight[f]
		if int(f) < l.words {
			words.Index, words.Value = append(words.Index, uint32(f)), append(words.Value, v)
		} else {
			pairs.Index, pairs.Value = append(pairs.Index, uint32(int(f)-l.words)), append(pairs.Value, v)
		}
	}
	words.Normalize()
	pairs.Normalize()
	return words, pairs
}

// join returns words, pairs and the latent vector of the words as one vector.
func (l *Labelled) join(words, pairs vec.Sparse) vec.Sparse {
	out := vec.Sparse{Index: slices.Clone(words.Index), Value: slices.Clone(words.Value)}
	for k, p := range pairs.Index {
		out.Index, out.Value = append(out.Index, uint32(l.words)+p), append(out.Value, pairs.Value[k])
	}
	place := make([]float32, l.latent.Dims())
	l.latent.Project(place, words)
	for k, v := range place {
		out.Index, out.Value = append(out.Index, uint32(len(l.weight)+k)), append(out.Value, labelledLatent*v)
	}
	return out
}

// ClassOf returns the class of a document by its number.
func (l *Labelled) ClassOf(doc int) int {
	return l.classify.Classify(l.join(l.parts(l.m.lexical.Row(doc))))
}

// Scores returns the decision value of each class for a text, positive on the side of the class. The error wraps
// ErrNoTerms when no term of the text is known.
func (l *Labelled) Scores(s string) ([]float32, error) {
	v, err := l.m.Embed(s)
	if err != nil {
		return nil, err
	}
	out := make([]float32, l.classify.Classes())
	l.classify.Scores(out, l.join(l.parts(v.Lexical)))
	return out, nil
}

// Folds assigns rows to k stratified folds in the order of the rows, each with an equal share of every class. The folds
// are those of StratifiedKFold of scikit-learn without shuffling.
func Folds(classOf []int, k int) []int {
	number := map[int]int{} // classes in the order in which they first appear
	sizes := []int{}
	for _, c := range classOf {
		if _, ok := number[c]; !ok {
			number[c] = len(sizes)
			sizes = append(sizes, 0)
		}
		sizes[number[c]]++
	}
	share := make([][]int, len(sizes)) // of each class: rows of it in each fold
	at := 0
	for c, size := range sizes {
		share[c] = make([]int, k)
		for range size {
			share[c][at%k]++
			at++
		}
	}
	out := make([]int, len(classOf))
	for i, c := range classOf {
		n := number[c]
		f := 0
		for share[n][f] == 0 {
			f++
		}
		share[n][f]--
		out[i] = f
	}
	return out
}

// CrossValidate returns the class that is predicted for each of some documents by a classifier that was trained on the
// other folds.
func (m *Model) CrossValidate(ctx context.Context, docs, classOf, fold []int, classes int, progress func(done, total int)) ([]int, error) {
	if len(docs) != len(classOf) || len(docs) != len(fold) || len(docs) == 0 {
		return nil, errors.New("classifier: documents, classes and folds differ in number")
	}
	out := make([]int, len(docs))
	folds := slices.Max(fold) + 1
	for f := range folds {
		var train, trainClass, test []int
		for i, d := range docs {
			if fold[i] == f {
				test = append(test, i)
			} else {
				train, trainClass = append(train, d), append(trainClass, classOf[i])
			}
		}
		if len(train) == 0 {
			return nil, errors.New("classifier: one fold has all documents")
		}
		l, err := m.Label(ctx, train, trainClass, classes)
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", f+1, err)
		}
		vec.Parallel(len(test), 64, func(lo, hi int) {
			for _, i := range test[lo:hi] {
				out[i] = l.ClassOf(docs[i])
			}
		})
		if progress != nil {
			progress(f+1, folds)
		}
	}
	return out, nil
}
