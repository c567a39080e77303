"""Under which name a company would be found again, however it is written."""

from __future__ import annotations

import re
from typing import Final

from tradewind.crm.parties.words import fold, key_of

LEGAL_FORMS: Final = frozenset(
    [
        *("ltd", "limited", "llp", "plc", "inc", "llc", "co", "company", "gmbh", "ag", "kg", "bv", "nv"),
        *("srl", "sa", "pfa", "ii", "snc", "scs", "sc", "sarl", "sas", "spa", "oy", "ab", "as", "aps"),
    ]
)

_BETWEEN_LETTERS = re.compile(r"(?<=\b\w)\.(?=\w\b|\s|$)")


def company_key(name: str) -> str:
    """The name as one word, without its legal form, for the comparison with others.

    >>> company_key("Șoimul Computers S.R.L."), company_key("SOIMUL COMPUTERS SRL"), company_key("Limited")
    ('soimulcomputers', 'soimulcomputers', 'limited')
    """
    words = _BETWEEN_LETTERS.sub("", fold(name)).split()
    while len(words) > 1 and key_of(words[-1]) in LEGAL_FORMS | {""}:
        words.pop()
    return key_of("".join(words))
