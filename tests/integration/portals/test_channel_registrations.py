"""A company registers in public, and somebody decides about it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from tests.cast import Cast
from tests.partnership import SOIMUL_CUI, confirmed, enlisted, register

from tradewind.crm.channel.models import Invitation, Partner, Registration, Status
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

TYPED = {
    "company": "Șoimul Computers SRL",
    "vat_id": "185 472 90",
    "city": "Iași",
    "postcode": "700001",
    "areas": "70, 71",
    "certificates": "Laptop repair",
    "contact_name": "Ana Munteanu",
    "contact_email": "Ana@Soimul.example",
}
PASSWORD = "a-long-password-9"


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.claire)


def link_in_last_letter() -> str:
    return next(word for word in mail.outbox[-1].body.split() if word.startswith("http://testserver"))


def about(registration: Registration, name: str = "registration") -> str:
    return reverse(f"channel:{name}", args=[registration.uuid])


def test_a_stranger_registers_confirms_is_approved_and_comes_in(
    claire: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    stranger = Client(headers={"accept-language": "ro"})
    with django_capture_on_commit_callbacks(execute=True):
        stranger.post(reverse("visitor:registration"), TYPED)
    registration = Registration.objects.get()
    assert (registration.vat_id, registration.language) == (SOIMUL_CUI, "ro")
    assert registration.contact_email == "ana@soimul.example"
    assert claire.get(about(registration)).status_code == 404  # nothing to decide before the address is confirmed
    url = link_in_last_letter()
    assert stranger.get(url).status_code == 200
    assert not Registration.objects.undecided().exists()  # looking at a link does nothing
    assert stranger.post(url).status_code == 200
    assert claire.get(about(registration)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        claire.post(about(registration, "registration-approval"), {"into": "", "why": ""})
    url = link_in_last_letter()
    assert "Bun venit, Ana Munteanu" in stranger.get(url).content.decode()
    differ = stranger.post(url, {"password": PASSWORD, "again": "something-else-9"})
    assert differ.status_code == 422
    assert not Invitation.objects.exclude(used_at=None).exists()
    assert stranger.post(url, {"password": "short", "again": "short"}).status_code == 422
    assert stranger.post(url, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    partner = Partner.objects.get()
    assert partner.standing() == Status.ONBOARDING
    assert Client().login(email="ana@soimul.example", password=PASSWORD)


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("vat_id", "18547291", "check digit"),
        ("vat_id", "XX123", "European Union"),
        ("company", "", "required"),
        ("contact_email", "not an address", "valid email"),
        ("website", "javascript:alert(1)", "valid URL"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_the_rest_stays(db: None, field: str, wrong: str, said: str) -> None:
    page = Client().post(reverse("visitor:registration"), {**TYPED, field: wrong})
    assert page.status_code == 422
    assert said in " ".join(page.context["form"].errors[field])
    assert "Laptop repair" in page.content.decode()
    assert not Registration.objects.exists()


def test_nothing_that_a_stranger_sends_beside_the_form_is_kept(cast: Cast) -> None:
    made = enlisted(cast.camden, actor=cast.claire, now=timezone.now())
    more = {"confirmed_at": "2026-01-01", "partner": made.pk, "language": "xx", "uuid": "0" * 32, "registered_at": "x"}
    Client().post(reverse("visitor:registration"), {**TYPED, **more})
    registration = Registration.objects.get()
    assert (registration.confirmed_at, registration.partner, registration.language) == (None, None, "en")


def test_the_public_page_says_the_same_to_a_company_that_is_known(cast: Cast) -> None:
    unknown = Client().post(reverse("visitor:registration"), TYPED, follow=True)
    enlisted(cast.camden, actor=cast.claire, now=timezone.now(), vat_id=SOIMUL_CUI)
    known = Client().post(reverse("visitor:registration"), TYPED, follow=True)
    assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)


def test_a_used_an_expired_and_a_broken_link_say_so(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    registration = confirmed(now=timezone.now())
    url = reverse("visitor:confirmation", args=[registration.token()])
    used = Client().get(url)
    assert (used.status_code, "This link was used already" in used.content.decode()) == (410, True)
    old = register(now=timezone.now() - timedelta(days=3), company="Old", contact_email="old@old.example")
    url = reverse("visitor:confirmation", args=[old.token()])
    expired = Client().get(url)
    assert (expired.status_code, "This link has expired" in expired.content.decode()) == (410, True)
    assert Client().post(url, follow=True).status_code == 410
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(url, {"again": "yes"})
    assert Client().post(link_in_last_letter()).status_code == 200
    for broken in (url[:-3] + "/", reverse("visitor:confirmation", args=["x:y"])):
        answer = Client().get(broken)
        assert (answer.status_code, "This is not a link of ours" in answer.content.decode()) == (404, True)


def test_a_used_and_an_expired_invitation_say_so(claire: Client, cast: Cast) -> None:
    claire.post(about(confirmed(now=timezone.now()), "registration-approval"), {"into": ""})
    invitation = Invitation.objects.get()
    url = reverse("visitor:invitation", args=[invitation.token()])
    Client().post(url, {"password": PASSWORD, "again": PASSWORD})
    again = Client().post(url, {"password": "another-password-9", "again": "another-password-9"})
    assert (again.status_code, "This link was used already" in again.content.decode()) == (410, True)
    assert User.objects.get(pk=invitation.user_id).check_password(PASSWORD)
    Invitation.objects.update(used_at=None, expires_at=timezone.now())
    expired = Client().get(url)
    assert (expired.status_code, "This link has expired" in expired.content.decode()) == (410, True)
    assert Client().get(url[:-4] + "/").status_code == 404
    wrong = reverse("visitor:invitation", args=[Registration.objects.get().token()])
    assert Client().get(wrong).status_code == 404


def test_what_may_be_the_same_company_stands_beside_the_decision(claire: Client, cast: Cast) -> None:
    made = enlisted("SOIMUL COMPUTERS", actor=cast.claire, now=timezone.now())
    first = confirmed(now=timezone.now())
    second = confirmed(now=timezone.now())
    text = claire.get(about(second)).content.decode()
    assert reverse("channel:partner", args=[made.uuid]) in text
    assert about(first) in text
    assert claire.get(about(second)).context["approve"].initial["into"] == made.uuid
    claire.post(about(second, "registration-approval"), {"into": made.uuid})
    assert Partner.objects.get().vat_id == SOIMUL_CUI
    late = claire.post(about(first, "registration-approval"), {"into": ""}, follow=True)
    assert "SOIMUL COMPUTERS has this VAT id already." in late.content.decode()


def test_a_rejection_needs_a_reason(claire: Client, cast: Cast) -> None:
    registration = confirmed(now=timezone.now())
    claire.post(about(registration, "registration-rejection"), {"why": ""})
    assert Registration.objects.undecided().exists()
    claire.post(about(registration, "registration-rejection"), {"why": "Too far away"})
    text = claire.get(about(registration)).content.decode()
    assert "Too far away" in text
    assert about(registration, "registration-approval") not in text


def test_a_decision_is_handed_over_to_a_channel_manager_only(claire: Client, cast: Cast) -> None:
    registration = confirmed(now=timezone.now())
    for user in (cast.rex, cast.adam):
        answer = claire.post(about(registration, "registration-owner"), {"owner": user.pk}, follow=True)
        assert "Choose a channel manager." in answer.content.decode()
    registration.approval.refresh_from_db()
    assert registration.approval.owner == cast.claire


def test_a_registration_list_is_narrowed(claire: Client, cast: Cast) -> None:
    confirmed(now=timezone.now())
    no = confirmed(now=timezone.now(), company="Dunărea IT", vat_id="RO14399840")
    claire.post(about(no, "registration-rejection"), {"why": "Too far away"})
    url = reverse("channel:registration-list")

    def names(query: str) -> list[str]:
        return [row.company for row in claire.get(f"{url}?{query}").context["page"]]

    assert names("state=waiting") == names("q=soimul") == ["Șoimul Computers SRL"]
    assert names("state=rejected") == names("q=dunarea") == ["Dunărea IT"]
    assert len(names(f"owner={cast.claire.pk}")) == 2


def test_a_stranger_cannot_fill_the_table(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewind.portals.visitor.limits.is_limited", lambda: True)
    answers = [Client().post(reverse("visitor:registration"), {**TYPED, "company": str(n)}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert Registration.objects.count() == 10


def test_the_mailbox_is_there_in_the_demo_only(db: None, settings: Settings) -> None:
    assert Client().get(reverse("visitor:mailbox")).status_code == 404
    settings.DEMO = True
    assert "No letter yet" in Client().get(reverse("visitor:mailbox")).content.decode()
