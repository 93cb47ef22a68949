//go:build !noasm

package vec

import "golang.org/x/sys/cpu"

//go:noescape
func dotCodesAVX2(sums *int32, codes *int8, rows, stride int, q *int16)

// FastCodes reports whether [Codes.Dot] has a kernel on this machine. In plain Go it is slower than [Dot] of the rows.
func FastCodes() bool { return cpu.X86.HasAVX2 }

// dotCodes sets each sum to the inner product of q and a row of codes. Rows have the length of q, a multiple of
// codeWidth.
//
//	for i := range sums { sums[i] = ⟨codes[i*len(q):(i+1)*len(q)], q⟩ }
func dotCodes(sums []int32, codes []int8, q []int16) {
	if len(sums) == 0 || len(q) == 0 {
		clear(sums)
		return
	}
	if !cpu.X86.HasAVX2 {
		dotCodesGo(sums, codes, q)
		return
	}
	_ = codes[len(sums)*len(q)-1]
	dotCodesAVX2(&sums[0], &codes[0], len(sums), len(q), &q[0])
}
