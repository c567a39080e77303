"""How the texts of an offer read on the agent's screen, with their placeholders filled for one customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from tradewind.crm.access import scope
from tradewind.crm.decisions.context import attributes_of
from tradewind.crm.decisions.running import Declared
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import Attribute
from tradewind.portals.marketer import placeholders
from tradewind.portals.marketer.forms.treatments import TEXTS, TreatmentForm
from tradewind.portals.marketer.placeholders import Piece


@dataclass(frozen=True, slots=True)
class Sample:
    """A customer to try texts on, with what is known of them; nobody where there is no customer yet."""

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """One treatment as the agent would see it."""

    customer: str
    title: Sequence[Piece]
    body: Sequence[Piece]
    pitch: Sequence[Piece]
    link: Sequence[Piece]

    @property
    def is_empty(self) -> bool:
        return not (self.title or self.body or self.pitch or self.link)


def sample(user: User) -> Sample:
    """The first customer with a machine, else the first one, as far as this person may see them."""
    people = scope(user, Customer).filter(person__isnull=False).select_related("person")
    customer = people.filter(owned_products__isnull=False).order_by("pk").first() or people.order_by("pk").first()
    if customer is None:
        return Sample("", {})
    declared = {each.path: Declared(each.path, each.type, frozenset(each.values)) for each in _attributes(user)}
    known = attributes_of(customer, agent=user, declared=declared, on_date=timezone.localdate())
    return Sample(customer.name, known)


def _attributes(user: User) -> Iterable[Attribute]:
    return scope(user, Attribute).select_related("group")


def preview(texts: Mapping[str, str], of: Sample) -> Preview:
    said = {name: placeholders.filled(texts.get(name, ""), of.values) for name in TEXTS}
    return Preview(of.name, said["title"], said["body"], said["pitch"], said["link"])


def previews(forms: Iterable[TreatmentForm], *, user: User) -> dict[str, Preview]:
    """The preview of each place by its anchor, as the texts stand on the page."""
    tried = sample(user)
    return {form.anchor: preview({name: str(form[name].value() or "") for name in TEXTS}, tried) for form in forms}
