"""The channel manager's pages of partners: found, read, changed, and shut to everybody else."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.cast import Cast
from tests.partnership import SOIMUL_CUI, active, confirmed, enlisted, onboarding

from tradewind.crm.channel.models import Partner, Status, Step
from tradewind.crm.identity.models import Role, User

type ClientOf = Callable[[User], Client]

MOST_QUERIES = 15
TYPED = {"name": "Dunărea IT SRL", "vat_id": "RO14399840", "city": "Galați", "postcode": "800001"}


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.claire)


@pytest.fixture
def partner(cast: Cast) -> Partner:
    return active(actor=cast.claire, now=timezone.now() - timedelta(days=3))


def page(partner: Partner, name: str = "partner", *more: str) -> str:
    return reverse(f"channel:{name}", args=[partner.uuid, *more])


def test_a_partner_is_written_down_with_a_number_that_was_checked(claire: Client, cast: Cast) -> None:
    wrong = claire.post(reverse("channel:partner-create"), {**TYPED, "vat_id": "RO14399841"})
    assert wrong.status_code == 422
    assert "check digit" in wrong.content.decode()
    assert "Dunărea IT SRL" in wrong.content.decode()
    done = claire.post(reverse("channel:partner-create"), TYPED, follow=True)
    made = Partner.objects.get()
    assert done.redirect_chain[-1][0] == page(made)
    assert (made.vat_id, str(made), made.standing()) == ("RO14399840", "Dunărea IT SRL", Status.RECRUITED)
    assert made.statuses.get().started_by == cast.claire


def test_a_company_that_may_be_known_is_shown_before_it_is_kept(claire: Client, partner: Partner) -> None:
    typed = {"name": "SOIMUL COMPUTERS"}
    asked = claire.post(reverse("channel:partner-create"), typed)
    assert asked.status_code == 409
    assert page(partner) in asked.content.decode()
    assert Partner.objects.count() == 1
    claire.post(reverse("channel:partner-create"), {**typed, "anyway": "yes"})
    assert Partner.objects.count() == 2


def test_a_vat_id_of_another_partner_is_refused_at_the_form(claire: Client, partner: Partner) -> None:
    answer = claire.post(reverse("channel:partner-create"), {**TYPED, "vat_id": SOIMUL_CUI, "anyway": "yes"})
    assert answer.status_code == 422
    assert "There is a partner with this VAT id already." in answer.content.decode()


def test_a_change_is_kept_and_told(claire: Client, partner: Partner) -> None:
    answer = claire.post(page(partner, "partner-edit"), {**TYPED, "name": "Șoimul IT SRL", "vat_id": SOIMUL_CUI})
    assert answer.status_code == 302
    partner.refresh_from_db()
    assert (str(partner), partner.name_key, partner.organisation.city) == ("Șoimul IT SRL", "soimulit", "Galați")
    assert "Changed: Company, City, Postcode" in claire.get(page(partner)).content.decode()


def test_the_list_is_narrowed_and_sorted_by_its_address(claire: Client, cast: Cast, partner: Partner) -> None:
    enlisted(cast.camden, actor=cast.claire, now=timezone.now())
    url = reverse("channel:partner-list")

    def names(query: str) -> list[str]:
        return [str(row) for row in claire.get(f"{url}?{query}").context["page"]]

    assert names("") == ["Camden Computers", "Șoimul Computers SRL"]
    assert names("sort=-name") == ["Șoimul Computers SRL", "Camden Computers"]
    assert names("status=active") == names("q=soimul") == names(f"q={SOIMUL_CUI}") == ["Șoimul Computers SRL"]
    assert names(f"manager={cast.claire.pk}&status=recruited") == []
    assert names("status=nonsense&sort=nonsense&type=nonsense") == ["Camden Computers", "Șoimul Computers SRL"]
    assert "No partner fits" in claire.get(f"{url}?q=nobody").content.decode()


def test_an_export_holds_what_the_list_shows(claire: Client, cast: Cast, partner: Partner) -> None:
    enlisted("=cmd()", actor=cast.claire, now=timezone.now())
    url = reverse("channel:partner-export", args=["csv"])
    rows = list(csv.reader(io.StringIO(claire.get(url).content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Partner", "'=cmd()", "Șoimul Computers SRL"]
    only = claire.get(f"{url}?status=active").content.decode("utf-8-sig")
    assert "cmd" not in only
    assert claire.get(reverse("channel:partner-export", args=["xlsx"])).status_code == 200
    assert claire.get(reverse("channel:partner-export", args=["exe"])).status_code == 404


def test_who_may_not_export_gets_no_row(client_of: ClientOf, cast: Cast, partner: Partner) -> None:
    adam = client_of(cast.adam)
    assert "Șoimul" in adam.get(reverse("channel:partner-list")).content.decode()
    assert "Șoimul" not in adam.get(reverse("channel:partner-export", args=["csv"])).content.decode()


def test_a_page_costs_the_same_however_much_there_is(claire: Client, cast: Cast, partner: Partner) -> None:
    urls = [page(partner), *(reverse(f"channel:{name}") for name in LISTS)]
    claire.get("/")  # the first request of all writes the session
    few = [count(claire, url) for url in urls]
    for number in range(8):
        enlisted(f"Company {number}", actor=cast.claire, now=timezone.now())
        confirmed(now=timezone.now(), company=f"Applicant {number}", contact_email=f"a@{number}.example")
        partner.note("partner.changed", actor=cast.claire, now=timezone.now(), fields=["x"])
    assert [count(claire, url) for url in urls] == few
    assert max(few) <= MOST_QUERIES


LISTS = ("overview", "partner-list", "pipeline", "registration-list", "partner-create")


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- Onboarding and the rest of a partner's life


def test_a_recruited_partner_is_approved_with_its_first_manager(
    claire: Client, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    made = enlisted("Dunărea IT", actor=cast.claire, now=timezone.now())
    typed = {"name": "Dana Pop", "email": "dana@dunarea.example", "language": "ro"}
    with django_capture_on_commit_callbacks(execute=True):
        claire.post(page(made, "partner-admission"), {**typed, "role": "administrator"})
    dana = User.objects.get(email="dana@dunarea.example")
    assert dana.roles() == {Role.PARTNER_MANAGER}
    assert made.standing() == Status.APPROVED
    assert mail.outbox[-1].to == ["dana@dunarea.example"]
    assert "Bună ziua, Dana Pop" in mail.outbox[-1].body


def test_the_checklist_is_worked_off_and_makes_the_partner_active(claire: Client, cast: Cast) -> None:
    made = onboarding(actor=cast.claire, now=timezone.now())
    refused = claire.post(page(made, "partner-status", "active"), follow=True)
    assert "Onboarding is not finished yet." in refused.content.decode()
    for step in Step:
        claire.post(page(made, "partner-step", step))
    assert claire.get(page(made)).context["done"] == len(Step)
    claire.post(page(made, "partner-step", Step.TRAINING), {"undo": "yes"})
    assert claire.get(page(made)).context["done"] == len(Step) - 1
    claire.post(page(made, "partner-step", Step.TRAINING))
    claire.post(page(made, "partner-status", "active"))
    assert made.standing() == Status.ACTIVE
    claire.post(page(made, "partner-step", Step.TRAINING), {"undo": "yes"})
    assert made.open_steps() == []


@pytest.mark.parametrize("wanted", ["suspended", "ended"])
def test_what_ends_is_asked_first_and_says_why(claire: Client, partner: Partner, wanted: str) -> None:
    url = page(partner, "partner-status", wanted)
    assert claire.get(url).status_code == 200
    assert claire.post(url, {"why": " "}).status_code == 422
    assert partner.standing() == Status.ACTIVE
    claire.post(url, {"why": "bills unpaid"})
    assert partner.standing() == wanted
    assert "bills unpaid" in claire.get(page(partner)).content.decode()


def test_a_suspended_partner_is_made_active_again(claire: Client, cast: Cast, partner: Partner) -> None:
    partner.become(Status.SUSPENDED, actor=cast.claire, now=timezone.now(), why="bills unpaid")
    claire.post(page(partner, "partner-status", "active"))
    assert partner.standing() == Status.ACTIVE


@pytest.mark.parametrize("wanted", ["registered", "approved", "nonsense"])
def test_no_button_skips_what_comes_before(claire: Client, cast: Cast, wanted: str) -> None:
    made = enlisted("Dunărea IT", actor=cast.claire, now=timezone.now())
    assert claire.post(page(made, "partner-status", wanted)).status_code == 404
    claire.post(page(made, "partner-status", "active"))
    assert made.standing() == Status.RECRUITED


def test_a_new_link_is_sent_to_people_of_this_partner_only(
    claire: Client, cast: Cast, partner: Partner, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ana = User.objects.get(email="ana@soimul.example")
    with django_capture_on_commit_callbacks(execute=True):
        claire.post(page(partner, "partner-invitation"), {"again": ana.pk})
    assert mail.outbox[-1].to == [ana.email]
    for wrong in (cast.adam.pk, cast.rex.pk, "x", ""):
        assert claire.post(page(partner, "partner-invitation"), {"again": wrong}).status_code == 404
    refused = claire.post(page(partner, "partner-invitation"), {"name": "X", "email": "no"}, follow=True)
    assert "Nobody was invited." in refused.content.decode()


@pytest.mark.parametrize("role", ["administrator", "channel_manager", ""])
def test_an_invitation_gives_no_role_of_the_brand_owner(claire: Client, partner: Partner, role: str) -> None:
    typed = {"name": "X", "email": "x@soimul.example", "language": "en", "role": role}
    claire.post(page(partner, "partner-invitation"), typed)
    assert not User.objects.filter(email="x@soimul.example").exists()


# --- Who may not


def urls(partner: Partner, registration: object) -> list[str]:
    of_registration = ("registration", "registration-approval", "registration-rejection", "registration-owner")
    return [
        *(reverse(f"channel:{name}") for name in LISTS),
        reverse("channel:partner-export", args=["csv"]),
        *(page(partner, name) for name in ("partner", "partner-edit", "partner-admission", "partner-invitation")),
        page(partner, "partner-status", "ended"),
        page(partner, "partner-step", "training"),
        *(reverse(f"channel:{name}", args=[registration]) for name in of_registration),
    ]


@pytest.mark.parametrize("name", ["petra", "paul", "rex", "hannah", "daniel", "ines", "farah"])
def test_the_portal_does_not_exist_for_other_roles(
    cast: Cast, client_of: ClientOf, partner: Partner, name: str
) -> None:
    client = client_of(getattr(cast, name))
    asked = urls(partner, confirmed(now=timezone.now()).uuid)
    answers = {(url, how): getattr(client, how)(url).status_code for url in asked for how in ("get", "post")}
    assert {key: status for key, status in answers.items() if status != 404} == {}
    assert partner.standing() == Status.ACTIVE


def test_an_administrator_reads_and_changes_nothing(cast: Cast, client_of: ClientOf, partner: Partner) -> None:
    adam = client_of(cast.adam)
    read = adam.get(page(partner))
    assert read.status_code == 200
    assert page(partner, "partner-edit") not in read.content.decode()
    asked = urls(partner, confirmed(now=timezone.now()).uuid)
    assert {adam.post(url).status_code for url in asked} <= {404, 405}
    assert partner.standing() == Status.ACTIVE


def test_the_home_says_what_needs_doing(claire: Client, cast: Cast, now: datetime) -> None:
    stands = onboarding(actor=cast.claire, now=timezone.now() - timedelta(days=20))
    late = confirmed(
        now=timezone.now() - timedelta(days=9), company="Dunărea IT", vat_id="RO14399840", contact_email="d@d.example"
    )
    titles = [(todo.title, todo.tone) for todo in claire.get(reverse("channel:overview")).context["todo"]]
    assert titles == [
        ("Dunărea IT wants to become a partner", "bad"),
        (f"Onboarding of {stands} stands still", ""),
    ]
    columns = {column.status: column.size for column in claire.get(reverse("channel:pipeline")).context["columns"]}
    assert columns == {"recruited": 0, "registered": 1, "approved": 0, "onboarding": 1}
    assert late.approval.owner == cast.claire


def test_the_pages_speak_romanian(cast: Cast, client_of: ClientOf, partner: Partner) -> None:
    cast.claire.language = "ro"
    cast.claire.save()
    claire = client_of(cast.claire)
    assert "În grija" in claire.get(reverse("channel:partner-list")).content.decode()
    assert "Ce s-a întâmplat" in claire.get(page(partner)).content.decode()
    assert "De făcut acum" in claire.get(reverse("channel:overview")).content.decode()
