"""A bank whose customers' answers are known: five offers and what is known of a visitor, for the replay of a data set.

Nouns: bank offer (with the column of the data that says who would accept it), bank attribute, visit.
Invariants: nothing here knows what a customer would answer; offers are complete in both languages. `workspace` alone
needs Django: it puts the offers into the records beside those that are there. May be called by `cli`.
"""

from tradewind.demo.bank.offers import (
    ATTRIBUTES,
    EVENT,
    GROUP,
    OFFERS,
    PLACEMENT,
    PREFIX,
    BankAttribute,
    BankOffer,
    BankProfile,
)
from tradewind.demo.bank.visits import schedule

__all__ = [
    "ATTRIBUTES",
    "EVENT",
    "GROUP",
    "OFFERS",
    "PLACEMENT",
    "PREFIX",
    "BankAttribute",
    "BankOffer",
    "BankProfile",
    "schedule",
]
