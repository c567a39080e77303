"""Who may see and do what: one predicate behind every list, object, count and search.

Nouns: an *actor* is a kind with an id (an organisation, a person, a territory); a *rule* says where actors of a user
meet actors of an object; a *right* lets a role or a user group do an *action* (read, write, delete, approve, export)
by a rule, from an instant to another. A *derivation* says in code where actors come from, a *predicate* says in code
who sees a model, and a *named action* is something that some roles may do (`offer.release`).
Invariants: what nobody registered raises, it is never "everything"; no right means that the object does not exist, so
a foreign object and an absent one give the same answer; what may be done is always among what may be seen; rights are
read with the data, never kept from one request to the next; a right is never changed, it begins and ends.
Rooms declare from their `access.py` (`register`, `allow`, `actors_of_user`, `actors_of_object`, `object_filter`,
`default_rule`); views and queries call `scope(user, Model, action)`, `scope_with_actions`, `may` and `requires`.
"""

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.actions import ActionUnknownError, allow, may
from tradewind.crm.access.defaults import DefaultRule, default_rule
from tradewind.crm.access.derivations import (
    EVERYBODY,
    PERSON,
    DerivationUnknownError,
    Hop,
    actors_of_object,
    actors_of_user,
    object_filter,
)
from tradewind.crm.access.doing import scope_with_actions
from tradewind.crm.access.predicates import EVERYTHING, NOTHING, Predicate, whoever_has
from tradewind.crm.access.scope import ModelUnscopedError, is_registered, register, scope
from tradewind.crm.access.state import one_state
from tradewind.crm.access.views import requires

__all__ = [
    "EVERYBODY",
    "EVERYTHING",
    "NOTHING",
    "PERSON",
    "ActionGroup",
    "ActionUnknownError",
    "DefaultRule",
    "DerivationUnknownError",
    "Hop",
    "ModelUnscopedError",
    "Predicate",
    "actors_of_object",
    "actors_of_user",
    "allow",
    "default_rule",
    "is_registered",
    "may",
    "object_filter",
    "one_state",
    "register",
    "requires",
    "scope",
    "scope_with_actions",
    "whoever_has",
]
