"""Long and recurring work: what runs beside the web, when, and how it went.

Nouns: Run (one execution with its progress and end), recurring work (registered with `every`).
Invariants: a run ends in exactly one way, finished or failed; recurring work must bear to be run twice.
May be called by: every room above, which registers its own work; the worker of the command line runs it.
"""
