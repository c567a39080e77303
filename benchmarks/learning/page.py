"""The tables and curves of docs/explanation/learning.md, written between its markers from one run."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from benchmarks.learning import curves
from benchmarks.learning.contestants import RIVALS, called, ours
from benchmarks.learning.outcomes import READABLE, RIVER, ROWS, Outcomes, pooled
from benchmarks.learning.sets import SETS
from benchmarks.pages import DOCS, IMAGES, between, processor, table
from benchmarks.results import PERCENT, Figure
from tradewind.engine.lab.learners import SHIPPED

PAGE: Final = DOCS / "explanation" / "learning.md"
NEVER_BELOW: Final = 1.02
"""The ratio of a peer that was asked for on every set."""

_WORDS: Final = {
    curves.LEARNING: "Acceptance so far, as rows come",
    curves.DRIFT: "How near to the best each comes, before and after a drift",
    curves.RELIABILITY: "What was said beside what came",
}
_WORLDS: Final = {
    "drift": "a made-up world in which each offer takes over another one's customers half way",
    "arrivals": "a made-up world in which three of six offers arrive one after the other",
}


def write(outcomes: Outcomes, figures: Sequence[Figure]) -> None:
    """Put this run into the page, and draw its curves."""
    drawn = curves.draw(outcomes, IMAGES)
    text = PAGE.read_text(encoding="utf-8")
    for name, content in parts(outcomes, figures, drawn).items():
        text = between(text, name, content)
    PAGE.write_text(text, encoding="utf-8")


def parts(outcomes: Outcomes, figures: Sequence[Figure], drawn: Sequence[str]) -> dict[str, str]:
    """What belongs between each pair of markers."""
    return {
        "run": _run(outcomes),
        "verdicts": _verdicts(outcomes),
        "everybody": _everybody(outcomes),
        "curves": _shown(drawn, curves.LEARNING),
        "drift": _awaited(
            figures,
            "recovery.",
            "≤ 0.5",
            {each.contestant: len(each.recovered) for each in outcomes.lived if each.recovered},
        ),
        "drifting": _shown(drawn, curves.DRIFT),
        "arrivals": _awaited(
            figures, "first_shows.", "≤ 1", {each.contestant: len(each.shows) for each in outcomes.lived if each.shows}
        ),
        "estimators": _estimators(figures),
        "open bandit": _open_bandit(outcomes),
        "calibration": _calibration(outcomes),
        "reliability": _shown(drawn, curves.RELIABILITY),
        "exploration": _exploration(figures),
        "cost": _cost(figures),
        "settings": _settings(outcomes),
    }


def _run(outcomes: Outcomes) -> str:
    now = datetime.now(UTC)
    packages = {
        "Vowpal Wabbit": "vowpalwabbit",
        "River": "river",
        "MABWiser": "mabwiser",
        "scikit-learn": "scikit-learn",
    }
    versions = ", ".join(f"{name} {version(package)}" for name, package in packages.items())
    seeds = max((len(each.acceptances) for each in outcomes.passed), default=0)
    return (
        f"Measured on {now:%d %B %Y}: {processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}; {seeds} seeds. The lab's default is `{SHIPPED}`."
    )


def _verdicts(outcomes: Outcomes) -> str:
    """The shipped learner beside tuned Vowpal Wabbit and LinUCB, the readable tree beside River's trees."""
    rows = []
    for name in outcomes.sets:
        ratios = [outcomes.ratio(name, SHIPPED, peer) for peer in RIVALS]
        river = [ratio for peer in RIVER if (ratio := outcomes.ratio(name, READABLE, peer)) is not None]
        rows.append(
            [
                f"`{name}`", _what(name), _size(outcomes, name),
                _mean(outcomes, name, SHIPPED), *(_mean(outcomes, name, peer) for peer in RIVALS),
                *(_ratio(ratio, NEVER_BELOW) for ratio in ratios),
                _mean(outcomes, name, READABLE), _ratio(max(river) if river else None, 1.0),
            ]
        )  # fmt: skip
    head = [
        "set", "what is chosen", "rows × offers", f"shipped: `{SHIPPED}`", *map(called, RIVALS),
        *(f"{called(peer)} ÷ shipped" for peer in RIVALS), f"`{READABLE}` alone", f"River's better tree ÷ `{READABLE}`",
    ]  # fmt: skip
    return table(head, rows)


