"""The whole sheet of an offer: its own fields, the recipient profiles and the texts, saved as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from django.db import transaction
from django.forms import BaseForm

from tradewind.crm.access import scope
from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.portals.marketer.changes import CHANGED, differences, snapshot
from tradewind.portals.marketer.forms import profiles, treatments
from tradewind.portals.marketer.forms.choices import choice
from tradewind.portals.marketer.forms.offer import OfferForm
from tradewind.portals.marketer.forms.profiles import ProfileForm
from tradewind.portals.marketer.forms.treatments import TreatmentForm
from tradewind.portals.marketer.forms.typed import Posted, typed


class Stale(Exception):  # noqa: N818  (says what is)
    """Somebody else saved the offer after this sheet was opened."""


class Fault(Protocol):
    """What is wrong in a rule; its text says where."""

    def __str__(self) -> str: ...


type CheckRule = Callable[[str], Sequence[Fault] | None]
"""The faults of a rule; None where nobody could check it."""


def version_of(offer: Offer) -> str:
    """Names the state of an offer that a writer has read: the number of its last save."""
    if not offer.pk:
        return ""
    last = offer.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return str(last or "")


@dataclass(slots=True)
class OfferSheet:
    offer: Offer
    form: OfferForm
    profiles: list[ProfileForm]
    texts: list[TreatmentForm]
    version: str
    rules_unchecked: bool = False
    is_stale: bool = False
    forms: list[BaseForm] = field(init=False)

    def __post_init__(self) -> None:
        self.forms = [self.form, *self.profiles, *self.texts]

    # ---- How a sheet comes to be

    @classmethod
    def opened(cls, offer: Offer, *, user: User) -> Self:
        rows = profiles.stored_rows(offer) if offer.pk else [profiles.blank_row()]
        return cls(
            offer,
            OfferForm(instance=offer, user=user),
            profiles.shown(rows),
            treatments.shown(offer),
            version_of(offer),
        )

    @classmethod
    def posted(cls, offer: Offer, data: Posted, *, user: User) -> Self:
        return cls(
            offer,
            OfferForm(data, instance=offer, user=user),
            profiles.bound(profiles.posted_rows(data), offer),
            treatments.bound(data, offer, user=user),
            data.get("version", ""),
        )

    @classmethod
    def rearranged(cls, offer: Offer, data: Posted, verb: str, *, user: User) -> Self:
        """The sheet as typed, with a row added, moved or removed; nothing is judged or saved."""
        rows = profiles.rearranged(profiles.posted_rows(data), verb)
        return cls(
            offer,
            OfferForm(instance=offer, user=user, initial=typed(OfferForm(user=user), data)),
            profiles.shown(rows),
            treatments.retyped(data, offer),
            data.get("version", ""),
        )

    # ---- Judged

    def is_valid(self, check: CheckRule) -> bool:
        """Judges every field; the rules last, where nothing else is wrong with them."""
        for each in self.forms:
            each.full_clean()
        for form_of_rule, name in self._rules():
            self._judge(form_of_rule, name, check)
        return not any(each.errors for each in self.forms)

    def _rules(self) -> Iterator[tuple[BaseForm, str]]:
        yield self.form, "eligibility"
        for profile in self.profiles:
            yield profile, "rule"

    def _judge(self, form_of_rule: BaseForm, name: str, check: CheckRule) -> None:
        rule = form_of_rule.cleaned_data.get(name)
        if not rule or self.rules_unchecked:
            return
        faults = check(rule)
        if faults is None:
            self.rules_unchecked = True
            return
        for fault in faults:
            form_of_rule.add_error(name, str(fault))

    @property
    def channels(self) -> set[str]:
        """The channels of the placements chosen, as they stand on the page."""
        chosen = {str(getattr(value, "pk", value)) for value in self.form["placements"].value() or ()}
        return {place.channel for place in choice(self.form, "placements").queryset or () if str(place.pk) in chosen}

    @property
    def missing_texts(self) -> set[str]:
        return treatments.missing(self.texts, self.channels)

    # ---- Saved

    def save(self, *, actor: User, now: datetime) -> Offer:
        """Writes the sheet, if it still stands on what was read.

        Raises:
            Stale: somebody else saved the offer in between; nothing is written.
        """
        with transaction.atomic():
            offer = self.form.instance
            before = self._held(offer, actor=actor)
            self._save_own_fields(offer, actor=actor, now=now)
            profiles.save_profiles(self.profiles, offer)
            treatments.save_treatments(self.texts, offer)
            _remember(offer, differences(before, snapshot(offer)), actor=actor, now=now)
        return offer

    def _held(self, offer: Offer, *, actor: User) -> dict[str, str]:
        if not offer.pk:
            return {}
        held = scope(actor, Offer).select_for_update().get(pk=offer.pk)
        if version_of(held) != self.version:
            raise Stale
        return snapshot(held)

    def _save_own_fields(self, offer: Offer, *, actor: User, now: datetime) -> None:
        offer._history_user, offer._history_date = actor, now  # type: ignore[attr-defined]  # read by the audit trail
        if offer.pk:
            self.form.save()
            return
        self.form.save(commit=False)
        offer.draft(actor=actor, now=now)
        self.form.save_m2m()


def _remember(offer: Offer, found: list[dict[str, str]], *, actor: User, now: datetime) -> None:
    if not found:
        return
    activity = Activity(verb=CHANGED, actor=actor, happened_at=now, subject=str(offer)[:200], detail={"changes": found})
    activity.save()
    offer.activities.create(activity=activity)
