"""What code declares, in the words that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import EVERYBODY, PERSON
from tradewind.crm.access.defaults import AS_DELIVERED
from tradewind.crm.access.derivations import (
    ActorsOfObject,
    ActorsOfUser,
    derivations_of,
    derivations_of_users,
    filters_of,
    object_type_named,
    object_types,
)

type Label = str | Promise
type Choices = list[tuple[str, Label]]
type Grouped = list[tuple[str, Choices]]
type Offered = list[tuple[str, Label] | tuple[str, Choices]]

NOTHING: Final = ("", "–")

KINDS: dict[str, Label] = {
    EVERYBODY: _("Everybody"),
    PERSON: _("People"),
    "organisation": _("Companies"),
    "territory": _("Territories"),
}


def reason(why: str) -> str:
    """Why something was changed: in the words of whoever did it, or in ours for what the installation did."""
    return gettext(AS_DELIVERED) if why == AS_DELIVERED else why


def plural_of(model: type[Model]) -> str:
    return capfirst(str(model._meta.verbose_name_plural))


def type_label(object_type: str) -> str:
    """What objects of a type are called; a type that code no longer knows keeps the name it has in rows."""
    model = object_type_named(object_type)
    return plural_of(model) if model else object_type


def type_choices() -> Choices:
    return sorted(((name, plural_of(model)) for name, model in object_types().items()), key=lambda pair: str(pair[1]))


def of_user_label(name: str) -> str:
    found = derivations_of_users().get(name)
    return str(found.label) if found else name


def of_object_label(object_type: str, name: str) -> str:
    model = object_type_named(object_type)
    found = derivations_of(model).get(name) if model else None
    return str(found.label) if found else name


def filter_label(object_type: str, name: str) -> str:
    model = object_type_named(object_type)
    found = filters_of(model).get(name) if model else None
    return str(found.label) if found else name


def of_user_choices() -> Offered:
    return [NOTHING, *by_kind(derivations_of_users().values())]


def of_object_choices(model: type[Model]) -> Offered:
    return [NOTHING, *by_kind(derivations_of(model).values())]


def filter_choices(model: type[Model]) -> Choices:
    return [NOTHING, *((name, declared.label) for name, declared in filters_of(model).items())]


def by_kind(declared: Iterable[ActorsOfUser | ActorsOfObject]) -> Iterator[tuple[str, Choices]]:
    """The derivations under the kind of actor that they give, since only those of one kind ever meet."""
    found: dict[str, Choices] = {}
    for one in declared:
        found.setdefault(one.kind, []).append((one.name, one.label))
    for kind, choices in found.items():
        yield str(KINDS.get(kind, kind)), choices
