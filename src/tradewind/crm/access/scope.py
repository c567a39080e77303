"""The one predicate behind every queryset that reaches a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def scope[M: Model](user: User | AnonymousUser, model: type[M]) -> QuerySet[M]:
    """The rows of a model that this person may see; nothing for a person without a right.

    Raises:
        ModelUnscopedError: the model is not registered.
    """
    if model not in _predicates:
        raise ModelUnscopedError(f"{model._meta.label}: register a predicate in the room's access.py")
    rows: QuerySet[M, Any] = model._default_manager.all()
    if not user.is_authenticated or not user.is_active:
        return rows.filter(NOTHING)
    return rows.filter(_predicates[model](user))
