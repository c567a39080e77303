"""Fields that not everybody who sees an object may read: cost, margin, the names of other partners.

A list, a page, an export or an answer of the API shows `masked` objects and sorts, filters and searches by `readable`
fields only; whatever is hidden is `HIDDEN` there, and what is no field of the model is not there at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.db.models import Model

from tradewind.crm.access.scope import scope
from tradewind.crm.identity.roles import Role

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


class _Hidden:
    """In the place of a value that the reader may not know; shown as a dash, false where a template asks."""

    __slots__ = ()

    def __str__(self) -> str:
        return "—"

    def __bool__(self) -> bool:
        return False


HIDDEN: Final = _Hidden()

_kept: Final[dict[type[Model], dict[str, frozenset[Role]]]] = {}
_by_sight: Final[dict[type[Model], set[str]]] = {}


def keep_for(model: type[Model], *fields: str, roles: Iterable[Role]) -> None:
    """Let only these roles read some fields; from the room that owns the model.

    Raises:
        FieldDoesNotExist: the model has no such field.
        ValueError: the field is kept for others already.
    """
    kept = _kept.setdefault(model, {})
    for name in fields:
        model._meta.get_field(name)
        if kept.setdefault(name, frozenset(roles)) != frozenset(roles):
            raise ValueError(f"{model._meta.label}.{name} is kept for others already")


def name_if_seen(model: type[Model], *fields: str) -> None:
    """Show what a foreign key leads to only to people who may see that record itself.

    Raises:
        FieldDoesNotExist: the model has no such field.
    """
    for name in fields:
        model._meta.get_field(name)
        _by_sight.setdefault(model, set()).add(name)


def hidden_fields(user: User, model: type[Model]) -> frozenset[str]:
    """The fields of a model that this person reads nowhere."""
    return frozenset(name for name, roles in _kept.get(model, {}).items() if not user.has_role(*roles))


def readable(user: User, model: type[Model], fields: Iterable[str]) -> tuple[str, ...]:
    """Those of the fields by which this person may sort, filter and search, and which may leave in an export."""
    closed = hidden_fields(user, model) | _by_sight.get(model, set())
    return tuple(name for name in fields if name not in closed)


@dataclass(frozen=True, slots=True)
class Masked:
    """An object as one person may read it: its fields, and nothing else that could tell more."""

    _record: Model
    _hidden: frozenset[str]

    def __getattr__(self, name: str) -> Any:
        known = {field.name: field for field in self._record._meta.concrete_fields}
        known |= {field.attname: field for field in self._record._meta.concrete_fields}
        if name == "pk":
            return self._record.pk
        if name not in known:
            raise AttributeError(name)
        return HIDDEN if known[name].name in self._hidden else getattr(self._record, name)


def masked(user: User, records: Sequence[Model]) -> list[Masked]:
    """The objects of one model with what this person may not read taken out; one query for each key that is named."""
    if not records:
        return []
    model = type(records[0])
    closed = hidden_fields(user, model)
    seen = {name: _seen(user, records, name) for name in _by_sight.get(model, set()) - closed}
    return [Masked(row, closed | {name for name, ids in seen.items() if _key(row, name) not in ids}) for row in records]


def _seen(user: User, records: Sequence[Model], name: str) -> set[Any]:
    """The keys of this name that may be shown; an empty one gives nothing away."""
    target = cast(type[Model], records[0]._meta.get_field(name).related_model)
    wanted = {_key(row, name) for row in records} - {None}
    return {None, *scope(user, target).filter(pk__in=wanted).values_list("pk", flat=True)}


def _key(record: Model, name: str) -> Any:
    return getattr(record, record._meta.get_field(name).attname)  # type: ignore[union-attr]
