"""What is measured runs compiled, as in a run that counts."""

from tests.compiled import compiled

__all__ = ["compiled"]
