"""Logs in files: one choice a line, with the probability that it was drawn with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tradewind.engine.lab.estimating import Log
from tradewind.engine.lab.problems import Floats
from tradewind.engine.lab.tables import MOST_CLASSES, Cells, UnusableFile, read_cells

UNIFORM: Final = "uniform"
ALWAYS: Final = "always:"
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a log are called.

    `policy` is a column with the probability with which the evaluated policy would have made the same choice; or
    `uniform`, or `always:OFFER`; or the beginning of the names of columns with its probability of each offer, written
    as `p_*`. `predicted` is likewise the beginning of the names of columns with the reward that somebody predicted for
    each offer before the choice was made.
    """

    chosen: str
    reward: str
    probability: str
    policy: str
    predicted: str | None = None


def read_log(path: Path, columns: Columns) -> Log:
    """Read a log; predictions for DR are those of the log, or else the running mean reward of each offer, where the
    policy's vector is known.

    Raises:
        UnusableFile: with every fault.
    """
    cells = read_cells(path)
    names = [name.strip() for name in cells.column(columns.chosen)] if columns.chosen in cells.header else []
    offers = sorted(set(names))
    faults = [
        *_unknown(cells, columns),
        *_chosen_faults(cells, columns.chosen, names),
        *_policy_faults(cells, columns.policy, offers),
        *_prediction_faults(cells, columns, offers),
    ]
    if faults:
        raise UnusableFile(faults)
    number_of = {offer: number for number, offer in enumerate(offers)}
    chosen = np.array([number_of[name] for name in names], np.int64)
    rewards, logged = _numbers(cells, columns.reward, faults), _numbers(cells, columns.probability, faults, above=0.0)
    vectors = _vectors(cells, columns.policy, offers, faults)
    evaluated = _numbers(cells, columns.policy, faults) if vectors is None else vectors[range(len(chosen)), chosen]
    predictions = None if columns.predicted is None else _each(cells, columns.predicted, offers, faults)
    if faults:
        raise UnusableFile(faults)
    if vectors is None:
        return Log(rewards, logged, evaluated)
    if predictions is None:
        predicted, expected = running_means(chosen, rewards, vectors)
    else:
        predicted, expected = predictions[range(len(chosen)), chosen], (predictions * vectors).sum(axis=1)
    return Log(rewards, logged, evaluated, predicted=predicted, expected=expected)


def running_means(chosen: np.ndarray, rewards: Floats, vectors: Floats) -> tuple[Floats, Floats]:
    """The mean reward of each offer before each choice, shrunk to one half by two pseudo-responses.

    Args:
        chosen: the number of the offer that was chosen.
        rewards: what each choice brought.
        vectors: the other policy's probability of each offer (choices, offers).

    Returns:
        That of what was chosen, and the mean of what the other policy would have chosen.
    """
    shown, earned = np.full(vectors.shape[1], 2.0), np.full(vectors.shape[1], 1.0)
    predicted, expected = np.empty((2, len(chosen)))
    for number, offer in enumerate(chosen.tolist()):
        means = earned / shown
        predicted[number], expected[number] = means[offer], (means * vectors[number]).sum()
        shown[offer] += 1.0
        earned[offer] += rewards[number]
    return predicted, expected


def _unknown(cells: Cells, columns: Columns) -> Iterator[str]:
    for name in (columns.chosen, columns.reward, columns.probability):
        if name not in cells.header:
            yield f"no column is called {name}; there are {', '.join(cells.header)}"


def _chosen_faults(cells: Cells, name: str, names: Sequence[str]) -> Iterator[str]:
    if empty := [row for row, chosen in enumerate(names) if not chosen]:
        yield f"{name} is empty {_lines(cells, empty)}"
    if (offers := len(set(names))) > MOST_CLASSES:
        yield f"{name} has {offers:,} offers, {MOST_CLASSES:,} at most can be told apart"


def _policy_faults(cells: Cells, policy: str, offers: Sequence[str]) -> Iterator[str]:
    if policy == UNIFORM or policy in cells.header:
        return
    if policy.startswith(ALWAYS):
        if (offer := policy.removeprefix(ALWAYS)) not in offers and offers:
            yield f"{offer} was never chosen; there are {', '.join(offers[:20])}"
    elif policy.endswith("*"):
        yield from _lacking(cells, policy, offers)
    else:
        yield f"{policy} is no column, and neither uniform, always:OFFER nor a beginning with *"


def _prediction_faults(cells: Cells, columns: Columns, offers: Sequence[str]) -> Iterator[str]:
    predicted = columns.predicted
    if predicted is None:
        return
    if not predicted.endswith("*"):
        yield f"{predicted} is no beginning of columns, such as q_*: the prediction for each offer is needed"
    elif columns.policy in cells.header:
        yield f"predictions are of no use with {columns.policy}, which says nothing of the other offers"
    else:
        yield from _lacking(cells, predicted, offers)


def _lacking(cells: Cells, beginning: str, offers: Sequence[str]) -> Iterator[str]:
    lacking = [beginning[:-1] + offer for offer in offers if beginning[:-1] + offer not in cells.header]
    if lacking:
        yield f"no column is called {', '.join(lacking[:_NAMED])}"


def _vectors(cells: Cells, policy: str, offers: Sequence[str], faults: list[str]) -> Floats | None:
    size = (len(cells.rows), len(offers))
    if policy in cells.header:
        return None
    if policy == UNIFORM:
        return np.broadcast_to(1.0 / len(offers), size)
    if policy.startswith(ALWAYS):
        only = policy.removeprefix(ALWAYS)
        return np.broadcast_to([float(offer == only) for offer in offers], size)
    vectors = _each(cells, policy, offers, faults)
    sums = vectors.sum(axis=1)
    if not faults and (wrong := np.flatnonzero(np.abs(sums - 1.0) > 1e-6)).size:
        faults.append(f"the probabilities of the policy do not sum to 1 {_lines(cells, wrong.tolist())}")
    return vectors


def _each(cells: Cells, beginning: str, offers: Sequence[str], faults: list[str]) -> Floats:
    """The columns that begin so, one for each offer."""
    return np.column_stack([_numbers(cells, beginning[:-1] + offer, faults) for offer in offers])


def _numbers(cells: Cells, name: str, faults: list[str], above: float = -1.0) -> Floats:
    """A column of numbers between 0 and 1, and what is wrong with it."""
    found = np.array([_number(text) for text in cells.column(name)])
    if (wrong := np.flatnonzero(~((found > above) & (found >= 0.0) & (found <= 1.0)))).size:
        least = "above 0 and at most 1" if above == 0.0 else "from 0 to 1"
        faults.append(f"{name} is no number {least} {_lines(cells, wrong.tolist())}")
    return found


def _lines(cells: Cells, rows: list[int]) -> str:
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    return f"in line {', '.join(str(cells.lines[row]) for row in rows[:_NAMED])}{more}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
