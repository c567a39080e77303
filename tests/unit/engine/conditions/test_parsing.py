"""Reading: the grammar and precedence of CEL, positions, literals, recovery and limits."""

import inspect
import sys
from collections.abc import Iterator

import pytest

from tradewind.engine.core.conditions import ConditionError, parse
from tradewind.engine.core.conditions.limits import DEEPEST, LONGEST, MOST_NODES
from tradewind.engine.core.conditions.parsing import read
from tradewind.engine.core.conditions.tree import (
    And,
    Arithmetic,
    Attribute,
    Boolean,
    Call,
    Compare,
    Conditional,
    Expr,
    Has,
    In,
    Index,
    Listing,
    Negate,
    Not,
    Null,
    Number,
    Or,
    Quantified,
    Select,
    Text,
    Variable,
    attributes,
    walk,
)

STACK = 640
"""Frames that reading a condition may take, of the 1,000 that Python allows."""

A, B, C = Attribute("g", "a"), Attribute("g", "b"), Attribute("g", "c")


@pytest.fixture
def little_stack() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + STACK)
    yield
    sys.setrecursionlimit(limit)


def syntax_faults(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    return [(fault.code, fault.line, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("g.a || g.b && g.c", "g.a || (g.b && g.c)"),
        ("g.a && g.b == g.c", "g.a && (g.b == g.c)"),
        ("g.a + 1 < g.b - 1", "(g.a + 1) < (g.b - 1)"),
        ("g.a in [1] && true", "(g.a in [1]) && true"),
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("8 / 4 / 2", "(8 / 4) / 2"),
        ("7 % 4 * 2", "(7 % 4) * 2"),
        ("-g.a * 2", "(-g.a) * 2"),
        ("!g.a == g.b", "(!g.a) == g.b"),
        ("!g.a.startsWith('x')", "!(g.a.startsWith('x'))"),
        ("g.a ? g.b : g.c ? 1 : 2", "g.a ? g.b : (g.c ? 1 : 2)"),
        ("g.a || g.b ? 1 : 2", "(g.a || g.b) ? 1 : 2"),
        ("1 < 2 == true", "(1 < 2) == true"),
        ("g.a == g.b in [true]", "(g.a == g.b) in [true]"),
    ],
)
def test_operators_bind_as_in_cel(text: str, same: str) -> None:
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("g.a", A),
        ("null", Null()),
        ("true", Boolean(True)),
        ("g.a && g.b && g.c", And((A, B, C))),
        ("g.a && (g.b && g.c)", And((A, And((B, C))))),
        ("g.a || g.b || g.c", Or((A, B, C))),
        ("!!g.a", Not(Not(A))),
        ("--1", Negate(Negate(Number(1.0)))),
        ("g.a != 1", Compare("!=", A, Number(1.0))),
        ("g.a % 2", Arithmetic("%", A, Number(2.0))),
        ("g.a in ['x', 'y',]", In(A, Listing((Text("x"), Text("y"))))),
        ("g.a ? 1 : 2", Conditional(A, Number(1.0), Number(2.0))),
        ("has(g.a)", Has(A)),
        ("g.a[0]", Index(A, Number(0.0))),
        ("g.a.b", Select(A, "b")),
        ("g.a.size()", Call("size", A, ())),
        ("size(g.a)", Call("size", None, (A,))),
        ("g.a.exists(s, s == 'x')", Quantified("exists", A, "s", Compare("==", Variable("s"), Text("x")))),
        ("g.a.all(g, g.a)", Quantified("all", A, "g", Select(Variable("g"), "a"))),
        ("g.package", Attribute("g", "package")),
    ],
)
def test_every_form_has_its_node(text: str, tree: Expr) -> None:
    assert parse(text) == tree


def test_a_group_named_like_a_variable_is_seen_again_after_its_quantifier() -> None:
    assert parse("g.a.exists(g, g == 'x') && g.b") == And(
        (Quantified("exists", A, "g", Compare("==", Variable("g"), Text("x"))), B)
    )


def test_trees_are_equal_when_they_say_the_same_wherever_it_stands() -> None:
    one, other = parse("g.a>=24"), parse("\n  ( g.a  >=  24.0 ) // months")
    assert one == other
    assert hash(one) == hash(other)
    assert one.at != other.at


