"""What somebody may do with the objects that they see, read together with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Expression, Model, Q, QuerySet, Value, When

from tradewind.crm.access.predicates import is_everything
from tradewind.crm.access.rights import condition_of
from tradewind.crm.access.scope import NOT_GRANTED, condition, plans
from tradewind.crm.access.state import one_state

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


def scope_with_actions[M: Model](user: User, model: type[M], *actions: str) -> QuerySet[M]:
    """The objects that this person may read, each with `may_write` and the like for the actions asked for.

    The rights are read once for all of them: a page that shows an object and its buttons asks no more than its list.
    """
    rows = model._default_manager.all()
    with one_state(rows.db) as state:
        granted = plans(user, model, *actions, state=state)
        found = rows.filter(condition(user, model, using=rows.db))
        for action in map(str, actions):
            met = condition_of(user.pk, granted.get(action, NOT_GRANTED), state=state)
            found = found.annotate(**{f"may_{action}": _holds(met)})
    return found


def _holds(met: Q) -> Expression | Any:
    if is_everything(met):
        return Value(True)
    return Case(When(met, then=Value(True)), default=Value(False), output_field=BooleanField())
