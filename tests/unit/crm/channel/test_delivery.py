"""Letters of a campaign leave once each, whatever the mail server says or does not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings
from tests.cast import Cast
from tests.letters import address, sent_campaign
from tests.mail_server import HUNG_UP, MailServer
from tests.partnership import suspend

from tradewind.config.environment import mailer
from tradewind.crm.channel import campaigns, operations
from tradewind.crm.channel.delivery import PAUSE, UNREACHABLE, deliver
from tradewind.crm.channel.models import CampaignLetter, LetterState, Partner, PartnerCampaign, Status
from tradewind.crm.channel.models.letter import DOUBTFUL_AFTER
from tradewind.crm.parties.models import Channel, EndCustomer, Purpose


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as running:
        settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{running.port}", to_log=False)}
        yield running


@pytest.fixture
def campaign(cast: Cast, now: datetime) -> PartnerCampaign:
    return sent_campaign(3, now=now, cast=cast)


def states(campaign: PartnerCampaign) -> list[str]:
    return list(campaign.letters.order_by("pk").values_list("state", flat=True))


def partner_of(campaign: PartnerCampaign) -> Partner:
    return Partner.objects.get(organisation=campaign.partner)


def suspended(campaign: PartnerCampaign, cast: Cast, now: datetime) -> Partner:
    return suspend(partner_of(campaign), actor=cast.claire, now=now)


@pytest.mark.both_databases
def test_every_letter_leaves_once_in_the_words_of_when_it_was_sent(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    campaign.material.body = "Something else."
    campaign.material.save()
    assert deliver(now=now) == 3
    assert deliver(now=now + timedelta(hours=1)) == 0
    assert server.counts == {address(number): 1 for number in range(3)}
    assert "Dear Customer0, come." in dict(server.letters)[address(0)]
    assert states(campaign) == [LetterState.SENT] * 3


def test_letters_that_wait_do_not_leave_once_the_partner_has_ended(
    cast: Cast, server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    deliver(now=now, at_most=1)
    operations.end(partner_of(campaign), why="sold to another", actor=cast.claire, now=now)
    assert states(campaign) == [LetterState.SENT, LetterState.DROPPED, LetterState.DROPPED]
    assert deliver(now=now) == 0
    assert server.counts == {address(0): 1}


def test_a_letter_that_comes_back_to_an_ended_partner_is_dropped(
    cast: Cast, server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    partner_of(campaign).become(Status.ENDED, why="sold to another", actor=cast.claire, now=now)
    assert deliver(now=now) == 3
    assert set(campaign.letters.values_list("state", "remark")) == {(LetterState.DROPPED, campaigns.PARTNER_ENDED)}
    assert server.counts == {}


def test_an_ended_partner_sends_no_campaign(cast: Cast, campaign: PartnerCampaign, now: datetime) -> None:
    draft = PartnerCampaign.objects.create(
        partner=campaign.partner, material=campaign.material, created_by=cast.petra, created_at=now
    )
    partner_of(campaign).become(Status.ENDED, why="sold to another", actor=cast.claire, now=now)
    with pytest.raises(campaigns.CampaignRefused, match="has ended"):
        campaigns.send(draft, actor=cast.petra, now=now)
    assert not draft.letters.exists()


def test_letters_of_a_suspended_partner_wait_until_it_is_active_again(
    cast: Cast, server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    partner = suspended(campaign, cast, now)
    assert deliver(now=now) == 0
    assert server.counts == {}
    partner.become(Status.ACTIVE, actor=cast.claire, now=now)
    assert deliver(now=now) == 3


def test_a_suspended_partner_sends_nothing_a_second_time(cast: Cast, campaign: PartnerCampaign, now: datetime) -> None:
    suspended(campaign, cast, now)
    campaign.letters.update(state=LetterState.DOUBTFUL)
    with pytest.raises(campaigns.CampaignRefused, match="suspended"):
        campaigns.send_doubtful_again(campaign, now=now)
    assert states(campaign) == [LetterState.DOUBTFUL] * 3


def test_a_server_that_is_away_makes_letters_wait_and_they_leave_when_it_is_back(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    server.go_away()
    assert deliver(now=now) == 0
    standing = campaigns.progress_of(campaign)
    assert (standing.waiting, standing.retry_at, standing.remark) == (3, now + PAUSE, UNREACHABLE)
    assert deliver(now=now + PAUSE - timedelta(seconds=1)) == 0
    server.start()
    assert deliver(now=now + PAUSE) == 3
    assert server.counts == {address(number): 1 for number in range(3)}
    assert campaigns.progress_of(campaign).remark == ""


def test_a_server_that_goes_away_between_two_letters_leaves_no_doubt(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    deliver(now=now, at_most=1)
    server.slow = server.go_away  # takes the second, and is gone before it could say so
    deliver(now=now)
    assert states(campaign) == [LetterState.SENT, LetterState.DOUBTFUL, LetterState.WAITING]
    server.slow = lambda: None
    server.start()
    deliver(now=now)
    assert server.counts == {address(number): 1 for number in range(3)}


def test_what_perhaps_left_is_sent_again_only_when_somebody_says_so(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    server.answers["after data"] = HUNG_UP
    deliver(now=now, at_most=1)
    del server.answers["after data"]
    deliver(now=now)
    assert states(campaign) == [LetterState.DOUBTFUL, LetterState.SENT, LetterState.SENT]
    assert campaigns.send_doubtful_again(campaign, now=now) == 1
    deliver(now=now)
    assert server.counts[address(0)] == 2
    ids = {
        line for to, text in server.letters if to == address(0) for line in text.splitlines() if "Message-ID" in line
    }
    assert len(ids) == 1
    assert campaigns.send_doubtful_again(campaign, now=now) == 0


def test_a_no_for_good_is_kept_and_a_no_for_now_is_tried_again_later(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    server.answers |= {address(0): "550 nobody here", address(1): "451 come back later"}
    deliver(now=now)
    assert states(campaign) == [LetterState.REFUSED, LetterState.WAITING, LetterState.SENT]
    assert campaign.letters.earliest("pk").remark == "550 nobody here"
    assert deliver(now=now + PAUSE) == 0
    del server.answers[address(1)]
    assert deliver(now=now + 2 * PAUSE) == 1
    assert server.counts == {address(1): 1, address(2): 1}


def test_a_server_that_never_says_yes_is_asked_six_times(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    server.answers[address(0)] = "451 come back later"
    for days in range(10):
        deliver(now=now + timedelta(days=days))
    assert states(campaign)[0] == LetterState.REFUSED
    assert campaign.letters.earliest("pk").attempts == 6


def test_a_letter_of_a_lost_worker_is_not_sent_by_another(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    lost = campaign.letters.earliest("pk")
    assert lost.begin(now=now)
    assert not lost.begin(now=now)
    deliver(now=now + DOUBTFUL_AFTER)
    assert states(campaign)[0] == LetterState.SENDING
    deliver(now=now + DOUBTFUL_AFTER + timedelta(seconds=1))
    assert states(campaign) == [LetterState.DOUBTFUL, LetterState.SENT, LetterState.SENT]
    assert address(0) not in server.counts


def test_who_took_the_consent_back_or_left_meanwhile_gets_none(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    first, second, _third = campaign.letters.order_by("pk")
    later = now + timedelta(minutes=1)
    first.customer.record_consent(Purpose.MARKETING, Channel.EMAIL, given=False, actor=None, now=later)
    EndCustomer.objects.filter(customer=second.customer).update(until_date=now.date())
    deliver(now=later)
    assert states(campaign) == [LetterState.DROPPED, LetterState.DROPPED, LetterState.SENT]
    assert server.counts == {address(2): 1}


def test_an_address_that_cannot_be_said_is_refused(
    server: MailServer, campaign: PartnerCampaign, now: datetime
) -> None:
    person = campaign.letters.earliest("pk").customer.person
    assert person is not None
    type(person).objects.filter(pk=person.pk).update(email="zoë@mail.example")
    deliver(now=now)
    assert states(campaign) == [LetterState.REFUSED, LetterState.SENT, LetterState.SENT]


def test_a_turn_sends_no_more_than_it_may(server: MailServer, campaign: PartnerCampaign, now: datetime) -> None:
    assert deliver(now=now, at_most=2) == 2
    assert CampaignLetter.objects.due(now=now).count() == 1
