"""THINKS. Decide, learn, explain: pure functions over facts and state.

Nouns: Fact (what happened), State (the fold of all facts), Request and Decided, CompiledPublication.
Invariants: no clock, no I/O, no logging, no randomness of its own; counts are integers; nothing in the
fold depends on hash order, threads or a processor's last bits; what is not enforced is refused.
`decide(request, state, now, rng)` reads, `apply(state, position, fact)` learns; nothing else changes state.
May be called by `history` (facts and State), `sources` and `service`; imports only `wire`, msgspec, numpy and, to
compile loops, numba.
"""
