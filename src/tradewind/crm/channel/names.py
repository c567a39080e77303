"""Under which domain a company would be found again."""

from __future__ import annotations

from typing import Final

FREE_MAIL: Final = frozenset(
    [
        *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.ro", "outlook.com", "hotmail.com", "live.com"),
        *("icloud.com", "gmx.de", "gmx.net", "proton.me", "protonmail.com", "aol.com", "mail.ru"),
    ]
)
"""Whoever writes from there says nothing about the company."""


def company_domain(email: str) -> str:
    """The domain of a company's address; empty for addresses that anybody can have.

    >>> company_domain("Ana@Soimul.example"), company_domain("ana@gmail.com")
    ('soimul.example', '')
    """
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in FREE_MAIL else domain
