#include "textflag.h"

// EXPAND makes the next round key, X0, of the one before (FIPS 197, 5.2).
#define EXPAND(rcon, at) \
	AESKEYGENASSIST $rcon, X0, X1 \
	PSHUFD $0xff, X1, X1          \
	MOVO   X0, X2                 \
	PSLLO  $4, X2                 \
	PXOR   X2, X0                 \
	PSLLO  $4, X2                 \
	PXOR   X2, X0                 \
	PSLLO  $4, X2                 \
	PXOR   X2, X0                 \
	PXOR   X1, X0                 \
	MOVOU  X0, at(DI)

// func expandKey(key *[16]byte, keys *roundKeys)
TEXT ·expandKey(SB), NOSPLIT, $0-16
	MOVQ  key+0(FP), AX
	MOVQ  keys+8(FP), DI
	MOVOU (AX), X0
	MOVOU X0, (DI)
	EXPAND(0x01, 16)
	EXPAND(0x02, 32)
	EXPAND(0x04, 48)
	EXPAND(0x08, 64)
	EXPAND(0x10, 80)
	EXPAND(0x20, 96)
	EXPAND(0x40, 112)
	EXPAND(0x80, 128)
	EXPAND(0x1b, 144)
	EXPAND(0x36, 160)
	RET

// PLAIN takes a block into a lane's chain.
#define PLAIN(at, x) \
	MOVOU (at)(CX*1), X9 \
	PXOR  X8, X9         \
	PXOR  X9, x

// ROUND is a round of all lanes.
#define ROUND(key) \
	MOVOU  key(AX), X8 \
	AESENC X8, X0      \
	AESENC X8, X1      \
	AESENC X8, X2      \
	AESENC X8, X3      \
	AESENC X8, X4      \
	AESENC X8, X5      \
	AESENC X8, X6      \
	AESENC X8, X7

// SEALED is the last round of a lane.
#define SEALED(at, x) \
	AESENCLAST X8, x         \
	MOVOU      x, (at)(CX*1)

// func chainLanes(keys *roundKeys, at *[lanes]*byte, last *[lanes][Block]byte, blocks int)
TEXT ·chainLanes(SB), NOSPLIT, $0-32
	MOVQ  keys+0(FP), AX
	MOVQ  at+8(FP), BX
	MOVQ  last+16(FP), DX
	MOVQ  blocks+24(FP), SI
	MOVQ  0(BX), R8
	MOVQ  8(BX), R9
	MOVQ  16(BX), R10
	MOVQ  24(BX), R11
	MOVQ  32(BX), R12
	MOVQ  40(BX), R13
	MOVQ  48(BX), DI
	MOVQ  56(BX), BX
	MOVOU 0(DX), X0
	MOVOU 16(DX), X1
	MOVOU 32(DX), X2
	MOVOU 48(DX), X3
	MOVOU 64(DX), X4
	MOVOU 80(DX), X5
	MOVOU 96(DX), X6
	MOVOU 112(DX), X7
	XORQ  CX, CX

block:
	MOVOU (AX), X8
	PLAIN(R8, X0)
	PLAIN(R9, X1)
	PLAIN(R10, X2)
	PLAIN(R11, X3)
	PLAIN(R12, X4)
	PLAIN(R13, X5)
	PLAIN(DI, X6)
	PLAIN(BX, X7)
	ROUND(16)
	ROUND(32)
	ROUND(48)
	ROUND(64)
	ROUND(80)
	ROUND(96)
	ROUND(112)
	ROUND(128)
	ROUND(144)
	MOVOU 160(AX), X8
	SEALED(R8, X0)
	SEALED(R9, X1)
	SEALED(R10, X2)
	SEALED(R11, X3)
	SEALED(R12, X4)
	SEALED(R13, X5)
	SEALED(DI, X6)
	SEALED(BX, X7)
	ADDQ  $16, CX
	DECQ  SI
	JNZ   block
	MOVOU X0, 0(DX)
	MOVOU X1, 16(DX)
	MOVOU X2, 32(DX)
	MOVOU X3, 48(DX)
	MOVOU X4, 64(DX)
	MOVOU X5, 80(DX)
	MOVOU X6, 96(DX)
	MOVOU X7, 112(DX)
	RET
