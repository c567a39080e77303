"""The result on paper: a table for people, one object for programs."""

from typing import Any

from rich.console import Console
from rich.table import Table

from tradewind.cli.replay.measures import Estimate, Measures

WIDTH = 112


def wide_enough(*, stderr: bool) -> Console:
    """The console for the table; a file or a pipe has no width of its own."""
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=WIDTH)


def print_result(console: Console, result: Measures, titles: dict[str, str]) -> None:
    console.print(_comparison(result, titles))
    console.print(_offers(result, titles))
    console.print(
        f"Lift in acceptance over uniform random [bold]{_ratio(result.lift)}[/bold], "
        f"in value over uniform random {_ratio(result.value_lift)}, "
        f"in value over the best fixed offer [bold]{_ratio(result.lift_over_fixed)}[/bold]."
    )
    console.print("95 % intervals; ratios paired by customer. Value is a weight per customer, not money.", style="dim")


def as_object(result: Measures) -> dict[str, Any]:
    """What `--json` prints; `*_low` and `*_high` bound the 95 % interval."""
    return {
        "customers": result.customers,
        "acceptance": _number(result.acceptance.point),
        "acceptance_interval": _pair(result.acceptance),
        "random_acceptance": _number(result.random_acceptance),
        "ceiling_acceptance": _number(result.ceiling_acceptance),
        "lift": _number(result.lift.point),
        "lift_low": _number(result.lift.low),
        "value": _number(result.value.point),
        "value_interval": _pair(result.value),
        "random_value": _number(result.random_value),
        "best_fixed": result.best_fixed,
        "best_fixed_acceptance": _number(result.best_fixed_acceptance),
        "best_fixed_value": _number(result.best_fixed_value),
        "ceiling_value": _number(result.ceiling_value),
        "lift_over_fixed": _number(result.lift_over_fixed.point),
        "lift_over_fixed_low": _number(result.lift_over_fixed.low),
        "offers": [
            {
                "offer": offer.offer,
                "value": offer.value,
                "shown": offer.shown,
                "accepted": offer.accepted,
                "acceptance": _number(offer.acceptance.point),
                "acceptance_interval": _pair(offer.acceptance),
                "base_rate": _number(offer.base_rate),
                "value_earned": _number(offer.value_earned),
            }
            for offer in result.offers
        ],
    }


def _comparison(result: Measures, titles: dict[str, str]) -> Table:
    table = Table(title=f"{result.customers:,} customers, one decision each", title_justify="left")
    table.add_column("decided by")
    for heading in ("acceptance", "95 %", "value", "95 %"):
        table.add_column(heading, justify="right")
    table.add_row(
        "the engine",
        f"{result.acceptance.point:.3f}",
        _interval(result.acceptance, 3),
        f"{result.value.point:.2f}",
        _interval(result.value, 2),
        style="bold",
    )
    table.add_row("uniform random", f"{result.random_acceptance:.3f}", "", f"{result.random_value:.2f}", "")
    fixed = f"always {titles[result.best_fixed].lower()}"
    table.add_row(fixed, f"{result.best_fixed_acceptance:.3f}", "", f"{result.best_fixed_value:.2f}", "")
    table.add_row(
        "ceiling (all known)", f"{result.ceiling_acceptance:.3f}", "", f"{result.ceiling_value:.2f}", "", style="dim"
    )
    return table


def _offers(result: Measures, titles: dict[str, str]) -> Table:
    table = Table(title="Offer by offer", title_justify="left")
    table.add_column("offer")
    for heading in ("value", "shown", "accepted", "acceptance", "95 %", "if shown to all", "value earned"):
        table.add_column(heading, justify="right")
    for offer in sorted(result.offers, key=lambda one: -one.value_earned):
        table.add_row(
            titles[offer.offer],
            f"{offer.value:.0f}",
            f"{offer.shown:,}",
            f"{offer.accepted:,}",
            f"{offer.acceptance.point:.3f}" if offer.shown else "–",
            _interval(offer.acceptance, 3) if offer.shown else "–",
            f"{offer.base_rate:.3f}",
            f"{offer.value_earned:,.0f}",
        )
    return table


def _interval(estimate: Estimate, digits: int) -> str:
    return f"{estimate.low:.{digits}f}–{estimate.high:.{digits}f}"


def _ratio(estimate: Estimate) -> str:
    return f"{estimate.point:.2f} ({_interval(estimate, 2)})"


def _number(number: float) -> float:
    return round(number, 6)


def _pair(estimate: Estimate) -> list[float]:
    return [_number(estimate.low), _number(estimate.high)]
