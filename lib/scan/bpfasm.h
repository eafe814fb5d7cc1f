/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An assembler of BPF instructions, as small as our programs need. Registers are numbers 0 to
 * 10: 0 holds results, 1 to 5 arguments (lost in a call), 6 to 9 are kept, 10 is the frame.
 */
#ifndef XNS_SCAN_BPFASM_H
#define XNS_SCAN_BPFASM_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

#define XNS_ASM_MAX 512
#define XNS_FRAME   10

struct xns_asm {
	struct bpf_insn insn[XNS_ASM_MAX];
	uint32_t count;
	bool broken; /* too long, or an operand out of range: not to be loaded */
};

/* dst = src; dst = value; dst += value; dst op= value (BPF_ADD, BPF_MUL, BPF_AND, ...) */
void xns_asm_move(struct xns_asm *a, int dst, int src);
void xns_asm_set(struct xns_asm *a, int dst, int32_t value);
void xns_asm_alu(struct xns_asm *a, int op, int dst, int32_t value);
void xns_asm_alu_reg(struct xns_asm *a, int op, int dst, int src);

/* dst = *(base + off); *(base + off) = src or value. @size: BPF_DW, BPF_W, BPF_H, BPF_B. */
void xns_asm_load(struct xns_asm *a, int size, int dst, int base, int32_t off);
void xns_asm_store(struct xns_asm *a, int size, int base, int32_t off, int src);
void xns_asm_store_value(struct xns_asm *a, int size, int base, int32_t off, int32_t value);

/*
 * A jump forward if "left op right" (BPF_JEQ, BPF_JNE, BPF_JGT, ...): returns where it stands,
 * to be given to xns_asm_land() at the place it leads to.
 */
uint32_t xns_asm_jump_if(struct xns_asm *a, int op, int left, int32_t right);
uint32_t xns_asm_jump_if_reg(struct xns_asm *a, int op, int left, int right);
uint32_t xns_asm_jump(struct xns_asm *a);
void xns_asm_land(struct xns_asm *a, uint32_t jump);

/*
 * Loops: a jump back from @jump to instruction number @at, and, in the loop, a jump out that is
 * taken when it has gone around too often to ever end (6.9).
 */
void xns_asm_land_at(struct xns_asm *a, uint32_t jump, uint32_t at);
uint32_t xns_asm_jump_if_endless(struct xns_asm *a);

/* A helper (BPF_FUNC_*), a kernel function by its BTF id, the end. */
void xns_asm_call(struct xns_asm *a, int helper);
void xns_asm_call_kernel(struct xns_asm *a, int32_t btf_id);
void xns_asm_exit(struct xns_asm *a);

#endif
