"""Benchmarks: figures measured side by side with a peer in one run, never asserted.

Each figure is one JSON line in `benchmarks/results/`; `ratio` is our time divided by the peer's, so below
1 is faster. Machines are noisy: trust the ratios, not the rates.
"""
