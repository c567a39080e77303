"""Recipient profiles of an offer: rows in the order that counts."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tradewind.crm.marketing.models import Offer, RecipientProfile
from tradewind.portals.marketer.forms.offer import rule_box
from tradewind.portals.marketer.forms.typed import Posted, is_blank, typed

if TYPE_CHECKING:
    ProfileModelForm = forms.ModelForm[RecipientProfile]
else:
    ProfileModelForm = forms.ModelForm

MOST_ROWS = 40
EVERYBODY = "true"
_ROW = re.compile(r"^profile-(\d{1,4})-code$")
_VERB = re.compile(r"^(up|down|remove)-(\d{1,4})$")


class ProfileForm(ProfileModelForm):
    """One profile; `code` is empty in a new row, and never changes after."""

    code = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = RecipientProfile
        fields = ("name", "rule", "suitability_en", "suitability_ro")
        widgets: ClassVar[dict[str, Any]] = {
            "rule": rule_box(),
            "suitability_en": forms.Textarea(attrs={"rows": 2}),
            "suitability_ro": forms.Textarea(attrs={"rows": 2, "lang": "ro"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "rule": _("Common Expression Language. “true” takes everybody who is eligible."),
        }


def blank_row() -> dict[str, Any]:
    return {"code": "", "name": "", "rule": EVERYBODY, "suitability_en": "", "suitability_ro": ""}


def stored_rows(offer: Offer) -> list[dict[str, Any]]:
    names = ("code", "name", "rule", "suitability_en", "suitability_ro")
    return [{name: getattr(profile, name) for name in names} for profile in offer.profiles.all()]


def posted_rows(data: Posted) -> list[dict[str, Any]]:
    """The rows as typed, in the order of the page; rows without a word are left out."""
    found = sorted(int(match[1]) for name in data if (match := _ROW.match(name)))[:MOST_ROWS]
    rows = [typed(ProfileForm(prefix=f"profile-{index}"), data) for index in found]
    return [row for row in rows if not (is_blank(row, "rule") and row["rule"] in {"", EVERYBODY, None})]


def shown(rows: Sequence[dict[str, Any]]) -> list[ProfileForm]:
    return [ProfileForm(prefix=f"profile-{index}", initial=row) for index, row in enumerate(rows)]


def bound(rows: Sequence[dict[str, Any]], offer: Offer) -> list[ProfileForm]:
    """The rows ready to be judged, each over the profile it changes."""
    stored = {profile.code: profile for profile in offer.profiles.all()} if offer.pk else {}
    forms_of_rows = []
    for index, row in enumerate(rows):
        prefix = f"profile-{index}"
        data = {f"{prefix}-{name}": value for name, value in row.items()}
        forms_of_rows.append(ProfileForm(data, prefix=prefix, instance=stored.get(row["code"])))
    return forms_of_rows


def rearranged(rows: list[dict[str, Any]], verb: str) -> list[dict[str, Any]]:
    """The rows after `add`, `up-2`, `down-0` or `remove-1`; anything else changes nothing."""
    if verb == "add":
        return [*rows, blank_row()]
    match = _VERB.match(verb)
    if match is None or int(match[2]) >= len(rows):
        return rows
    index, rows = int(match[2]), list(rows)
    row = rows.pop(index)
    if match[1] != "remove":
        rows.insert(max(index - 1, 0) if match[1] == "up" else index + 1, row)
    return rows


def code_for(name: str, taken: Container[str]) -> str:
    """A code that no profile of the offer has or had: what was learnt of another one must not pass to this one."""
    first = slugify(name)[:56] or "profile"
    return next(code for number in count(1) if (code := first if number == 1 else f"{first}-{number}") not in taken)


def _codes_so_far(offer: Offer) -> set[str]:
    """Codes in use, and those that earlier saves of the offer speak of."""
    told = offer.activities.values_list("activity__detail", flat=True)
    keys = [str(change.get("key", "")).split("|") for detail in told for change in detail.get("changes", [])]
    return {key[1] for key in keys if key[0] == "profile"} | set(offer.profiles.values_list("code", flat=True))


def save_profiles(rows: Sequence[ProfileForm], offer: Offer) -> None:
    """Makes the profiles of the offer be these rows in this order; profiles without a row are removed."""
    kept, taken = [], _codes_so_far(offer)
    for position, row in enumerate(rows):
        profile = row.save(commit=False)
        profile.offer, profile.position = offer, position
        profile.code = profile.code or code_for(profile.name, taken)
        taken.add(profile.code)
        profile.save()
        kept.append(profile.pk)
    offer.profiles.exclude(pk__in=kept).delete()
