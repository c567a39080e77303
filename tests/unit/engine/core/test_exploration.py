"""Random numbers depend on the decision and nothing else."""

import subprocess
import sys

import numpy as np

from tradewind.engine.core.exploration import Draws


def test_a_draw_depends_on_key_and_counter_alone() -> None:
    forwards = [Draws(b"k").at(counter) for counter in range(50)]
    draws = Draws(b"k")
    backwards = [draws.at(counter) for counter in reversed(range(50))]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 50
    assert forwards != [Draws(b"l").at(counter) for counter in range(50)]


def test_draws_are_the_same_in_another_process() -> None:
    code = "from tradewind.engine.core.exploration import Draws; print([Draws(b'k').at(n).hex() for n in range(5)])"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert outputs == {str([Draws(b"k").at(n).hex() for n in range(5)]) + "\n"}


def test_draws_are_uniform() -> None:
    numbers = np.array([Draws(b"uniform").at(counter) for counter in range(20_000)])
    counts, _ = np.histogram(numbers, bins=20, range=(0.0, 1.0))
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    assert ((counts - 1000) ** 2 / 1000).sum() < 45.0  # chi-squared, 19 degrees of freedom, 1 in 1,500


def test_a_long_key_is_taken_too() -> None:
    assert Draws(b"x" * 65).at(1) != Draws(b"x" * 66).at(1)
