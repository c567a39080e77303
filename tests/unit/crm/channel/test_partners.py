"""A partner's life in dated rows, held by the database."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import SINCE, Cast
from tests.partnership import active, confirmed, enlisted, link, onboarding

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.channel import operations
from tradewind.crm.channel.duplicates import likenesses
from tradewind.crm.channel.invitations import InvitationRefused, LinkSpent, invite, join, send_link
from tradewind.crm.channel.models import (
    Approval,
    Invitation,
    OnboardingStep,
    Partner,
    PartnerActivity,
    PartnerStatus,
    Registration,
    Status,
    Step,
    StepRefused,
)
from tradewind.crm.channel.registrations import approve
from tradewind.crm.channel.structure import supply
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import EndCustomer, Organisation, Supply

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


def test_a_partner_goes_from_recruiting_to_active_and_every_row_says_who_and_when(cast: Cast, now: datetime) -> None:
    partner = enlisted(cast.camden, actor=cast.claire, now=now)
    operations.admit(
        partner,
        name="Dana Pop",
        email="dana@camden.example",
        language="ro",
        actor=cast.claire,
        now=now + DAY,
        link=link,
    )
    dana = join(partner.invitations.get(), password="a-long-password-9", now=now + 2 * DAY)
    assert partner.standing() == Status.ONBOARDING
    assert partner.steps.get(step=Step.PEOPLE).done_by == dana
    for step in partner.steps.all():
        step.tick(actor=cast.claire, now=now + 3 * DAY)
    partner.become(Status.ACTIVE, actor=cast.claire, now=now + 3 * DAY)
    rows = partner.statuses.values_list("status", "started_at", "started_by__name", "ended_at")
    assert list(rows) == [
        ("recruited", now, "Claire Okafor", now + DAY),
        ("approved", now + DAY, "Claire Okafor", now + 2 * DAY),
        ("onboarding", now + 2 * DAY, "Dana Pop", now + 3 * DAY),
        ("active", now + 3 * DAY, "Claire Okafor", None),
    ]


def test_a_partner_is_not_active_before_every_step_is_done(cast: Cast, now: datetime) -> None:
    partner = onboarding(actor=cast.claire, now=now)
    with pytest.raises(StepRefused) as refused:
        partner.become(Status.ACTIVE, actor=cast.claire, now=now)
    assert len(refused.value.gaps) == len(Step) - 1
    assert partner.standing() == Status.ONBOARDING


def test_a_step_keeps_who_did_it_first_and_can_be_opened_again(cast: Cast, now: datetime) -> None:
    step = onboarding(actor=cast.claire, now=now).steps.get(step=Step.TRAINING)
    step.tick(actor=cast.claire, now=now)
    step.tick(actor=cast.adam, now=now + DAY)
    assert (step.done_by, step.done_at) == (cast.claire, now)
    step.untick(actor=cast.adam, now=now + DAY)
    step.refresh_from_db()
    assert step.done_at is None
    told = step.partner.activities.values_list("activity__verb", flat=True)
    assert list(told)[:2] == ["partner.step_undone", "partner.step_done"]


def test_a_suspended_partner_comes_back_and_says_why_it_was_suspended(cast: Cast, now: datetime) -> None:
    partner = active(actor=cast.claire, now=now)
    partner.become(Status.SUSPENDED, actor=cast.claire, now=now, why="bills unpaid")
    partner.become(Status.ACTIVE, actor=cast.claire, now=now + DAY)
    assert partner.statuses.get(status=Status.SUSPENDED).why == "bills unpaid"


def test_the_people_of_a_partner_that_ends_lose_what_came_from_it(cast: Cast, now: datetime) -> None:
    partner = active(actor=cast.claire, now=now)
    ana = User.objects.get(email="ana@soimul.example")
    assert scope(ana, Partner).get() == partner
    invited = invite(
        partner=partner,
        name="Ilie",
        email="ilie@soimul.example",
        role=Role.PARTNER_EMPLOYEE,
        actor=cast.claire,
        now=now,
        link=link,
    )
    operations.end(partner, why="sold to another", actor=cast.claire, now=now + DAY)
    assert not scope(ana, Partner).exists()
    assert not partner.organisation.memberships.current().exists()
    with pytest.raises(LinkSpent):
        join(invited, password="a-long-password-9", now=now + 2 * DAY)
    with pytest.raises(InvitationRefused):
        invite(
            partner=partner,
            name="X",
            email="x@soimul.example",
            role=Role.PARTNER_MANAGER,
            actor=cast.claire,
            now=now,
            link=link,
        )
    partner.become(Status.RECRUITED, actor=cast.claire, now=now + 2 * DAY)
    assert partner.standing() == Status.RECRUITED


@pytest.mark.both_databases
def test_what_held_from_day_to_day_ends_with_the_partner_on_both_sides(cast: Cast, now: datetime) -> None:
    partner, above, below = (enlisted(name, actor=cast.claire, now=now) for name in ("Ending", "Above", "Below"))
    supply(above, buyer=partner, actor=cast.claire, now=now)
    supply(partner, buyer=below, actor=cast.claire, now=now)
    other = supply(above, buyer=below, actor=cast.claire, now=now)
    EndCustomer.objects.create(partner=partner.organisation, customer=cast.maya, since_date=SINCE)
    theirs = EndCustomer.objects.create(partner=below.organisation, customer=cast.maya, since_date=SINCE)
    partner.authorisations.create(family="Larkfield 14", since_date=SINCE, given_by=cast.claire)
    operations.end(partner, why="sold to another", actor=cast.claire, now=now + DAY)
    assert Supply.objects.current().get() == other
    assert EndCustomer.objects.current().get() == theirs
    assert partner.authorisations.get().until_date == (now + DAY).date()


def test_an_invitation_is_used_once_and_only_while_it_is_good(cast: Cast, now: datetime) -> None:
    partner = approve(confirmed(now=now), into=None, actor=cast.claire, now=now, link=link)
    first = partner.invitations.get()
    ana = first.user
    second = send_link(partner=partner, user=ana, actor=cast.claire, now=now + DAY, link=link)
    with pytest.raises(LinkSpent) as replaced:
        join(first, password="a-long-password-9", now=now + DAY)
    assert replaced.value.used_at is None
    with pytest.raises(LinkSpent):
        join(second, password="a-long-password-9", now=second.expires_at)
    join(second, password="a-long-password-9", now=now + 2 * DAY)
    with pytest.raises(LinkSpent) as used:
        join(second, password="another-password-9", now=now + 2 * DAY)
    assert used.value.used_at == now + 2 * DAY
    assert User.objects.get(pk=ana.pk).check_password("a-long-password-9")


def test_a_person_with_an_account_elsewhere_keeps_the_password(cast: Cast, now: datetime) -> None:
    partner = enlisted(cast.borough, actor=cast.claire, now=now)
    partner.become(Status.APPROVED, actor=cast.claire, now=now)
    before = cast.petra.password
    invitation = invite(
        partner=partner,
        name="Petra",
        email="PETRA@camden.example",
        role=Role.PARTNER_MANAGER,
        actor=cast.claire,
        now=now,
        link=link,
    )
    join(invitation, password=None, now=now)
    assert User.objects.get(pk=cast.petra.pk).password == before
    assert {row.organisation for row in cast.petra.memberships.current()} == {cast.camden, cast.borough}


def test_a_role_at_one_company_is_none_at_the_other(cast: Cast, now: datetime) -> None:
    """It was: whoever was invited by a second company held the role in both."""
    partner = enlisted(cast.borough, actor=cast.claire, now=now)
    partner.become(Status.APPROVED, actor=cast.claire, now=now)
    invite(
        partner=partner,
        name="Paul",
        email="paul@camden.example",
        role=Role.PARTNER_MANAGER,
        actor=cast.claire,
        now=now,
        link=link,
    )
    paul = User.objects.get(pk=cast.paul.pk)
    assert paul.roles() == {Role.PARTNER_EMPLOYEE}
    paul.memberships.get(organisation=cast.borough).act()
    assert User.objects.get(pk=cast.paul.pk).roles() == {Role.PARTNER_MANAGER}


def test_a_manager_elsewhere_who_joins_as_an_employee_is_no_manager_of_the_new_company(
    cast: Cast, now: datetime
) -> None:
    partner = enlisted(cast.borough, actor=cast.claire, now=now)
    partner.become(Status.APPROVED, actor=cast.claire, now=now)
    invitation = invite(
        partner=partner,
        name="Petra",
        email="petra@camden.example",
        role=Role.PARTNER_EMPLOYEE,
        actor=cast.claire,
        now=now,
        link=link,
    )
    join(invitation, password=None, now=now)
    assert not partner.steps.get(step=Step.PEOPLE).done_at


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CHANNEL_MANAGER, Role.FINANCE])
def test_no_invitation_gives_a_role_of_the_brand_owner(cast: Cast, now: datetime, role: Role) -> None:
    partner = onboarding(actor=cast.claire, now=now)
    with pytest.raises(InvitationRefused):
        invite(partner=partner, name="X", email="x@x.example", role=role, actor=cast.claire, now=now, link=link)
    assert not User.objects.filter(email="x@x.example").exists()


def test_an_onboarding_stands_still_when_nothing_was_done_for_two_weeks(cast: Cast, now: datetime) -> None:
    partner = onboarding(actor=cast.claire, now=now)
    still = Partner.objects.with_status()
    assert not still.standing_still(now=now + 14 * DAY).exists()
    (found,) = still.standing_still(now=now + 15 * DAY)
    assert found.moved_at == now
    partner.steps.get(step=Step.CONTRACT).tick(actor=cast.claire, now=now + 10 * DAY)
    assert not still.standing_still(now=now + 15 * DAY).exists()


def test_partners_are_found_by_name_number_domain_and_town(cast: Cast, now: datetime) -> None:
    partner = active(actor=cast.claire, now=now)
    enlisted(cast.camden, actor=cast.claire, now=now)
    for text in ("soimul", "Șoimul comp", "RO1854", "soimul.example", "iași", "computers iași"):
        assert list(Partner.objects.search(text).exclude(organisation=cast.camden)) == [partner], text
    assert not Partner.objects.search("camden iași").exists()


# --- What the database holds


def refused_by_database(change: object) -> bool:
    try:
        with transaction.atomic():
            change()  # type: ignore[operator]  # any of the writes below
    except IntegrityError:
        return True
    return False


def test_the_database_holds_what_must_be_true(cast: Cast, now: datetime) -> None:
    partner = active(actor=cast.claire, now=now)
    other = enlisted(cast.camden, actor=cast.claire, now=now)
    approval, step = Approval.objects.get(), OnboardingStep.objects.first()
    assert step is not None
    changes = {
        "a second status": lambda: partner.statuses.create(status=Status.ENDED, started_at=now, why="x"),
        "a status that nobody knows": lambda: partner.statuses.filter(ended_at=None).update(status="asleep"),
        "an end before the start": lambda: partner.statuses.update(ended_at=now - DAY),
        "no reason": lambda: partner.statuses.filter(ended_at=None).update(status=Status.ENDED),
        "a VAT id of two": lambda: Partner.objects.filter(pk=other.pk).update(vat_id=partner.vat_id),
        "a decision without its time": lambda: Approval.objects.update(decided_at=None),
        "a decision of nobody": lambda: Approval.objects.update(decided_by=None),
        "a rejection without reason": lambda: Approval.objects.update(decision="rejected", reason=""),
        "a step of nobody": lambda: OnboardingStep.objects.filter(pk=step.pk).update(done_by=None),
        "a step twice": lambda: partner.steps.create(step=step.step, position=9),
        "a link used too late": lambda: Invitation.objects.update(used_at=now + 30 * DAY),
        "a registration without number": lambda: Registration.objects.update(vat_id=""),
        "an organisation twice": lambda: Partner.objects.create(organisation=cast.camden, created_at=now),
    }
    assert approval.decided_at is not None
    assert [name for name, change in changes.items() if not refused_by_database(change)] == []


# --- Who sees what


def test_a_partner_manager_reads_the_own_company_and_nothing_of_another(cast: Cast, now: datetime) -> None:
    own, rival = (enlisted(place, actor=cast.claire, now=now) for place in (cast.camden, cast.borough))
    assert list(scope(cast.petra, Partner)) == [own]
    assert list(scope(cast.rex, Partner)) == [rival]
    assert not scope(cast.paul, Partner).exists()
    assert not scope(cast.petra, Partner, ActionGroup.WRITE).exists()
    assert {row.partner for row in scope(cast.rex, PartnerStatus)} == {rival}
    assert {row.partner for row in scope(cast.rex, PartnerActivity)} == {rival}
    assert set(scope(cast.claire, Partner, ActionGroup.EXPORT)) == {own, rival}


def test_registrations_are_for_channel_managers(cast: Cast, now: datetime) -> None:
    confirmed(now=now)
    for name, user in cast.everybody().items():
        expected = name in {"claire", "adam"}
        assert scope(user, Registration).exists() is expected, name
        assert scope(user, Approval).exists() is expected, name


def test_a_company_is_found_under_the_name_it_has_now(cast: Cast, now: datetime) -> None:
    """It was: a partner whose organisation was renamed elsewhere kept the key of the old name."""
    partner = enlisted("Dunărea IT SRL", actor=cast.claire, now=now)
    other = enlisted("Mureș IT SRL", actor=cast.claire, now=now)
    organisation = Organisation.objects.get(pk=partner.organisation_id)
    organisation.name = "Mureș IT"
    organisation.save()
    assert not Partner.objects.search("dunarea").exists()
    assert set(Partner.objects.search("mures")) == {partner, other}
    (found,) = likenesses(Partner.objects.get(pk=other.pk), among=Partner.objects.with_status())
    assert found.record == partner


def test_partners_stand_in_the_order_of_the_names_they_have_now(cast: Cast, now: datetime) -> None:
    first, second = (enlisted(name, actor=cast.claire, now=now) for name in ("Aries", "Banat"))
    assert list(Partner.objects.all()) == [first, second]
    first.organisation.name = "Crișul"
    first.organisation.save(update_fields=["name"])
    assert list(Partner.objects.all()) == [second, first]
