"""Laws of histories: each takes a way to open an empty one, and facts to tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from tradewind.engine.core.events import Fact
from tradewind.engine.core.state import State, apply, model_digest, state_digest
from tradewind.engine.history import DuplicateId, History
from tradewind.engine.lab.laws.cases import LawBroken, Opened, hold


def positions_have_no_gap(opened: Opened, facts: Sequence[Fact]) -> None:
    """They count from 1, in the order of the facts, and the head is the last."""
    with _open(opened) as history:
        given = [position for some in _in_groups(facts) for position in history.append(some).positions]
        hold(given == list(range(1, len(facts) + 1)), f"positions {given[:5]}… do not count from 1")
        hold(history.head == len(facts), f"the head is {history.head}")


def what_is_durable_is_read_as_it_was_appended(opened: Opened, facts: Sequence[Fact]) -> None:
    """From any position on, in order, never more than asked for; and found by its id."""
    with _open(opened) as history:
        _appended(history, facts)
        for after in (0, len(facts) // 2, len(facts)):
            read = list(history.read(after=after, limit=len(facts)))
            hold(
                [each.fact for each in read] == list(facts[after:]), f"what is read after {after} is not what was told"
            )
            hold([each.position for each in read] == list(range(after + 1, len(facts) + 1)), "positions differ")
        hold(len(list(history.read(after=0, limit=1))) == 1, "more is read than asked for")
        found = history.find(facts[-1].id)
        hold(found is not None and found == (len(facts), facts[-1]), "a fact is not found by its id")
        hold(history.find("nobody") is None, "a fact is found that is not there")


def an_id_is_used_once_for_ever(opened: Opened, facts: Sequence[Fact]) -> None:
    """A second fact with an id is refused with all that came with it, and nothing changes."""
    with _open(opened) as history:
        _appended(history, facts[:-1])
        for again in ([facts[-1], facts[0]], [facts[-1], facts[-1]]):
            try:
                history.append(again)
            except DuplicateId:
                hold(history.head == len(facts) - 1, "something of a refused append was taken")
            else:
                raise LawBroken("an id was used twice")
        _appended(history, facts[-1:])
        hold(history.head == len(facts), "after a refusal nothing can be appended any more")


def folding_what_is_read_gives_the_live_state(opened: Opened, facts: Sequence[Fact]) -> None:
    """Replay equals live, by both digests."""
    alive, folded = State.empty(), State.empty()
    with _open(opened) as history:
        for fact in facts:
            appended = history.append([fact])
            alive = apply(alive, appended.positions[0], fact)
            appended.durable.result()
        for stored in history.read(after=0, limit=len(facts)):
            folded = apply(folded, stored.position, stored.fact)
    hold(model_digest(folded) == model_digest(alive), "the model is another one after a replay")
    hold(state_digest(folded) == state_digest(alive), "the state is another one after a replay")


HISTORY_LAWS: Final[tuple[Callable[[Opened, Sequence[Fact]], None], ...]] = (
    positions_have_no_gap,
    what_is_durable_is_read_as_it_was_appended,
    an_id_is_used_once_for_ever,
    folding_what_is_read_gives_the_live_state,
)


def _in_groups(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    for at in range(0, len(facts), 3):
        yield facts[at : at + 3]


def _appended(history: History, facts: Sequence[Fact]) -> None:
    """Append, and wait until all is durable."""
    for fact in facts:
        history.append([fact]).durable.result()


@contextmanager
def _open(opened: Opened) -> Iterator[History]:
    """A fresh history, closed at the end."""
    history = opened()
    try:
        yield history
    finally:
        history.close()
