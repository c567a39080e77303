"""News, trainings and programmes that the engine places on a partner's home, and what the partner says to them.

The recipient is the company: it is enrolled as a customer, which is who gets offers, when it is first asked for. One
decision serves a person for a day, so that looking at a page again asks nothing. A message counts when somebody answers
it, as at a desk: that one of the company has looked at it keeps it from no colleague.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from tradewind.crm.channel.models import Partner
from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import DecidedOffer, Decision
from tradewind.crm.decisions.running import running
from tradewind.crm.identity.models import Role, User
from tradewind.crm.interactions.queries import offers_with_answers
from tradewind.crm.parties.models import Customer, Organisation, Segment
from tradewind.crm.parties.operations import enrol
from tradewind.crm.sales.models import Lead
from tradewind.crm.toolkit.models import Channel, Outcome

EVENT: Final = "partner-home"
PLACEMENT: Final = "partner-home"
INTERESTED, NOT_NOW = "interested", "not_now"


def messages_for(partner: Partner, *, reader: User, now: datetime) -> Decision | None:
    """What the engine places before this person today; with the engine away, the standing messages.

    None where nothing that is published has this place.
    """
    in_force = running()
    if in_force is None or PLACEMENT not in in_force.placements:
        return None
    session = f"partner-home-{partner.uuid}-{reader.pk}-{timezone.localdate(now).isoformat()}"
    made = Decision.objects.filter(session=session, trouble="").order_by("-asked_at", "-pk").first()
    decision = made or decisions.ask(
        customer=recipient(partner.organisation, now=now),
        agent=None,
        event=EVENT,
        session=session,
        channel=Channel.WEB,
        language=reader.language,
        now=now,
        given=known_of(partner, reader, now=now),
    )
    return Decision.objects.prefetch_related(Prefetch("offers", offers_with_answers())).get(pk=decision.pk)


def answer(offer: DecidedOffer, *, said: str, actor: User, now: datetime) -> None:
    """Tell the engine what the partner says to a message.

    Raises:
        AnswerRefused: it has its final answer already.
        Outcome.DoesNotExist: nobody can say that to a message.
    """
    outcome = Outcome.objects.get(name=said if said in (INTERESTED, NOT_NOW) else "")
    decisions.answer(decided_offer=offer, outcome=outcome, actor=actor, now=now)


@transaction.atomic
def recipient(organisation: Organisation, *, now: datetime) -> Customer:
    """The company as somebody who gets offers."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    found = Customer.objects.with_party().filter(organisation=locked).first()
    return found or enrol(party=locked, since_date=now.date(), segment=Segment.BUSINESS, actor=None, now=now)


def known_of(partner: Partner, reader: User, *, now: datetime) -> dict[str, object]:
    """What rules of messages may speak of: the group `partner`."""
    open_leads = Lead.objects.filter(partner=partner.organisation, status__in=Lead.OPEN).count()
    return {
        "partner.type": partner.type.code if partner.type else None,
        "partner.programme": partner.programme.code if partner.programme else None,
        "partner.months": (now - partner.created_at).days // 30,
        "partner.open_leads": open_leads,
        "partner.reader": "manager" if reader.has_role(Role.PARTNER_MANAGER) else "employee",
    }
