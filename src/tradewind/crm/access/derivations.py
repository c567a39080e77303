"""Where actors come from, declared once in code: from a user on one side, from an object on the other.

An actor is a kind with an id: an organisation, a person, a territory. Whoever is allowed is found by walking *hops*,
which are tables that lead from one actor to the next. An object begins at one of its columns, a user at itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

type Ids = QuerySet[Any, Any] | tuple[Any, ...]
"""Ids of actors: known ones, or those that a query will select."""

EVERYBODY: Final = "everybody"
"""The kind of the actor that every user and every object has."""
PERSON: Final = "person"
"""The kind of actors that are users themselves."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One relation between actors: rows that lead from a source to a target, read in both directions.

    `rows` is asked once in a process: it may not look at the clock or at anything else that changes.
    """

    label: StrPromise
    rows: Callable[[], QuerySet[Any]]
    source: str
    target: str

    def onward(self, sources: Ids) -> Ids:
        """The targets of these sources."""
        return self.rows().filter(**{f"{self.source}__in": sources}).order_by().values(self.target)

    def back(self, targets: Ids) -> Ids:
        """The sources of these targets."""
        return self.rows().filter(**{f"{self.target}__in": targets}).order_by().values(self.source)


@dataclass(frozen=True, slots=True)
class ActorsOfUser:
    """Which actors a user is, over any number of hops."""

    name: str
    kind: str
    label: StrPromise
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class ActorsOfObject:
    """Which actors an object has: those of a column, and what the hops make of them."""

    model: type[Model]
    name: str
    kind: str
    label: StrPromise
    column: str = ""
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectFilter:
    """A condition on objects that can be named in a rule; it may follow foreign keys forward, never backward."""

    model: type[Model]
    name: str
    label: StrPromise
    condition: Callable[[], Q]


class DerivationUnknownError(LookupError):
    """A rule names what nobody has declared."""


_of_users: Final[dict[str, ActorsOfUser]] = {}
_of_objects: Final[dict[type[Model], dict[str, ActorsOfObject]]] = {}
_filters: Final[dict[type[Model], dict[str, ObjectFilter]]] = {}


def actors_of_user(name: str, *, kind: str, label: StrPromise, hops: tuple[Hop, ...] = ()) -> None:
    """Declare what a user is, from the room that owns the relations.

    Raises:
        ValueError: the name is taken by another derivation.
    """
    _declare(_of_users, name, ActorsOfUser(name, kind, label, hops))


def actors_of_object(
    model: type[Model], name: str, *, kind: str, label: StrPromise, column: str = "", hops: tuple[Hop, ...] = ()
) -> None:
    """Declare what an object has, from the room that owns the model; the model is an object type of rules from now on.

    Raises:
        ValueError: the name is taken by another derivation of the model.
        FieldDoesNotExist: the model has no such column.
    """
    if kind != EVERYBODY:
        model._meta.get_field(column)
    _declare(_of_objects.setdefault(model, {}), name, ActorsOfObject(model, name, kind, label, column, hops))


def object_filter(model: type[Model], name: str, *, label: StrPromise, condition: Callable[[], Q]) -> None:
    """Declare a condition that rules about a model may name.

    Raises:
        ValueError: the name is taken by another filter of the model.
    """
    _declare(_filters.setdefault(model, {}), name, ObjectFilter(model, name, label, condition))


def _declare[D](declared: dict[str, D], name: str, wanted: D) -> None:
    if declared.setdefault(name, wanted) != wanted:
        raise ValueError(f"{name} is declared already")


def is_object_type(model: type[Model]) -> bool:
    return model in _of_objects


def object_types() -> Mapping[str, type[Model]]:
    """Every model that rules may be about, by the name that rows know it under."""
    return MappingProxyType({model._meta.label_lower: model for model in _of_objects})


def object_type_named(name: str) -> type[Model] | None:
    """The model that rows know under this name, if rules may be about it."""
    return next((model for model in _of_objects if model._meta.label_lower == name), None)


def derivations_of_users() -> Mapping[str, ActorsOfUser]:
    return MappingProxyType(_of_users)


def derivations_of(model: type[Model]) -> Mapping[str, ActorsOfObject]:
    return MappingProxyType(_of_objects.get(model, {}))


def filters_of(model: type[Model]) -> Mapping[str, ObjectFilter]:
    return MappingProxyType(_filters.get(model, {}))