def test_a_number_is_never_equal_to_a_truth_value() -> None:
    assert parse("1") != parse("true")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24", 24.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("2e3", 2000.0),
        ("2.5E-1", 0.25),
        ("0x1F", 31.0),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_numbers_are_doubles(text: str, value: float) -> None:
    assert parse(text) == Number(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a"', "a"),
        ("'a'", "a"),
        ("'say \"x\"'", 'say "x"'),
        (r'"\n\t\\\"\'\`\?"', "\n\t\\\"'`?"),
        (r'"\x41\u0219\U0001F600\101"', "Aș😀A"),
        (r"r'\d+'", r"\d+"),
        ('R"\\"', "\\"),
        ('"""a "quoted"\nline"""', 'a "quoted"\nline'),
        ("'''it's'''", "it's"),
        ("r'''\\n'''", "\\n"),
        ("''", ""),
        ('""""""', ""),
        ("'Iași'", "Iași"),
    ],
)
def test_texts_are_written_as_in_cel(text: str, value: str) -> None:
    assert parse(text) == Text(value)


def test_positions_count_lines_and_code_points_from_one() -> None:
    tree = parse("g.a == 'ș😀' &&\r\n  // a remark\n  g.b >\tg.c")
    places = {
        type(node).__name__ + str(index): (node.at.line, node.at.column) for index, (node, _) in enumerate(walk(tree))
    }
    assert places == {
        "And0": (1, 13),
        "Compare1": (1, 5),
        "Attribute2": (1, 1),
        "Text3": (1, 8),
        "Compare4": (3, 7),
        "Attribute5": (3, 3),
        "Attribute6": (3, 9),
    }


def test_the_attributes_of_a_condition_are_named_once_in_order() -> None:
    assert attributes(parse("g.b > 1 && has(g.a) || g.b in [g.c]")) == (B, A, C)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [(1, 1)]),
        ("// only a remark", [(1, 17)]),
        ("g.a &&", [(1, 7)]),
        ("&& g.a", [(1, 1)]),
        ("g.a g.b", [(1, 5)]),
        ("(g.a", [(1, 5)]),
        ("g.a)", [(1, 4)]),
        ("g.", [(1, 3)]),
        ("g.a ? 1", [(1, 8)]),
        ("[1, 2", [(1, 6)]),
        ("[,]", [(1, 2)]),
        ("size(g.a,)", [(1, 10)]),
        ("g.in", [(1, 3)]),
        ("package.a", [(1, 1)]),
        ("!-1", [(1, 2)]),
        ("-!g.a", [(1, 2)]),
        (".g.a", [(1, 1)]),
        ("{'a': 1}", [(1, 1), (1, 5), (1, 8)]),
        ("g.a = 1", [(1, 5)]),
        ("g.a & g.b | g.c", [(1, 5), (1, 11)]),
        ("g.a ≥ 1", [(1, 5)]),
        ("not g.a", [(1, 1)]),
        ("g.a AND g.b or g.c", [(1, 5), (1, 13)]),
        ("24x > 1", [(1, 3)]),
        ("1u > 0", [(1, 2)]),
        ("b'a' == 'a'", [(1, 1)]),
        ("'a", [(1, 1)]),
        ("'a\nc'", [(1, 1), (2, 1), (2, 2)]),
        ('"""a', [(1, 1)]),
        (r"'a\qb'", [(1, 3)]),
        (r"'\ud800' == '\U00110000'", [(1, 2), (1, 14)]),
        ("'\ud800'", [(1, 2)]),
        ("g.a == „Iași”", [(1, 8)]),
        ("g.a\u00a0== 1", [(1, 4)]),
        ("g.a;", [(1, 4)]),
    ],
)
def test_a_fault_of_syntax_is_reported_where_it_is(text: str, places: list[tuple[int, int]]) -> None:
    assert syntax_faults(text) == [("syntax", *place) for place in places]


