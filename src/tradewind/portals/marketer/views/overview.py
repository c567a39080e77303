"""The first page of marketing: what runs, how it does, what needs doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tradewind.crm.access import may, requires, scope
from tradewind.crm.decisions import queries
from tradewind.crm.decisions.models import Answer, Publication, Stop
from tradewind.crm.decisions.queries import EngineHealth
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer, OfferStatus, Status
from tradewind.portals.marketer.acceptance import WINDOW, Acceptance, overall
from tradewind.portals.marketer.forms.filters import STOPPED
from tradewind.portals.marketer.publishing import grouped, unpublished
from tradewind.portals.marketer.rights import READERS
from tradewind.portals.ui.duties import Duty
from tradewind.portals.ui.person import person
from tradewind.portals.ui.shares import Share, shares

LAST_ANSWERS = 8
ENDS_SOON = dt.timedelta(days=7)


@requires(*READERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    running = scope(user, Publication).select_related("published_by").order_by("-number").first()
    health = queries.engine_health()
    recent, before = overall(user=user, until=now), overall(user=user, until=now - WINDOW)
    context = {
        "running": running,
        "health": health,
        "statuses": _statuses(user),
        "recent": recent,
        "before": before,
        "points": _points(recent, before),
        "answers": _last_answers(user),
        "todo": list(_todo(user, running, health, now)),
        "may_write": may(user, "offer.change"),
    }
    return render(request, "marketer/overview.html", context)


def _statuses(user: User) -> list[Share]:
    counts = dict(
        scope(user, OfferStatus).filter(ended_at=None).order_by().values_list("status").annotate(number=Count("pk"))
    )
    return shares(Status, counts)


def _last_answers(user: User) -> list[Answer]:
    answers = (
        scope(user, Answer).filter(replaced_at=None).select_related("outcome", "answered_by", "decided_offer__offer")
    )
    return list(answers.order_by("-answered_at", "-pk")[:LAST_ANSWERS])


def _points(recent: Acceptance, before: Acceptance) -> float | None:
    """The change of acceptance in percentage points, where both halves are known."""
    if recent.value is None or before.value is None:
        return None
    return (recent.value - before.value) * 100


def _todo(user: User, running: Publication | None, health: EngineHealth, now: dt.datetime) -> Iterator[Duty]:
    yield from _engine(running, health)
    yield from _stopped(user)
    yield from _changes(user, running)
    yield from _reviews(user)
    yield from _ending(user, now)


def _engine(running: Publication | None, health: EngineHealth) -> Iterator[Duty]:
    url, look = reverse("marketer:publication-list"), _("Look")
    if not health.is_up:
        text = _("Agents see standing offers until it is back. Writing and releasing go on as usual.")
        yield Duty(_("now"), _("The offer engine is away"), text, url, look, "bad")
    elif running and health.publication != running.number:
        said = {"theirs": health.publication or "–", "ours": running.number}
        text = (
            _("It runs publication %(theirs)s, and we know of %(ours)s. Publish again to bring them together.") % said
        )
        yield Duty(_("now"), _("The engine runs another publication"), text, reverse("marketer:publish"), look, "warn")


def _stopped(user: User) -> Iterator[Duty]:
    titles = list(scope(user, Stop).filter(ended_at=None).order_by("started_at").values_list("offer__title", flat=True))
    if titles:
        title = ngettext("%(n)s offer is stopped", "%(n)s offers are stopped", len(titles)) % {"n": len(titles)}
        names = ", ".join(titles[:3])
        text = names if len(titles) <= 3 else _("%(names)s and others") % {"names": names}
        yield Duty(_("now"), title, text, reverse("marketer:offer-list") + f"?status={STOPPED}", _("See them"), "bad")


def _changes(user: User, running: Publication | None) -> Iterator[Duty]:
    if not may(user, "publication.publish"):
        return
    changed = [group for group in grouped(unpublished(running, user=user)) if group.code]
    if not changed:
        return
    title = ngettext(
        "%(n)s offer is not published as it stands", "%(n)s offers are not published as they stand", len(changed)
    )
    names = ", ".join(group.title or group.code for group in changed[:3])
    text = names if len(changed) <= 3 else _("%(names)s and others") % {"names": names}
    yield Duty(
        _("when ready"), title % {"n": len(changed)}, text, reverse("marketer:publish"), _("See the changes"), "warn"
    )


def _reviews(user: User) -> Iterator[Duty]:
    waiting = scope(user, OfferStatus).filter(ended_at=None, status=Status.IN_REVIEW).count()
    if waiting:
        title = ngettext("%(n)s offer waits for review", "%(n)s offers wait for review", waiting) % {"n": waiting}
        url = reverse("marketer:offer-list") + f"?status={Status.IN_REVIEW}"
        yield Duty(_("this week"), title, _("Release it, or return it with a word why."), url, _("Review"))


def _ending(user: User, now: dt.datetime) -> Iterator[Duty]:
    soon = scope(user, Offer).filter(
        ends_at__gt=now, ends_at__lte=now + ENDS_SOON, statuses__ended_at=None, statuses__status=Status.RELEASED
    )
    titles = list(soon.order_by("ends_at").values_list("title", flat=True)[:4])
    if titles:
        text = ", ".join(titles[:3]) + (" …" if len(titles) > 3 else "")
        url = reverse("marketer:offer-list") + f"?status={Status.RELEASED}&sort=ends"
        yield Duty(_("within 7 days"), _("Offers that end soon"), text, url, _("See them"))