def _everybody(outcomes: Outcomes) -> str:
    rows = [
        [called(contestant), *(_with_deviation(outcomes.acceptances(name, contestant)) for name in outcomes.sets)]
        for contestant in outcomes.contestants
    ]
    best = ["the best possible"]
    for name in outcomes.sets:
        best.append(next((_percent(statistics.fmean(each.best)) for each in outcomes.lived if each.world == name), ""))
    return table(["", *(f"`{name}`" for name in outcomes.sets)], [*rows, best])


def _awaited(figures: Sequence[Figure], start: str, asked: str, times: Mapping[str, int]) -> str:
    """Rows until something came, how often it did come of how many times; what is asked for stands beside ours."""
    rows = []
    for figure in figures:
        name = figure.name.removeprefix(start)
        if name == figure.name:
            continue
        least, most = figure.spread or (figure.value, figure.value)
        rows.append(
            [
                called(name), f"{figure.value:,.0f} {ROWS}", f"{least:,.0f} to {most:,.0f}",
                f"{figure.count} of {times[name]}",
                "" if figure.peer_value is None else f"{figure.peer_value:,.0f}",
                "" if figure.ratio is None else f"{figure.ratio:.3f}",
                asked if name in ours() else "",
            ]
        )  # fmt: skip
    return table(["", "mean", "least and most", "came", "beside it", "ratio", "asked for"], rows)


def _estimators(figures: Sequence[Figure]) -> str:
    by_name = {figure.name: figure for figure in figures}
    refused = by_name.get("estimate.refused")
    logs = 0 if refused is None else refused.count or 0
    rows = []
    for name, asked in (("ips", "≥ 95 %"), ("snips", "≥ 95 %"), ("dr", "≥ 95 %")):
        error, covered = by_name.get(f"estimate.{name}.error"), by_name.get(f"estimate.{name}.coverage")
        width = by_name.get(f"estimate.{name}.width")
        if error is None or covered is None or width is None:
            continue
        rows.append(
            [
                name.upper(), f"{error.value:.2f}", f"{error.peer_value or 0.0:.2f}", f"{covered.value:.1f} %", asked,
                f"{width.value:.1f}", f"{error.count:,} of {logs:,}",
            ]
        )  # fmt: skip
    head = [
        "",
        "error, points",
        "error of the log's own mean",
        "intervals with the truth",
        "asked for",
        "width",
        "logs",
    ]
    return table(head, rows)


def _open_bandit(outcomes: Outcomes) -> str:
    rows = []
    for each in outcomes.open_bandit:
        truth = f"{100.0 * each.truth:.2f} % ± {100.0 * each.error:.2f}"
        if each.estimated is None:
            rows.append([each.campaign, truth, f"refused: {each.refused}", "", "", ""])
            continue
        intervals = [
            f"{100.0 * point:.2f} % ({100.0 * low:.2f} to {100.0 * high:.2f})"
            for point, low, high in each.estimated.found.values()
        ]
        rows.append([each.campaign, truth, *intervals, f"{each.effective:,.0f} of {each.choices:,}"])
    return table(["campaign", "the uniform policy's own log", "IPS", "SNIPS", "DR", "effective sample"], rows)


