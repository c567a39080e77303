"""Messages on records between a partner and the brand owner, and news that the engine places on the partner's home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import NOW, Cast
from tests.channel import Channel as Records
from tests.channel import build_channel
from tests.engine_room import EngineRoom
from tests.partnership import enlisted
from tests.workspace import Workspace

from tradewind.crm.channel.messages import EVENT, PLACEMENT
from tradewind.crm.decisions.models import Answer, Decision, Outbox
from tradewind.crm.decisions.operations import publish
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Customer
from tradewind.crm.sales.models import Lead
from tradewind.crm.toolkit.models import Attribute, Channel, ConditionGroup, EventDeclaration, Placement

type ClientOf = Callable[[User], Client]


# --- On records


@pytest.fixture
def records(cast: Cast) -> Records:
    cast.petra.language = "en"
    cast.petra.save()
    return build_channel(cast)


def said(client: Client, lead: Lead) -> list[tuple[str, str]]:
    entries = client.get(reverse("partner:lead", args=[lead.pk])).context["entries"]
    return [(entry.title, entry.text) for entry in entries]


def test_both_sides_read_on_the_record_what_the_other_wrote(records: Records, client_of: ClientOf) -> None:
    lead = records.objects[Lead]["own"]
    petra = client_of(records.cast.petra)
    lead.say("A machine to show is on its way.", actor=records.cast.claire, now=NOW)
    petra.post(reverse("partner:lead-message", args=[lead.pk]), {"text": "Thank you <b>very</b> much."})
    assert said(petra, lead) == [
        ("Message: Petra Ionescu", "Thank you <b>very</b> much."),
        ("Message: the brand owner", "A machine to show is on its way."),
    ]
    page = petra.get(reverse("partner:lead", args=[lead.pk])).content.decode()
    assert "Thank you &lt;b&gt;very&lt;/b&gt; much." in page


def test_messages_stay_with_the_partner_they_were_written_to(records: Records, client_of: ClientOf) -> None:
    lead = records.objects[Lead]["own"]
    lead.say("Only for Camden.", actor=records.cast.claire, now=NOW)
    lead.partner = records.cast.borough
    lead.save()
    rex = client_of(records.cast.rex)
    assert said(rex, lead) == []
    assert "Only for Camden." not in rex.get(reverse("partner:lead", args=[lead.pk])).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_message_is_not_sent(records: Records, client_of: ClientOf, text: str) -> None:
    lead = records.objects[Lead]["own"]
    petra = client_of(records.cast.petra)
    page = petra.post(reverse("partner:lead-message", args=[lead.pk]), {"text": text}, follow=True).content.decode()
    assert "Nothing was sent." in page
    assert said(petra, lead) == []


def test_nobody_writes_on_a_record_of_others(records: Records, client_of: ClientOf) -> None:
    lead = records.objects[Lead]["own"]
    url = reverse("partner:lead-message", args=[lead.pk])
    assert client_of(records.cast.rex).post(url, {"text": "Hello"}).status_code == 404
    assert not lead.activities.exists()


# --- By the engine


@pytest.fixture
def space(workspace: Workspace, engine_room: EngineRoom, now: datetime) -> Workspace:
    """Two messages for partners are published: one for managers, one for everybody."""
    cast = workspace.cast
    enlisted(cast.camden, actor=cast.claire, now=now)
    enlisted(cast.borough, actor=cast.claire, now=now)
    group = ConditionGroup.objects.create(name="partner", label="Partner", position=9)
    Attribute.objects.create(
        group=group, name="reader", label="Reader", type="category", values=["manager", "employee"], predictive=True
    )
    place = Placement.objects.create(
        name=PLACEMENT,
        label="Home",
        channel=Channel.WEB,
        arbitration=workspace.desk.arbitration,
        limit=2,
        control_percent=0.0,
    )
    event = EventDeclaration.objects.create(name=EVENT, label="Home", placement=place)
    event.groups.set([group])
    for code, rule in (("P-1", "partner.reader == 'manager'"), ("P-2", "true")):
        offer = workspace.draft(
            code,
            now=now,
            suitability="You have been with us for long.",
            eligibility=rule,
            product=None,
            purpose="message",
        )
        offer.placements.set([place])
        for language, title in (("en", f"News {code}"), ("ro", f"Noutatea {code}")):
            offer.treatments.create(channel=Channel.WEB, language=language, title=title, body="Come.", link="/news")
        offer.submit(actor=cast.hannah, now=now)
        offer.release(actor=cast.hannah, now=now)
    publish(actor=cast.hannah, now=now)
    cast.petra.language = "en"
    cast.petra.save()
    return workspace


def titles(answer: Any) -> list[str]:
    return sorted(card["title"] for card in answer.context["cards"])


@pytest.mark.django_db(transaction=True)
def test_the_engine_places_messages_by_their_rules_once_a_day(space: Workspace, client_of: ClientOf) -> None:
    petra, paul = client_of(space.cast.petra), client_of(space.cast.paul)
    page = petra.get(reverse("partner:news"))
    assert titles(page) == ["News P-1", "News P-2"]
    assert "You have been with us for long." in page.content.decode()
    assert titles(paul.get(reverse("partner:news"))) == ["Noutatea P-2"]
    assert titles(petra.get(reverse("partner:news"))) == ["News P-1", "News P-2"]
    assert Decision.objects.count() == 2
    assert set(Decision.objects.values_list("customer__organisation", flat=True)) == {space.cast.camden.pk}
    assert Customer.objects.filter(organisation=space.cast.camden).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_partner_says_reaches_the_engine(space: Workspace, client_of: ClientOf) -> None:
    petra = client_of(space.cast.petra)
    cards = {card["title"]: card for card in petra.get(reverse("partner:news")).context["cards"]}
    first, second = (reverse("partner:news-answer", args=[cards[f"News P-{n}"]["pk"]]) for n in (1, 2))
    piece = petra.post(first, {"said": "interested"}, headers={"HX-Request": "true"})
    assert 'data-tone="good">interested' in piece.content.decode()
    assert petra.post(second, {"said": "not_now"}).status_code == 303
    assert titles(petra.get(reverse("partner:news"))) == ["News P-1"]
    assert {answer.outcome.name for answer in Answer.objects.all()} == {"interested", "not_now"}
    assert Outbox.objects.filter(sent_at__isnull=False).count() == 2
    petra.post(second, {"said": "interested"})
    assert Answer.objects.filter(replaced_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_answers_what_was_placed_before_another_company(space: Workspace, client_of: ClientOf) -> None:
    petra, rex = client_of(space.cast.petra), client_of(space.cast.rex)
    card = petra.get(reverse("partner:news")).context["cards"][0]
    url = reverse("partner:news-answer", args=[card["pk"]])
    assert rex.post(url, {"said": "interested"}).status_code == 404
    assert rex.post(url, {"said": "interested"}, headers={"HX-Request": "true"}).status_code == 404
    assert petra.post(url, {"said": "accepted"}).status_code == 400
    assert not Answer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_the_engine_away_the_standing_message_is_shown(
    space: Workspace, engine_room: EngineRoom, client_of: ClientOf
) -> None:
    engine_room.stop()
    answer = client_of(space.cast.petra).get(reverse("partner:news"))
    assert answer.status_code == 200
    assert titles(answer) == ["News P-2"]
    assert client_of(space.cast.petra).get(reverse("partner:today")).status_code == 200


def test_before_anything_is_published_there_is_no_news(cast: Cast, client_of: ClientOf) -> None:
    enlisted(cast.camden, actor=cast.claire, now=NOW)
    answer = client_of(cast.petra).get(reverse("partner:news"))
    assert "Acum nu sunt noutăți" in answer.content.decode()
    assert not Decision.objects.exists()
    assert not Customer.objects.filter(organisation=cast.camden).exists()
