import string

from hypothesis import given
from hypothesis import strategies as st

from tradewind.crm.parties.words import LONGEST_WORD, WORDS_IN_A_SEARCH, prefixes, search_words

NAMES = st.text(alphabet=string.ascii_letters + string.digits + "ăâîșțȘȚéüÅ-'. ", min_size=1, max_size=80)


@given(NAMES)
def test_every_name_is_found_by_itself(name: str) -> None:
    words = search_words([name])
    assert all(any(first <= word <= last for word in words) for first, last in prefixes(name))


@given(st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=LONGEST_WORD), st.data())
def test_a_word_is_in_the_range_of_each_of_its_beginnings(word: str, data: st.DataObject) -> None:
    beginning = word[: data.draw(st.integers(1, len(word)))]
    first, last = f"{beginning}", beginning.ljust(LONGEST_WORD, "z")
    assert first <= word <= last


@given(st.text())
def test_a_search_is_never_longer_than_the_limit(text: str) -> None:
    found = prefixes(text)
    assert len(found) <= WORDS_IN_A_SEARCH
    assert all(0 < len(first) <= LONGEST_WORD for first, _last in found)


def test_a_phone_is_found_as_dialled_at_home_and_from_abroad() -> None:
    assert search_words([], phone="+44 20 7946 0958") == {"442079460958", "02079460958"}
    assert search_words([], phone="020 7946 0958") == {"02079460958"}
    assert search_words([], phone="") == frozenset()
