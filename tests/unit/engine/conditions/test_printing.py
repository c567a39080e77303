"""Printing: text that parses back, and JSON for a rule builder."""

import json

import pytest

from tradewind.engine.core.conditions import parse, to_ast, to_text
from tradewind.engine.core.conditions.parsing import read


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((g.a)>=(24.0))", "g.a >= 24"),
        ("(g.a&&g.b)||g.c", "g.a && g.b || g.c"),
        ("g.a&&(g.b||g.c)", "g.a && (g.b || g.c)"),
        ("g.a&&(g.b&&g.c)", "g.a && (g.b && g.c)"),
        ("(g.a<g.b)==true", "g.a < g.b == true"),
        ("true==(g.a<g.b)", "true == (g.a < g.b)"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "1 - 2 - 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("-(1+2)", "-(1 + 2)"),
        ("1 - -1", "1 - -1"),
        ("!(!g.a)", "!!g.a"),
        ("!(-g.a)", "!(-g.a)"),
        ("-(g.a.size())", "-g.a.size()"),
        ("(-g.a).size()", "(-g.a).size()"),
        ("(g.a?g.b:g.c)?1:2", "(g.a ? g.b : g.c) ? 1 : 2"),
        ("g.a?(g.b?1:2):(g.c?3:4)", "g.a ? (g.b ? 1 : 2) : g.c ? 3 : 4"),
        ("g.a in['x',\"y\"]", 'g.a in ["x", "y"]'),
        ("g.a.exists(s,s=='x')", 'g.a.exists(s, s == "x")'),
        ("has( g.a )", "has(g.a)"),
        ("g.a [ 0 ] . b", "g.a[0].b"),
        ("1e300", "1e+300"),
        ("0x10", "16"),
        ("0.1", "0.1"),
        ("null", "null"),
        (r"'it\'s \"q\" \\ \n\t\r\x00\u200b\U000e0001 ș'", r'''"it's \"q\" \\ \n\t\r\u0000\u200b\U000e0001 ș"'''),
        ("r'\\d'", '"\\\\d"'),
        ("g.a // why\n && g.b", "g.a && g.b"),
    ],
)
def test_a_tree_is_printed_with_as_few_brackets_as_it_needs(text: str, printed: str) -> None:
    tree = parse(text)
    assert to_text(tree) == printed
    assert parse(printed) == tree


def test_a_broken_tree_has_no_text() -> None:
    broken, _ = read("g.a &&")
    with pytest.raises(ValueError, match="broken"):
        to_text(broken)


def test_a_tree_becomes_json_with_kinds_and_positions() -> None:
    assert to_ast(parse("!has(g.a) &&\n g.b in [1]")) == {
        "kind": "and",
        "terms": [
            {
                "kind": "not",
                "operand": {
                    "kind": "has",
                    "attribute": {"kind": "attribute", "group": "g", "name": "a", "line": 1, "column": 6},
                    "line": 1,
                    "column": 2,
                },
                "line": 1,
                "column": 1,
            },
            {
                "kind": "in",
                "item": {"kind": "attribute", "group": "g", "name": "b", "line": 2, "column": 2},
                "items": {
                    "kind": "listing",
                    "items": [{"kind": "number", "value": 1.0, "line": 2, "column": 10}],
                    "line": 2,
                    "column": 9,
                },
                "line": 2,
                "column": 6,
            },
        ],
        "line": 1,
        "column": 11,
    }


def test_every_form_becomes_json() -> None:
    text = (
        "(g.a || g.b ? g.a.b[0] - 1 : -size(g.c)) > 2 == true"
        " || g.d.all(s, s.startsWith('x') && null == timestamp('y'))"
    )
    ast = to_ast(parse(text))
    assert json.loads(json.dumps(ast)) == ast
    assert _kinds(ast) == {
        *("or", "compare", "conditional", "attribute", "arithmetic", "index", "select", "number", "negate", "call"),
        *("boolean", "quantified", "and", "variable", "text", "null"),
    }


def _kinds(part: object) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_kinds, part))
    if not isinstance(part, dict):
        return set()
    assert part["line"] >= 1
    assert part["column"] >= 1
    return {part["kind"]}.union(*map(_kinds, part.values()))
