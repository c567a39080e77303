"""Kernels give the same answers interpreted and compiled."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

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


@pytest.fixture
def lying(tmp_path: Path) -> Path:
    """A folder with a kernel's source; what is compiled is kept beside it."""
    (tmp_path / "halving.py").write_text(_HALF)
    return tmp_path


_HALF = """
from tradewind.engine.core.compiling import kernel, warm_up

@kernel("f8(f8)")
def half(value):
    return value / 2

warm_up()
print(half.compiled, half.run(3.0))
"""


def halved(folder: Path) -> str:
    return subprocess.run([sys.executable, folder / "halving.py"], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(("kind", "left"), [("nbi", 0), ("nbc", 30)])
def test_a_kept_kernel_that_was_cut_short_is_compiled_and_kept_anew(lying: Path, kind: str, left: int) -> None:
    assert halved(lying) == "True 1.5\n"
    (kept,) = (lying / "__pycache__").glob(f"*.{kind}")
    whole = kept.stat().st_size
    kept.write_bytes(kept.read_bytes()[:left])
    assert halved(lying) == "True 1.5\n"
    assert kept.stat().st_size == whole


def test_a_kernel_that_cannot_be_kept_is_compiled_all_the_same(lying: Path) -> None:
    (lying / "__pycache__").write_text("no folder")
    assert halved(lying) == "True 1.5\n"


def test_the_core_can_be_imported_without_the_compiler() -> None:
    code = "import sys, tradewind.engine.core.decide; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