def _calibration(outcomes: Outcomes) -> str:
    rows = []
    for contestant in dict.fromkeys(each.contestant for each in outcomes.calibrated):
        bins = pooled(outcomes, contestant)
        if bins is None:
            continue
        for number, (count, said, came) in enumerate(zip(bins.counts, bins.said, bins.came, strict=True)):
            if count:
                within = f"{10 * number} to {10 * number + 10} %"
                rows.append([f"`{contestant}`", within, _percent(said / count), _percent(came / count), f"{count:,}"])
        rows.append([f"`{contestant}`", "expected calibration error", f"{100.0 * bins.error:.2f} points", "", ""])
    errors = [
        [f"`{each.set}`", f"`{each.contestant}`", f"{100.0 * each.chosen.error:.2f}", f"{100.0 * each.all.error:.2f}"]
        for each in outcomes.calibrated
    ]
    return "\n\n".join(
        [
            table(["learner", "said", "said, mean", "accepted", "choices"], rows),
            table(["set", "learner", "error, points, offers chosen", "error, points, all offers"], errors),
        ]
    )


def _exploration(figures: Sequence[Figure]) -> str:
    rows = [
        [f"`{figure.name.removeprefix('exploration.')}`", f"{figure.value:.2f} %", f"{figure.peer_value or 0.0:.2f} %",
         _ratio(figure.ratio, None)]
        for figure in figures
        if figure.name.startswith("exploration.")
    ]  # fmt: skip
    return table(["set", "Thompson sampling", "inverse gap weighting", "the second ÷ the first"], rows)


def _cost(figures: Sequence[Figure]) -> str:
    decide = {figure.name.removeprefix("decide."): figure for figure in figures if figure.name.startswith("decide.")}
    learn = {figure.name.removeprefix("learn."): figure for figure in figures if figure.name.startswith("learn.")}
    rows = [[called(name), *_microseconds(decide[name]), *_microseconds(learn[name])] for name in decide]
    return table(["", "decide", "by set", "learn", "by set"], rows)


def _settings(outcomes: Outcomes) -> str:
    rows = [
        [
            f"`{name}`",
            called(contestant),
            f"`{' '.join(f'{key}={value}' for key, value in settings.items())}`",
            str(tried),
        ]
        for name, contestant, settings, tried in _tuned(outcomes)
    ]
    return table(["set", "peer", "settings", "tried"], rows)


def _tuned(outcomes: Outcomes) -> Iterable[tuple[str, str, dict[str, str], int]]:
    for passed in outcomes.passed:
        if passed.tried:
            yield passed.set, passed.contestant, passed.settings, passed.tried
    for lived in outcomes.lived:
        if lived.tried:
            yield lived.world, lived.contestant, lived.settings, lived.tried


def _what(name: str) -> str:
    return _WORLDS.get(name) or SETS[name].says


def _size(outcomes: Outcomes, name: str) -> str:
    passed = next((each for each in outcomes.passed if each.set == name), None)
    if passed is not None:
        return f"{passed.rows:,} × {passed.offers}"
    return next(f"{each.size:,} × 6" for each in outcomes.lived if each.world == name)


def _mean(outcomes: Outcomes, name: str, contestant: str) -> str:
    found = outcomes.acceptance(name, contestant)
    return "" if found is None else _percent(found)


def _with_deviation(found: Sequence[float]) -> str:
    if not found:
        return ""
    deviation = statistics.stdev(found) if len(found) > 1 else 0.0
    return f"{100.0 * statistics.fmean(found):.1f} ± {100.0 * deviation:.1f}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} {PERCENT}"


def _ratio(ratio: float | None, most: float | None) -> str:
    """A ratio; in bold where it is above what was asked for."""
    if ratio is None:
        return ""
    return f"**{ratio:.3f}**" if most is not None and ratio > most else f"{ratio:.3f}"


def _microseconds(figure: Figure) -> list[str]:
    least, most = figure.spread or (figure.value, figure.value)
    return [f"{figure.value:,.0f} {figure.unit}", f"{least:,.0f} to {most:,.0f}"]


def _shown(drawn: Sequence[str], name: str) -> str:
    return f"![{_WORDS[name]}](../images/{name})" if name in drawn else ""
