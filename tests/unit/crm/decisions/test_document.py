"""The publication document: what stands in it, what does not, and that the same rows give the same bytes."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from tests.workspace import Workspace

from tradewind.crm.decisions import document as documents
from tradewind.crm.decisions.document import Version, build, canonical
from tradewind.crm.identity.models import Skill
from tradewind.crm.marketing.models import Offer
from tradewind.crm.toolkit.models import RankedBy
from tradewind.engine import wire


def test_the_document_is_a_message_that_the_wire_takes(workspace: Workspace, now: datetime) -> None:
    workspace.released("O-1", now=now)
    document = build(number=3, versions={})
    publication = msgspec.convert(document, wire.Publication)
    assert publication.number == 3
    assert [group.name for group in publication.condition_groups] == ["agent", "call", "customer", "machine"]
    assert [event.name for event in publication.events] == ["call-started", "page-viewed"]
    assert [offer.id for offer in publication.offers] == ["O-1"]


def test_only_released_offers_are_published(workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now)
    workspace.released("O-2", now=now)
    paused = workspace.released("O-3", now=now)
    paused.pause(actor=workspace.cast.hannah, now=now)
    document = build(number=1, versions={})
    assert [offer["id"] for offer in documents.offers_of(document)] == ["O-2"]


def test_the_same_rows_give_the_same_bytes(workspace: Workspace, now: datetime) -> None:
    for code in ("O-3", "O-1", "O-2"):
        workspace.released(code, now=now)
    assert canonical(build(number=1, versions={})) == canonical(build(number=1, versions={}))
    assert [offer["id"] for offer in documents.offers_of(build(number=1, versions={}))] == ["O-1", "O-2", "O-3"]


def test_business_goals_never_leave_the_house(workspace: Workspace, now: datetime) -> None:
    workspace.released("O-1", now=now, goals="Beat the rival by Easter")
    assert b"Easter" not in canonical(build(number=1, versions={}))


def test_every_field_of_an_offer_reaches_the_document(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft(
        "O-1",
        now=now,
        display=Offer.Display.DEFAULT,
        priority=2,
        starts_at=now,
        ends_at=now + timedelta(days=30),
        value=Decimal("146.50"),
        cost=Decimal("3.25"),
        weight=Decimal("1.500"),
        reoffer_after_days=14,
        eligibility="customer.tenure_months >= 12",
    )
    offer.agent_skills.add(Skill.objects.get(code="laptops"))
    offer.submit(actor=workspace.cast.hannah, now=now)
    offer.release(actor=workspace.cast.hannah, now=now)
    (published,) = msgspec.convert(build(number=1, versions={}), wire.Publication).offers
    assert published == wire.Offer(
        id="O-1",
        product="LK-14-16",
        group="care",
        placements=["desk"],
        display="default",
        priority=2,
        starts_at=now,
        ends_at=now + timedelta(days=30),
        value=146.5,
        cost=3.25,
        weight=1.5,
        reoffer_after_days=14,
        eligibility="customer.tenure_months >= 12",
        agent_skills=["laptops"],
        profiles=[
            wire.Profile(id="everyone", rule="true", suitability={"en": "Suits everybody.", "ro": "Potrivit oricui."})
        ],
        treatments=[
            wire.Treatment(
                id="call-center-en",
                channel="call-center",
                language="en",
                texts={"title": "Buy O-1", "pitch": "{{ customer.first_name }}, shall we?"},
            ),
            wire.Treatment(
                id="call-center-ro",
                channel="call-center",
                language="ro",
                texts={"title": "Cumpărați O-1", "pitch": "{{ customer.first_name }}, shall we?"},
            ),
        ],
    )


def test_profiles_keep_the_marketers_order(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.profiles.update(position=2)
    offer.profiles.create(code="students", name="Students", rule="customer.is_student", position=1)
    offer.submit(actor=workspace.cast.hannah, now=now)
    offer.release(actor=workspace.cast.hannah, now=now)
    (published,) = msgspec.convert(build(number=1, versions={}), wire.Publication).offers
    assert [profile.id for profile in published.profiles] == ["students", "everyone"]


def test_a_version_rises_only_when_the_content_changes(workspace: Workspace, now: datetime) -> None:
    offer = workspace.released("O-1", now=now)
    (first,) = documents.offers_of(build(number=1, versions={}))
    last = {"O-1": Version(4, documents.content_digest(first))}
    (same,) = documents.offers_of(build(number=2, versions=last))
    assert same["version"] == 4
    offer.value = Decimal(11)
    offer.save()
    (changed,) = documents.offers_of(build(number=2, versions=last))
    assert changed["version"] == 5


def test_who_ranks_reaches_the_document_and_the_default_is_left_out_as_before(workspace: Workspace) -> None:
    workspace.desk.ranked_by = RankedBy.SCORER
    workspace.desk.save()
    document = build(number=1, versions={})
    placements = {placement["name"]: placement for placement in document["placements"]}
    assert placements["desk"]["exploration"]["ranked_by"] == "scorer"
    assert "ranked_by" not in placements["showroom"]["exploration"]
    read = {placement.name: placement for placement in msgspec.convert(document, wire.Publication).placements}
    assert (read["desk"].exploration.ranked_by, read["showroom"].exploration.ranked_by) == ("scorer", "profiles")
