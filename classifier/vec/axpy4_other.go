//go:build !amd64 || noasm

package vec

// axpy4 adds four vectors times a factor each to y, in place. All have the length of y.
//
//	for i := range y { y[i] = ((y[i] + a[0]*x0[i]) + a[1]*x1[i]) + a[2]*x2[i]) + a[3]*x3[i] }
func axpy4(y []float32, a *[4]float32, x0, x1, x2, x3 []float32) { axpy4Go(y, a, x0, x1, x2, x3) }
