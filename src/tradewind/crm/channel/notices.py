"""Which notices a partner gets: by what it is, how far it has come, and what it is certified for today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q

from tradewind.crm.channel.models import Notice, Partner
from tradewind.crm.channel.tiers import standing


def for_partner(partner: Partner, *, on_date: date) -> Q:
    """The notices that stand for this partner on a day. Its tier is counted only where a notice asks for one."""
    kinds: dict[str, Collection[int | None]] = {
        "types": [partner.type_id],
        "programmes": [partner.programme_id],
        "tiers": _reached(partner, on_date=on_date),
        "certifications": set(partner.certificates.valid(on_date=on_date).values_list("certification", flat=True)),
    }
    fits = Q(pk__in=Notice.objects.standing(on_date=on_date).order_by().values("pk"))
    fits &= Q(for_partner=None) | Q(for_partner=partner)
    for name, held in kinds.items():
        fits &= _open_or_among(name, [pk for pk in held if pk is not None])
    return fits


def _reached(partner: Partner, *, on_date: date) -> Collection[int]:
    """The tiers that the partner has reached: the highest, and those below it."""
    if not Notice.tiers.through._default_manager.exists():
        return ()
    found = standing(partner, on_date=on_date).reached
    if found is None:
        return ()
    return list(found.programme.tiers.filter(rank__lte=found.rank).values_list("pk", flat=True))


def _open_or_among(name: str, held: Collection[int]) -> Q:
    """Aimed at nothing of this kind, or at something that the partner has."""
    field = Notice._meta.get_field(name)
    aims = field.remote_field.through._default_manager.filter(notice=OuterRef("pk"))  # type: ignore[union-attr]
    column = field.m2m_reverse_field_name()  # type: ignore[union-attr]
    return ~Q(Exists(aims)) | Q(Exists(aims.filter(**{f"{column}__in": held})))
