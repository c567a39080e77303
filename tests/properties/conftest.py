"""Decisions of these tests run compiled, as an engine's do; `test_engine_kernels` holds them to interpreted ones."""

from tests.compiled import compiled

__all__ = ["compiled"]
