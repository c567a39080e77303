"""Whether an id was used since: never a false no."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tradewind.engine.service.recent import Recent


@given(st.integers(0, 5), st.lists(st.integers(0, 8), max_size=40), st.integers(1, 4), st.integers(0, 8), st.data())
def test_whoever_is_told_no_has_an_id_that_was_not_used_since(
    start: int, used: list[int], most: int, wanted: int, data: st.DataObject
) -> None:
    recent = Recent(most=most)
    recent.begin(start)
    for position, name in enumerate(used, start + 1):
        recent.add(str(name), position)
    behind = data.draw(st.integers(0, start + len(used)))
    if not recent.may_have(str(wanted), behind=behind):
        assert behind >= start
        assert wanted not in used[behind - start :]


def test_an_id_that_nothing_had_is_known_to_be_unused_for_as_many_facts_as_are_kept() -> None:
    recent = Recent(most=3)
    recent.begin(10)
    for position in range(11, 30):
        recent.add(f"f-{position}", position)
        assert not recent.may_have("new", behind=max(position - 3, 10))
        assert recent.may_have(f"f-{position}", behind=position - 1)


def test_no_more_ids_are_kept_than_twice_as_many() -> None:
    recent = Recent(most=3)
    recent.begin(0)
    for position in range(1, 100):
        recent.add(f"f-{position}", position)
        assert len(recent._young) + len(recent._old) <= 6


def test_what_lay_in_history_before_is_not_known() -> None:
    recent = Recent()
    recent.begin(5)
    assert recent.may_have("anything", behind=4)
    assert not recent.may_have("anything", behind=5)
