//go:build !noasm

package vec

import "golang.org/x/sys/cpu"

//go:noescape
func axpy4AVX(y *float32, n int, a *[4]float32, x0, x1, x2, x3 *float32)

// axpy4 adds four vectors times a factor each to y, in place. All have the length of y.
//
//	for i := range y { y[i] = ((y[i] + a[0]*x0[i]) + a[1]*x1[i]) + a[2]*x2[i]) + a[3]*x3[i] }
func axpy4(y []float32, a *[4]float32, x0, x1, x2, x3 []float32) {
	n := len(y)
	if n == 0 {
		return
	}
	if !cpu.X86.HasAVX {
		axpy4Go(y, a, x0, x1, x2, x3)
		return
	}
	_, _, _, _ = x0[n-1], x1[n-1], x2[n-1], x3[n-1]
	axpy4AVX(&y[0], n, a, &x0[0], &x1[0], &x2[0], &x3[0])
}
