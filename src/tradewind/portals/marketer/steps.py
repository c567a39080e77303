"""The steps an offer may take from its status, as buttons."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradewind.crm.marketing.models import Offer, Status
from tradewind.crm.marketing.models.status import MAY_BECOME


@dataclass(frozen=True, slots=True)
class Step:
    """A POST to `url`; `asks` steps are confirmed on a page of their own first."""

    resource: str
    label: str | Promise
    url: str
    kind: str = ""
    asks: bool = False


LABELS: dict[tuple[str, str], tuple[str, str | Promise]] = {
    (Status.DRAFT, Status.IN_REVIEW): ("submission", _("Send for review")),
    (Status.IN_REVIEW, Status.RELEASED): ("release", _("Release")),
    (Status.IN_REVIEW, Status.DRAFT): ("return", _("Return to draft")),
    (Status.RELEASED, Status.PAUSED): ("pause", _("Pause")),
    (Status.PAUSED, Status.RELEASED): ("release", _("Release again")),
}
ORDER = (Status.IN_REVIEW, Status.RELEASED, Status.DRAFT, Status.PAUSED)


def steps(offer: Offer) -> list[Step]:
    """What may follow now; closing comes last, since it cannot be undone."""
    status = offer.status
    following = MAY_BECOME[status]
    found = [
        Step(resource, label, reverse(f"marketer:offer-{resource}", args=[offer.code]))
        for wanted in ORDER
        if wanted in following and (status, wanted) in LABELS
        for resource, label in [LABELS[status, wanted]]
    ]
    if Status.CLOSED in following:
        url = reverse("marketer:offer-closure", args=[offer.code])
        found.append(Step("closure", _("Close for good"), url, kind="danger", asks=True))
    return found
