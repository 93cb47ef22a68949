//go:build !amd64 || noasm

package vec

// FastCodes reports whether [Codes.Dot] has a kernel on this machine. In plain Go it is slower than [Dot] of the rows.
func FastCodes() bool { return false }

// dotCodes sets each sum to the inner product of q and a row of codes. Rows have the length of q, a multiple of
// codeWidth.
//
//	for i := range sums { sums[i] = ⟨codes[i*len(q):(i+1)*len(q)], q⟩ }
func dotCodes(sums []int32, codes []int8, q []int16) { dotCodesGo(sums, codes, q) }
