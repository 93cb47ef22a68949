//go:build !noasm

#include "textflag.h"

// func dotCodesAVX2(sums *int32, codes *int8, rows, stride int, q *int16)
// Sums of integers are the same in any order, so this and the Go version give the same numbers.
TEXT ·dotCodesAVX2(SB), NOSPLIT, $0-40
	MOVQ sums+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ rows+16(FP), CX
	MOVQ stride+24(FP), DX
	MOVQ q+32(FP), R8

row:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	XORQ  BX, BX

column:
	VPMOVSXBW (SI)(BX*1), Y2
	VPMOVSXBW 16(SI)(BX*1), Y3
	VPMADDWD  (R8)(BX*2), Y2, Y2
	VPMADDWD  32(R8)(BX*2), Y3, Y3
	VPADDD    Y2, Y0, Y0
	VPADDD    Y3, Y1, Y1
	ADDQ      $32, BX
	CMPQ      BX, DX
	JLT       column

	VPADDD       Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0x4E, X0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0xB1, X0, X1
	VPADDD       X1, X0, X0
	VMOVD        X0, (DI)
	ADDQ         $4, DI
	ADDQ         DX, SI
	DECQ         CX
	JNZ          row
	VZEROUPPER
	RET
