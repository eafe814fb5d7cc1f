/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The assembler of bpfasm.h: one function an instruction, and every operand's range checked. */
#include "config.h"

#include "private.h"
#include "scan/bpfasm.h"

#ifndef BPF_PSEUDO_KFUNC_CALL
#define BPF_PSEUDO_KFUNC_CALL 2 /* 5.13 */
#endif

#ifndef BPF_JCOND
#define BPF_JCOND 0xe0 /* 6.9 */
#endif
#define BPF_MAY_GOTO 0 /* an enumerator where the headers have it */

static void emit(struct xns_asm *a, int code, int dst, int src, int32_t off, int32_t imm)
{
	if (a->count == XNS_ASM_MAX || off < INT16_MIN || off > INT16_MAX) {
		a->broken = true;
		return;
	}
	struct bpf_insn *insn = &a->insn[a->count++];
	insn->code = (uint8_t)code;
	insn->dst_reg = (unsigned)dst & 15u;
	insn->src_reg = (unsigned)src & 15u;
	insn->off = (int16_t)off;
	insn->imm = imm;
}

void xns_asm_move(struct xns_asm *a, int dst, int src)
{
	xns_asm_alu_reg(a, BPF_MOV, dst, src);
}

void xns_asm_set(struct xns_asm *a, int dst, int32_t value)
{
	xns_asm_alu(a, BPF_MOV, dst, value);
}

void xns_asm_alu(struct xns_asm *a, int op, int dst, int32_t value)
{
	emit(a, BPF_ALU64 | BPF_K | op, dst, 0, 0, value);
}

void xns_asm_alu_reg(struct xns_asm *a, int op, int dst, int src)
{
	emit(a, BPF_ALU64 | BPF_X | op, dst, src, 0, 0);
}

void xns_asm_load(struct xns_asm *a, int size, int dst, int base, int32_t off)
{
	emit(a, BPF_LDX | BPF_MEM | size, dst, base, off, 0);
}

void xns_asm_store(struct xns_asm *a, int size, int base, int32_t off, int src)
{
	emit(a, BPF_STX | BPF_MEM | size, base, src, off, 0);
}

void xns_asm_store_value(struct xns_asm *a, int size, int base, int32_t off, int32_t value)
{
	emit(a, BPF_ST | BPF_MEM | size, base, 0, off, value);
}

uint32_t xns_asm_jump_if(struct xns_asm *a, int op, int left, int32_t right)
{
	emit(a, BPF_JMP | BPF_K | op, left, 0, 0, right);
	return a->count - 1;
}

uint32_t xns_asm_jump_if_reg(struct xns_asm *a, int op, int left, int right)
{
	emit(a, BPF_JMP | BPF_X | op, left, right, 0, 0);
	return a->count - 1;
}

uint32_t xns_asm_jump(struct xns_asm *a)
{
	emit(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	return a->count - 1;
}

void xns_asm_land(struct xns_asm *a, uint32_t jump)
{
	xns_asm_land_at(a, jump, a->count);
}

void xns_asm_land_at(struct xns_asm *a, uint32_t jump, uint32_t at)
{
	if (!a->broken)
		a->insn[jump].off = (int16_t)((int32_t)at - (int32_t)jump - 1);
}

uint32_t xns_asm_jump_if_endless(struct xns_asm *a)
{
	emit(a, BPF_JMP | BPF_JCOND, 0, BPF_MAY_GOTO, 0, 0);
	return a->count - 1;
}

void xns_asm_call(struct xns_asm *a, int helper)
{
	emit(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void xns_asm_call_kernel(struct xns_asm *a, int32_t btf_id)
{
	emit(a, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, btf_id);
}

void xns_asm_exit(struct xns_asm *a)
{
	emit(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
