"""Material that the channel manager writes, and the campaigns that partners run with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import NOW, Cast
from tests.letters import sent_campaign

from tradewind.crm.channel.models import CampaignMaterial, LetterState, PartnerCampaign, PartnerType
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

MOST_QUERIES = 15
WRITTEN = {
    "name": "A winter check",
    "subject": "A check at {{ company }}",
    "body": "Dear {{ first_name }}, come to {{ company }}.",
    "is_offered": "on",
}


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    client = client_of(cast.claire)
    client.get("/")
    return client


def test_material_is_written_shown_as_a_customer_reads_it_and_withdrawn(cast: Cast, claire: Client) -> None:
    page = claire.post(reverse("channel:material-create"), WRITTEN, follow=True).content.decode()
    material = CampaignMaterial.objects.get()
    assert material.code == "a-winter-check"
    assert "Dear Maya, come to Camden Computers." in page
    edit = reverse("channel:material-edit", args=[material.code])
    claire.post(edit, {**WRITTEN, "is_offered": ""})
    material.refresh_from_db()
    assert not material.is_offered
    assert "withdrawn" in claire.get(reverse("channel:material-list")).content.decode()


def test_two_of_one_name_have_codes_of_their_own(claire: Client) -> None:
    for _each in range(3):
        claire.post(reverse("channel:material-create"), WRITTEN)
    codes = set(CampaignMaterial.objects.values_list("code", flat=True))
    assert codes == {"a-winter-check", "a-winter-check-2", "a-winter-check-3"}


def test_a_fault_is_named_and_what_was_typed_stays(claire: Client) -> None:
    answer = claire.post(reverse("channel:material-create"), {**WRITTEN, "subject": "", "subject_ro": "O verificare"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Write subject and text in Romanian, or neither." in text
    assert "O verificare" in text
    assert not CampaignMaterial.objects.exists()


def test_material_for_one_type_is_offered_to_that_type(claire: Client) -> None:
    service = PartnerType.objects.create(code="service", name="Service partner")
    claire.post(reverse("channel:material-create"), {**WRITTEN, "for_type": service.pk})
    assert CampaignMaterial.objects.get().for_type == service
    assert "Service partner" in claire.get(reverse("channel:material-list")).content.decode()


def test_the_list_says_what_became_of_the_letters(cast: Cast, claire: Client) -> None:
    campaign = sent_campaign(3, now=NOW, cast=cast)
    first, second, _third = campaign.letters.order_by("pk")
    first.become(LetterState.SENT, now=NOW)
    second.become(LetterState.REFUSED, now=NOW, remark="550")
    url = reverse("channel:campaign-list")
    (row,) = claire.get(url).context["page"]
    assert (row.sent, row.waiting, row.lost) == (1, 1, 1)
    assert "being sent" in claire.get(url).content.decode()
    for query, found in (("partner=camden", 1), ("partner=borough", 0), ("state=draft", 0), ("state=sent", 1)):
        assert len(claire.get(f"{url}?{query}").context["page"]) == found


def test_the_lists_cost_the_same_however_much_there_is(cast: Cast, claire: Client) -> None:
    campaign = sent_campaign(2, now=NOW, cast=cast)
    urls = [reverse("channel:campaign-list"), reverse("channel:material-list")]
    few = [cost(claire, url) for url in urls]
    for number in range(4):
        material = CampaignMaterial.objects.create(code=f"m-{number}", name="More", subject="x", body="y")
        PartnerCampaign.objects.create(
            partner=campaign.partner, material=material, created_by=cast.petra, created_at=NOW
        )
    assert [cost(claire, url) for url in urls] == few
    assert max(few) <= MOST_QUERIES


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["petra", "rex", "hannah", "adam"])
def test_nobody_else_writes_material(cast: Cast, client_of: ClientOf, who: str) -> None:
    material = CampaignMaterial.objects.create(code="m", name="M", subject="x", body="y")
    client = client_of(getattr(cast, who))
    for url in (reverse("channel:material-create"), reverse("channel:material-edit", args=[material.code])):
        assert client.post(url, WRITTEN).status_code == 404
    seen = {client.get(reverse(f"channel:{name}")).status_code for name in ("campaign-list", "material-list")}
    assert seen == ({200} if who == "adam" else {404})
