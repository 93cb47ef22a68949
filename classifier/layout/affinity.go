package layout

import (
	"math"

	"kindred/classifier/vec"
)

// affinities returns the symmetric matrix of affinities, rows × rows, whose elements sum to 1. The affinities of a row
// are those of t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008): exp(−β·d) over its
// neighbours, with β such that the entropy is that of perplexity equal neighbours. d is the square of the cosine
// distance. It separates the nearest few better than the distance itself where all distances are large.
func affinities(b *neighbors, n int, perplexity float64) *vec.CSR {
	own := make([]float32, len(b.row))
	vec.Parallel(n, rowChunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			rows, cosines := b.of(i)
			m := 0
			for m < b.k && rows[m] >= 0 {
				m++
			}
			shares(own[i*b.k:i*b.k+m], cosines[:m], perplexity)
		}
	})
	half := &vec.CSR{Ptr: make([]int64, 1, n+1), Cols: n}
	for i := range n {
		rows, _ := b.of(i)
		index, value := make([]uint32, 0, b.k), make([]float32, 0, b.k)
		for c, j := range rows {
			if j >= 0 {
				index, value = append(index, uint32(j)), append(value, own[i*b.k+c]/float32(2*n))
			}
		}
		half.Append(vec.NewSparse(index, value))
	}
	back := half.Transpose()
	p := &vec.CSR{Ptr: make([]int64, 1, n+1), Cols: n, Index: make([]uint32, 0, 2*len(half.Index)), Value: make([]float32, 0, 2*len(half.Index))}
	for i := range n {
		p.Append(merge(half.Row(i), back.Row(i)))
	}
	return p
}

// shares sets out to exp(−β·(1−c)²) divided by its sum, for descending cosines c. β is found by bisection, such that
// the entropy of out is log(perplexity). Where there are no more elements than perplexity, all are equal.
func shares(out, cosines []float32, perplexity float64) {
	if len(cosines) == 0 {
		return
	}
	d := make([]float64, len(cosines)) // less the smallest of them, which does not change the shares
	for i, c := range cosines {
		near, far := 1-float64(cosines[0]), 1-float64(c)
		d[i] = max(0, far*far-near*near)
	}
	want := math.Log(perplexity)
	lo, hi := 0.0, math.Inf(1)
	beta := 10.0
	if math.Log(float64(len(d))) <= want || d[len(d)-1] == 0 {
		beta, hi = 0, 0
	}
	for range 60 {
		sum, mean := 0.0, 0.0
		for _, v := range d {
			e := math.Exp(-beta * v)
			sum += e
			mean += e * v
		}
		entropy := math.Log(sum) + beta*mean/sum
		if math.Abs(entropy-want) < 1e-5 || hi <= lo {
			break
		}
		if entropy > want {
			lo = beta
			if math.IsInf(hi, 1) {
				beta *= 2
				continue
			}
		} else {
			hi = beta
		}
		beta = (lo + hi) / 2
	}
	sum := 0.0
	for _, v := range d {
		sum += math.Exp(-beta * v)
	}
	for i, v := range d {
		out[i] = float32(math.Exp(-beta*v) / sum)
	}
}

// merge returns the sum of two sparse vectors.
func merge(a, b vec.Sparse) vec.Sparse {
	out := vec.Sparse{Index: make([]uint32, 0, a.Len()+b.Len()), Value: make([]float32, 0, a.Len()+b.Len())}
	i, j := 0, 0
	for i < a.Len() || j < b.Len() {
		switch {
		case j == b.Len() || i < a.Len() && a.Index[i] < b.Index[j]:
			out.Index, out.Value = append(out.Index, a.Index[i]), append(out.Value, a.Value[i])
			i++
		case i == a.Len() || b.Index[j] < a.Index[i]:
			out.Index, out.Value = append(out.Index, b.Index[j]), append(out.Value, b.Value[j])
			j++
		default:
			out.Index, out.Value = append(out.Index, a.Index[i]), append(out.Value, a.Value[i]+b.Value[j])
			i++
			j++
		}
	}
	return out
}
