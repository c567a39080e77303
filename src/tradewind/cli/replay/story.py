"""What the replay has to tell: what was learnt, how acceptance rose, and each change, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tradewind.cli.replay.learnt import Change, Learnt, Part
from tradewind.cli.replay.measures import Stretch

BAR = 30
"""Characters of a share of one."""
CHANGES_SHOWN = 40
VERBS = {"split": "was split", "drifted": "has changed", "pruned": "was joined again"}

type Titles = Mapping[str, str]


def print_story(console: Console, learnt: Sequence[Learnt], over_time: Sequence[Stretch], titles: Titles) -> None:
    console.print("[bold]What was learnt[/bold]")
    for line in told(learnt, titles):
        console.print(f"  {line}")
    console.print()
    console.print(headline(over_time))
    console.print(_over_time(over_time))
    changes = all_changes(learnt)
    console.print(f"[bold]How it came about: {len(changes)} changes[/bold]")
    for change in changes[:CHANGES_SHOWN]:
        console.print(f"  {sentence(change, titles)}")
    if len(changes) > CHANGES_SHOWN:
        console.print(f"  … and {len(changes) - CHANGES_SHOWN} more, which --json lists.")
    console.print()


def told(learnt: Sequence[Learnt], titles: Titles) -> Iterator[str]:
    """A sentence for each offer that was answered, the most telling first."""
    for one in sorted(learnt, key=_spread, reverse=True):
        if one.everybody.shown == 0:
            continue
        said = f"{titles[one.offer]}: {_share(one.everybody)} accepted"
        if one.best is None or one.worst is None or one.best == one.worst:
            yield f"{said}; no parts that differ were found."
        else:
            yield f"{said}. Most with {_part(one.best)}; fewest with {_part(one.worst)}."


def headline(over_time: Sequence[Stretch]) -> str:
    """How acceptance rose, against offers at random."""
    first, last = over_time[0], over_time[-1]
    return (
        f"Of the first {first.until:,} customers {first.acceptance:.1%} accepted, of the last "
        f"{last.until - (over_time[-2].until if len(over_time) > 1 else 0):,} {last.acceptance:.1%}; "
        f"offers at random would have had {first.random_acceptance:.1%} and {last.random_acceptance:.1%}."
    )


def all_changes(learnt: Sequence[Learnt]) -> list[Change]:
    """The changes of all offers in the order of history."""
    return sorted((change for one in learnt for change in one.changes), key=lambda change: int(change.position))


def sentence(change: Change, titles: Titles) -> str:
    """When, which offer, where in its tree, and what."""
    when = f"{change.occurred_at or change.at:%d %b %H:%M}"
    where = f" for {change.within}" if change.within else ""
    return f"{when}  {titles[change.offer]} {VERBS[change.change]}{where}: {change.words}"


def as_objects(
    learnt: Sequence[Learnt], over_time: Sequence[Stretch], titles: Titles
) -> dict[str, list[dict[str, Any]]]:
    """The same for programs."""
    return {
        "learnt": [
            {
                "offer": one.offer,
                "title": titles[one.offer],
                "shown": one.everybody.shown,
                "accepted": one.everybody.accepted,
                "best": _object(one.best),
                "worst": _object(one.worst),
            }
            for one in learnt
        ],
        "over_time": [
            {
                "customers": stretch.until,
                "acceptance": round(stretch.acceptance, 6),
                "random_acceptance": round(stretch.random_acceptance, 6),
                "value": round(stretch.value, 6),
                "random_value": round(stretch.random_value, 6),
            }
            for stretch in over_time
        ],
        "changes": [
            {
                "offer": change.offer,
                "change": change.change,
                "profile": change.profile,
                "path": list(change.path),
                "within": change.within,
                "words": change.words,
                "position": change.position,
                "at": change.at.isoformat(),
                "occurred_at": change.occurred_at.isoformat() if change.occurred_at else None,
            }
            for change in all_changes(learnt)
        ],
    }


def _over_time(stretches: Sequence[Stretch]) -> Table:
    table = Table(title="Acceptance and value over time", title_justify="left")
    table.add_column("customers up to", justify="right")
    table.add_column("acceptance", justify="right")
    table.add_column("")
    for heading in ("uniform random", "value", "uniform random"):
        table.add_column(heading, justify="right")
    for stretch in stretches:
        table.add_row(
            f"{stretch.until:,}",
            f"{stretch.acceptance:.3f}",
            "█" * round(stretch.acceptance * BAR),
            f"{stretch.random_acceptance:.3f}",
            f"{stretch.value:.2f}",
            f"{stretch.random_value:.2f}",
        )
    return table


def _spread(one: Learnt) -> float:
    return one.best.rate - one.worst.rate if one.best and one.worst else 0.0


def _part(part: Part) -> str:
    return f"{part.who} ({_share(part)})"


def _share(part: Part) -> str:
    return f"{part.rate:.1%} of {part.shown:,}"


def _object(part: Part | None) -> dict[str, Any] | None:
    return None if part is None else {"who": part.who, "shown": part.shown, "accepted": part.accepted}
