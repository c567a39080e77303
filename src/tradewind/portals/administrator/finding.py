"""The people and objects that somebody means by a few words."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import CharField, Model, Q

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User

MOST = 10
"""Of more than these a better word is asked for."""


def people(asker: User, text: str) -> list[User]:
    """Whoever has this address, else those in whose name or address every word occurs."""
    found = scope(asker, User)
    exact = found.filter(email=text.strip().lower()).first()
    if exact is not None:
        return [exact]
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return list(found.order_by("name", "pk")[: MOST + 1]) if text.split() else []


def objects(asker: User, model: type[Model], text: str) -> list[Model]:
    """The object of this number, else those that are found by the words; none for no words."""
    rows, text = scope(asker, model), text.strip()
    if not text:
        return []
    numbered = list(rows.filter(pk=int(text))[:1]) if text.isdecimal() and len(text) < 19 else []
    if numbered:
        return numbered
    search = getattr(rows, "search", None)
    found = search(text) if search else rows.filter(says(model, text))
    return list(found.order_by("-pk")[: MOST + 1])


def says(model: type[Model], text: str) -> Q:
    """One of the object's own texts begins like this."""
    names = [field.name for field in model._meta.local_fields if isinstance(field, CharField) and not field.choices]
    return reduce(or_, (Q(**{f"{name}__istartswith": text}) for name in names), Q(pk__in=()))
