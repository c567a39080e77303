"""Who may see and do what: one predicate behind every list, object, count and search.

Nouns: a *predicate* turns a user into a condition over one model; an *action* is a named right that some roles have.
Invariants: what nobody registered raises, it is never "everything"; no right means that the object does not exist, so
a foreign object and an absent one give the same answer; rights are read with the data, never kept from one request
to the next.
Rooms register from their `access.py` (`register`, `allow`); views and queries call `scope(user, Model)`, `may` and
`requires`.
"""

from tradewind.crm.access.actions import ActionUnknownError, allow, may
from tradewind.crm.access.predicates import EVERYTHING, NOTHING, Predicate, whoever_has
from tradewind.crm.access.scope import ModelUnscopedError, is_registered, register, scope
from tradewind.crm.access.views import requires

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "ActionUnknownError",
    "ModelUnscopedError",
    "Predicate",
    "allow",
    "is_registered",
    "may",
    "register",
    "requires",
    "scope",
    "whoever_has",
]
