"""Faults on purpose: what may go wrong around the engine, made to go wrong, and what must be true afterwards.

Nouns: story (the same few calls each time, and what was acknowledged of them), shim (sees each call to the
operating system), disk (what a power cut leaves of them). Used by `tests/integration/engine` in a small dose and
by `tools/reliability.py` in the full one.
"""
