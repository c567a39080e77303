"""Whether a company is known already: by VAT id for certain, by name or domain perhaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models import Partner, Registration

BY_VAT_ID: Final = "vat_id"
LABELS: Final[dict[str, str | Promise]] = {
    BY_VAT_ID: _("the same VAT id"),
    "name_key": _("the same name"),
    "email_domain": _("the same e-mail domain"),
}
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """A partner or a registration that may be the same company, and what speaks for it."""

    record: Partner | Registration
    reasons: Sequence[str | Promise]
    certain: bool


def like(company: Partner | Registration, *, name: str) -> Q:
    """Records that share VAT id, name or domain with this one; of which `name` is the column of the compared name."""
    found = Q(**{name: company.name_key})
    if company.vat_id:
        found |= Q(vat_id=company.vat_id)
    if company.email_domain:
        found |= Q(email_domain=company.email_domain)
    return found


def likenesses(company: Partner | Registration, *, among: QuerySet[Partner] | QuerySet[Registration]) -> list[Likeness]:
    """The records among those given that may be the same company, the certain ones first."""
    name = "organisation__name_key" if issubclass(among.model, Partner) else "name_key"
    rows = among.filter(like(company, name=name))
    if isinstance(company, rows.model):
        rows = rows.exclude(pk=company.pk)
    found = [_likeness(company, row) for row in rows[:MOST]]
    return sorted(found, key=lambda each: (not each.certain, -len(each.reasons)))


def _likeness(company: Partner | Registration, other: Partner | Registration) -> Likeness:
    same = [name for name in LABELS if getattr(company, name) and getattr(company, name) == getattr(other, name)]
    return Likeness(other, [LABELS[name] for name in same], certain=BY_VAT_ID in same)
