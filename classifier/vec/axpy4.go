package vec

// axpy4Go is axpy4 in plain Go. The conversions keep the compiler from fusing multiplication and addition, which would
// round differently.
func axpy4Go(y []float32, a *[4]float32, x0, x1, x2, x3 []float32) {
	n := len(y)
	x0, x1, x2, x3 = x0[:n], x1[:n], x2[:n], x3[:n]
	for i, v := range y {
		v += float32(a[0] * x0[i])
		v += float32(a[1] * x1[i])
		v += float32(a[2] * x2[i])
		y[i] = v + float32(a[3]*x3[i])
	}
}
