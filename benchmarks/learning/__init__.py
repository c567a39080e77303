"""How well the learners choose, beside peers: the same rows in the same orders, one pass, the label hidden.

Nouns: those of `tradewind.engine.lab`, which runs every pass; Set (a labelled table), Contestant (one of ours or a
peer), Settings (what a peer was tuned to), Job (a piece of the run, for one of two processes), Outcome.
Invariants: everybody goes through `lab.bandit.try_out` and `lab.simulating.live`; peers are tuned on an order, or a
world, that is not reported; a uniform policy through each contestant gets the uniform rate, or the run fails.
Run by `make bench-learning`; writes benchmarks/results/learning.jsonl and docs/explanation/learning.md.
"""
