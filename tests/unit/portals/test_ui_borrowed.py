"""Where a library's Romanian is poor, ours is heard."""

import pytest
from django.utils import translation

from tradewind.portals.ui.borrowed import BORROWED


@pytest.mark.parametrize("english", BORROWED)
def test_a_borrowed_text_is_heard_in_our_words(english: str) -> None:
    with translation.override("ro"):
        assert translation.gettext(english) != english


def test_our_words_win_over_those_of_the_library() -> None:
    with translation.override("ro"):
        assert translation.gettext("Change Password") == "Schimbă parola"
        assert translation.gettext("Enter a number.") == "Scrieți un număr."
