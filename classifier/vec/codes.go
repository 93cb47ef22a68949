package vec

import (
	"errors"
	"fmt"
	"math"
)

// codeWidth is the number of codes that the kernel reads at a time. Rows of [Codes] are padded to a multiple of it.
const codeWidth = 32

// smallestScale is the scale below which its inverse is no number of float32.
const smallestScale = 1e-30

// Codes are the rows of a dense matrix in eight bits an element: row r is about Scale[r] times its codes. A scan reads a
// quarter of the memory that it reads of the rows themselves, and [Codes.Bound] says how far it can be off.
type Codes struct {
	Data   []int8    // rows × stride; what is behind column Cols is 0
	Scale  []float32 // of each row
	Error  []float32 // of each row: length of the difference between the row and its code, rounded up
	Cols   int
	stride int
	// greatestScale and greatestError are those of all rows.
	greatestScale, greatestError float32
}

// Quantize returns the codes of m. Each row is scaled so that its greatest element is ±127 and rounded to nearest.
func Quantize(m *Dense) *Codes {
	rows := m.Rows()
	c := &Codes{Cols: m.Cols, stride: stride(m.Cols)}
	c.Data = make([]int8, rows*c.stride)
	c.Scale, c.Error = make([]float32, rows), make([]float32, rows)
	Parallel(rows, 4096, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			c.encode(r, m.Row(r))
		}
	})
	c.measure()
	return c
}

// ReadCodes returns the codes with the given parts, which [Quantize] has made of a matrix of that many columns.
func ReadCodes(data []int8, scale, off []float32, cols int) (*Codes, error) {
	c := &Codes{Data: data, Scale: scale, Error: off, Cols: cols, stride: stride(cols)}
	if len(off) != len(scale) || len(data) != len(scale)*c.stride {
		return nil, fmt.Errorf("%d codes of %d columns do not fit %d scales and %d errors", len(data), cols, len(scale), len(off))
	}
	c.measure()
	if !(c.greatestScale < math.MaxFloat32 && c.greatestError < math.MaxFloat32) {
		return nil, errors.New("a scale or an error of the codes is no number")
	}
	return c, nil
}

func stride(cols int) int { return (cols + codeWidth - 1) / codeWidth * codeWidth }

func (c *Codes) measure() {
	for r, scale := range c.Scale {
		c.greatestScale, c.greatestError = max(c.greatestScale, scale), max(c.greatestError, c.Error[r])
	}
}

// encode sets the codes of row r to those of x.
func (c *Codes) encode(r int, x []float32) {
	var greatest float32
	for _, v := range x {
		if v < 0 {
			v = -v
		}
		if v > greatest {
			greatest = v
		}
	}
	scale := greatest / math.MaxInt8
	if scale < smallestScale { // the row is zero, or near enough: its code is zero
		c.Error[r] = math.Nextafter32(Norm(x), math.MaxFloat32)
		return
	}
	inverse := 1 / scale
	var left float64
	codes := c.Data[r*c.stride : r*c.stride+len(x)]
	for i, v := range x {
		// Adding 1.5·2²³ and taking it away rounds to nearest. The quotient is at most 127 in size.
		const rounder = 3 << 22
		code := float32(v*inverse) + rounder - rounder
		codes[i] = int8(code)
		d := float64(v) - float64(float64(scale)*float64(code))
		left += float64(d * d)
	}
	c.Scale[r] = scale
	c.Error[r] = math.Nextafter32(float32(math.Sqrt(left)), math.MaxFloat32)
}

// Rows returns the number of rows.
func (c *Codes) Rows() int { return len(c.Scale) }

// CodedQuery is a vector in 16 bits an element, to be multiplied with [Codes].
type CodedQuery struct {
	codes []int16
	scale float32
	norm  float64 // length of the vector
	left  float64 // length of the difference between the vector and its code
}

// Query returns the code of q, which has Cols elements.
func (c *Codes) Query(q []float32) *CodedQuery {
	if len(q) != c.Cols {
		panic("vec: lengths differ")
	}
	out := &CodedQuery{codes: make([]int16, c.stride)}
	var greatest, sum float64
	for _, v := range q {
		greatest = max(greatest, math.Abs(float64(v)))
		sum += float64(v) * float64(v)
	}
	out.norm = math.Sqrt(sum)
	if greatest == 0 {
		return out
	}
	// An inner product is at most the product of the lengths (Cauchy and Schwarz), and has to fit into 32 bits.
	longest := math.MaxInt32 / (math.MaxInt8 * math.Sqrt(float64(c.stride)) * 1.01)
	out.scale = float32(max(greatest/math.MaxInt16, out.norm/longest))
	var left float64
	for i, v := range q {
		k := math.RoundToEven(float64(v) / float64(out.scale))
		out.codes[i] = int16(max(-math.MaxInt16, min(k, math.MaxInt16)))
		d := float64(v) - float64(out.scale)*float64(out.codes[i])
		left += d * d
	}
	out.left = math.Sqrt(left)
	return out
}

// Dot sets dst[i] to the inner product of the codes of q and of row lo+i.
func (c *Codes) Dot(dst []float32, q *CodedQuery, lo int) {
	var sums [256]int32
	for len(dst) > 0 {
		n := min(len(dst), len(sums))
		dotCodes(sums[:n], c.Data[lo*c.stride:(lo+n)*c.stride], q.codes)
		for i, sum := range sums[:n] {
			dst[i] = float32(sum) * (c.Scale[lo+i] * q.scale)
		}
		dst, lo = dst[n:], lo+n
	}
}

// Bound returns the most by which the product that [Codes.Dot] gives for row r differs from [Dot] of the vectors
// themselves:
//
//	⟨q,x⟩ − ⟨q̂,x̂⟩ = ⟨q, x−x̂⟩ + ⟨q−q̂, x̂⟩ ≤ |q|·|x−x̂| + |q−q̂|·|x̂|
//
// and what rounding adds to sums of float32. No code is longer than if all its elements were ±127.
func (c *Codes) Bound(q *CodedQuery, r int) float32 { return c.bound(q, c.Scale[r], c.Error[r]) }

// GreatestBound returns a bound on [Codes.Bound] of all rows.
func (c *Codes) GreatestBound(q *CodedQuery) float32 {
	return c.bound(q, c.greatestScale, c.greatestError)
}

func (c *Codes) bound(q *CodedQuery, scale, off float32) float32 {
	longest := float64(scale)*math.MaxInt8*math.Sqrt(float64(c.Cols)) + float64(off)
	rounding := float64(c.Cols+8) * 0x1p-24 * q.norm
	return math.Nextafter32(float32(q.norm*float64(off)+(q.left+rounding)*longest), math.MaxFloat32)
}

// dotCodesGo is dotCodes in plain Go.
func dotCodesGo(sums []int32, codes []int8, q []int16) {
	for i := range sums {
		row := codes[i*len(q) : (i+1)*len(q)]
		var sum int32
		for k, c := range row {
			sum += int32(c) * int32(q[k])
		}
		sums[i] = sum
	}
}
