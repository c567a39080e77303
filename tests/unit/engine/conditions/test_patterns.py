"""Patterns of `matches`: what they find, what is refused, and that none is slow."""

import pytest

from tradewind.engine.core.conditions.automaton import MOST_REMEMBERED, MOST_STATES, compile_pattern
from tradewind.engine.core.conditions.patterns import DEEPEST, LONGEST, MOST_REPEATS, PatternError


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        ("", ["", "a"], []),
        ("abc", ["abc", "xabcx"], ["ab", "acb", ""]),
        ("^abc$", ["abc"], ["abcd", "xabc", "abc\n"]),
        ("a.c", ["abc", "a😀c"], ["a\nc", "ac"]),
        ("^a*$", ["", "aaa"], ["b", "aab"]),
        ("^a+b?$", ["a", "aab"], ["b", "abb"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaa"], ["a"]),
        ("^a{1,3}$", ["a", "aaa"], ["", "aaaa"]),
        ("^a{0}b", ["b"], ["ab"]),
        ("^(ab|cd)+$", ["ab", "cdab"], ["", "abc"]),
        ("^(?:a|)b$", ["ab", "b"], ["aab"]),
        ("^(a*)*$", ["", "aaa"], ["b"]),
        ("[abc]", ["c"], ["d"]),
        ("^[a-cx]$", ["b", "x"], ["d", "-"]),
        ("^[^a-c]$", ["d", "\n"], ["b"]),
        ("^[]a]$", ["]", "a"], ["b"]),
        ("^[^]a]$", ["b"], ["]", "a"]),
        ("^[a-]$", ["a", "-"], ["b"]),
        (r"^[\d-]$", ["5", "-"], ["a"]),
        (r"^[\]\\]$", ["]", "\\"], ["["]),
        (r"^\d+$", ["2026"], ["20a", "٣"]),
        (r"^\D$", ["a", "٣"], ["1"]),
        (r"^\w+$", ["a_1"], ["ș", "-"]),
        (r"^\s\S$", [" a", "\ta"], ["aa", "  "]),
        (r"^\.\*\$$", [".*$"], ["a"]),
        (r"\x41\x{219}", ["Aș"], ["A"]),
        (r"\n\t", ["\n\t"], ["nt"]),
        ("(?i)iaȘi", ["IAși", "iașI"], ["iasi"]),
        ("(?i)^[^a-c]$", ["D"], ["A", "b"]),
        ("a|b|^$", ["a", "b", ""], ["c"]),
        ("a{x", ["a{x"], ["a"]),
        ("a+?b*?", ["a"], ["b"]),
        ("$a", [], ["a", ""]),
        ("a^", [], ["a", ""]),
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, found: list[str], not_found: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert [text for text in found if not compiled.search(text)] == []
    assert [text for text in not_found if compiled.search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "offset"),
    [
        ("(", 0),
        ("a)", 1),
        ("(a", 0),
        ("[a", 0),
        ("[", 0),
        ("[^", 0),
        ("*a", 0),
        ("a|+", 2),
        ("{2}", 0),
        ("a**", 2),
        ("a{2}{3}", 4),
        ("a{3,2}", 1),
        (f"a{{{MOST_REPEATS + 1}}}", 1),
        ("(?=a)", 0),
        ("(?<!a)b", 0),
        ("(?P<x>a)", 0),
        ("a(?i)", 1),
        (r"(a)\1", 3),
        (r"\b", 0),
        (r"\pL", 0),
        ("a\\", 1),
        (r"\x{110000}", 0),
        ("[z-a]", 1),
        (r"[\d-z]", 1),
        ("[[:alpha:]]", 1),
        ("(" * (DEEPEST + 1) + ")" * (DEEPEST + 1), DEEPEST),
        ("a" * (LONGEST + 1), 0),
        (f"(a{{{MOST_STATES // 2}}}){{3}}", 0),
    ],
)
def test_a_pattern_that_is_not_offered_is_refused_with_its_place(pattern: str, offset: int) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert caught.value.offset == offset


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*a){12}$", "a*a*a*a*a*a*b"])
def test_a_pattern_that_ruins_backtracking_looks_at_each_character_once(pattern: str) -> None:
    compiled = compile_pattern(pattern)
    assert not compiled.search("a" * 5_000 + "!")
    assert len(compiled._steps) <= 40


def test_what_a_pattern_remembers_is_bounded_and_changes_nothing() -> None:
    compiled = compile_pattern("(a|b)*a(a|b){12}c")
    text = "".join("ab"[(n * n // 7 + n) % 2] for n in range(9_000))
    assert not compiled.search(text)
    assert len(compiled._steps) <= MOST_REMEMBERED
    assert compiled.search(text + "a" * 13 + "c")
