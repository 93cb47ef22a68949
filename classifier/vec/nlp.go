package vec

import (
	"github.com/james-bowman/sparse"
	"gonum.org/v1/gonum/mat"
)

// ToMatrix returns m transposed as nlp has it: a sparse matrix terms × documents.
func ToMatrix(m *CSR) *sparse.CSC {
	ptr, index, value := make([]int, max(1, len(m.Ptr))), make([]int, len(m.Index)), make([]float64, len(m.Value))
	for i, p := range m.Ptr {
		ptr[i] = int(p)
	}
	for i, c := range m.Index {
		index[i], value[i] = int(c), float64(m.Value[i])
	}
	return sparse.NewCSC(m.Cols, m.Rows(), ptr, index, value)
}

// FromMatrix returns a matrix terms × documents, as nlp has it, as rows of documents. Stored zeros are left out.
func FromMatrix(x mat.Matrix) *CSR {
	terms, docs := x.Dims()
	m := &CSR{Ptr: make([]int64, 1, docs+1), Cols: terms}
	if t, ok := x.(sparse.TypeConverter); ok {
		csc := t.ToCSC().RawMatrix()
		for d := range docs {
			row := Sparse{}
			for k := csc.Indptr[d]; k < csc.Indptr[d+1]; k++ {
				row.Index, row.Value = append(row.Index, uint32(csc.Ind[k])), append(row.Value, float32(csc.Data[k]))
			}
			m.Append(row.compact())
		}
		return m
	}
	for d := range docs {
		row := Sparse{}
		for t := range terms {
			if v := x.At(t, d); v != 0 {
				row.Index, row.Value = append(row.Index, uint32(t)), append(row.Value, float32(v))
			}
		}
		m.Append(row)
	}
	return m
}
