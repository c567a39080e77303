"""A partner runs a campaign on its own customers: those who agreed, once, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import NOW, SINCE, Cast
from tests.partnership import enlisted, suspend

from tradewind.crm.channel import campaigns
from tradewind.crm.channel.delivery import INTERRUPTED, deliver
from tradewind.crm.channel.models import (
    CampaignLetter,
    CampaignMaterial,
    LetterState,
    Partner,
    PartnerCampaign,
    PartnerType,
)
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Channel, EndCustomer, Membership, Purpose

type ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def served(cast: Cast) -> None:
    """Maya, Ion and Brightside are Camden's; only Maya has an address and agreed."""
    cast.petra.language = "en"
    cast.petra.save()
    enlisted(cast.camden, actor=cast.claire, now=NOW)
    enlisted(cast.borough, actor=cast.claire, now=NOW)
    for customer in (cast.maya, cast.ion, cast.brightside):
        EndCustomer.objects.create(partner=cast.camden, customer=customer, since_date=SINCE)
    cast.maya.record_consent(Purpose.MARKETING, Channel.EMAIL, given=True, actor=None, now=NOW)


@pytest.fixture
def material(db: None) -> CampaignMaterial:
    return CampaignMaterial.objects.create(
        code="winter", name="Winter check", subject="A check at {{ company }}", body="Dear {{ first_name }}, come."
    )


@pytest.fixture
def petra(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.petra)


def begun(client: Client, cast: Cast, material: CampaignMaterial, **fields: Any) -> Any:
    sent = {"for_company": cast.camden.pk, "material": material.pk} | fields
    return client.post(reverse("partner:campaign-create"), sent, follow=True)


def sent(client: Client, campaign: PartnerCampaign) -> str:
    """Sent by its manager, and what is due let go by the worker."""
    page = client.post(reverse("partner:campaign-send", args=[campaign.pk]), follow=True).content.decode()
    deliver(now=timezone.now())
    return page


def test_a_campaign_is_begun_worded_and_sent_once(cast: Cast, petra: Client, material: CampaignMaterial) -> None:
    assert "A check at Camden Computers" in petra.get(reverse("partner:campaign-list")).content.decode()
    page = begun(petra, cast, material).content.decode()
    assert "Send to 1 customer" in page
    campaign = PartnerCampaign.objects.get()
    url = reverse("partner:campaign", args=[campaign.pk])
    petra.post(url, {"own_words": "From all of us.", "partner": cast.borough.pk, "sent_at": "2020-01-01"})
    assert "Letters on their way: 1." in sent(petra, campaign)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["maya.thompson@mail.example"], "A check at Camden Computers")
    assert letter.body == "From all of us.\n\nDear Maya, come."
    campaign.refresh_from_db()
    assert (campaign.partner, campaign.sent_by) == (cast.camden, cast.petra)
    assert "was sent already" in sent(petra, campaign)
    assert len(mail.outbox) == CampaignLetter.objects.count() == 1
    assert petra.post(url, {"own_words": "Later."}).status_code == 404
    assert petra.post(reverse("partner:campaign-delete", args=[campaign.pk])).status_code == 404


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Camden Computers is suspended: it sends no campaigns until it is active again."),
        ("ro", "Camden Computers este suspendat: nu trimite campanii până nu redevine activ."),
    ],
)
def test_a_suspended_partner_sends_no_campaign_and_reads_why(
    cast: Cast, petra: Client, material: CampaignMaterial, language: str, says: str
) -> None:
    begun(petra, cast, material)
    campaign = PartnerCampaign.objects.get()
    suspend(Partner.objects.get(organisation=cast.camden), actor=cast.claire, now=timezone.now())
    cast.petra.language = language
    cast.petra.save()
    page = petra.get(reverse("partner:campaign", args=[campaign.pk])).content.decode()
    assert says in page
    assert reverse("partner:campaign-send", args=[campaign.pk]) not in page
    assert says in sent(petra, campaign)
    campaign.refresh_from_db()
    assert campaign.sent_at is None
    assert mail.outbox == []


def test_whoever_took_the_consent_back_or_left_gets_no_letter(
    cast: Cast, petra: Client, material: CampaignMaterial
) -> None:
    begun(petra, cast, material)
    campaign = PartnerCampaign.objects.get()
    reach = campaigns.reach_of(cast.camden)
    assert (len(reach.customers), reach.unwilling, reach.without_address) == (1, 0, 2)
    cast.maya.record_consent(Purpose.MARKETING, Channel.EMAIL, given=False, actor=None, now=NOW)
    assert "reaches nobody" in sent(petra, campaign)
    cast.maya.record_consent(Purpose.MARKETING, Channel.EMAIL, given=True, actor=None, now=NOW)
    EndCustomer.objects.filter(customer=cast.maya).update(until_date=NOW.date())
    assert "reaches nobody" in sent(petra, campaign)
    campaign.refresh_from_db()
    assert campaign.sent_at is None
    assert mail.outbox == []