def test_every_broken_term_is_reported_and_no_whole_one() -> None:
    text = "g.a > && g.b == 1 &&\n(g.c + || size(g.a g.b)) &&\n\tg.c !"
    assert syntax_faults(text) == [("syntax", 1, 7), ("syntax", 2, 8), ("syntax", 2, 20), ("syntax", 3, 6)]


def test_a_broken_text_does_not_hide_the_next_line() -> None:
    assert syntax_faults("g.a == 'x &&\ng.b ==") == [("syntax", 1, 8), ("syntax", 2, 1)]


def test_the_messages_say_what_to_write_instead() -> None:
    expected = {
        "g.a = 1": "= is no operator; write ==",
        "g.a and g.b": "and is not expected here; write &&",
        "not g.a": "not is no operator; write !",
        "g.a == “x”": 'use straight quotes, "',
        "g.a == {}": "records are not part of conditions",
        "g.a\u200b": "zero width space",
    }
    for text, part in expected.items():
        with pytest.raises(ConditionError) as caught:
            parse(text)
        assert part in str(caught.value)


def test_a_number_beyond_a_double_is_refused() -> None:
    assert syntax_faults("g.a < 1e999") == [("number_out_of_range", 1, 7)]
    assert syntax_faults("g.a < 0x" + "F" * 300) == [("number_out_of_range", 1, 7)]


class TestLimits:
    def test_the_longest_condition_is_read_and_one_character_more_is_not(self) -> None:
        text = "true".ljust(LONGEST)
        assert parse(text) == Boolean(True)
        assert syntax_faults(text + " ") == [("too_long", 1, 1)]

    @pytest.mark.parametrize("nest", ["({})", "[{}]", "size({})", "g.a[{}]", "g.a ? g.b : {}", "g.a.b({})"])
    def test_brackets_nest_as_deep_as_the_limit_and_no_deeper(self, nest: str) -> None:
        def nested(times: int) -> str:
            text = "g.a"
            for _ in range(times):
                text = nest.format(text)
            return text

        parse(nested(DEEPEST // 2 - 1))
        assert [code for code, _, _ in syntax_faults(nested(DEEPEST + 1))] == ["too_deep"]

    @pytest.mark.parametrize("nest", ["({})", "!size({})", "g.a.all(x, -{})", "[g.a + {}]", "g.a ? g.b : ({})"])
    def test_the_deepest_text_needs_little_of_the_stack(self, nest: str, little_stack: None) -> None:
        text = "g.a"
        for _ in range(DEEPEST * 2):
            text = nest.format(text)
        _, faults = read(text)
        assert [fault.code for fault in faults] == ["too_deep"]

    @pytest.mark.parametrize("text", ["!" * 64 + "g.a", "-" * 64 + "1", "1" + " + 1" * 64, "g.a" + "[0]" * 64])
    def test_a_tree_that_is_deep_without_brackets_is_refused(self, text: str) -> None:
        assert [code for code, _, _ in syntax_faults(text)] == ["too_deep"]

    def test_a_long_chain_is_not_deep(self) -> None:
        tree = parse(" || ".join(["g.a"] * 900))
        assert isinstance(tree, Or)
        assert len(tree.terms) == 900

    def test_a_condition_of_too_many_parts_is_refused(self) -> None:
        parse(f"[{'1,' * (MOST_NODES - 1)}]")
        assert [code for code, _, _ in syntax_faults(f"[{'1,' * MOST_NODES}]")] == ["too_large"]

    def test_quantifiers_inside_quantifiers_are_few(self) -> None:
        parse("g.a.all(x, g.b.exists(y, x == y))")
        assert syntax_faults("g.a.all(x, g.b.exists(y, g.c.all(z, x == z)))") == [("too_costly", 1, 30)]

    def test_quantifiers_over_long_lists_are_refused(self) -> None:
        items = f"[{'1,' * 300}]"
        parse(f"{items}.exists(x, x > 2)")
        assert syntax_faults(f"{items}.exists(x, {items}.all(y, x > y))") == [("too_costly", 1, 604)]

    def test_a_tree_that_is_refused_for_its_size_is_not_handed_on(self) -> None:
        tree, faults = read("!" * 3000 + "g.a")
        assert len(list(walk(tree))) == 1
        assert faults
