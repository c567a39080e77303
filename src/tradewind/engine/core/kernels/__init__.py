"""The loops of a decision, written so that numba can compile them: numbers in arrays, nothing else.

Nouns: kernel (a loop that `decide` and what it stands on call), inlined (a function that kernels call).
Invariants: a kernel is pure but for the arrays it fills; compiled or interpreted, it gives the same answer; no
fast-math and no threads, so the answer depends on nothing but its arguments. See `core.compiling`.
"""