def test_material_for_others_or_withdrawn_is_not_there(cast: Cast, petra: Client, material: CampaignMaterial) -> None:
    other = PartnerType.objects.create(code="service", name="Service")
    CampaignMaterial.objects.filter(pk=material.pk).update(for_type=other)
    assert begun(petra, cast, material).status_code == 404
    assert "Winter check" not in petra.get(reverse("partner:campaign-list")).content.decode()
    CampaignMaterial.objects.filter(pk=material.pk).update(for_type=None)
    begun(petra, cast, material)
    CampaignMaterial.objects.filter(pk=material.pk).update(is_offered=False)
    assert "offered no longer" in sent(petra, PartnerCampaign.objects.get())
    assert mail.outbox == []


def test_an_employee_reads_and_the_rival_sees_nothing(
    cast: Cast, petra: Client, material: CampaignMaterial, client_of: ClientOf
) -> None:
    begun(petra, cast, material)
    campaign = PartnerCampaign.objects.get()
    views = ("campaign", "campaign-send", "campaign-delete")
    paul, rex = client_of(cast.paul), client_of(cast.rex)
    assert paul.get(reverse("partner:campaign", args=[campaign.pk])).status_code == 200
    for client in (paul, rex):
        for view in views:
            assert client.post(reverse(f"partner:{view}", args=[campaign.pk]), {"own_words": "x"}).status_code == 404
    assert rex.get(reverse("partner:campaign", args=[campaign.pk])).status_code == 404
    assert (
        reverse("partner:campaign", args=[campaign.pk])
        not in rex.get(reverse("partner:campaign-list")).content.decode()
    )
    assert begun(paul, cast, material).status_code == 404
    assert PartnerCampaign.objects.count() == 1


def test_a_form_opened_for_the_other_company_begins_nothing(
    cast: Cast, petra: Client, material: CampaignMaterial
) -> None:
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=SINCE)
    other.give(Role.PARTNER_MANAGER, actor=cast.adam, now=NOW)
    other.act()
    assert "opened for another company" in begun(petra, cast, material).content.decode()
    assert not PartnerCampaign.objects.exists()


def test_a_draft_is_thrown_away(cast: Cast, petra: Client, material: CampaignMaterial) -> None:
    begun(petra, cast, material)
    url = reverse("partner:campaign-delete", args=[PartnerCampaign.objects.get().pk])
    assert "Throw this draft away?" in petra.get(url).content.decode()
    petra.post(url)
    assert not PartnerCampaign.objects.exists()


def test_the_page_asks_a_bounded_number_of_queries(
    cast: Cast, petra: Client, material: CampaignMaterial, django_assert_max_num_queries: Any
) -> None:
    begun(petra, cast, material)
    with django_assert_max_num_queries(15):
        petra.get(reverse("partner:campaign", args=[PartnerCampaign.objects.get().pk]))
    with django_assert_max_num_queries(15):
        petra.get(reverse("partner:campaign-list"))


def test_the_page_shows_how_far_the_letters_are_and_goes_on_by_itself(
    cast: Cast, petra: Client, material: CampaignMaterial
) -> None:
    begun(petra, cast, material)
    campaign = PartnerCampaign.objects.get()
    url = reverse("partner:campaign", args=[campaign.pk])
    page = petra.post(reverse("partner:campaign-send", args=[campaign.pk]), follow=True).content.decode()
    assert mail.outbox == []
    assert "0 of 1" in page
    piece = petra.get(url, headers={"HX-Request": "true"})
    assert (piece.status_code, b"<html" in piece.content, b'hx-trigger="every 2s"' in piece.content) == (
        200,
        False,
        True,
    )
    deliver(now=timezone.now())
    done = petra.get(url, headers={"HX-Request": "true"})
    assert (done.status_code, done.headers["HX-Refresh"]) == (204, "true")
    assert "being sent" not in petra.get(url).content.decode()


def test_letters_in_doubt_are_sent_again_by_a_manager_alone(
    cast: Cast, petra: Client, material: CampaignMaterial, client_of: ClientOf
) -> None:
    begun(petra, cast, material)
    campaign = PartnerCampaign.objects.get()
    petra.post(reverse("partner:campaign-send", args=[campaign.pk]))
    campaign.letters.get().become(LetterState.DOUBTFUL, now=NOW, remark=INTERRUPTED)
    url, again = (reverse(f"partner:campaign{name}", args=[campaign.pk]) for name in ("", "-send-again"))
    paul = client_of(cast.paul)
    assert "Send 1 letter again" in petra.get(url).content.decode()
    assert again not in paul.get(url).content.decode()
    for other in (paul, client_of(cast.rex)):
        assert other.post(again).status_code == 404
    petra.post(again)
    deliver(now=timezone.now())
    assert [letter.to for letter in mail.outbox] == [["maya.thompson@mail.example"]]
    assert "Send 1 letter again" not in petra.get(url).content.decode()
