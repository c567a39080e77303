"""What somebody may do with the objects that they see, read together with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Expression, Model, Q, QuerySet, Value, When
from django.utils import timezone

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.predicates import is_everything
from tradewind.crm.access.rights import condition_of
from tradewind.crm.access.scope import condition

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


def scope_with_actions[M: Model](user: User, model: type[M], *actions: str) -> QuerySet[M]:
    """The objects that this person may read, each with `may_write` and the like for the actions asked for.

    The rights are read once for all of them: a page that shows an object and its buttons asks no more than its list.
    """
    from tradewind.crm.access.grants import grants_of  # noqa: PLC0415 (rows exist only when models are loaded)

    rows = model._default_manager.all()
    wanted = {ActionGroup.READ.value, *map(str, actions)}
    grants = grants_of(user.pk, model, wanted, at=timezone.now(), using=rows.db)
    found = rows.filter(condition(user, model, grants=grants, using=rows.db))
    for action in map(str, actions):
        met = condition_of(user.pk, model, [g.meeting for g in grants if g.action == action], using=rows.db)
        found = found.annotate(**{f"may_{action}": _holds(met)})
    return found


def _holds(met: Q) -> Expression | Any:
    if is_everything(met):
        return Value(True)
    return Case(When(met, then=Value(True)), default=Value(False), output_field=BooleanField())
