package vec

import (
	"github.com/james-bowman/sparse"
	"gonum.org/v1/gonum/mat"
)

// Columns presents a CSR, documents × terms, in the orientation of nlp: a matrix terms × documents, with one column for
// each document. It shares the memory of the CSR. The conversions of sparse.TypeConverter copy.
type Columns struct{ Documents *CSR }

var (
	_ sparse.Sparser       = Columns{}
	_ sparse.TypeConverter = Columns{}
	_ mat.ColNonZeroDoer   = Columns{}
)

// Dims returns the numbers of terms and of documents.
func (c Columns) Dims() (terms, docs int) { return c.Documents.Cols, c.Documents.Rows() }

// At returns the value of a term in a document, by binary search.
func (c Columns) At(term, doc int) float64 { return float64(c.Documents.Row(doc).At(uint32(term))) }

// T returns the transpose, documents × terms.
func (c Columns) T() mat.Matrix { return mat.Transpose{Matrix: c} }

// NNZ returns the number of stored values.
func (c Columns) NNZ() int { return len(c.Documents.Index) }

// DoNonZero calls f for every stored value, document by document.
func (c Columns) DoNonZero(f func(term, doc int, v float64)) {
	for d := range c.Documents.Rows() {
		c.DoColNonZero(d, f)
	}
}

// DoColNonZero calls f for every stored value of a document, by ascending term.
func (c Columns) DoColNonZero(doc int, f func(term, doc int, v float64)) {
	row := c.Documents.Row(doc)
	for k, t := range row.Index {
		f(int(t), doc, float64(row.Value[k]))
	}
}

// ToCSC returns a copy in compressed columns.
func (c Columns) ToCSC() *sparse.CSC {
	m := c.Documents
	ptr, index, value := make([]int, max(1, len(m.Ptr))), make([]int, len(m.Index)), make([]float64, len(m.Value))
	for i, p := range m.Ptr {
		ptr[i] = int(p)
	}
	for i, t := range m.Index {
		index[i], value[i] = int(t), float64(m.Value[i])
	}
	return sparse.NewCSC(m.Cols, m.Rows(), ptr, index, value)
}

// ToCSR returns a copy in compressed rows.
func (c Columns) ToCSR() *sparse.CSR { return c.ToCSC().ToCSR() }

// ToCOO returns a copy in coordinates.
func (c Columns) ToCOO() *sparse.COO { return c.ToCSC().ToCOO() }

// ToDOK returns a copy in a dictionary of keys.
func (c Columns) ToDOK() *sparse.DOK { return c.ToCSC().ToDOK() }

// ToDense returns a dense copy.
func (c Columns) ToDense() *mat.Dense { return c.ToCSC().ToDense() }

// ToType returns a copy in the given format.
func (c Columns) ToType(format sparse.MatrixType) mat.Matrix { return format.Convert(c) }

// FromMatrix turns a matrix in the orientation of nlp, terms × documents, into rows of documents. The rows of a Columns
// are shared and must not be changed. Any other matrix is copied without its stored zeros.
func FromMatrix(x mat.Matrix) *CSR {
	if c, ok := x.(Columns); ok {
		return c.Documents
	}
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

// DenseColumns presents a Dense, documents × dimensions, in the orientation of nlp: a matrix dimensions × documents. It
// shares the memory of the Dense.
type DenseColumns struct{ Documents *Dense }

var _ mat.Matrix = DenseColumns{}

// Dims returns the numbers of dimensions and of documents.
func (c DenseColumns) Dims() (dims, docs int) { return c.Documents.Cols, c.Documents.Rows() }

// At returns the coordinate of a document in a dimension.
func (c DenseColumns) At(dim, doc int) float64 { return float64(c.Documents.Row(doc)[dim]) }

// T returns the transpose, documents × dimensions.
func (c DenseColumns) T() mat.Matrix { return mat.Transpose{Matrix: c} }

// DenseFromMatrix turns a matrix in the orientation of nlp, dimensions × documents, into rows of documents. The rows of
// a DenseColumns are shared and must not be changed. Any other matrix is copied.
func DenseFromMatrix(x mat.Matrix) *Dense {
	if c, ok := x.(DenseColumns); ok {
		return c.Documents
	}
	dims, docs := x.Dims()
	m := NewDense(docs, dims)
	for d := range docs {
		row := m.Row(d)
		for k := range row {
			row[k] = float32(x.At(k, d))
		}
	}
	return m
}
