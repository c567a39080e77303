"""Partners and registrations as tests need them: written by the public doors, at the instant that is given."""

from datetime import datetime
from typing import Any

from tradewind.crm.channel import operations
from tradewind.crm.channel.invitations import join
from tradewind.crm.channel.models import Partner, Registration, Status
from tradewind.crm.channel.registrations import approve, confirm, register_company
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Organisation

SOIMUL_CUI, DANUBE_VAT_ID = "RO18547290", "RO14399840"


def link(token: str) -> str:
    return f"https://tradewind.example/{token}/"


def register(*, now: datetime, **fields: Any) -> Registration:
    """A company that has filled the public form in, and has not confirmed its address yet."""
    registration = Registration(
        **{
            "company": "Șoimul Computers SRL",
            "vat_id": SOIMUL_CUI,
            "city": "Iași",
            "postcode": "700001",
            "contact_name": "Ana Munteanu",
            "contact_email": "ana@soimul.example",
            "language": "ro",
            **fields,
        }
    )
    register_company(registration, now=now, link=link)
    return registration


def confirmed(*, now: datetime, **fields: Any) -> Registration:
    """A registration that waits for a decision."""
    registration = register(now=now, **fields)
    confirm(registration, now=now)
    return registration


def enlisted(organisation: Organisation | str, *, actor: User, now: datetime, **fields: Any) -> Partner:
    """A partner that is being recruited."""
    if isinstance(organisation, str):
        organisation = Organisation(name=organisation)
    return operations.enlist(Partner(organisation=organisation, **fields), actor=actor, now=now)


def onboarding(*, actor: User, now: datetime, **fields: Any) -> Partner:
    """A partner that came by the public form, and whose manager has used the invitation."""
    registration = confirmed(now=now, **fields)
    partner = approve(registration, into=None, actor=actor, now=now, link=link)
    join(partner.invitations.get(), password="a-long-password-9", now=now)
    return partner


def active(*, actor: User, now: datetime, **fields: Any) -> Partner:
    """A partner that has done every step."""
    partner = onboarding(actor=actor, now=now, **fields)
    for step in partner.steps.all():
        step.tick(actor=actor, now=now)
    partner.become(Status.ACTIVE, actor=actor, now=now)
    return partner


def suspend(partner: Partner, *, actor: User, now: datetime) -> Partner:
    """Suspend a partner that is being recruited or is approved; it goes there the way each one goes."""
    ways = {
        Status.RECRUITED: (Status.APPROVED, Status.ONBOARDING, Status.ACTIVE),
        Status.APPROVED: (Status.ONBOARDING, Status.ACTIVE),
    }
    for status in ways.get(partner.standing(), ()):
        for step in partner.steps.all():
            step.tick(actor=actor, now=now)
        partner.become(status, actor=actor, now=now)
    partner.become(Status.SUSPENDED, why="bills unpaid", actor=actor, now=now)
    return partner
