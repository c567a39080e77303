"""Whatever is written as a condition, reading, checking and evaluating it is bounded work: counted, not timed."""

import tracemalloc
from collections.abc import Callable, Iterator
from cProfile import Profile
from typing import Any

import pytest

from tradewind.engine import wire
from tradewind.engine.core.conditions import Rules, Schema, check, parse
from tradewind.engine.core.conditions.automaton import compile_pattern
from tradewind.engine.core.conditions.checking import Checked
from tradewind.engine.core.conditions.faults import _pairs
from tradewind.engine.core.conditions.limits import LONGEST

MOST_CALLS = 600_000
MOST_BYTES = 10_000_000

SCHEMA = Schema.of(
    [
        wire.ConditionGroup(
            name="customer",
            attributes=[
                *(wire.Attribute(name=f"attribute_number_{n}", type="number") for n in range(1000)),
                wire.Attribute(name="plan", type="category", values=[f"value of a category {n}" for n in range(2000)]),
                wire.Attribute(name="city", type="text"),
                wire.Attribute(name="tags", type="list"),
            ],
        )
    ]
)
CONTEXT = {"customer.city": "ab" * 500, "customer.tags": ("a",) * 500, "customer.attribute_number_1": 1.0}


def joined(texts: Iterator[str], sign: str = " && ") -> str:
    found = ""
    for text in texts:
        if len(found) + len(sign) + len(text) > LONGEST:
            break
        found = found + sign + text if found else text
    return found


MANY = range(LONGEST)
CORPUS = {
    "names that are nearly declared": joined(f"customer.attribut_nmber_{n} > 1" for n in MANY),
    "groups that are not declared": joined(f"a{n}.b" for n in MANY),
    "bare names": joined((f"x{n}" for n in MANY), "&&"),
    "functions that there are not": joined((f"f{n}()" for n in MANY), "&&"),
    "values that are nearly listed": f"customer.plan in [{joined((f"'valeu of {n}'" for n in range(500)), ',')}]",
    "many listed values": f"customer.plan in [{joined((f"'value of a category {n}'" for n in range(250)), ',')}]",
    "patterns that grow": joined(f"customer.city.matches('(a{{1,30}}){{1,{n % 30 + 1}}}')" for n in MANY),
    "patterns that may repeat": joined(f"customer.city.matches('(a|b|{n})*c')" for n in MANY),
    "a pattern that backtracks": "customer.city.matches('(a+)+(b+)+(a*)*$')",
    "brackets": "(" * LONGEST,
    "closed brackets": "[" * (LONGEST // 2) + "]" * (LONGEST // 2),
    "negations": "!" * LONGEST,
    "questions": "true ? " * (LONGEST // 7),
    "a list": f"[{'1,' * (LONGEST // 2 - 1)}]",
    "sums": "1 - " * (LONGEST // 4),
    "joined texts": "'a'+" * (LONGEST // 4 - 3) + "'a'=='a'",
    "dots": "a" + ".a" * (LONGEST // 2 - 1),
    "indexes": "customer.tags" + "[0]" * 2600,
    "comparisons": "1" + "<1" * (LONGEST // 2 - 1),
    "ins": "1" + " in [1]" * (LONGEST // 7 - 1),
    "loops in loops": "customer.tags.all(a, customer.tags.all(b, customer.tags.all(c, a == b)))",
    "loops in a loop": "customer.tags.exists(a, customer.tags.exists(b, a != b))",
    "a long duration": f"duration('{'1h' * 3900}') > duration('1h')",
    "a wide duration": f"duration('{'9' * 7000}h') > duration('1h')",
    "a wide number": "1" * LONGEST,
    "escapes": "'" + "\\q" * (LONGEST // 2 - 1) + "'",
    "an open text": "'" * 3 + "\\" * (LONGEST - 3),
    "remarks": "//\n" * (LONGEST // 3),
    "signs of no language": "@#$" * (LONGEST // 3),
    "characters of no script": "\u200b\ud800" * (LONGEST // 2),
    "history": joined(f"times('shown', hours({n + 1})) < 3" for n in MANY),
    "windows of no length": joined(f"times('shown', hours({n}.0 * 2)) < 3" for n in MANY),
    "far too long": "true || " * 1_000_000,
}
PASSING = (
    "many listed values", "patterns that may repeat", "a pattern that backtracks", "loops in a loop",
    "a long duration", "history",
)  # fmt: skip
"""What has no fault, and is evaluated too."""


def work(run: Callable[[], Any]) -> tuple[int, int]:
    """Calls made, of functions in Python and in C, and the most bytes held at once."""
    calls = Profile(subcalls=False)
    tracemalloc.start()
    try:
        calls.runcall(run)
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return sum(entry.callcount for entry in calls.getstats()), most


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    compile_pattern.cache_clear()
    _pairs.cache_clear()


@pytest.mark.parametrize("name", CORPUS)
def test_checking_a_text_is_bounded(name: str) -> None:
    reports: list[Checked] = []
    calls, most = work(lambda: reports.append(check(CORPUS[name], SCHEMA)))
    assert calls < MOST_CALLS
    assert most < MOST_BYTES
    assert (not reports[0].faults) == (name in PASSING)


@pytest.mark.parametrize("name", PASSING)
def test_evaluating_what_passed_the_check_is_bounded(name: str) -> None:
    tree = parse(CORPUS[name])
    calls, most = work(lambda: Rules.compile([tree]).evaluate(CONTEXT))
    assert calls < MOST_CALLS
    assert most < MOST_BYTES
