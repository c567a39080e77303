"""What publishing would change, and where its faults can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from tradewind.crm.access import scope
from tradewind.crm.decisions import document as documents
from tradewind.crm.decisions.changes import Change, compare
from tradewind.crm.decisions.faults import Fault
from tradewind.crm.decisions.models import Publication
from tradewind.crm.decisions.words import FIELDS
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Language, Offer
from tradewind.crm.toolkit.models import Channel
from tradewind.portals.marketer.rules import Spotted

OF_AN_OFFER = frozenset({"offer", "profile", "treatment"})


@dataclass(frozen=True, slots=True)
class Changed:
    """One offer, or the toolkit where `code` is empty, with what changes in it."""

    code: str
    title: str
    changes: Sequence[Change]

    @property
    def kind(self) -> str:
        """How the whole of it changes: `added`, `removed`, or `changed`."""
        first = self.changes[0]
        return first.kind if first.thing == "offer" and first.kind in {"added", "removed"} else "changed"


def grouped(changes: Iterable[Change]) -> list[Changed]:
    """The changes by offer, those of the toolkit last."""
    found = [
        Changed(code, rows[0].title, rows)
        for code, each in groupby(changes, key=lambda change: change.code if change.thing in OF_AN_OFFER else "")
        for rows in [list(each)]
    ]
    return sorted(found, key=lambda group: (not group.code, group.code))


def unpublished(running: Publication | None, *, user: User) -> list[Change]:
    """What the next publication would change now, without asking the engine."""
    wanted = documents.build(number=1, versions={})
    titles = dict(scope(user, Offer).values_list("code", "title"))
    return compare(running.document if running else None, wanted, titles=titles)


def of_offer(changes: Iterable[Change], offer: Offer) -> list[Change]:
    return [change for change in changes if change.code == offer.code and change.thing in OF_AN_OFFER]


# ---- Faults


@dataclass(frozen=True, slots=True)
class Mend:
    """A fault of the draft publication: where it lies in words, what it is, and the page with the field."""

    where: str
    fault: Spotted
    url: str


def mends(faults: Iterable[Fault], *, user: User) -> list[Mend]:
    listed = list(faults)
    named = {fault.offer for fault in listed if fault.offer}
    offers = {offer.code: offer for offer in scope(user, Offer).filter(code__in=named).prefetch_related("profiles")}
    return [_mend(fault, offers.get(fault.offer or "")) for fault in listed]


def _mend(fault: Fault, offer: Offer | None) -> Mend:
    said = Spotted(fault.code, fault.message, fault.line, fault.column)
    if offer is None:
        return Mend(_("Toolkit, %(path)s") % {"path": fault.path}, said, reverse("marketer:toolkit"))
    url = reverse("marketer:offer-edit", args=[offer.code])
    field = f"texts.{fault.field}" if fault.part == "treatments" else fault.field
    words = [offer.title, _part_in_words(fault, offer), str(FIELDS.get(field, fault.field))]
    return Mend(", ".join(word for word in words if word), said, f"{url}#{_anchor(fault, offer)}")


def _part_in_words(fault: Fault, offer: Offer) -> str:
    if fault.part == "profiles":
        return next((profile.name for profile in offer.profiles.all() if profile.code == fault.part_code), "")
    channel, _dash, language = fault.part_code.rpartition("-")
    if channel in Channel.values and language in Language.values:
        return f"{Channel(channel).label}, {Language(language).label}"
    return fault.part_code


def _anchor(fault: Fault, offer: Offer) -> str:
    """The id of the control on the offer's sheet."""
    if fault.part == "profiles":
        codes = [profile.code for profile in offer.profiles.all()]
        if fault.part_code in codes:
            return f"id_profile-{codes.index(fault.part_code)}-{fault.field.replace('.', '_')}"
        return "recipients"
    if fault.part == "treatments":
        return f"id_text-{fault.part_code}-{fault.field}"
    return f"id_{fault.field}" if fault.field else "basics"
