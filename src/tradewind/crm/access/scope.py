"""The one predicate behind every queryset that reaches a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, overload

from django.db.models import Model, QuerySet

from tradewind.crm.access.predicates import NOTHING, Predicate

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tradewind.crm.identity.models import User

_predicates: dict[type[Model], Predicate] = {}


class ModelUnscopedError(LookupError):
    """Nobody has said who may see this model."""


def register(model: type[Model], predicate: Predicate) -> None:
    """Say who may see a model; once, from the room that owns it.

    Raises:
        ValueError: somebody else has said so already.
    """
    if _predicates.setdefault(model, predicate) is not predicate:
        raise ValueError(f"{model._meta.label} has a predicate already")


def is_registered(model: type[Model]) -> bool:
    return model in _predicates


@overload
def scope[Rows: QuerySet[Any]](user: User | AnonymousUser, rows: Rows) -> Rows: ...
@overload
def scope[M: Model](user: User | AnonymousUser, rows: type[M]) -> QuerySet[M]: ...
def scope(user: User | AnonymousUser, rows: Any) -> QuerySet[Any]:
    """The rows of a model, or of a queryset, that this person may see; nothing for a person without a right.

    Raises:
        ModelUnscopedError: the model is not registered.
    """
    wanted = rows if isinstance(rows, QuerySet) else cast(type[Model], rows)._default_manager.all()
    if wanted.model not in _predicates:
        raise ModelUnscopedError(f"{wanted.model._meta.label}: register a predicate in the room's access.py")
    if not user.is_authenticated or not user.is_active:
        return wanted.filter(NOTHING)
    return wanted.filter(_predicates[wanted.model](user))
