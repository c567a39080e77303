"""A rule as code understands it: where actors of a user meet actors of an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Model, QuerySet

from tradewind.crm.access.derivations import (
    ActorsOfObject,
    ActorsOfUser,
    DerivationUnknownError,
    Ids,
    ObjectFilter,
    derivations_of,
    derivations_of_users,
    filters_of,
    object_type_named,
)


class KindsDifferError(ValueError):
    """Actors of the user are of another kind than those of the object: they could never meet."""


@dataclass(frozen=True, slots=True)
class Meeting:
    of_user: ActorsOfUser
    of_object: ActorsOfObject
    condition: ObjectFilter | None

    @classmethod
    def named(cls, object_type: str, of_user: str, of_object: str, condition: str) -> Meeting:
        """The meeting that these names stand for.

        Raises:
            DerivationUnknownError: nobody has declared one of them.
            KindsDifferError: they could never meet.
        """
        model = object_type_named(object_type)
        user_side = derivations_of_users().get(of_user)
        object_side = derivations_of(model).get(of_object) if model else None
        if model is None or user_side is None or object_side is None:
            raise DerivationUnknownError(f"{object_type}: {of_user} × {of_object}")
        if user_side.kind != object_side.kind:
            raise KindsDifferError(f"{of_user} gives {user_side.kind}, {of_object} gives {object_side.kind}")
        return cls(user_side, object_side, filter_named(model, condition))

    @property
    def walk(self) -> tuple[str, ...]:
        """What the hops are called: meetings of one walk lead from a user to the same values, of whatever objects."""
        if not self.of_object.hops:
            return (self.of_user.name,)
        return self.of_user.name, self.of_object.model._meta.label_lower, self.of_object.name

    @property
    def is_the_user(self) -> bool:
        """Does the object's column hold the user's own id, without a hop between?"""
        return not self.of_user.hops and not self.of_object.hops

    def column_values(self, user_id: int) -> QuerySet[Any, Any]:
        """What the object's column must hold: all hops walked from the user's side, the object's own ones backward."""
        ids: Ids = (user_id,)
        for hop in self.of_user.hops:
            ids = hop.onward(ids)
        for hop in reversed(self.of_object.hops):
            ids = hop.back(ids)
        return cast(QuerySet[Any, Any], ids)


def filter_named(model: type[Model], name: str) -> ObjectFilter | None:
    """The filter of that name; None for no name.

    Raises:
        DerivationUnknownError: nobody has declared it.
    """
    if not name:
        return None
    try:
        return filters_of(model)[name]
    except KeyError:
        raise DerivationUnknownError(f"{model._meta.label_lower}: {name}") from None
