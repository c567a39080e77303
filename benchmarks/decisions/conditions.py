"""Conditions alone: the rules of all offers for one customer, from the attributes to the truth of each.

The peers get the same rules in their own language and the same attributes, in one run, turn and turn about: one
generated Python function that holds all rules, a CEL library with one compiled program a rule, and a rule engine
with all rules in one expression node. All must find the same number of rules to hold, for every customer.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cel
import zen

from benchmarks.decisions import world
from benchmarks.results import Figure, record
from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.conditions import Rules, parse
from tradewind.engine.core.conditions.rows import TRUE

GENERATED: Final = "one generated Python function"
CUSTOMERS: Final = 50
BLOCK: Final = 20
"""Calls of one way before it is the next one's turn."""
SLOWER: Final = 10
"""The engines are called once while the others are called so often."""

type Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to count how many rules hold; `count` looks at what `answer` gave, after the clock has stopped."""

    answer: Callable[[Attributes], Any]
    count: Callable[[Any], int]


def measure(rules: int, *, rounds: int = 3_000) -> Figure:
    """Ours beside the generated function, and the other engines on lines of their own beside ours."""
    texts = [offer["eligibility"] for offer in world.publication(rules)["offers"]]
    customers = [world.attributes(index) for index in range(CUSTOMERS)]
    ours, generated, library, engine = _ours(texts), _generated(texts), _library(texts), _engine(texts)
    _same_counts((ours, generated, library, engine), customers)
    ours_s, generated_s = _in_turn((ours, generated), customers, rounds=rounds)
    figure = record(f"conditions.offers={rules}", seconds=ours_s, peer=GENERATED, peer_seconds=generated_s)
    for name, peer, way in (("cel", "CEL library, compiled", library), ("zen", "zen-engine", engine)):
        ours_s, peer_s = _in_turn((ours, way), customers, rounds=rounds // SLOWER)
        record(f"conditions.offers={rules}.{name}", seconds=ours_s, peer=peer, peer_seconds=peer_s)
    return figure


def _ours(texts: Sequence[str]) -> Way:
    warm_up()
    rules = Rules.compile([parse(text) for text in texts])
    return Way(rules.truths, lambda truths: int((truths == TRUE).sum()))


def _generated(texts: Sequence[str]) -> Way:
    """A function that takes every attribute once and returns the list of all truths."""
    names = list(world.attributes(0))
    python = [re.sub(r"customer\.(\w+)", r"\1", text).replace("&&", "and").replace("||", "or") for text in texts]
    lines = [
        "def answer(attributes):",
        *(f"    {name.removeprefix('customer.')} = attributes['{name}']" for name in names),
        f"    return [{', '.join(python)}]",
    ]
    found: dict[str, Any] = {}
    exec("\n".join(lines), found)
    return Way(found["answer"], sum)


def _library(texts: Sequence[str]) -> Way:
    """One context a customer, so that its values are converted once."""
    programs = [cel.compile(text) for text in texts]

    def answer(attributes: Attributes) -> list[bool]:
        context = cel.Context({"customer": _nested(attributes)})
        return [program.execute(context) for program in programs]

    return Way(answer, sum)


def _engine(texts: Sequence[str]) -> Way:
    python = [text.replace("&&", "and").replace("||", "or") for text in texts]
    rules = [{"id": f"e{at}", "key": f"r{at}", "value": text} for at, text in enumerate(python)]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": rules}},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": f"{before}-{after}", "sourceId": before, "targetId": after, "type": "edge"}
        for before, after in (("in", "rules"), ("rules", "out"))
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def answer(attributes: Attributes) -> dict[str, bool]:
        found: dict[str, bool] = decision.evaluate({"customer": _nested(attributes)})["result"]
        return found

    return Way(answer, lambda found: sum(found.values()))


def _nested(attributes: Attributes) -> dict[str, Any]:
    return {name.removeprefix("customer."): value for name, value in attributes.items()}


def _same_counts(ways: Sequence[Way], customers: Sequence[Attributes]) -> None:
    for attributes in customers:
        counts = {way.count(way.answer(attributes)) for way in ways}
        if len(counts) != 1:
            raise RuntimeError(f"the ways to evaluate conditions do not agree: {sorted(counts)}")


def _in_turn(ways: Sequence[Way], customers: Sequence[Attributes], *, rounds: int) -> list[list[float]]:
    """In short blocks turn and turn about, so that what slows the machine slows all; the first block is left out."""
    seconds: list[list[float]] = [[] for _ in ways]
    for start in range(0, rounds + BLOCK, BLOCK):
        for way, taken in zip(ways, seconds, strict=True):
            for index in range(start, start + BLOCK):
                attributes = customers[index % len(customers)]
                began = time.perf_counter()
                way.answer(attributes)
                taken.append(time.perf_counter() - began)
    return [taken[BLOCK:] for taken in seconds]
