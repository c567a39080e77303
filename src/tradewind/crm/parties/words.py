"""What a search compares: words without accents, capitals and punctuation, found by how they begin."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST_WORD = 64
WORDS_IN_A_SEARCH = 6
SHORTEST_PHONE = 5

_NOT_IN_A_WORD = re.compile(r"[\W_]+")
_PHONE = re.compile(r"[\d\s()+./-]+")


def fold(text: str) -> str:
    """Small letters and digits without accents, other signs as they are.

    >>> fold("Ștefan O'Neill")
    "stefan o'neill"
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def search_words(texts: Iterable[str], *, phone: str = "") -> frozenset[str]:
    """Every word under which a record is found: each chunk as a whole and each of its parts.

    >>> sorted(search_words(["C-100001", "Anne-Marie Ioniță"]))
    ['100001', 'anne', 'annemarie', 'c', 'c100001', 'ionita', 'marie']
    """
    found = {word for text in texts for chunk in fold(text).split() for word in (_whole(chunk), *_parts(chunk))}
    return frozenset(word[:LONGEST_WORD] for word in found | _phone_words(phone) if word)


def prefixes(text: str) -> Sequence[tuple[str, str]]:
    """For every word of a search the range of words that begin like it, first and last.

    The last one is padded with `z`, which no collation of our languages sorts before another letter or a digit; so the
    range is one stretch of an ordinary index on every database.
    """
    digits = _NOT_IN_A_WORD.sub("", text)
    if _PHONE.fullmatch(text) and len(digits) >= SHORTEST_PHONE:
        return [_range(digits)]
    words = [_whole(chunk) for chunk in fold(text).split()]
    return [_range(word) for word in words if word][:WORDS_IN_A_SEARCH]


def key_of(name: str) -> str:
    """A name as one word: what begins like it, whatever its spaces, accents and signs, is one range of an index.

    >>> key_of("Brightside & Söhne")
    'brightsidesohne'
    """
    return _whole(fold(name))[:LONGEST_WORD]


def _range(word: str) -> tuple[str, str]:
    return word[:LONGEST_WORD], word[:LONGEST_WORD].ljust(LONGEST_WORD, "z")


def _whole(chunk: str) -> str:
    return _NOT_IN_A_WORD.sub("", chunk)


def _parts(chunk: str) -> list[str]:
    return _NOT_IN_A_WORD.split(chunk)


def _phone_words(phone: str) -> set[str]:
    """The digits as written, and as dialled inside a country with a code of two digits."""
    digits = _NOT_IN_A_WORD.sub("", phone)
    return {digits, f"0{digits[2:]}"} if phone.strip().startswith("+") else {digits}
