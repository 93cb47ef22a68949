//go:build !noasm

#include "textflag.h"

// func axpy4AVX(y *float32, n int, a *[4]float32, x0, x1, x2, x3 *float32)
// Multiplication and addition are rounded apart, as in the Go version, so both give the same bits.
TEXT ·axpy4AVX(SB), NOSPLIT, $0-56
	MOVQ y+0(FP), DI
	MOVQ n+8(FP), CX
	MOVQ a+16(FP), AX
	MOVQ x0+24(FP), R8
	MOVQ x1+32(FP), R9
	MOVQ x2+40(FP), R10
	MOVQ x3+48(FP), R11
	VBROADCASTSS 0(AX), Y0
	VBROADCASTSS 4(AX), Y1
	VBROADCASTSS 8(AX), Y2
	VBROADCASTSS 12(AX), Y3
	XORQ BX, BX
	MOVQ CX, DX
	ANDQ $~15, DX
	JZ   eight

sixteen:
	VMOVUPS (DI)(BX*4), Y4
	VMOVUPS 32(DI)(BX*4), Y5
	VMULPS  (R8)(BX*4), Y0, Y6
	VMULPS  32(R8)(BX*4), Y0, Y7
	VMULPS  (R9)(BX*4), Y1, Y8
	VMULPS  32(R9)(BX*4), Y1, Y9
	VADDPS  Y6, Y4, Y4
	VADDPS  Y7, Y5, Y5
	VMULPS  (R10)(BX*4), Y2, Y10
	VMULPS  32(R10)(BX*4), Y2, Y11
	VADDPS  Y8, Y4, Y4
	VADDPS  Y9, Y5, Y5
	VMULPS  (R11)(BX*4), Y3, Y12
	VMULPS  32(R11)(BX*4), Y3, Y13
	VADDPS  Y10, Y4, Y4
	VADDPS  Y11, Y5, Y5
	VADDPS  Y12, Y4, Y4
	VADDPS  Y13, Y5, Y5
	VMOVUPS Y4, (DI)(BX*4)
	VMOVUPS Y5, 32(DI)(BX*4)
	ADDQ    $16, BX
	CMPQ    BX, DX
	JLT     sixteen

eight:
	MOVQ CX, DX
	SUBQ BX, DX
	CMPQ DX, $8
	JLT  tail
	VMOVUPS (DI)(BX*4), Y4
	VMULPS  (R8)(BX*4), Y0, Y6
	VMULPS  (R9)(BX*4), Y1, Y8
	VADDPS  Y6, Y4, Y4
	VMULPS  (R10)(BX*4), Y2, Y10
	VADDPS  Y8, Y4, Y4
	VMULPS  (R11)(BX*4), Y3, Y12
	VADDPS  Y10, Y4, Y4
	VADDPS  Y12, Y4, Y4
	VMOVUPS Y4, (DI)(BX*4)
	ADDQ    $8, BX

tail:
	CMPQ BX, CX
	JGE  done

one:
	VMOVSS (DI)(BX*4), X4
	VMULSS (R8)(BX*4), X0, X6
	VADDSS X6, X4, X4
	VMULSS (R9)(BX*4), X1, X6
	VADDSS X6, X4, X4
	VMULSS (R10)(BX*4), X2, X6
	VADDSS X6, X4, X4
	VMULSS (R11)(BX*4), X3, X6
	VADDSS X6, X4, X4
	VMOVSS X4, (DI)(BX*4)
	INCQ   BX
	CMPQ   BX, CX
	JLT    one

done:
	VZEROUPPER
	RET
