"""The reference page is true: its examples run, its tables are complete, its limits are the limits."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

import tradewind.engine.core.conditions as package
from tradewind.engine import wire
from tradewind.engine.core.conditions import NOW, UNKNOWN, Schema, check, evaluate, parse, to_ast
from tradewind.engine.core.conditions.checking import MOST_FAULTS, MOST_HINTS, MOST_PATTERN_STATES
from tradewind.engine.core.conditions.evaluating import MOST_ITEMS, MOST_PAIRS
from tradewind.engine.core.conditions.functions import FUNCTIONS, NAMES
from tradewind.engine.core.conditions.history import MOST_DAYS
from tradewind.engine.core.conditions.limits import DEEPEST, LONGEST, MOST_NODES, MOST_QUANTIFIERS
from tradewind.engine.core.conditions.patterns import LONGEST as LONGEST_PATTERN
from tradewind.engine.core.conditions.tree import Node

PAGE = (Path(__file__).parents[4] / "docs/reference/conditions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```([^\n]*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ANSWERS = {"true": True, "false": False, "unknown": UNKNOWN}


def blocks(tag: str) -> list[str]:
    return [text for found, text in BLOCKS if found == tag]


(GROUPS,) = blocks("json groups")
SCHEMA = Schema.of(msgspec.json.decode(GROUPS, type=list[wire.ConditionGroup]))
EXAMPLES = [line for text in blocks("cel") for line in text.splitlines()]


def context() -> dict[str, Any]:
    (text,) = blocks("json context")
    held = json.loads(text)
    for key in ("customer.since", NOW):
        held[key] = datetime.fromisoformat(held[key])
    return {key: tuple(value) if isinstance(value, list) else value for key, value in held.items()}


def test_every_block_of_the_page_is_of_a_kind_that_is_tested() -> None:
    assert {tag for tag, _ in BLOCKS} == {"cel", "cel ast", "json ast", "json groups", "json context", "faults"}
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_worth_what_the_page_says(line: str) -> None:
    text, _, says = line.partition("// →")
    assert check(text, SCHEMA).faults == ()
    assert evaluate(parse(text), context()) is ANSWERS[says.strip()]


@pytest.mark.parametrize("block", blocks("faults"))
def test_a_fault_is_reported_as_the_page_says(block: str) -> None:
    text, *says = block.splitlines()
    faults = check(text, SCHEMA).faults
    assert [f"{fault.line}:{fault.column} {fault.code} {fault.message}" for fault in faults] == says


def test_the_tree_of_the_page_is_the_tree() -> None:
    (text,), (ast,) = blocks("cel ast"), blocks("json ast")
    assert to_ast(parse(text)) == json.loads(ast)


def test_the_page_names_every_code_and_no_other() -> None:
    sources = Path(package.__file__).parent.glob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    codes = re.findall(r'"((?:unknown|wrong|bad|too)_[a-z_]+|null_refused|number_out_of_range|syntax)"', text)
    assert set(re.findall(r"^\| `([a-z_]+)` \| ", _section("Faults"), re.MULTILINE)) == set(codes)


def test_the_page_names_every_function_and_how_it_is_called() -> None:
    table = _section("Functions")
    for function in FUNCTIONS:
        usage = function.usage.replace("matches(text)", "matches(pattern)").replace("list of any", "list")
        assert f"`{usage}`" in table
    for name in NAMES:
        assert f"{name}(" in table


def test_the_page_names_every_kind_of_node_with_its_parts() -> None:
    table = dict.fromkeys(re.findall(r"`([a-z]+)`", _section("The tree")))
    kinds = {node.__name__.lower() for node in Node.__subclasses__()} - {"broken"}
    assert kinds <= set(table)


def test_the_page_names_the_limits() -> None:
    for says in (
        f"more than {LONGEST} characters",
        f"more than {DEEPEST} levels",
        f"more than {MOST_NODES} parts",
        f"more than {MOST_QUANTIFIERS} deep",
        f"more than {MOST_ITEMS} items",
        f"more than {MOST_PAIRS} pairs",
        f"at most {MOST_DAYS} days",
    ):
        assert says in PAGE


def _section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_table_of_three_values_is_true() -> None:
    worth = {"true": "true", "false": "false", "unknown": "customer.balance > 1"}
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$", PAGE, re.MULTILINE)
    assert {(a, b) for a, b, *_ in rows} == {(a, b) for a in worth for b in worth}
    for a, b, both, either, denied in rows:
        texts = (f"{worth[a]} && {worth[b]}", f"{worth[a]} || {worth[b]}", f"!({worth[a]})")
        found = [evaluate(parse(text), context()) for text in texts]
        assert found == [ANSWERS[both], ANSWERS[either], ANSWERS[denied]]


def test_the_table_of_limits_is_true() -> None:
    table = dict(re.findall(r"^\| (.+) \| (.+) \|$", _section("Limits"), re.MULTILINE))
    assert list(table.values())[1:] == [
        *(str(LONGEST), str(DEEPEST), str(MOST_NODES), str(MOST_QUANTIFIERS), str(LONGEST_PATTERN)),
        f"about {MOST_PATTERN_STATES} characters, once `{{n}}` is written out",
        f"{MOST_ITEMS}; {MOST_PAIRS}",
        str(MOST_DAYS),
        f"{MOST_FAULTS}, the first {MOST_HINTS} with what was probably meant",
    ]
