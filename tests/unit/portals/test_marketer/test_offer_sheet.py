"""An offer's sheet: what was typed is kept, faults stand at their field, and no save covers another unseen."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.engines import RunningEngine
from tests.unit.portals.test_marketer.conftest import empty_sheet, sheet_of
from tests.workspace import Workspace

from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.crm.marketing.models.offer import OfferQuerySet
from tradewind.portals.marketer.forms.profiles import code_for, rearranged

NEW = "/marketing/offers/new/"
type ClientOf = Callable[[User], Client]


def edit(offer: Offer) -> str:
    return f"/marketing/offers/{offer.code}/"


def faults(answer: Any) -> dict[str, str]:
    """The faults of the sheet that was shown again, by the name of their field on the page."""
    sheet = answer.context["sheet"]
    return {form.add_prefix(name): " ".join(text) for form in sheet.forms for name, text in form.errors.items()}


# ---- Writing


def test_a_new_offer_is_a_draft_with_its_profile_and_texts(
    hannah: Client, workspace: Workspace, engine: RunningEngine
) -> None:
    answer = hannah.post(NEW, empty_sheet(workspace))
    offer = Offer.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, edit(offer))
    assert (offer.code, offer.status, offer.value) == ("O-101", "draft", Decimal("1.40"))
    assert [(profile.code, profile.rule) for profile in offer.profiles.all()] == [("students", "customer.is_student")]
    assert [(text.code, text.title) for text in offer.treatments.all()] == [
        ("call-center-en", "Trade in, {{ customer.first_name }}?")
    ]
    assert [str(placement) for placement in offer.placements.all()] == ["Desk"]
    assert offer.history.get().history_user == workspace.cast.hannah


def test_every_field_of_the_model_is_on_the_page(hannah: Client, workspace: Workspace) -> None:
    page = hannah.get(NEW).content.decode()
    written = {field.name for field in (*Offer._meta.fields, *Offer._meta.many_to_many)} - {"id"}
    assert [name for name in sorted(written) if f'name="{name}"' not in page] == []


@pytest.mark.parametrize("path", [NEW, "/marketing/campaigns/new/"])
def test_an_empty_choice_speaks_no_english_to_a_romanian(path: str, cast: Cast, client_of: ClientOf) -> None:
    cast.hannah.language = "ro"
    cast.hannah.save()
    page = client_of(cast.hannah).get(path).content.decode()
    assert '<option value="" selected>–</option>' in page
    assert "Select an option" not in page


def test_what_was_typed_stays_when_something_is_wrong(
    hannah: Client, workspace: Workspace, engine: RunningEngine
) -> None:
    typed = empty_sheet(workspace, title="", priority="12", **{"profile-0-name": "Studenți"})
    answer = hannah.post(NEW, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(faults(answer)) == {"title", "priority"}
    assert 'href="#id_title"' in page
    assert 'value="Studenți"' in page
    assert "Trade in, {{ customer.first_name }}?" in page
    assert not Offer.objects.exists()


def test_a_product_offer_names_its_product(hannah: Client, workspace: Workspace, engine: RunningEngine) -> None:
    assert set(faults(hannah.post(NEW, empty_sheet(workspace, purpose="product_offer")))) == {"product"}


def test_an_offer_that_ends_before_it_starts_is_refused(
    hannah: Client, workspace: Workspace, engine: RunningEngine
) -> None:
    dates = {"starts_at": "2026-12-02T10:00", "ends_at": "2026-12-01T10:00"}
    answer = hannah.post(NEW, empty_sheet(workspace, **dates))
    assert "ends before it starts" in answer.content.decode()
    assert 'value="2026-12-02T10:00"' in answer.content.decode()


def test_numbers_are_read_as_the_reader_writes_them(
    cast: Cast, workspace: Workspace, client_of: ClientOf, engine: RunningEngine
) -> None:
    cast.hannah.language = "ro"
    cast.hannah.save()
    client_of(cast.hannah).post(NEW, empty_sheet(workspace, value="12,50"))
    assert Offer.objects.get().value == Decimal("12.50")


# ---- Rules


def test_a_fault_of_a_rule_stands_at_its_field_with_line_and_column(
    hannah: Client, workspace: Workspace, engine: RunningEngine
) -> None:
    typed = empty_sheet(workspace, **{"profile-0-rule": "customer.is_student &&\ncustomer.tenure_month > 3.0"})
    answer = hannah.post(NEW, typed)
    found = faults(answer)
    assert set(found) == {"profile-0-rule"}
    assert "Line 2, column 1:" in found["profile-0-rule"]
    assert "customer.tenure_months" in found["profile-0-rule"]
    assert 'aria-invalid="true"' in answer.content.decode()


def test_the_eligibility_rule_is_checked_like_the_others(
    hannah: Client, workspace: Workspace, engine: RunningEngine
) -> None:
    assert set(faults(hannah.post(NEW, empty_sheet(workspace, eligibility="customer.city")))) == {"eligibility"}


def test_without_the_engine_the_draft_is_kept_and_the_page_says_so(hannah: Client, workspace: Workspace) -> None:
    answer = hannah.post(NEW, empty_sheet(workspace, eligibility="not a rule at all"), follow=True)
    assert Offer.objects.get().eligibility == "not a rule at all"
    assert "the rules were not checked" in answer.content.decode()


def test_a_rule_is_checked_while_it_is_typed(hannah: Client, workspace: Workspace, engine: RunningEngine) -> None:
    asked = {"field": "profile-0-rule", "profile-0-rule": "customer.city > 3.0"}
    assert "Line 1, column" in hannah.post("/marketing/rules/check/", asked).content.decode()
    fine = {"field": "eligibility", "eligibility": "customer.is_student"}
    assert "The rule reads well." in hannah.post("/marketing/rules/check/", fine).content.decode()
    assert hannah.post("/marketing/rules/check/", {}).content.decode().strip() == ""


def test_the_live_check_says_that_the_engine_is_away(hannah: Client, workspace: Workspace) -> None:
    asked = {"field": "eligibility", "eligibility": "true"}
    assert "The offer engine is away" in hannah.post("/marketing/rules/check/", asked).content.decode()


# ---- Rows of profiles


def test_a_row_is_added_without_saving_or_judging(hannah: Client, workspace: Workspace) -> None:
    answer = hannah.post(NEW, empty_sheet(workspace, title="", rearrange="add"))
    names = [form["name"].value() for form in answer.context["sheet"].profiles]
    assert (answer.status_code, names) == (200, ["Students", ""])
    assert "error-summary" not in answer.content.decode()
    assert "Trade in, {{ customer.first_name }}?" in answer.content.decode()
    assert not Offer.objects.exists()


def test_rows_are_moved_and_removed() -> None:
    rows: list[dict[str, Any]] = [{"name": name} for name in "abc"]
    assert "".join(row["name"] for row in rearranged(rows, "up-2")) == "acb"
    assert "".join(row["name"] for row in rearranged(rows, "down-0")) == "bac"
    assert "".join(row["name"] for row in rearranged(rows, "remove-1")) == "ac"
    for nonsense in ("up-9", "up-x", "remove-", "sideways", "sideways-1", ""):
        assert rearranged(rows, nonsense) == rows


def test_the_order_of_the_page_is_the_order_that_counts(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.profiles.create(code="students", name="Students", rule="customer.is_student", position=1)
    stored = sheet_of(offer)
    swapped = {name.replace("profile-0", "profile-9"): value for name, value in stored.items()}
    hannah.post(edit(offer), swapped)
    assert [profile.code for profile in offer.profiles.all()] == ["students", "everyone"]


def test_a_profile_without_a_row_is_removed_and_its_code_never_comes_back(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.draft("O-1", now=now)
    for name in ("Everyone", "Everyone"):
        gone = {name: value for name, value in sheet_of(offer).items() if not name.startswith("profile-")}
        new = {"profile-0-code": "", "profile-0-name": name, "profile-0-rule": "true"}
        assert hannah.post(edit(offer), {**gone, **new}).status_code == 302
    assert [profile.code for profile in offer.profiles.all()] == ["everyone-3"]


def test_codes_are_made_of_the_name() -> None:
    assert code_for("Home users, 3 years", ()) == "home-users-3-years"
    assert code_for("Home", {"home", "home-2"}) == "home-3"
    assert code_for("学生", ()) == "profile"


def test_an_empty_row_is_no_profile(hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine) -> None:
    offer = workspace.draft("O-1", now=now)
    empty = {"profile-5-code": "", "profile-5-name": " ", "profile-5-rule": "true"}
    assert hannah.post(edit(offer), sheet_of(offer, **empty)).status_code == 302
    assert offer.profiles.count() == 1


# ---- Texts


def test_placeholders_name_what_is_known(hannah: Client, workspace: Workspace, engine: RunningEngine) -> None:
    typed = {
        "text-call-center-en-title": "Dear {{ customer.name }}",
        "text-call-center-en-pitch": "First line\nand {{ broken",
    }
    found = faults(hannah.post(NEW, empty_sheet(workspace, **typed)))
    assert "Line 1, column 6" in found["text-call-center-en-title"]
    assert "Line 2, column 5" in found["text-call-center-en-pitch"]


def test_texts_need_a_title(hannah: Client, workspace: Workspace, engine: RunningEngine) -> None:
    typed = {"text-web-ro-body": "Numai corpul"}
    assert set(faults(hannah.post(NEW, empty_sheet(workspace, **typed)))) == {"text-web-ro-title"}


def test_texts_are_removed_by_their_box_and_by_emptying_them(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.draft("O-1", now=now)
    hannah.post(edit(offer), sheet_of(offer, **{"text-call-center-ro-remove": "on"}))
    assert [text.code for text in offer.treatments.all()] == ["call-center-en"]
    hannah.post(edit(offer), sheet_of(offer, **{"text-call-center-en-title": "", "text-call-center-en-pitch": ""}))
    assert not offer.treatments.exists()


def test_a_chosen_channel_without_texts_is_marked(hannah: Client, workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.placements.add(workspace.showroom)
    assert hannah.get(edit(offer)).context["sheet"].missing_texts == {"text-web-en", "text-web-ro"}


def test_the_preview_fills_placeholders_for_a_customer(hannah: Client, workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    page = hannah.get(edit(offer)).content.decode()
    assert "for Maya Thompson" in page
    assert "“<mark>Maya</mark>, shall we?”" in page
    typed = {"place": "text-web-en", "text-web-en-title": "For {{ customer.first_name }} <b>"}
    part = hannah.post("/marketing/texts/preview/", typed).content.decode()
    assert "For <mark>Maya</mark> &lt;b&gt;" in part
    assert hannah.post("/marketing/texts/preview/", {"place": "other"}).status_code == 404


# ---- Two people at once


@pytest.mark.usefixtures("engine")
def test_a_second_save_on_what_was_read_before_is_refused_with_both_shown(
    hannah: Client, workspace: Workspace, client_of: ClientOf, now: datetime
) -> None:
    offer = workspace.draft("O-1", now=now, title="First")
    read_by_both = sheet_of(offer)
    client_of(workspace.cast.adam).post(edit(offer), {**read_by_both, "title": "Adam was here"})
    answer = hannah.post(edit(offer), {**read_by_both, "title": "Hannah was late"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert Offer.objects.get(pk=offer.pk).title == "Adam was here"
    assert "<del>First</del>" in page
    assert "<ins>Adam was here</ins>" in page
    assert 'value="Hannah was late"' in page
    version = answer.context["sheet"].version
    again = hannah.post(edit(offer), {**read_by_both, "title": "Hannah was late", "version": version})
    assert again.status_code == 302
    assert Offer.objects.get(pk=offer.pk).title == "Hannah was late"


@pytest.mark.usefixtures("engine")
def test_a_change_of_a_profile_alone_counts_as_a_save(
    hannah: Client, workspace: Workspace, client_of: ClientOf, now: datetime
) -> None:
    offer = workspace.draft("O-1", now=now)
    read_by_both = sheet_of(offer)
    client_of(workspace.cast.adam).post(edit(offer), {**read_by_both, "profile-0-name": "Everybody"})
    assert hannah.post(edit(offer), {**read_by_both, "profile-0-name": "All"}).status_code == 409
    assert offer.profiles.get().name == "Everybody"


def test_somebody_elses_new_offer_keeps_its_code(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    workspace.draft("O-101", now=now)
    assert set(faults(hannah.post(NEW, empty_sheet(workspace, code="O-101")))) == {"code"}
    hannah.post(NEW, empty_sheet(workspace))
    assert Offer.objects.filter(code="O-102").exists()


def test_a_code_taken_at_the_same_moment_loses_nothing(
    hannah: Client, workspace: Workspace, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.draft("O-101", now=now)
    monkeypatch.setattr(OfferQuerySet, "next_code", lambda self: "O-101")
    answer = hannah.post(NEW, empty_sheet(workspace))
    assert (answer.status_code, set(faults(answer))) == (409, {"code"})
    assert 'value="Trade in and save"' in answer.content.decode()
    monkeypatch.undo()
    again = empty_sheet(workspace, code=answer.context["sheet"].form["code"].value())
    assert hannah.post(NEW, again).status_code == 302
    assert {offer.code for offer in Offer.objects.all()} == {"O-101", "O-102"}


# ---- What is remembered


def test_the_timeline_tells_a_save_in_words(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.draft("O-1", now=now)
    typed = {"value": "12.50", "profile-0-rule": "customer.is_student", "text-web-en-title": "On the page"}
    hannah.post(edit(offer), sheet_of(offer, **typed))
    latest = hannah.get(edit(offer)).context["timeline"][0]
    told = {change.what: (change.was, change.now, change.kind) for change in latest.changes}
    assert (latest.title, latest.text) == ("Changed", "Hannah Lindqvist")
    assert told == {
        "Value": ("10.00", "12.50", "edit"),
        "Profile “Everyone”, rule": ("true", "customer.is_student", "edit"),
        "Texts Web, English: title": ("", "On the page", "more"),
    }


def test_a_save_that_changes_nothing_is_not_told(
    hannah: Client, workspace: Workspace, now: datetime, engine: RunningEngine
) -> None:
    offer = workspace.draft("O-1", now=now)
    hannah.post(edit(offer), sheet_of(offer))
    assert [entry.title for entry in hannah.get(edit(offer)).context["timeline"]] == ["Draft"]


@pytest.mark.parametrize("language", ["en", "ro"])
def test_the_sheet_speaks_both_languages(
    cast: Cast, workspace: Workspace, client_of: ClientOf, now: datetime, language: str
) -> None:
    offer = workspace.draft("O-1", now=now)
    cast.hannah.language = language
    cast.hannah.save()
    page = client_of(cast.hannah).get(edit(offer)).content.decode()
    assert f'<html lang="{language}"' in page
    assert ("Recipient profiles" in page) == (language == "en")
    assert ("Profiluri de destinatar" in page) == (language == "ro")
