"""Every page that is photographed keeps its picture."""

from collections import Counter

from tools.pages import PAGES


def test_no_picture_is_written_over_another() -> None:
    assert [name for name, times in Counter(shot.name for shot in PAGES).items() if times > 1] == []
