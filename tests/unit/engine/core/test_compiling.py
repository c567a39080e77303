"""Kernels give the same answers interpreted and compiled."""

import subprocess
import sys

import numpy as np

from tradewind.engine.core.compiling import inlined, interpreted, kernel, warm_up


@inlined
def doubled(value: float) -> float:
    return value * 2.0


@kernel("f8(f8[::1])")
def total(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    found = 0.0
    for value in values:
        found += doubled(value)
    return found


def test_a_kernel_runs_interpreted_until_it_is_compiled() -> None:
    values = np.array([1.0, 2.5])
    with interpreted():
        before = (total.compiled, total.run(values))
    warm_up()
    assert (before, total.compiled, total.run(values)) == ((False, 7.0), True, 7.0)
    assert doubled(2.0) == 4.0


def test_the_core_can_be_imported_without_the_compiler() -> None:
    code = "import sys, tradewind.engine.core.decide; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
